"""The tree as rows on a screen: what is expanded, shown and in which order.

The rows of a million expanded paths are never listed: which nodes have a row is one strip of
bytes, and rows are counted in it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, compress, pairwise
from typing import TYPE_CHECKING

from layertui.filesystem.changes import ChangeStrips, Comparison
from layertui.filesystem.sizes import SubtreeSizes
from layertui.filesystem.tree import Change
from layertui.layers.entries import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.tree import Entry, Filesystem

ALL_CHANGES = frozenset((Change.ADDED, Change.MODIFIED, Change.REMOVED, Change.UNMODIFIED))
_BLOCK = 4_096


class Sort(Enum):
    """The order of siblings."""

    NAME = "name"
    SIZE = "size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One path on the screen.

    Attributes:
        node: The node.
        depth: Levels below the top of the tree, from 0.
        name: The last component of the path, raw.
        change: What happened to it; a directory with changes below it is MODIFIED.
        entry: What it is in the upper state, or was in the lower one where it was removed.
        size: Bytes of the file, or of everything below the directory.
        expandable: True for a directory that has something shown below it.
        expanded: True when that is on the screen.

    """

    node: int
    depth: int
    name: bytes
    change: Change
    entry: Entry
    size: int
    expandable: bool
    expanded: bool


class TreeView:
    """The rows of a filesystem between two states.

    Args:
        filesystem: What to show.
        comparison: The states to compare.

    """

    def __init__(self, filesystem: Filesystem, comparison: Comparison) -> None:
        self.filesystem = filesystem
        self.comparison = comparison
        self.sort = Sort.NAME
        self.shown_changes = ALL_CHANGES
        self._table = filesystem.table
        self._strips = ChangeStrips(filesystem)
        self._sizes = SubtreeSizes(filesystem)
        self._directories = [node for node, end in enumerate(self._table.ends) if end > node + 1]
        self._expanded = bytearray(b"\1") * len(filesystem.table)
        self._set_all(expanded=False)
        self._show()

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._counts[-1]

    def row_counts(self) -> tuple[int, int]:
        """Return how many paths pass the filter and how many there are, folded ones included."""
        return self._passing.count(1), len(self._changes) - 1 - self._changes.count(0, 1)

    def compare(self, comparison: Comparison) -> None:
        """Show other states."""
        self.comparison = comparison
        self._show()

    def show_only(self, changes: frozenset[Change]) -> None:
        """Show paths with these changes, and the directories that lead to them."""
        self.shown_changes = changes
        self._show()

    def sort_by(self, sort: Sort) -> None:
        """Order siblings by name, or by size with the largest first."""
        self.sort = sort
        self._children.clear()

    def expand(self, node: int, *, expanded: bool = True) -> None:
        """Expand or collapse a directory."""
        self._expanded[node] = expanded
        self._fold()

    def expand_all(self, *, expanded: bool = True) -> None:
        """Expand or collapse all directories."""
        self._set_all(expanded=expanded)
        self._fold()

    def reveal(self, node: int) -> None:
        """Expand what is above a node."""
        while node:
            node = self._table.parents[node]
            self._expanded[node] = 1
        self._fold()

    def adopt(self, other: TreeView) -> None:
        """Take over what is expanded, shown and sorted in the view of another filesystem."""
        for node in other._directories:
            if other._expanded[node]:
                mine = self._table.find(other._table.path(node))
                if mine is not None:
                    self._expanded[mine] = 1
        self.sort = other.sort
        self.shown_changes = other.shown_changes
        self._show()

    def has_row(self, node: int) -> bool:
        """Tell whether a node has a row."""
        return bool(self._mask[node])

    def visible_ancestor(self, node: int) -> int | None:
        """Return a node or the nearest one above it that has a row, or None."""
        while node and not self._mask[node]:
            node = self._table.parents[node]
        return node or None

    def parent(self, node: int) -> int | None:
        """Return the node above, or None at the top."""
        return self._table.parents[node] or None

    def node_at(self, row: int) -> int:
        """Return the node of a row."""
        return next(self.nodes_from(row))

    def nodes_from(self, row: int) -> Iterator[int]:
        """Yield the nodes of a row and the ones after it."""
        return self._by_name(row) if self.sort is Sort.NAME else self._by_size(row)

    def row_of(self, node: int) -> int:
        """Return the row of a node that has one."""
        if self.sort is Sort.NAME:
            return self._rank(node)
        row = 0
        while node:
            parent = self._table.parents[node]
            children, starts = self._sorted_children(parent)
            row += starts[children.index(node)] + (1 if parent else 0)
            node = parent
        return row

    def row(self, node: int) -> Row:
        """Return what the row of a node shows."""
        change = Change(self._changes[node])
        lower, upper = self.comparison
        version = self.filesystem.version(node, lower if change is Change.REMOVED else upper)
        entry = self.filesystem.entry(node, version)
        below = self._passing.find(1, node + 1, self._table.ends[node]) >= 0
        return Row(
            node=node,
            depth=self._table.depth(node) - 1,
            name=self._table.name(node),
            change=self._display_change(node, change),
            entry=entry,
            size=self._size(node),
            expandable=below,
            expanded=below and bool(self._expanded[node]),
        )

    def change(self, node: int) -> Change:
        """Return what happened to a node itself."""
        return Change(self._changes[node])

    def total_size(self) -> int:
        """Return the bytes that the upper state shows."""
        return self._sizes.total(0, self.comparison.upper)

    def net_sizes(self) -> list[int]:
        """Return by how many bytes each layer made grow, or below 0 shrink, what is shown."""
        totals = [self._sizes.total(0, layer) for layer in range(len(self.filesystem.indexes))]
        return [after - before for before, after in pairwise([0, *totals])]

    def changes_below(self, node: int) -> int:
        """Return how many paths below a directory were added, modified or removed."""
        start, end = node + 1, self._table.ends[node]
        return self._changed.count(1, start, end)

    def _set_all(self, *, expanded: bool) -> None:
        for node in self._directories:
            self._expanded[node] = expanded
        self._expanded[0] = 1

    def _display_change(self, node: int, change: Change) -> Change:
        quiet = change is Change.UNMODIFIED and self._is_directory(node)
        return Change.MODIFIED if quiet and self.changes_below(node) else change

    def _is_directory(self, node: int) -> bool:
        version = self.filesystem.version(node, self.comparison.upper)
        return self.filesystem.kind(version) == DIRECTORY

    def _size(self, node: int) -> int:
        lower, upper = self.comparison
        layer = lower if self._changes[node] == Change.REMOVED else upper
        version = self.filesystem.version(node, layer)
        if self.filesystem.kind(version) == DIRECTORY:
            return self._sizes.total(node, layer)
        source_layer, row = self.filesystem.source(version)
        return self.filesystem.indexes[source_layer].real_size(row)

    def _show(self) -> None:
        """Work out which nodes pass the filter."""
        self._changes = self._strips.changes(self.comparison)
        changed = (Change.ADDED, Change.MODIFIED, Change.REMOVED)
        self._changed = self._changes.translate(_marks(frozenset(changed)))
        passing = bytearray(self._changes.translate(_marks(self.shown_changes)))
        if self.shown_changes != ALL_CHANGES:
            for node in self._directories:
                if not passing[node] and passing.find(1, node + 1, self._table.ends[node]) >= 0:
                    passing[node] = 1
        passing[0] = 0
        self._passing = passing
        self._fold()

    def _fold(self) -> None:
        """Work out which of the passing nodes have a row."""
        mask, ends = bytearray(self._passing), self._table.ends
        node = self._expanded.find(0)
        while node >= 0:
            end = ends[node]
            if end > node + 1:
                mask[node + 1 : end] = bytes(end - node - 1)
            node = self._expanded.find(0, end)
        self._mask = mask
        counts = (mask.count(1, start, start + _BLOCK) for start in range(0, len(mask), _BLOCK))
        self._counts = list(accumulate(counts, initial=0))
        self._children: dict[int, tuple[list[int], list[int]]] = {}

    def _rank(self, node: int) -> int:
        block = node // _BLOCK
        return self._counts[block] + self._mask.count(1, block * _BLOCK, node)

    def _by_name(self, row: int) -> Iterator[int]:
        block = bisect_right(self._counts, row) - 1
        start = block * _BLOCK
        nodes = compress(range(start, start + _BLOCK), self._mask[start : start + _BLOCK])
        node = list(nodes)[row - self._counts[block]]
        while node >= 0:
            yield node
            node = self._mask.find(1, node + 1)

    def _by_size(self, row: int) -> Iterator[int]:
        for number in range(row, len(self)):
            yield self._sized_at(number)

    def _sized_at(self, row: int) -> int:
        node = 0
        while True:
            children, starts = self._sorted_children(node)
            place = bisect_right(starts, row) - 1
            node, row = children[place], row - starts[place]
            if row == 0:
                return node
            row -= 1

    def _sorted_children(self, node: int) -> tuple[list[int], list[int]]:
        """Return the children that have rows, largest first, and the row each starts at."""
        known = self._children.get(node)
        if known is None:
            children = [child for child in self._table.children(node) if self._mask[child]]
            children.sort(key=self._size, reverse=True)
            ends = self._table.ends
            counts = [self._mask.count(1, child, ends[child]) for child in children]
            known = self._children[node] = (children, list(accumulate(counts, initial=0))[:-1])
        return known


def _marks(changes: frozenset[Change]) -> bytes:
    """Return the table that turns a strip of changes into 1 for these and 0 for others."""
    return bytes(value in changes for value in range(256))
