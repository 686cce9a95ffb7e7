"""Which lines differ between two texts, in time that no text can make long.

    lines -> numbers -> what is the same at both ends -> lines that stand once in each (patience)
          -> between those: the fewest changes (Myers), as long as the steps last

Comparing by lines that stand once reads well and takes about as long as sorting. What lies
between them without such a line is compared by the algorithm of Myers, which on hostile texts is
quadratic: its steps are counted, and where they are used up, the rest of a stretch is told as
replaced, and the comparison as a rough one.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.blob import Cancelled

_STEPS = 3_000_000
"""Steps that a comparison may take beyond those for each line: about two seconds."""

_STEPS_A_LINE = 32
"""Steps for each line, before a comparison becomes a rough one."""

_MOST_CHANGES = 1_000
"""Changes within one stretch that are worth finding one by one."""


class Block(NamedTuple):
    """Lines of an old text that others take the place of; line numbers count from 0.

    Attributes:
        old_start: The first of the old lines.
        old_end: The line after them.
        new_start: The first of the new lines.
        new_end: The line after them.
    """

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class LineDifference(NamedTuple):
    """In which lines two texts differ.

    Attributes:
        blocks: The lines that differ, in order; all between them are the same.
        is_rough: Whether there may be fewer differences than it tells.
    """

    blocks: tuple[Block, ...]
    is_rough: bool


class _Stretch(NamedTuple):
    """Lines of both texts that are compared with one another."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class _Match(NamedTuple):
    """Lines that are the same in both texts."""

    old: int
    new: int
    length: int


def line_difference(
    old: Sequence[bytes], new: Sequence[bytes], *, cancelled: Cancelled | None = None
) -> LineDifference:
    """Compare two texts line by line.

    Args:
        old: The lines of the one.
        new: The lines of the other.
        cancelled: Asked every few milliseconds.

    Raises:
        CancelledError: `cancelled` said so.
    """
    numbers: dict[bytes, int] = {}
    comparer = _Comparer(
        [numbers.setdefault(line, len(numbers)) for line in old],
        [numbers.setdefault(line, len(numbers)) for line in new],
        cancelled,
    )
    matches = sorted(comparer.matches())
    return LineDifference(tuple(_blocks(matches, len(old), len(new))), comparer.is_rough)


def _blocks(matches: list[_Match], old_end: int, new_end: int) -> Iterator[Block]:
    """Yield what lies between matches."""
    old = new = 0
    for match in (*matches, _Match(old_end, new_end, 0)):
        if old < match.old or new < match.new:
            yield Block(old, match.old, new, match.new)
        old, new = match.old + match.length, match.new + match.length


class _Comparer:
    """Two texts as numbers of lines, and how many steps are left.

    Attributes:
        is_rough: Whether the steps did not last.
    """

    def __init__(self, old: list[int], new: list[int], cancelled: Cancelled | None) -> None:
        self._old = old
        self._new = new
        self._cancelled = cancelled or (lambda: False)
        self._steps = _STEPS + _STEPS_A_LINE * (len(old) + len(new))
        self.is_rough = False

    def matches(self) -> Iterator[_Match]:
        """Yield what is the same, in no particular order."""
        stretches = [_Stretch(0, len(self._old), 0, len(self._new))]
        while stretches:
            stretch, ends = self._trimmed(stretches.pop())
            yield from ends
            if stretch.old_start == stretch.old_end or stretch.new_start == stretch.new_end:
                continue
            if not self._take(stretch.old_end - stretch.old_start + stretch.new_end
                              - stretch.new_start):  # fmt: skip
                continue
            if anchors := self._anchors(stretch):
                yield from (_Match(old, new, 1) for old, new in anchors)
                stretches += _between(stretch, anchors)
            else:
                yield from (_Match(old, new, 1) for old, new in self._pairs(stretch))

    def _take(self, steps: int) -> bool:
        """Use steps up; return whether there were as many."""
        if self._cancelled():
            raise CancelledError("comparing was stopped")
        self._steps -= steps
        if self._steps < 0:
            self.is_rough = True
        return self._steps >= 0

    def _trimmed(self, stretch: _Stretch) -> tuple[_Stretch, list[_Match]]:
        """Take off what is the same at both ends."""
        old, new = self._old, self._new
        first, old_end, second, new_end = stretch
        while first < old_end and second < new_end and old[first] == new[second]:
            first, second = first + 1, second + 1
        before = _Match(stretch.old_start, stretch.new_start, first - stretch.old_start)
        while first < old_end and second < new_end and old[old_end - 1] == new[new_end - 1]:
            old_end, new_end = old_end - 1, new_end - 1
        after = _Match(old_end, new_end, stretch.old_end - old_end)
        return _Stretch(first, old_end, second, new_end), [
            match for match in (before, after) if match.length
        ]

    def _anchors(self, stretch: _Stretch) -> list[tuple[int, int]]:
        """Return the lines that stand once in both texts, as many as are in the same order."""
        places = _once(self._new, stretch.new_start, stretch.new_end)
        pairs = [
            (place, other)
            for line, place in _once(self._old, stretch.old_start, stretch.old_end).items()
            if (other := places.get(line)) is not None
        ]
        return _longest_rise(sorted(pairs))

    def _pairs(self, stretch: _Stretch) -> list[tuple[int, int]]:
        """Return the lines that stay with the fewest changes; none where those are too many.

        Lines that only one of the texts has are left aside first.
        """
        old_range = range(stretch.old_start, stretch.old_end)
        new_range = range(stretch.new_start, stretch.new_end)
        both = {self._old[each] for each in old_range} & {self._new[each] for each in new_range}
        old = [each for each in old_range if self._old[each] in both]
        new = [each for each in new_range if self._new[each] in both]
        kept = self._fewest([self._old[each] for each in old], [self._new[each] for each in new])
        return [(old[first], new[second]) for first, second in kept]

    def _fewest(self, old: list[int], new: list[int]) -> list[tuple[int, int]]:
        """Return the pairs that stay, after Myers, "An O(ND) Difference Algorithm"."""
        reached = {1: 0}
        ways: list[dict[int, int]] = []
        for changes in range(min(len(old) + len(new), _MOST_CHANGES) + 1):
            if not self._take(changes + 1):
                return []
            ways.append(reached)
            reached = dict(reached)
            for diagonal in range(-changes, changes + 1, 2):
                first = _next_place(reached, diagonal, changes)
                start = first
                while (
                    first < len(old)
                    and first - diagonal < len(new)
                    and old[first] == new[first - diagonal]
                ):
                    first += 1
                self._steps -= first - start
                reached[diagonal] = first
                if first >= len(old) and first - diagonal >= len(new):
                    return _walked_back(ways, len(old), len(new))
        self.is_rough = True
        return []


def _once(lines: list[int], start: int, end: int) -> dict[int, int]:
    """Return the lines that stand once in a stretch, with their places."""
    places: dict[int, int] = {}
    for place in range(start, end):
        line = lines[place]
        places[line] = -1 if line in places else place
    return {line: place for line, place in places.items() if place >= 0}


def _longest_rise(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return as many pairs, sorted by the first, as also rise in the second."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        pile = bisect_left(tops, second)
        before.append(last[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [second]
        last[pile : pile + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _between(stretch: _Stretch, anchors: list[tuple[int, int]]) -> list[_Stretch]:
    """Return what lies between anchors, and before and after them."""
    found = []
    old, new = stretch.old_start, stretch.new_start
    for first, second in (*anchors, (stretch.old_end, stretch.new_end)):
        if old < first and new < second:
            found.append(_Stretch(old, first, new, second))
        old, new = first + 1, second + 1
    return found


def _next_place(reached: dict[int, int], diagonal: int, changes: int) -> int:
    """Return the furthest place on a diagonal with one change more."""
    down = diagonal == -changes or (
        diagonal != changes and reached[diagonal - 1] < reached[diagonal + 1]
    )
    return reached[diagonal + 1] if down else reached[diagonal - 1] + 1


def _walked_back(ways: list[dict[int, int]], first: int, second: int) -> list[tuple[int, int]]:
    """Return the pairs on the way to the ends of both texts."""
    pairs: list[tuple[int, int]] = []
    for changes in range(len(ways) - 1, -1, -1):
        reached, diagonal = ways[changes], first - second
        down = diagonal == -changes or (
            diagonal != changes and reached[diagonal - 1] < reached[diagonal + 1]
        )
        before = diagonal + 1 if down else diagonal - 1
        old = reached[before] if changes else 0
        new = old - before if changes else 0
        while first > max(old, 0) and second > max(new, 0) and (first, second) != (old, new):
            first, second = first - 1, second - 1
            pairs.append((first, second))
        first, second = old, new
    return pairs[::-1]
