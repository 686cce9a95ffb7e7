"""Searching the contents of an image: layer after layer, two of them at a time, told in order.

    targets  which contents, by which paths (`contents/targets.py`)
    passing  each layer is decompressed once, and only what is wanted of it is looked at
    hits     the lines that match (`contents/lines.py`)

Memory is bounded by the pieces at hand and by what waits to be taken.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.lines import HEAD, hits
from layertui.errors import CancelledError, LayertuiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layertui.blob import Cancelled
    from layertui.contents.expressions import Sought
    from layertui.contents.lines import Hit
    from layertui.contents.opening import Contents, Piece, Stored
    from layertui.contents.targets import Shown, Targets

BATCH = 200
"""Hits of a file that are told at a time."""

_WORKERS = 2
_WAITING = 64
"""Batches of a layer that wait to be taken."""
_PATIENCE = 0.05
"""Seconds between two questions whether to stop."""


class Found(NamedTuple):
    """Lines of a file that match, in their order; a file with many is told several times.

    Attributes:
        layer: The layer that ships the content.
        stored: Where it lies.
        shown: The paths that show it.
        hits: The lines.
        goes_on: Whether more of the same file follow.
    """

    layer: int
    stored: Stored
    shown: tuple[Shown, ...]
    hits: tuple[Hit, ...]
    goes_on: bool = False


class Trouble(NamedTuple):
    """A layer that could not be read to its end.

    Attributes:
        layer: Its number.
        message: Why, printable.
    """

    layer: int
    message: str

    @property
    def told(self) -> str:
        """The layer and why, in one sentence."""
        named = f"layer {self.layer}"
        if self.message.startswith(f"{named} "):
            return self.message
        return f"{named}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched, and how.

    Attributes:
        contents: The contents of the image.
        targets: Which of them, and by which paths they are shown.
        sought: What is looked for.
        as_text: Whether files that look binary are searched, too.
        most: Lines of a file that are told at most, or None for all.
    """

    contents: Contents
    targets: Targets
    sought: Sought
    as_text: bool = False
    most: int | None = None


def search(
    wanted: Search,
    *,
    cancelled: Cancelled | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Found | Trouble]:
    """Yield what is found, layer by layer, in the order that each has its files.

    Args:
        wanted: What is searched, and how.
        cancelled: Asked between reads; True ends in CancelledError.
        progress: Called from any thread with a layer and the bytes of it that are passed: of
            those that are stored, of a plain layer those up to the file at hand.

    Raises:
        CancelledError: `cancelled` said so.
    """
    stop = Event()
    waiting: dict[int, _Results] = {layer: Queue(_WAITING) for layer in wanted.targets}
    left = deque(waiting)

    def stopped() -> bool:
        return stop.is_set() or bool(cancelled and cancelled())

    def work() -> None:
        while left and not stopped():
            try:
                layer = left.popleft()
            except IndexError:
                return
            _tell(_in_layer(wanted, layer, stopped, progress), waiting[layer], stopped)

    for _ in range(min(_WORKERS, len(waiting))):
        Thread(target=work, name="layertui-searching", daemon=True).start()
    try:
        for results in waiting.values():
            yield from _taken(results, stopped)
    finally:
        stop.set()


_Results = Queue["Found | Trouble | BaseException | None"]
"""What a layer gives, and None at its end."""


def _taken(results: _Results, stopped: Cancelled) -> Iterator[Found | Trouble]:
    while True:
        try:
            result = results.get(timeout=_PATIENCE)
        except Empty:
            if stopped():
                raise CancelledError("the search was stopped") from None
            continue
        if result is None:
            return
        if isinstance(result, BaseException):
            raise result
        yield result


def _tell(found: Iterator[Found | Trouble], results: _Results, stopped: Cancelled) -> None:
    """Put what is found where it is taken from, and how it ended."""
    try:
        for each in found:
            _put(each, results, stopped)
        _put(None, results, stopped)
    except CancelledError:
        return
    except BaseException as error:
        _put(error, results, stopped)


def _put(
    result: Found | Trouble | BaseException | None, results: _Results, stopped: Cancelled
) -> None:
    while True:
        try:
            results.put(result, timeout=_PATIENCE)
        except Full:
            if stopped():
                raise CancelledError("the search was stopped") from None
        else:
            return


def _in_layer(
    wanted: Search,
    layer: int,
    stopped: Cancelled,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Found | Trouble]:
    waiting: deque[tuple[Shown, ...]] = deque()

    def files() -> Iterator[Stored]:
        for stored, shown in wanted.targets[layer]:
            waiting.append(shown)
            yield stored

    try:
        passing = wanted.contents.passing(
            layer,
            files(),
            in_order=True,
            cancelled=stopped,
            progress=(lambda done: progress(layer, done)) if progress is not None else None,
        )
        for stored, pieces in passing:
            if stopped():
                raise CancelledError("the search was stopped")
            shown = waiting.popleft()
            if wanted.as_text or not _has_hole_in_head(stored):
                yield from _in_file(wanted, layer, Content(stored, shown), pieces)
    except CancelledError:
        raise
    except LayertuiError as error:
        yield Trouble(layer, error.message)


class Content(NamedTuple):
    """What is searched at a time.

    Attributes:
        stored: Where it lies.
        shown: The paths that show it.
    """

    stored: Stored
    shown: tuple[Shown, ...]


def _in_file(
    wanted: Search, layer: int, content: Content, pieces: Iterable[Piece]
) -> Iterator[Found]:
    lines = hits(wanted.sought, pieces, as_text=wanted.as_text)
    remaining = islice(lines, wanted.most)
    batch = tuple(islice(remaining, BATCH))
    while batch:
        following = tuple(islice(remaining, BATCH)) if len(batch) == BATCH else ()
        yield Found(layer, *content, batch, goes_on=bool(following))
        batch = following


def _has_hole_in_head(stored: Stored) -> bool:
    """Tell whether there are zeros of a hole in the part of a file that tells what it is."""
    if stored.sparse is None:
        return False
    reached = 0
    for start, _, length in stored.stretches():
        if start > reached or reached >= HEAD:
            break
        reached = start + length
    return reached < min(HEAD, stored.real_size)
