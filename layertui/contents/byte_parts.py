"""The bytes around the places where two contents differ, read to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.blob import Blob, Cancelled
    from layertui.contents.byte_diff import Run

ROW = 16
"""Bytes of a row; parts begin and end with whole rows."""

_AROUND = 2
"""Rows that are the same before and after a difference."""

_MOST_ROWS = 16
"""Rows of one difference that are shown."""


class BytePart(NamedTuple):
    """Bytes of both contents at the same offset.

    Attributes:
        start: The offset of the first, the start of a row.
        old: Bytes of the one, fewer where it ends.
        new: Bytes of the other.
        runs: The places where they differ.
        hidden: Bytes of the last of these places that are not among them.
    """

    start: int
    old: bytes
    new: bytes
    runs: tuple[Run, ...]
    hidden: int

    @property
    def end(self) -> int:
        """The offset after the last row."""
        return self.start + max(len(self.old), len(self.new))


def byte_parts(
    old: Blob, new: Blob, runs: Sequence[Run], *, cancelled: Cancelled | None = None
) -> list[BytePart]:
    """Read the bytes around differences; of a long one, its first rows.

    Args:
        old: The one content.
        new: The other.
        runs: Where they differ.
        cancelled: Asked between reads.

    Raises:
        CancelledError: `cancelled` said so.
        LayertuiError: A content is not to be read.
    """
    parts: list[BytePart] = []
    longest = max(old.size, new.size)
    for first, last, hidden in _stretches(runs):
        if cancelled and cancelled():
            raise CancelledError("reading what differs was stopped")
        start, end = _window(runs[first].start, runs[last].end - hidden, longest, hidden)
        length = end - start
        parts.append(
            BytePart(
                start, old.read_at(start, length), new.read_at(start, length),
                tuple(runs[first : last + 1]), hidden,
            )
        )  # fmt: skip
    return parts


def _window(start: int, end: int, longest: int, hidden: int) -> tuple[int, int]:
    """Return the whole rows around a difference; after one that is cut off, none."""
    first = max(0, start - start % ROW - _AROUND * ROW)
    last = end + -end % ROW + (0 if hidden else _AROUND * ROW)
    return first, min(last, longest)


def _stretches(runs: Sequence[Run]) -> list[tuple[int, int, int]]:
    """Return which differences are shown together: first, last, and how much of it is hidden."""
    found: list[tuple[int, int, int]] = []
    near = 2 * _AROUND * ROW + ROW
    for number, run in enumerate(runs):
        shown = min(run.end, run.start - run.start % ROW + _MOST_ROWS * ROW)
        hidden = run.end - shown
        if found and not found[-1][2] and run.start - runs[number - 1].end < near:
            found[-1] = (found[-1][0], number, hidden)
        else:
            found.append((number, number, hidden))
    return found
