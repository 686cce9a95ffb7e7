"""The differences of two texts as rows: with some lines around them, below or beside one another.

Rows are worked out when they are asked for, so that differences of any number are shown at once.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.contents.line_diff import Block


class RowKind(Enum):
    """What a row shows."""

    HUNK = "hunk"
    """Which lines follow."""
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"
    """A line of the one beside a line of the other."""


class Row(NamedTuple):
    """A row.

    Attributes:
        kind: What it shows.
        old: The number of a line of the one, from 0, or -1; of a hunk, the number of the hunk.
        new: The number of a line of the other, or -1.
    """

    kind: RowKind
    old: int
    new: int


class Hunk(NamedTuple):
    """Differences near to one another with the lines around them; line numbers count from 0.

    Attributes:
        old_start: The first line of the one.
        old_end: The line after them.
        new_start: The first line of the other.
        new_end: The line after them.
        blocks: The lines that differ.
        first_line: The number of line 0 in both texts.
    """

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    blocks: Sequence[Block]
    first_line: int = 0

    @property
    def heading(self) -> str:
        """The lines as a unified diff names them: `@@ -1,4 +1,5 @@`."""
        first = self.first_line
        old = _named(first + self.old_start, first + self.old_end)
        return f"@@ -{old} +{_named(first + self.new_start, first + self.new_end)} @@"


def _named(start: int, end: int) -> str:
    """Return lines as a unified diff names them: before the first of none stands the one before."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def hunks(blocks: Sequence[Block], old_count: int, context: int, first_line: int = 0) -> list[Hunk]:
    """Return the differences with up to `context` lines before and after them.

    Args:
        blocks: The lines that differ.
        old_count: How many lines the one text has.
        context: How many lines that are the same stand around them.
        first_line: The number of the first line in both texts, from 0.
    """
    groups: list[list[Block]] = []
    for block in blocks:
        if groups and block.old_start - groups[-1][-1].old_end <= 2 * context:
            groups[-1].append(block)
        else:
            groups.append([block])
    return [_hunk(group, old_count, context, first_line) for group in groups]


def _hunk(blocks: Sequence[Block], old_count: int, context: int, first_line: int) -> Hunk:
    first, last = blocks[0], blocks[-1]
    before = min(context, first.old_start)
    after = min(context, old_count - last.old_end)
    return Hunk(
        first.old_start - before, last.old_end + after,
        first.new_start - before, last.new_end + after, blocks, first_line,
    )  # fmt: skip


class _Segment(NamedTuple):
    """Rows of one kind, one after another."""

    kind: RowKind
    old: int
    new: int
    length: int


class DifferenceRows:
    """Rows of hunks.

    Args:
        found: The hunks.
        beside: Whether lines of the one stand beside those of the other.

    Attributes:
        hunks: The hunks.
        differences: The rows at which differences begin.
    """

    def __init__(self, found: Sequence[Hunk], *, beside: bool) -> None:
        self.hunks = found
        self.differences: list[int] = []
        self._segments: list[_Segment] = []
        self._starts: list[int] = []
        self._count = 0
        for number, hunk in enumerate(found):
            self._add(_Segment(RowKind.HUNK, number, -1, 1))
            self._add_hunk(hunk, beside=beside)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> Row:
        place = bisect_right(self._starts, number) - 1
        kind, old, new, _ = self._segments[place]
        offset = number - self._starts[place]
        if kind is RowKind.HUNK:
            return Row(kind, old, new)
        return Row(kind, old + offset if old >= 0 else -1, new + offset if new >= 0 else -1)

    def __iter__(self) -> Iterator[Row]:
        return (self[number] for number in range(self._count))

    def _add(self, segment: _Segment) -> None:
        if segment.length:
            self._segments.append(segment)
            self._starts.append(self._count)
            self._count += segment.length

    def _add_hunk(self, hunk: Hunk, *, beside: bool) -> None:
        old, new = hunk.old_start, hunk.new_start
        for block in hunk.blocks:
            self._add(_Segment(RowKind.SAME, old, new, block.old_start - old))
            self.differences.append(self._count)
            self._add_block(block, beside=beside)
            old, new = block.old_end, block.new_end
        self._add(_Segment(RowKind.SAME, old, new, hunk.old_end - old))

    def _add_block(self, block: Block, *, beside: bool) -> None:
        old, old_end, new, new_end = block
        both = min(old_end - old, new_end - new) if beside else 0
        self._add(_Segment(RowKind.CHANGED, old, new, both))
        self._add(_Segment(RowKind.REMOVED, old + both, -1, old_end - old - both))
        self._add(_Segment(RowKind.ADDED, -1, new + both, new_end - new - both))
