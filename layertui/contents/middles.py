"""The part in which two large texts differ, cut out at ends of lines.

what is the same at the start | lines around | what differs | lines around | the same at the end
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import CHUNK_SIZE
from layertui.contents.byte_diff import crossed
from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Blob, Cancelled

_STEP = 4 * CHUNK_SIZE
"""Bytes that are read at a time from the end: going back is dear in a compressed layer."""

_AROUND = 64 << 10
"""Bytes before and after what differs in which lines around it are looked for."""

_LINES_AROUND = 100


class Middle(NamedTuple):
    """Whole lines of two texts that are the same before and after them.

    Attributes:
        old: Those of the one.
        new: Those of the other.
        first_line: The number of the first of them in both texts, from 0.
    """

    old: bytes
    new: bytes
    first_line: int


def middle_of(
    old: Blob,
    new: Blob,
    most: int,
    *,
    cancelled: Cancelled | None = None,
    progress: Callable[[int], None] | None = None,
) -> Middle | None:
    """Return the part in which two texts differ, with some lines around it.

    None stands for a part that is too large, and for lines too long to find their ends.

    Args:
        old: The one text.
        new: The other; they differ.
        most: Bytes of the part.
        cancelled: Asked between reads.
        progress: Told how many bytes are compared.

    Raises:
        CancelledError: `cancelled` said so.
        LayertuiError: A text is not to be read.
    """
    if abs(old.size - new.size) > most:
        return None
    asked = _Asked(cancelled, progress)
    first, lines = _common_start(old, new, asked)
    shortest = min(old.size, new.size)
    last = _common_end(old, new, shortest - first, asked)
    before, after = _before(old, first), _after(old, old.size - last)
    if before is None or after is None:
        return None
    start, ends = first - len(before), [blob.size - last + after for blob in (old, new)]
    if max(ends) - start > most:
        return None
    parts = [blob.read_at(start, end - start) for blob, end in zip((old, new), ends, strict=True)]
    return Middle(parts[0], parts[1], lines - before.count(b"\n"))


class _Asked:
    """What is asked and told between reads."""

    def __init__(self, cancelled: Cancelled | None, progress: Callable[[int], None] | None) -> None:
        self._cancelled = cancelled or (lambda: False)
        self._progress = progress or (lambda _done: None)

    def go_on(self, done: int) -> None:
        """Tell how far it is.

        Raises:
            CancelledError: It is to be stopped.
        """
        if self._cancelled():
            raise CancelledError("comparing was stopped")
        self._progress(done)


def _common_start(old: Blob, new: Blob, asked: _Asked) -> tuple[int, int]:
    """Return how many bytes are the same at the start, and how many line breaks are in them."""
    lines, shortest = 0, min(old.size, new.size)
    for start in range(0, shortest, CHUNK_SIZE):
        asked.go_on(start)
        length = min(CHUNK_SIZE, shortest - start)
        one, other = old.read_at(start, length), new.read_at(start, length)
        if one != other:
            same = length - len(crossed(one, other).lstrip(b"\0"))
            return start + same, lines + one.count(b"\n", 0, same)
        lines += one.count(b"\n")
    return shortest, lines


def _common_end(old: Blob, new: Blob, most: int, asked: _Asked) -> int:
    """Return how many bytes are the same at the end, at most `most`."""
    for done in range(0, most, _STEP):
        asked.go_on(done)
        length = min(_STEP, most - done)
        one, other = (blob.read_at(blob.size - done - length, length) for blob in (old, new))
        if one != other:
            return done + length - len(crossed(one, other).rstrip(b"\0"))
    return most


def _before(blob: Blob, end: int) -> bytes | None:
    """Return the last lines before an offset and the part of a line there; None: too long."""
    start = max(0, end - _AROUND)
    text = blob.read_at(start, end - start)
    place = len(text)
    for _ in range(_LINES_AROUND):
        place = text.rfind(b"\n", 0, place)
        if place < 0:
            break
    if place >= 0:
        return text[place + 1 :]
    if not start:
        return text
    whole = text.find(b"\n")
    return text[whole + 1 :] if whole >= 0 else None


def _after(blob: Blob, start: int) -> int | None:
    """Return how many bytes the rest of a line and the lines after it have; None: too long."""
    text = blob.read_at(start, _AROUND)
    place = -1
    for _ in range(_LINES_AROUND):
        following = text.find(b"\n", place + 1)
        if following < 0:
            break
        place = following
    if start + len(text) >= blob.size and text.find(b"\n", place + 1) < 0:
        return len(text)
    return place + 1 if place >= 0 else None
