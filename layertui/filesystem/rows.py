"""Which nodes have a row while directories are folded, and which row each has by name.

The rows of a million expanded paths are never listed: which nodes have a row is one strip of
bytes, and rows are counted in it.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from layertui.filesystem.strips import both, inverted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.nodes import NodeTable
    from layertui.filesystem.strips import Strip

_BLOCK = 4_096


class Rows:
    """The rows of what passes, in the order of the names.

    Args:
        table: The nodes.
        passing: A strip of the nodes that have a row when nothing is folded.
        expanded: A strip of the directories that are not folded.

    """

    def __init__(self, table: NodeTable, passing: Strip, expanded: Strip) -> None:
        mask, ends = bytearray(passing), table.ends
        folded = both(passing, table.inner, inverted(expanded))
        node = folded.find(1)
        while node >= 0:
            end = ends[node]
            mask[node + 1 : end] = bytes(end - node - 1)
            node = folded.find(1, end)
        self.mask = bytes(mask)
        counts = (mask.count(1, start, start + _BLOCK) for start in range(0, len(mask), _BLOCK))
        self._counts = list(accumulate(counts, initial=0))

    def __len__(self) -> int:
        return self._counts[-1]

    def row_of(self, node: int) -> int:
        """Return the row of a node that has one."""
        block = node // _BLOCK
        return self._counts[block] + self.mask.count(1, block * _BLOCK, node)

    def nodes_from(self, row: int) -> Iterator[int]:
        """Yield the nodes of a row and the ones after it."""
        block = bisect_right(self._counts, row) - 1
        start = block * _BLOCK
        nodes = compress(range(start, start + _BLOCK), self.mask[start : start + _BLOCK])
        node = list(nodes)[row - self._counts[block]]
        while node >= 0:
            yield node
            node = self.mask.find(1, node + 1)
