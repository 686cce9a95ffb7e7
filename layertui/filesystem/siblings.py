"""The sizes of siblings between two states, many at a time, and their order by them."""

from __future__ import annotations

from array import array
from itertools import chain, compress, starmap
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.tree import Change
from layertui.layers.entries import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.sizes import SubtreeSizes
    from layertui.filesystem.tree import Filesystem

_REMOVED = bytes(value == Change.REMOVED for value in range(256))
_THERE = bytes(value in (Change.UNMODIFIED, Change.ADDED, Change.MODIFIED) for value in range(256))


class _Family(NamedTuple):
    """The children of a directory, by name.

    Attributes:
        runs: Their nodes, as ranges.
        changes: What happened to each between the states.
        sizes: Their bytes; those of one that is in neither state mean nothing.
        largest: The bytes of the largest that is in the upper state.

    """

    runs: list[tuple[int, int]]
    changes: bytes
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
        self._orders: dict[int, array[int]] = {}

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
        """Return the bytes of the largest child that is in the upper state, or 0."""
        return self._family(parent).largest

    def by_size(self, parent: int) -> array[int]:
        """Return the children that are in one of the states, largest first, then by name."""
        order = self._orders.get(parent)
        if order is None:
            runs, changes, sizes, _ = self._family(parent)
            there = compress(range(len(sizes)), changes)
            places = sorted(there, key=sizes.tolist().__getitem__, reverse=True)
            children = list(chain.from_iterable(starmap(range, runs)))
            order = self._orders[parent] = array("i", map(children.__getitem__, places))
        return order

    def _layer(self, node: int) -> int:
        removed = self._changes[node] == Change.REMOVED
        return self._comparison.lower if removed else self._comparison.upper

    def _family(self, parent: int) -> _Family:
        known = self._families.get(parent)
        if known is None:
            runs = self._filesystem.table.child_runs(parent)
            changes = b"".join([self._changes[start:end] for start, end in runs])
            sizes = self._sizes_of(runs, changes)
            largest = max(compress(sizes, changes.translate(_THERE)), default=0)
            known = self._families[parent] = _Family(runs, changes, sizes, largest)
        return known

    def _sizes_of(self, runs: list[tuple[int, int]], changes: bytes) -> array[int]:
        filesystem = self._filesystem
        versions = array("i")
        for start, end in runs:
            versions.extend(filesystem.versions.last[start:end])
        self._go_back(versions, range(len(versions)), self._comparison.upper)
        if Change.REMOVED in changes:
            removed = compress(range(len(versions)), changes.translate(_REMOVED))
            self._go_back(versions, removed, self._comparison.lower)
        kinds, totals = filesystem.facts.kinds, self._totals
        sizes = array("q", map(filesystem.facts.sizes.__getitem__, versions))
        place = -1
        for start, end in runs:
            place += end - start
            if kinds[versions[place]] == DIRECTORY:
                sizes[place] = totals.total(end - 1, self._layer(end - 1))
        return sizes

    def _go_back(self, versions: array[int], places: Iterable[int], layer: int) -> None:
        """Put at some places the versions of a layer in the place of later ones."""
        later = self._filesystem.versions.starts[layer + 1]
        if max(versions, default=-1) < later:
            return
        previous = self._filesystem.versions.previous
        places = [place for place in places if versions[place] >= later]
        while places:
            for place in places:
                versions[place] = previous[versions[place]]
            places = [place for place in places if versions[place] >= later]
