"""The sizes of siblings between two states, many at a time, and their order by them."""

from __future__ import annotations

from array import array
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.tree import Change
from layertui.layers.entries import DIRECTORY

if TYPE_CHECKING:
    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.sizes import SubtreeSizes
    from layertui.filesystem.tree import Filesystem

_THERE = bytes(value in (Change.UNMODIFIED, Change.ADDED, Change.MODIFIED) for value in range(256))


class _Family(NamedTuple):
    """The children of a directory that are in one of the states.

    Attributes:
        children: Their nodes, by name.
        sizes: Their bytes, in the same order.
        largest: The bytes of the largest that is not removed.

    """

    children: array[int]
    sizes: array[int]
    largest: int


class Siblings:
    """What siblings of a filesystem hold between two states.

    Args:
        filesystem: The filesystem.
        totals: The bytes below its directories.
        comparison: The states.
        changes: The strip of what happened between them.

    """

    def __init__(
        self, filesystem: Filesystem, totals: SubtreeSizes, comparison: Comparison, changes: bytes
    ) -> None:
        self._filesystem = filesystem
        self._totals = totals
        self._comparison = comparison
        self._changes = changes
        self._families: dict[int, _Family] = {}
        self._orders: dict[int, list[int]] = {}

    def size(self, node: int) -> int:
        """Return the bytes of a file, or of everything below a directory.

        Of a removed one, those that it had.
        """
        layer = self._layer(node)
        version = self._filesystem.version(node, layer)
        facts = self._filesystem.facts
        if facts.kinds[version] == DIRECTORY:
            return self._totals.total(node, layer)
        return facts.sizes[version]

    def largest(self, parent: int) -> int:
        """Return the bytes of the largest child that is not removed, or 0."""
        return self._family(parent).largest

    def by_size(self, parent: int) -> list[int]:
        """Return the children of a directory, largest first; those of one size by name."""
        order = self._orders.get(parent)
        if order is None:
            children, sizes, _ = self._family(parent)
            places = sorted(range(len(children)), key=sizes.__getitem__, reverse=True)
            order = self._orders[parent] = list(map(children.__getitem__, places))
        return order

    def _layer(self, node: int) -> int:
        removed = self._changes[node] == Change.REMOVED
        return self._comparison.lower if removed else self._comparison.upper

    def _family(self, parent: int) -> _Family:
        known = self._families.get(parent)
        if known is None:
            nodes = self._filesystem.table.child_nodes(parent)
            changes = bytes(map(self._changes.__getitem__, nodes))
            children = array("i", compress(nodes, changes))
            there = changes.translate(_THERE, bytes((Change.ABSENT,)))
            sizes = self._sizes_of(children, there)
            largest = max(compress(sizes, there), default=0)
            known = self._families[parent] = _Family(children, sizes, largest)
        return known

    def _sizes_of(self, children: array[int], there: bytes) -> array[int]:
        """Return the sizes of children; `there`: which of them are not removed."""
        filesystem = self._filesystem
        versions = array("i", map(filesystem.versions.last.__getitem__, children))
        later = filesystem.versions.starts[self._comparison.upper + 1]
        for place in compress(range(len(children)), map(later.__le__, versions)):
            versions[place] = filesystem.version(children[place], self._comparison.upper)
        place = there.find(0)
        while place >= 0:
            versions[place] = filesystem.version(children[place], self._comparison.lower)
            place = there.find(0, place + 1)
        sizes = array("q", map(filesystem.facts.sizes.__getitem__, versions))
        inner = filesystem.table.inner
        for place in compress(range(len(children)), map(inner.__getitem__, children)):
            sizes[place] = self.size(children[place])
        return sizes
