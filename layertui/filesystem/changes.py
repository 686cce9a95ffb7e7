"""What happened to every path between two states, as a strip: one byte a node.

Strips are put together byte by byte over the whole table at once, never node by node, so that
going to another layer costs milliseconds on a million paths.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.likeness import UNTOLD, Likeness
from layertui.filesystem.merge import differences
from layertui.filesystem.strips import differing, either
from layertui.filesystem.tree import Change

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.filesystem.tree import Filesystem

_KEPT_BYTES = 64 << 20
_UNSURE = 5
"""In a strip under way: there at the lower state and touched more than once since.

Their likeness must tell: with unknown times, unmodified twice is not unmodified."""
_REPEATED = 6
"""In a strip under way: there at the lower state and unmodified by the one layer that touched it.
"""


class Comparison(NamedTuple):
    """Two states to compare: after layer `lower` (-1: nothing yet) and after layer `upper`."""

    lower: int
    upper: int


def _table(rule: Callable[[int, int], int]) -> bytes:
    """Return what `rule` makes of every pair of a left and a right value, for `_combined`."""
    return bytes(rule(value >> 3, value & 7) for value in range(256))


def _combined(left: bytes, right: bytes, table: bytes) -> bytes:
    """Return a strip of what a table makes of two strips of values below 8."""
    pairs = (int.from_bytes(left, "little") << 3) + int.from_bytes(right, "little")
    return pairs.to_bytes(len(left), "little").translate(table)


def _there_after(there: int, change: int) -> int:
    return there if change == Change.ABSENT else int(change != Change.REMOVED)


def _seen_from_below(change: int, there: int) -> int:
    return change or (Change.UNMODIFIED if there else Change.ABSENT)


def _composed(state: int, change: int) -> int:
    if change == Change.ABSENT:
        return state
    if change == Change.REMOVED:
        return Change.ABSENT if state in (Change.ABSENT, Change.ADDED) else Change.REMOVED
    if state in (Change.ABSENT, Change.ADDED):
        return Change.ADDED
    if state == Change.UNMODIFIED:
        return _REPEATED if change == Change.UNMODIFIED else change
    return _UNSURE


_THERE = _table(_there_after)
_SEEN = _table(_seen_from_below)
_COMPOSED = _table(_composed)
_FINAL = bytes(Change.UNMODIFIED if value == _REPEATED else value for value in range(256))
_UNLIKE = bytes((0, *(Change.MODIFIED,) * 255))
_TOLD = bytes(_UNSURE if value == UNTOLD else Change.UNMODIFIED for value in range(256))
_SURE = _table(lambda change, told: told if change == _UNSURE else change)


class ChangeStrips:
    """The strips of one filesystem, worked out when asked for; the latest are kept.

    The likeness of all versions is worked out at once: a second where six layers touch 200,000
    paths each, next to nothing where few paths have three versions.
    """

    def __init__(self, filesystem: Filesystem) -> None:
        self._filesystem = filesystem
        self._strips: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._likeness = Likeness(filesystem)
        self._most = max(8, _KEPT_BYTES // max(1, len(filesystem.table)))

    def changes(self, comparison: Comparison) -> bytes:
        """Return the Change of every node between two states."""
        lower, upper = comparison
        if lower == upper - 1:
            return self._kept("seen", lower, upper, self._adjacent)
        return self._kept("between", lower, upper, self._between)

    def _kept(self, name: str, first: int, second: int, make: Callable[[int, int], bytes]) -> bytes:
        key = (name, first, second)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = make(first, second)
            while len(self._strips) > self._most:
                self._strips.popitem(last=False)
        self._strips.move_to_end(key)
        return strip

    def _own(self, layer: int) -> bytes:
        """Return what a layer did to every node it touched, 0 for all others."""

        def make(layer: int, _: int) -> bytes:
            strip = bytearray(len(self._filesystem.table))
            versions = self._filesystem.versions
            made = self._filesystem.layer_versions(layer)
            part = slice(made.start, made.stop)
            for node, change in zip(versions.nodes[part], versions.changes[part], strict=True):
                strip[node] = change
            return bytes(strip)

        return self._kept("own", layer, layer, make)

    def _there(self, layer: int) -> bytes:
        """Return 1 for every node that is there after a layer."""
        first = layer
        while first >= 0 and ("there", first, first) not in self._strips:
            first -= 1
        strip = bytes(len(self._filesystem.table))
        if first >= 0:
            strip = self._strips["there", first, first]
        for step in range(first + 1, layer + 1):
            below = strip

            def make(step: int, _: int, below: bytes = below) -> bytes:
                return _combined(below, self._own(step), _THERE)

            strip = self._kept("there", step, step, make)
        return strip

    def _adjacent(self, lower: int, upper: int) -> bytes:
        return _combined(self._own(upper), self._there(lower), _SEEN)

    def _between(self, lower: int, upper: int) -> bytes:
        composed = self._composition(lower, upper).translate(_FINAL)
        if _UNSURE not in composed:
            return composed
        strip = bytearray(_combined(composed, self._told(lower, upper), _SURE))
        node = strip.find(_UNSURE)
        while node >= 0:
            strip[node] = self._compared(node, lower, upper)
            node = strip.find(_UNSURE, node + 1)
        return bytes(strip)

    def _told(self, lower: int, upper: int) -> bytes:
        """Return what the likeness of nodes tells, _UNSURE where they must be compared."""
        below, above = self._likeness.after(lower), self._likeness.after(upper)
        unlike = differing(below, above).translate(_UNLIKE)
        return either(unlike, above.translate(_TOLD))

    def _composition(self, lower: int, upper: int) -> bytes:
        start = upper
        while start > lower and ("composed", lower, start) not in self._strips:
            start -= 1
        known = self._strips.get(("composed", lower, start))
        strip = self._there(lower) if known is None else known
        for step in range(start + 1, upper + 1):
            strip = _combined(strip, self._own(step), _COMPOSED)
            self._kept("composed", lower, step, lambda *_, strip=strip: strip)
        return strip

    def _compared(self, node: int, lower: int, upper: int) -> int:
        filesystem = self._filesystem
        below = filesystem.source(filesystem.version(node, lower))
        above = filesystem.source(filesystem.version(node, upper))
        differs = differences(filesystem.indexes, below, above)
        return Change.MODIFIED if differs else Change.UNMODIFIED
