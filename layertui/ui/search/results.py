"""What a search found, as rows: a heading for each file, and its lines below it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from layertui.contents.expressions import Sought
    from layertui.contents.lines import Hit
    from layertui.contents.opening import Stored
    from layertui.contents.searching import Found
    from layertui.contents.targets import Shown

SHOWN = 1_000
"""Bytes of a line that are kept."""

_BEFORE = 200
"""Bytes of a longer line that are kept before the match."""


class FoundLine(NamedTuple):
    """A line that matches.

    Attributes:
        group: The number of its file among those that have some.
        number: Of the line, from 1.
        offset: Of the first match, in the file.
        text: The line, or a part of it that holds the match.
        spots: Where matches start and end in the text.
        is_cut: Whether something of the line is before the text.
    """

    group: int
    number: int
    offset: int
    text: bytes
    spots: tuple[tuple[int, int], ...]
    is_cut: bool


class Group(NamedTuple):
    """A file that has lines that match.

    Attributes:
        layer: The layer that ships the content.
        stored: Where it lies.
        shown: The paths that show it.
    """

    layer: int
    stored: Stored
    shown: tuple[Shown, ...]


class Batch(NamedTuple):
    """Lines of a file, made ready to be shown.

    Attributes:
        group: The file.
        lines: Its lines; their `group` is to be set.
    """

    group: Group
    lines: tuple[FoundLine, ...]


class Results:
    """All that was found so far.

    Attributes:
        groups: The files.
        counts: By file, its lines.
        lines: The lines, those of a file one after another.
    """

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.counts: list[int] = []
        self.lines: list[FoundLine] = []
        self._firsts: list[int] = []

    @property
    def row_count(self) -> int:
        """Lines and headings."""
        return len(self.lines) + len(self.groups)

    def add(self, batch: Batch) -> None:
        """Add lines of a file."""
        if not self.groups or self.groups[-1] != batch.group:
            self._firsts.append(self.row_count)
            self.groups.append(batch.group)
            self.counts.append(0)
        number = len(self.groups) - 1
        self.lines += (line._replace(group=number) for line in batch.lines)
        self.counts[-1] += len(batch.lines)

    def row_of(self, line: int) -> int:
        """Return the row of a line, each file having a heading above its lines."""
        return line + self.lines[line].group + 1 if 0 <= line < len(self.lines) else 0

    def heading_at(self, row: int) -> int | None:
        """Return the file whose heading a row is, or None."""
        group = bisect_right(self._firsts, row) - 1
        return group if group >= 0 and self._firsts[group] == row else None

    def line_at(self, row: int) -> int | None:
        """Return the line that a row is, or None for a heading."""
        group = bisect_right(self._firsts, row) - 1
        return None if group < 0 or self._firsts[group] == row else row - group - 1


def batch_of(found: Found, sought: Sought) -> Batch:
    """Return what was found, cut to what is shown."""
    lines = tuple(_line(hit, sought) for hit in found.hits)
    return Batch(Group(found.layer, found.stored, found.shown), lines)


def _line(hit: Hit, sought: Sought) -> FoundLine:
    text, first = hit.text, 0
    if len(text) > SHOWN:
        spots = sought.spots(text[: 4 * SHOWN], 1)
        place = spots[0][0] if spots else 0
        first = max(0, min(place - _BEFORE, len(text) - SHOWN))
        text = text[first : first + SHOWN]
    spots = sought.spots(text, 20)
    return FoundLine(0, hit.line, hit.offset, text, tuple(spots), bool(hit.lead or first))
