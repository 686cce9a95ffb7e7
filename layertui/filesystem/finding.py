"""Finding what is meant by a few characters: in all paths of a filesystem, or in a few texts.

A text matches when it holds the characters that are asked for in their order, whatever stands
between them. A capital letter among them makes case matter; spaces are passed over. How a text
matches comes first in the order of what is found, then the shorter and the shallower.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from itertools import compress
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from layertui.errors import CancelledError
from layertui.filesystem.texts import BLOCK, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.filesystem.nodes import NodeTable
    from layertui.filesystem.tree import Filesystem

MOST_FOUND = 200
"""How many paths are told at most; all are counted."""

LONGEST = 200
"""Characters of what is asked for that are looked at."""

_FIRST = 0.03
"""Seconds until what is found so far is told for the first time."""

_PAUSE = 0.1
"""Seconds between two tellings of it."""

_STEP = 256
"""Paths that are tried without a pause."""

_DEPTH_WEIGHT = 4
"""How many characters a directory more weighs."""


class Kind(IntEnum):
    """How a text matches, the best first. The name is the last component of a path."""

    EXACT = 0
    """The name is what is asked for."""
    PREFIX = 1
    """The name starts with it."""
    INSIDE = 2
    """The name holds it in one piece."""
    WORDS = 3
    """Starts of words in the name, one after another, are it."""
    SCATTERED = 4
    """The name holds its characters in their order."""
    ACROSS = 5
    """The path holds it in one piece."""
    FAR = 6
    """The path holds its characters in their order."""


class Sought:
    """What is asked for.

    Args:
        text: As it was typed; with a `/`, what stands before it belongs to directories.
        paths: Whether the texts that are searched are paths; others are names as a whole.

    Attributes:
        text: What is searched for in one piece.
        folded: Whether case does not matter.
        match: Tells whether a text, compared as it is, matches, by None where it does not.
    """

    def __init__(self, text: str, *, paths: bool = True) -> None:
        text = text[:LONGEST].strip()
        self.folded = text == text.lower()
        self.text = text
        self._characters = "".join(text.split())
        self._paths = paths
        self._slashes = text.count("/")
        gaps = (f"[^{re.escape(each)}]*+{re.escape(each)}" for each in self._characters)
        self.match = re.compile("".join(gaps)).match
        self._words = re.compile(_words(self._characters))

    def fold(self, text: str) -> str:
        """Return a text as it is compared."""
        return text.lower() if self.folded else text

    def kind(self, text: str) -> Kind | None:
        """Return how a text, compared as it is, matches, or None where it does not."""
        return self._kind(text) if self.match(text) else None

    def kind_of_name(self, name: str) -> Kind:
        """Return how a name matches that holds what is asked for in one piece."""
        if not name.startswith(self.text):
            return Kind.INSIDE
        return Kind.EXACT if len(name) == len(self.text) else Kind.PREFIX

    def spots(self, text: str) -> tuple[int, ...]:
        """Return the places of the characters that match; none where that cannot be told."""
        folded = self.fold(text)
        kind = self.kind(folded) if len(folded) == len(text) else None
        if kind is None:
            return ()
        start = 0 if kind >= Kind.ACROSS else self._name_start(folded)
        if kind is Kind.WORDS and (match := self._words.match(folded[start:])):
            return tuple(start + match.start(number + 1) for number in range(match.re.groups))
        if kind in (Kind.SCATTERED, Kind.FAR):
            return (_last_spots if self._paths else _first_spots)(self._characters, folded)
        if kind in (Kind.INSIDE, Kind.ACROSS):
            start = folded.rfind(self.text) if self._paths else folded.find(self.text)
        return tuple(range(start, start + len(self.text)))

    def _kind(self, text: str) -> Kind:
        name = text[self._name_start(text) :]
        if self.text in name:
            return self.kind_of_name(name)
        if self._words.match(name):
            return Kind.WORDS
        if self.match(name):
            return Kind.SCATTERED
        return Kind.ACROSS if self.text in text else Kind.FAR

    def _name_start(self, text: str) -> int:
        """Return where the last component starts, or as many of them as are asked for."""
        if not self._paths:
            return 0
        rooted = self.text.startswith("/")
        place = len(text)
        for _ in range(self._slashes + (not rooted)):
            place = text.rfind("/", 0, max(place, 0))
        return max(place, 0) if rooted else place + 1


def _words(characters: str) -> str:
    """Return a pattern for starts of words: each character goes on with a word, or starts one.

    Each step takes the first chance and never goes back, so that no text makes it slow.
    """
    word, between = r"[^\W_]*+", r"[\W_]++"
    parts = []
    for place, each in enumerate(characters):
        escaped = re.escape(each)
        skipped = f"(?:(?!{escaped}){word}{between})*+"
        if not each.isalnum():
            parts.append(f"[^{escaped}]*+")
        elif place == 0:
            parts.append(skipped)
        else:
            parts.append(f"(?>(?={escaped})|{word}{between}{skipped})")
        parts.append(f"({escaped})")
    return "".join(parts)


def _first_spots(characters: str, text: str) -> tuple[int, ...]:
    """Return the first places in a text that characters stand at in their order."""
    spots, place = [], -1
    for each in characters:
        place = text.find(each, place + 1)
        spots.append(place)
    return tuple(spots)


def _last_spots(characters: str, text: str) -> tuple[int, ...]:
    """Return the last places in a text that characters stand at in their order."""
    spots, place = [], len(text)
    for each in reversed(characters):
        place = text.rfind(each, 0, place)
        spots.append(place)
    return tuple(reversed(spots))


class Ranked(NamedTuple):
    """A text that matches.

    Attributes:
        number: Which one.
        spots: The places of the characters that match.
    """

    number: int
    spots: tuple[int, ...]


def rank(text: str, among: Sequence[str]) -> list[Ranked]:
    """Return which of a few texts match, the best first; of equal ones, the earlier."""
    sought = Sought(text, paths=False)
    kinds = ((sought.kind(sought.fold(each)), number) for number, each in enumerate(among))
    order = sorted((kind, number) for kind, number in kinds if kind is not None)
    return [Ranked(number, sought.spots(among[number])) for _, number in order]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is found in the paths of a filesystem.

    Attributes:
        text: What was asked for.
        nodes: The best of it, the very best first.
        count: How many paths match, as far as they are tried.
        complete: Whether all of them are tried.
    """

    text: str
    nodes: tuple[int, ...]
    count: int
    complete: bool


def find(table: NodeTable, text: str, *, cancelled: Cancelled | None = None) -> Iterator[Found]:
    """Yield the best that is found so far several times a second, and at last what there is.

    Nothing being asked for, that is what stands in the root, and the count of all paths.

    Raises:
        CancelledError: `cancelled` said so; it is asked every few milliseconds.
    """
    sought = Sought(text)
    if not sought.text:
        first = tuple(node for node, _ in zip(table.children(0), range(MOST_FOUND), strict=False))
        yield Found(text=text, nodes=first, count=len(table) - 1, complete=True)
        return
    search = _Search(table, sought)
    due = perf_counter() + _FIRST
    for _ in search.steps():
        if cancelled and cancelled():
            raise CancelledError("the search was stopped")
        if perf_counter() >= due and search.best():
            yield Found(text=text, nodes=search.best(), count=search.count, complete=False)
            due = perf_counter() + _PAUSE
    yield Found(text=text, nodes=search.best(), count=search.count, complete=True)


class _Search:
    """A search through names, for what is best, and then through paths, for all."""

    def __init__(self, table: NodeTable, sought: Sought) -> None:
        self._table = table
        self._sought = sought
        self._blocks = range((len(table) + BLOCK - 1) // BLOCK)
        self._scores: list[int] = []
        self._worst_kind = Kind.FAR
        self._names_tried = False
        self.count = 0

    def steps(self) -> Iterator[None]:
        """Search; yield every few milliseconds."""
        if "/" not in self._sought.text:
            for block in self._blocks:
                self._try_names(block)
                yield
            self._names_tried = True
        for block in self._blocks:
            paths = self._table.texts.paths(block, folded=self._sought.folded)
            for first in range(0, len(paths), _STEP):
                self._try_paths(block * BLOCK + first, paths[first : first + _STEP])
                yield

    def best(self) -> tuple[int, ...]:
        """Return the best nodes so far."""
        self._trim()
        return tuple(score & 0xFFFF_FFFF for score in self._scores)

    def _try_names(self, block: int) -> None:
        """Rank the names that hold what is asked for in one piece."""
        sought = self._sought
        names = self._table.texts.names(block, folded=sought.folded)
        if sought.text not in names:
            return
        first = block * BLOCK
        for place, name in enumerate(names.split(SEPARATOR)):
            if sought.text in name:
                self._add(sought.kind_of_name(name), first + place)

    def _try_paths(self, first: int, paths: list[str]) -> None:
        """Count the paths that match; rank those that may be among the best."""
        sought = self._sought
        hits = list(map(sought.match, paths))
        matching = len(hits) - hits.count(None)
        self.count += matching
        known = Kind.INSIDE if self._names_tried else -1
        if not matching or self._worst_kind <= known:
            return
        for place in compress(range(len(paths)), hits):
            kind = sought.kind(paths[place])
            if kind is not None and kind > known:
                self._add(kind, first + place)

    def _add(self, kind: Kind, node: int) -> None:
        if kind > self._worst_kind:
            return
        key = self._table.keys[node]
        weight = min(len(key) + _DEPTH_WEIGHT * key.count(b"\0"), 0xFFFF)
        self._scores.append(kind << 48 | weight << 32 | node)
        if len(self._scores) >= 8 * MOST_FOUND:
            self._trim()

    def _trim(self) -> None:
        self._scores.sort()
        del self._scores[MOST_FOUND:]
        if len(self._scores) == MOST_FOUND:
            self._worst_kind = Kind(self._scores[-1] >> 48)


def nearest_layer(filesystem: Filesystem, node: int, layer: int) -> int | None:
    """Return the layer nearest to one after which a node is there, the lower of two as near.

    Returns:
        The number of a layer, or None where the node is there after none.
    """
    layers, previous = filesystem.versions.layers, filesystem.versions.previous
    nearest, last = None, len(filesystem.indexes) - 1
    version = filesystem.versions.last[node]
    while version >= 0:
        first = layers[version]
        if filesystem.exists(version):
            place = min(max(layer, first), last)
            if nearest is None or abs(place - layer) <= abs(nearest - layer):
                nearest = place
        version, last = previous[version], first - 1
    return nearest
