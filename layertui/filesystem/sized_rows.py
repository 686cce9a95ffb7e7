"""The rows of a tree whose siblings stand by size, and steps through it in that order."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate, compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.filesystem.nodes import NodeTable
    from layertui.filesystem.rows import Rows
    from layertui.filesystem.siblings import Siblings
    from layertui.filesystem.strips import Strip


class SizeOrder:
    """What passes as a tree whose siblings stand by size, the largest first.

    Args:
        table: The nodes.
        siblings: Their sizes.
        passing: A strip of the nodes that are part of the tree.

    """

    def __init__(self, table: NodeTable, siblings: Siblings, passing: Strip) -> None:
        self.table = table
        self._siblings = siblings
        self._passing = passing
        self._children: dict[int, array[int]] = {}

    def children(self, parent: int) -> array[int]:
        """Return what passes of the children of a directory, largest first."""
        known = self._children.get(parent)
        if known is None:
            known = self._siblings.by_size(parent)
            runs = self.table.child_runs(parent)
            if sum(self._passing.count(1, *run) for run in runs) < len(known):
                known = array("i", compress(known, map(self._passing.__getitem__, known)))
            self._children[parent] = known
        return known

    def after(self, node: int, marked: Strip) -> int | None:
        """Return the next marked node behind one, or None; 0: behind the root."""
        below = self._first_below(node, marked)
        while below is None and node:
            parent = self.table.parents[node]
            if self._marked_beside(node, parent, marked):
                children = self.children(parent)
                below = self._first_of(children[children.index(node) + 1 :], marked)
            node = parent
        return below

    def before(self, node: int, marked: Strip) -> int | None:
        """Return the next marked node before one, or None; 0: before the end."""
        if not node:
            return self._last_below(0, marked)
        while node:
            parent = self.table.parents[node]
            if self._marked_beside(node, parent, marked):
                children = self.children(parent)
                earlier = reversed(children[: children.index(node)])
                found = next((child for child in earlier if self._has(child, marked)), None)
                if found is not None:
                    return self._last_below(found, marked)
            node = parent
            if marked[node]:
                return node
        return None

    def _has(self, node: int, marked: Strip) -> bool:
        """Tell whether a node or something below it is marked."""
        return marked.find(1, node, self.table.ends[node]) >= 0

    def _marked_beside(self, node: int, parent: int, marked: Strip) -> bool:
        """Tell whether anything in a directory, but not in one child of it, is marked."""
        ends = self.table.ends
        earlier = marked.find(1, parent + 1, node) >= 0
        return earlier or marked.find(1, ends[node], ends[parent]) >= 0

    def _first_below(self, node: int, marked: Strip) -> int | None:
        if marked.find(1, node + 1, self.table.ends[node]) < 0:
            return None
        return self._first_of(self.children(node), marked)

    def _first_of(self, nodes: Iterable[int], marked: Strip) -> int | None:
        """Return the first marked node of or below siblings."""
        while True:
            node = next((node for node in nodes if self._has(node, marked)), None)
            if node is None or marked[node]:
                return node
            nodes = self.children(node)

    def _last_below(self, node: int, marked: Strip) -> int | None:
        """Return the last marked node of a subtree."""
        ends = self.table.ends
        while marked.find(1, node + 1, ends[node]) >= 0:
            children = reversed(self.children(node))
            node = next(child for child in children if self._has(child, marked))
        return node if marked[node] else None


class SizedRows:
    """The rows in such an order.

    Args:
        rows: Which nodes have one.
        order: The order.

    """

    def __init__(self, rows: Rows, order: SizeOrder) -> None:
        self._rows = rows
        self._order = order
        self._starts: dict[int, list[int]] = {}

    def row_of(self, node: int) -> int:
        """Return the row of a node that has one."""
        row = 0
        while node:
            parent = self._order.table.parents[node]
            place = self._order.children(parent).index(node)
            row += self._starts_in(parent)[place] + (1 if parent else 0)
            node = parent
        return row

    def nodes_from(self, row: int) -> Iterator[int]:
        """Yield the nodes of a row and the ones after it."""
        return map(self._node_at, range(row, len(self._rows)))

    def _node_at(self, row: int) -> int:
        node = 0
        while True:
            starts = self._starts_in(node)
            place = bisect_right(starts, row) - 1
            node, row = self._order.children(node)[place], row - starts[place]
            if row == 0:
                return node
            row -= 1

    def _starts_in(self, parent: int) -> list[int]:
        """Return the row at which each child of an expanded directory starts, from 0."""
        known = self._starts.get(parent)
        if known is None:
            table, mask = self._order.table, self._rows.mask
            children = self._order.children(parent)
            counts = [1] * len(children)
            for place in compress(range(len(children)), map(table.inner.__getitem__, children)):
                counts[place] = mask.count(1, children[place], table.ends[children[place]])
            known = self._starts[parent] = list(accumulate(counts, initial=0))[:-1]
        return known
