"""From the paths that databases list to nodes, through links that stand for directories."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.links import follow
from layertui.layers.entries import SYMLINK
from layertui.layers.index import key_of
from layertui.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from layertui.filesystem.nodes import NodeTable
    from layertui.filesystem.tree import Filesystem

DEEPEST_LINK = 48
"""Components of a path among which links are looked for."""

MOST_ROOTS = 100
"""Links in the root that are looked at to see whether paths lead elsewhere than below."""

_MOST_REMEMBERED = 32 * MIB


class Links(NamedTuple):
    """The symbolic links of all layers.

    Attributes:
        keys: The sort keys of their paths.
        roots: Those in the root, sorted; a bounded number.
    """

    keys: frozenset[bytes]
    roots: tuple[bytes, ...]


def links_of(filesystem: Filesystem) -> Links:
    """Return the symbolic links of all layers."""
    keys = frozenset(
        index.keys[row]
        for index in filesystem.indexes
        for row in index.links
        if index.kinds[row] == SYMLINK
    )
    return Links(keys, tuple(nsmallest(MOST_ROOTS, (key for key in keys if b"\0" not in key))))


class Paths:
    """Where listed paths lead in the filesystem after a layer.

    A link in the place of a directory is followed, as `/bin` is where it leads to `usr/bin`; a
    link at the end of a path is what is listed.

    Args:
        filesystem: The filesystem.
        layer: The number of the layer.
        links: Its `links_of`.

    Attributes:
        table: The nodes.
        aliases: Equal for two layers where links in the root lead to the same places.
    """

    def __init__(self, filesystem: Filesystem, layer: int, links: Links) -> None:
        self.table: NodeTable = filesystem.table
        self._filesystem = filesystem
        self._layer = layer
        self._links = links.keys
        self._known = {b"": b""}
        self._remembered = 0
        self.aliases = tuple((key, self._followed(key)) for key in links.roots)

    def node(self, path: bytes) -> int:
        """Return the node of a path from the root, or -1 where no layer has it."""
        found = self.nodes((path,), {})
        return found[0] if found else -1

    def nodes(self, paths: Iterable[bytes], moved: Mapping[bytes, bytes]) -> array[int]:
        """Return the nodes of those paths that any layer has.

        Args:
            paths: From the root, without a leading slash.
            moved: Paths whose files lie at others.
        """
        keys, known, nodes = self.table.keys, self._known, array("i")
        count, add, get = len(keys), nodes.append, known.get
        for listed in paths:
            path = moved.get(listed, listed) if moved else listed
            head, _, name = path.rpartition(b"/")
            folder = get(head)
            if folder is None:
                folder = self._folder(head)
            key = folder + b"\0" + name if folder else name
            node = bisect_left(keys, key)
            if node < count and keys[node] == key and node:
                add(node)
        return nodes

    def span(self, path: bytes) -> tuple[int, int] | None:
        """Return the nodes of a directory and all below it, or None where no layer has it."""
        node = self.node(path)
        return (node, self.table.end(node)) if node > 0 else None

    def children(self, node: int) -> Iterator[int]:
        """Yield the nodes directly below one; of -1, none."""
        end = self.table.end(node) if node >= 0 else 0
        child = node + 1
        while child < end:
            yield child
            child = self.table.end(child)

    def _folder(self, path: bytes) -> bytes:
        """Return the sort key of where a directory leads."""
        if path.count(b"/") >= DEEPEST_LINK:
            parts = path.split(b"/")
            head = self._folder(b"/".join(parts[:DEEPEST_LINK]))
            return b"\0".join((head, *parts[DEEPEST_LINK:]))
        known, pending = self._known, list[bytes]()
        if self._remembered > _MOST_REMEMBERED:
            known.clear()
            known[b""], self._remembered = b"", 0
        while path not in known:
            pending.append(path)
            path = path.rpartition(b"/")[0]
        folder = known[path]
        for path in reversed(pending):
            name = path.rpartition(b"/")[2]
            folder = folder + b"\0" + name if folder else name
            if folder in self._links:
                folder = self._followed(folder)
            known[path] = folder
            self._remembered += len(path) + len(folder)
        return folder

    def _followed(self, key: bytes) -> bytes:
        path = b"/" + key.replace(b"\0", b"/")
        return key_of(follow(self._filesystem, path, self._layer).path.strip(b"/"))
