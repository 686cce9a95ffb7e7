"""Path patterns, matched over all paths of a filesystem at once.

    /var/lib/apt/lists/   all that is below a directory
    __pycache__/          all that is below any directory of that name
    /var/log/*.gz         files; `*` and `?` stay within a name, `[0-9]` is one of some characters
    *.log                 files of any directory
    /home/**/.cache/      `**` stands for any directories, and for none

Few paths can match at all, which the last bytes of each tell; only those few are looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Range = tuple[int, int]
"""The first of some nodes in a row and the first behind them."""

_WILD = re.compile(rb"[*?\[]")
_PART = re.compile(rb"\*+|\?|\[!?\]?[^\]\0]*\]|[^*?\[]+|\[", re.DOTALL)
_TAIL = 2
_last_bytes = itemgetter(slice(-_TAIL, None))


@dataclass(frozen=True)
class Glob:
    """A pattern.

    Attributes:
        text: As written.
    """

    text: str

    @cached_property
    def parts(self) -> tuple[bytes, ...]:
        """The names that it is made of."""
        raw = self.text.encode("utf-8", "surrogateescape")
        parts = [part for part in raw.split(b"/") if part not in (b"", b".")]
        return tuple(parts[:-1] if parts[-1:] == [b"**"] else parts)

    @property
    def is_anchored(self) -> bool:
        """Whether it begins at the root."""
        return self.text.startswith("/")

    @property
    def is_directory(self) -> bool:
        """Whether it means what is below a directory."""
        return self.text.endswith(("/", "/**"))

    @property
    def is_literal(self) -> bool:
        """Whether it means one path."""
        return self.is_anchored and not any(map(_WILD.search, self.parts))

    @cached_property
    def expression(self) -> re.Pattern[bytes]:
        """What the sort keys of its paths match as a whole; of odd characters, its text."""
        head = b"" if self.is_anchored else rb"(?:[^\0]*\0)*"
        parts = [
            rb"(?:[^\0]*\0)*" if part == b"**" else _expression(part) + rb"\0"
            for part in self.parts[:-1]
        ]
        try:
            return re.compile(head + b"".join(parts) + _expression(self.parts[-1]), re.DOTALL)
        except re.error:
            return re.compile(re.escape(b"\0".join(self.parts)))

    @cached_property
    def tails(self) -> frozenset[bytes] | None:
        """What the sort keys of its paths can end in, two bytes; None for anything."""
        wild = list(_WILD.finditer(self.parts[-1]))
        if not wild:
            name = self.parts[-1]
            return frozenset({name[-_TAIL:]} if len(name) >= _TAIL else {name, b"\0" + name})
        end = b"" if self.parts[-1].endswith(b"]") else self.parts[-1][wild[-1].end() :]
        if not end or b"[" in self.parts[-1]:
            return None
        if len(end) >= _TAIL:
            return frozenset({end[-_TAIL:]})
        return frozenset({end, *(bytes((before,)) + end for before in range(256))})

    @cached_property
    def needle(self) -> bytes:
        """The longest text that its paths have in their name for sure, or nothing."""
        texts = [part for part in _PART.findall(self.parts[-1]) if not _WILD.match(part)]
        return max(texts, key=len, default=b"")


def _expression(part: bytes) -> bytes:
    return b"".join(map(_piece, _PART.findall(part)))


def _piece(piece: bytes) -> bytes:
    if piece.startswith(b"*"):
        return rb"[^\0]*"
    if piece == b"?":
        return rb"[^\0]"
    if piece.startswith(b"[") and len(piece) > 2:
        inner = piece[1:-1].replace(b"\\", rb"\\").replace(b"[", rb"\[").replace(b"^", rb"\^")
        inner = b"^" + inner[1:] + rb"\0" if inner.startswith(b"!") else inner
        return b"[" + inner.replace(b"]", rb"\]") + b"]"
    return re.escape(piece)


class PathSet:
    """The paths of a filesystem, to be matched.

    Args:
        keys: Their sort keys, in order.
        directories: The sort keys of those that are directories in any layer, in order.
    """

    def __init__(self, keys: Sequence[bytes], directories: Sequence[bytes]) -> None:
        self._keys = keys
        self._directories = directories
        self._by_needle: dict[tuple[bytes, bool], list[bytes]] = {}

    def ranges(self, globs: Sequence[Glob]) -> list[list[Range]]:
        """Return for each pattern the nodes that it means."""
        found: list[list[Range]] = [[] for _ in globs]
        searched: list[int] = []
        for number, glob in enumerate(globs):
            if glob.is_literal:
                found[number] = self._of_key(b"\0".join(glob.parts), whole=glob.is_directory)
            else:
                searched.append(number)
        self._search(globs, [n for n in searched if globs[n].is_directory], found)
        self._search(globs, [n for n in searched if not globs[n].is_directory], found)
        return found

    def _of_key(self, key: bytes, *, whole: bool) -> list[Range]:
        node = bisect_left(self._keys, key)
        if node == len(self._keys) or self._keys[node] != key:
            return []
        if not whole:
            return [(node, node + 1)]
        return [(node + 1, bisect_left(self._keys, key + b"\1", node))]

    def _with_needle(self, keys: Sequence[bytes], glob: Glob) -> Sequence[bytes]:
        """Return the keys that a pattern without known tails may mean, by a text they all have."""
        if glob.tails is not None:
            return ()
        few = _below(keys, glob)
        needle = glob.needle
        if len(few) < len(keys) or not needle:
            return [key for key in few if needle in key]
        known = self._by_needle.get((needle, glob.is_directory))
        if known is None:
            known = self._by_needle[needle, glob.is_directory] = [k for k in keys if needle in k]
        return known

    def _search(self, globs: Sequence[Glob], wanted: list[int], found: list[list[Range]]) -> None:
        """Put into `found` what patterns mean, all of them of directories or of files."""
        whole = bool(wanted) and globs[wanted[0]].is_directory
        keys = self._directories if whole else self._keys
        by_tail: dict[bytes, list[int]] = {}
        for number in wanted:
            for tail in globs[number].tails or ():
                by_tail.setdefault(tail, []).append(number)
        pairs = [(n, key) for n in wanted for key in self._with_needle(keys, globs[n])]
        pairs += [(n, key) for key in _with_tails(keys, by_tail) for n in by_tail[key[-_TAIL:]]]
        for number, key in pairs:
            if globs[number].expression.fullmatch(key):
                found[number] += self._of_key(key, whole=whole)


def _below(keys: Sequence[bytes], glob: Glob) -> Sequence[bytes]:
    """Return the keys below the directory that a pattern begins with."""
    wild = [place for place, part in enumerate(glob.parts[:-1]) if _WILD.search(part)]
    above = b"\0".join(glob.parts[: min(wild, default=len(glob.parts) - 1)])
    if not glob.is_anchored or not above:
        return keys
    start = bisect_left(keys, above + b"\0")
    return keys[start : bisect_left(keys, above + b"\1", start)]


def _with_tails(keys: Sequence[bytes], tails: dict[bytes, list[int]]) -> Iterator[bytes]:
    if not tails:
        return iter(())
    return compress(keys, map(tails.__contains__, map(_last_bytes, keys)))


def without(ranges: Iterable[Range], left_out: Iterable[Range]) -> list[Range]:
    """Return ranges less others, in order and apart from one another."""
    kept: list[Range] = []
    holes = sorted(left_out)
    first, reached = 0, 0
    for start, end in sorted(ranges):
        place = max(start, reached)
        while first < len(holes) and holes[first][1] <= place:
            first += 1
        number = first
        while number < len(holes) and holes[number][0] < end:
            if place < holes[number][0]:
                kept.append((place, holes[number][0]))
            place = max(place, holes[number][1])
            number += 1
        if place < end:
            kept.append((place, end))
        reached = max(reached, end)
    return kept
