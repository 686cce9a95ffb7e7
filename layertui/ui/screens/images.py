"""Choose an image: what the engines keep, what this folder holds, or a name that is typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from time import time_ns
from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from layertui.display import age, count, printable, size
from layertui.errors import CancelledError, LayertuiError, UsageError
from layertui.filesystem.finding import rank
from layertui.oci.reference import is_reference
from layertui.ui.drawing.cells import cut, left, right
from layertui.ui.job import Job
from layertui.ui.screens.picker import PickerInput, PickerScreen
from layertui.ui.widgets.pick_list import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.app import ComposeResult

    from layertui.blob import Cancelled
    from layertui.sources.listing import ListedImage

_NAMED = "Open by name"
_WIDTHS = (8, 9, 14, 22)
"""Cells of size, age, platform and layers."""
_GAP = 2
_LONGEST_REASON = 150
_NAME_SHARE = 0.4
"""Part of a line that is left to the name."""


class Keeper(NamedTuple):
    """Who may have images.

    Attributes:
        name: What to call it, printable.
        list: Returns what it has; asked in a thread.
    """

    name: str
    list: Callable[[Cancelled], Sequence[ListedImage]]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a keeper answered: images, or why there are none."""

    images: Sequence[ListedImage] = ()
    problem: str = ""


class ImagesInput(PickerInput):
    """Takes what is typed."""

    BINDING_GROUP_TITLE = "Images"


class ImagesScreen(PickerScreen[str, str]):
    """Lists images by who keeps them; the result is the IMAGE argument of one, or None.

    Args:
        keepers: Who is asked, all at once.
        now: Nanoseconds since 1970.
        leaving: What leaving without a choice does, in a word.
    """

    DEFAULT_CSS = """
    ImagesScreen #picker { width: 130; max-height: 44; }
    ImagesScreen #images-problems { height: auto; max-height: 6; color: $text-warning; }
    ImagesScreen:ansi #images-problems { color: ansi_yellow; }
    ImagesScreen:nocolor #images-problems { color: ansi_default; }
    """

    heading = "Which image?"
    placeholder = "part of a name, or any name"
    nothing = "No image here. Type a name, or the path of a saved one."
    input_type = ImagesInput

    class _Listed(Message):
        """A keeper has answered."""

        def __init__(self, keeper: str, told: _Told) -> None:
            super().__init__()
            self.keeper = keeper
            self.told = told

    def __init__(
        self,
        keepers: Sequence[Keeper],
        *,
        now: Callable[[], int] = time_ns,
        leaving: str = "leaves",
    ) -> None:
        super().__init__()
        self.hint = f"enter opens, esc {leaving}"
        self._keepers = keepers
        self._now = now
        self._told: dict[str, _Told] = {}
        self._jobs: list[Job] = []

    def below(self) -> ComposeResult:
        """Yield the lines that tell who could not be asked."""
        with Vertical(id="images-problems"):
            yield Static(id="images-problems-text", markup=False)

    @property
    def busy(self) -> bool:
        """Whether somebody has still to answer."""
        return len(self._told) < len(self._keepers)

    def start(self) -> None:
        """Ask everybody."""
        super().start()
        self._jobs = [
            Job(partial(self._ask, keeper), self.post_message) for keeper in self._keepers
        ]
        for job in self._jobs:
            self.call_after_refresh(job.start)

    def _ask(self, keeper: Keeper, job: Job) -> None:
        try:
            told = _Told(keeper.list(job.cancelled))
        except CancelledError:
            return
        except LayertuiError as error:
            told = _Told(problem=_problem(error, keeper.name))
        job.post(self._Listed(keeper.name, told))

    @on(_Listed)
    def _listed(self, message: _Listed) -> None:
        message.stop()
        self._told[message.keeper] = message.told
        self.search(self.typed, more=True)
        problems = [each.problem for each in self._answers() if each.problem]
        self.query_one("#images-problems-text", Static).update("\n".join(problems))

    def search(self, text: str, *, more: bool = False) -> None:
        """Show the images whose names match, and what is typed as a name of its own."""
        images = [image for each in self._answers() for image in each.images]
        columns = column_count(self.picks.size.width)
        choices = list(image_choices(images, text, self._now(), columns))
        found = len(choices)
        if can_be_named(text):
            choices.append(Choice(value=text, text=text, group=_NAMED, note=_ways(text)))
        self.show(choices, text, found=found, among=len(images), complete=not self.busy, more=more)

    def _answers(self) -> list[_Told]:
        """Return what was answered so far, in the order of the keepers."""
        return [self._told[keeper.name] for keeper in self._keepers if keeper.name in self._told]

    def chosen(self, value: str) -> None:
        """Leave, to open it."""
        self.dismiss(value)

    def on_resize(self) -> None:
        """Show as many columns as there is room for."""
        self.call_after_refresh(self._arrange)

    def _arrange(self) -> None:
        self.search(self.typed, more=True)

    def on_unmount(self) -> None:
        """Ask nobody any longer."""
        for job in self._jobs:
            job.cancel()


def _problem(error: LayertuiError, keeper: str) -> str:
    """Return why a keeper has told nothing, so short that what to do about it is in sight."""
    message = cut(error.message, _LONGEST_REASON)
    named = message if keeper in message else f"{keeper}: {message}"
    return f"{named}. {error.hint}".rstrip()


def can_be_named(text: str) -> bool:
    """Tell whether a text could be opened: a path that is there, or the name of an image."""
    from layertui.sources.locator import exists, locate

    try:
        locator = locate(text)
    except UsageError:
        return False
    return exists(text) or bool(locator.transport) or is_reference(text.strip())


def _ways(text: str) -> str:
    from layertui.sources.locator import exists, locate

    if exists(text):
        return "a path"
    return locate(text).transport or "from an engine, else from its registry"


def column_count(width: int) -> int:
    """Return how many columns there is room for beside the name, in lines of a width."""
    ends = accumulate(_GAP + each for each in _WIDTHS)
    return sum(end <= width * (1 - _NAME_SHARE) for end in ends)


def image_choices(
    images: Sequence[ListedImage], text: str, now: int, columns: int
) -> Iterator[Choice[str]]:
    """Yield the images whose names match, those of a keeper together, the best one's first.

    Args:
        images: Those there are.
        text: What is typed.
        now: Nanoseconds since 1970.
        columns: How many of size, age, platform and layers are told.
    """
    names = [printable(image.name or image.image_id or image.argument, 300) for image in images]
    groups: dict[str, list[Choice[str]]] = {}
    for number, spots in rank(text, names):
        image = images[number]
        choice = Choice(
            value=image.argument,
            text=names[number],
            spots=spots,
            keeps_end=True,
            note=_note(image, now, columns),
            group=image.keeper,
            quiet=not image.name,
        )
        groups.setdefault(image.keeper, []).append(choice)
    for choices in groups.values():
        yield from choices


def _note(image: ListedImage, now: int, columns: int) -> str:
    """Return size, age, platform and layers in columns of one width for all images."""
    told = "" if image.size is None else size(image.size)
    since = "" if image.created is None else age(max(0, now - image.created))
    cells = (right(told, _WIDTHS[0]), right(since, _WIDTHS[1]), image.platform, _layers(image))
    fitted = (left(printable(c, w + 1), w) for c, w in zip(cells[:columns], _WIDTHS, strict=False))
    return (" " * _GAP).join(fitted)


def _layers(image: ListedImage) -> str:
    if image.layers is None:
        shared = image.shared_size
        return f"{size(shared)} shared" if shared else ""
    layers = f"{count(image.layers)} layer{'' if image.layers == 1 else 's'}"
    return f"{layers}, {image.shared_layers} shared" if image.shared_layers else layers
