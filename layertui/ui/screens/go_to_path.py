"""Go to a path of the image by a few of its characters."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from layertui.errors import CancelledError
from layertui.filesystem.finding import Found, Sought, find, nearest_layer
from layertui.ui.job import LatestJob
from layertui.ui.place import Place
from layertui.ui.screens.picker import PickerScreen
from layertui.ui.widgets.pick_list import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.tree import Filesystem
    from layertui.ui.job import Job


class GoToPathScreen(PickerScreen[Place, Place]):
    """Finds paths of all layers; the result is the place of one, or None.

    A path that is not there after the layer looked at leads to the nearest layer that has it.

    Args:
        filesystem: Where to look.
        layer: The layer looked at.
    """

    hint = "enter goes there, esc leaves"
    placeholder = "a few characters of it, such as etc/pass"
    nothing = "No path of this image matches."

    class _Told(Message):
        """Paths are found, or all of them are tried."""

        def __init__(self, job: Job, found: Found, choices: tuple[Choice[Place], ...]) -> None:
            super().__init__()
            self.job = job
            self.found = found
            self.choices = choices

    def __init__(self, filesystem: Filesystem, layer: int) -> None:
        super().__init__()
        self.heading = f"Go to a path, looking at layer {layer}"
        self._filesystem = filesystem
        self._layer = layer
        self._latest = LatestJob(self.post_message)
        self._told_before = False

    @property
    def busy(self) -> bool:
        """Whether paths are still being tried."""
        return self._latest.job is not None

    def search(self, text: str) -> None:
        """Look for paths beside the screen; an older search goes nowhere."""
        self._told_before = False
        self._latest.begin(partial(self._work, text)).start()

    def _work(self, text: str, job: Job) -> None:
        with suppress(CancelledError):
            for found in find(self._filesystem.table, text, cancelled=job.cancelled):
                choices = tuple(path_choices(self._filesystem, self._layer, found))
                job.post(self._Told(job, found, choices))

    @on(_Told)
    def _told(self, message: _Told) -> None:
        if message.job is not self._latest.job:
            return
        found = message.found
        self.show(
            message.choices,
            found.text,
            found=found.count,
            among=len(self._filesystem.table) - 1,
            complete=found.complete,
            more=self._told_before,
        )
        self._told_before = True
        if found.complete:
            self._latest.finish(message.job)

    def highlighted(self, value: Place) -> None:
        """Say so where another layer is gone to."""
        elsewhere = f"not in layer {self._layer}: enter goes to layer {value.layer}, esc leaves"
        self.show_hint(self.hint if value.layer is None else elsewhere)

    def chosen(self, value: Place) -> None:
        """Go there."""
        self.dismiss(value)

    def on_unmount(self) -> None:
        """Let no search go on."""
        self._latest.drop()


def path_choices(filesystem: Filesystem, layer: int, found: Found) -> Iterator[Choice[Place]]:
    """Yield the paths that are found, as they are after a layer."""
    sought = Sought(found.text)
    for node in found.nodes:
        path = filesystem.table.path(node)
        text = path.decode("utf-8", "surrogateescape")
        nearest = nearest_layer(filesystem, node, layer)
        elsewhere = nearest if nearest != layer else None
        yield Choice(
            value=Place(elsewhere, path),
            text=text,
            spots=sought.spots(text),
            lead=text.rfind("/") + 1,
            keeps_end=True,
            note=_note(nearest, layer),
            quiet=nearest != layer,
        )


def _note(nearest: int | None, layer: int) -> str:
    """Return where a path is that is not there after a layer."""
    if nearest is None:
        return "in no layer"
    if nearest == layer:
        return ""
    return f"{'last' if nearest < layer else 'first'} in layer {nearest}"
