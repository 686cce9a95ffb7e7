"""The paths of all layers as one table in preorder: a node is a row.

Node 0 is the root. The children of a node follow it, each followed by what is below it, so
that `ends[node]` is where the rest goes on and a subtree is the range `node` to `ends[node]`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import cached_property
from itertools import chain, compress, islice
from operator import eq, le, ne
from typing import TYPE_CHECKING

from layertui.filesystem.texts import Texts
from layertui.layers.index import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FEW = 4
"""How many times fewer keys than nodes are few enough to be searched for one by one."""


class NodeTable:
    """The paths of nodes; their places in the tree are worked out when they are asked for.

    Args:
        keys: The sort keys of all paths and of all directories above them, in any order.

    """

    def __init__(self, keys: Iterable[bytes]) -> None:
        ordered = sorted(keys)
        distinct = map(ne, ordered, islice(ordered, 1, None))
        self.keys = list(compress(ordered, chain(distinct, (True,))))

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def parents(self) -> array[int]:
        """By node, the node above; of the root, 0."""
        parents = array("i", [0])
        add, keys, last, parent = parents.append, self.keys, b"", 0
        for key in self.keys[1:]:
            head = key.rpartition(b"\0")[0]
            if head != last:
                last, parent = head, bisect_left(keys, head)
            add(parent)
        return parents

    @cached_property
    def ends(self) -> array[int]:
        """By node, the first node that is not below it."""
        parents = self.parents
        ends = array("i", range(1, len(parents) + 1))
        for node in range(len(parents) - 1, 0, -1):
            parent = parents[node]
            ends[parent] = max(ends[parent], ends[node])
        return ends

    @cached_property
    def inner(self) -> bytes:
        """By node, 1 where others are below it."""
        return bytes(map(le, range(2, len(self) + 2), self.ends))

    @cached_property
    def texts(self) -> Texts:
        """The names and paths to be searched."""
        return Texts(self.keys)

    def end(self, node: int) -> int:
        """Return the first node that is not below a node, for a node or two."""
        return bisect_left(self.keys, self.keys[node] + b"\1", node) if node else len(self)

    def depth(self, node: int) -> int:
        """Return the number of components of a node's path; of the root, 0."""
        return self.keys[node].count(b"\0") + 1 if node else 0

    def name(self, node: int) -> bytes:
        """Return the last component of a node's path; of the root, nothing."""
        return self.keys[node].rpartition(b"\0")[2]

    def path(self, node: int) -> bytes:
        """Return the absolute path of a node."""
        return b"/" + self.keys[node].replace(b"\0", b"/")

    def children(self, node: int) -> Iterator[int]:
        """Yield the children of a node by name."""
        child, end = node + 1, self.ends[node]
        while child < end:
            yield child
            child = self.ends[child]

    def child_runs(self, node: int) -> list[tuple[int, int]]:
        """Return the children of a node as ranges; only the last of each may be a directory."""
        runs: list[tuple[int, int]] = []
        place, end = node + 1, self.ends[node]
        while place < end:
            directory = self.inner.find(1, place, end)
            last = directory + 1 if directory >= 0 else end
            runs.append((place, last))
            place = self.ends[last - 1]
        return runs

    def find(self, path: bytes) -> int | None:
        """Return the node of an absolute path, or None."""
        key = key_of(path.strip(b"/"))
        node = bisect_left(self.keys, key)
        return node if node < len(self.keys) and self.keys[node] == key else None

    def nodes_of(self, keys: list[bytes]) -> array[int]:
        """Return the nodes of sorted keys that are all in the table."""
        if len(keys) * _FEW < len(self.keys):
            return array("i", self._searched(keys))
        merged = sorted(chain(self.keys, keys))
        twice = bytes(map(eq, merged, islice(merged, 1, None))) + b"\0"
        # A key of both lists stands twice in a row and leaves 1, 0; one of the table alone, 0.
        return array("i", compress(range(len(self.keys)), twice.replace(b"\1\0", b"\1")))

    def _searched(self, keys: list[bytes]) -> Iterator[int]:
        node = 0
        for key in keys:
            node = bisect_left(self.keys, key, node)
            yield node


def marked_in(strip: bytearray, ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Return the nodes of ranges that a strip marks with 1, each once, in order."""
    nodes: list[int] = []
    reached = 0
    for start, end in sorted(ranges):
        node = strip.find(1, max(start, reached), end)
        while node >= 0:
            nodes.append(node)
            node = strip.find(1, node + 1, end)
        reached = max(reached, end)
    return nodes
