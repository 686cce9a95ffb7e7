"""Which versions a query lets pass by type and size, as strips of the states.

What is kept is the verdict on the first version of every node, and for each layer the nodes
whose verdict it turns: few, so that the strip of another state costs next to nothing.
"""

from __future__ import annotations

from array import array
from itertools import compress
from typing import TYPE_CHECKING

from layertui.filesystem.facts import NOTHING
from layertui.filesystem.query import KINDS_BY_TYPE
from layertui.filesystem.strips import both, differing, either, inverted
from layertui.filesystem.tree import Change
from layertui.layers.entries import FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.facts import VersionFacts
    from layertui.filesystem.query import Query
    from layertui.filesystem.tree import Filesystem

_PIECE = 16_384
_KEPT = 8
_REMOVED = bytes(value == Change.REMOVED for value in range(256))


class Judgement:
    """What passes by type and size after each layer.

    Args:
        first: A strip of the nodes whose first version passes.
        turns: By layer, the nodes whose verdict it turns.

    """

    def __init__(self, first: bytes, turns: list[array[int]]) -> None:
        self._turns = turns
        self._states: dict[int, bytes] = {-1: first}

    def at(self, comparison: Comparison, changes: bytes) -> bytes:
        """Return a strip of what passes; what is removed is judged by the lower state."""
        above = self._after(comparison.upper)
        if not any(self._turns):
            return above
        removed = changes.translate(_REMOVED)
        below = self._after(comparison.lower)
        return either(both(above, inverted(removed)), both(below, removed))

    def ever(self) -> bytes:
        """Return a strip of what passes after any layer."""
        strip = bytearray(self._states[-1])
        for nodes in self._turns:
            for node in nodes:
                strip[node] = 1
        return bytes(strip)

    def _after(self, layer: int) -> bytes:
        """Return the strip of a layer, made from the nearest known one below it."""
        start = layer
        while start not in self._states:
            start -= 1
        if not any(self._turns[start + 1 : layer + 1]):
            return self._states[start]
        strip = bytearray(self._states[start])
        for nodes in self._turns[start + 1 : layer + 1]:
            for node in nodes:
                strip[node] ^= 1
        while len(self._states) > _KEPT:
            del self._states[next(state for state in self._states if state >= 0)]
        self._states[layer] = bytes(strip)
        return self._states[layer]


def judge(filesystem: Filesystem, query: Query, pause: Callable[[], None]) -> Judgement:
    """Return what passes by the type and size that a query asks for.

    Args:
        filesystem: The filesystem.
        query: One that `judges`.
        pause: Called every few milliseconds.

    """
    versions, count = filesystem.versions, len(filesystem.table)
    first, state = bytearray(count), bytearray(count)
    turns: list[array[int]] = []
    for layer in range(len(filesystem.indexes)):
        turned = array("i")
        made = filesystem.layer_versions(layer)
        for start in range(made.start, made.stop, _PIECE):
            pause()
            part = slice(start, min(start + _PIECE, made.stop))
            passed = _passed(filesystem.facts, query, part)
            nodes = versions.nodes[part]
            now = bytes(map(state.__getitem__, nodes))
            told = filesystem.facts.kinds[part].translate(_TOLD)
            differs = both(differing(passed, now), told)
            pairs = zip(nodes, versions.previous[part], strict=True)
            for node, previous in compress(pairs, differs):
                state[node] ^= 1
                if previous < 0:
                    first[node] = 1
                else:
                    turned.append(node)
        turns.append(turned)
    return Judgement(bytes(first), turns)


_TOLD = bytes(kind != NOTHING for kind in range(256))
_FILES = bytes(kind == FILE for kind in range(256))


def _passed(facts: VersionFacts, query: Query, part: slice) -> bytes:
    """Return which versions of a part pass."""
    asked = {kind for name in query.kinds for kind in KINDS_BY_TYPE[name]}
    table = bytes(not asked or kind in asked for kind in range(256))
    passed = facts.kinds[part].translate(table)
    if query.least is None and query.most is None:
        return passed
    sizes = facts.sizes[part]
    passed = both(passed, facts.real_kinds[part].translate(_FILES))
    if query.least is not None:
        passed = both(passed, bytes(map(query.least.__le__, sizes)))
    if query.most is not None:
        passed = both(passed, bytes(map(query.most.__ge__, sizes)))
    return passed
