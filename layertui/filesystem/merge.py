"""Applying layers on one another.

For each layer, in two steps: what goes (whiteouts, opaque markers, what is below a directory
that becomes something else), then what is written, with the directories that are implied.
"""

from __future__ import annotations

import gc
from array import array
from bisect import bisect_left
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import CancelledError
from layertui.filesystem.nodes import NodeTable, marked_in
from layertui.filesystem.tree import GONE, IMPLIED, Change, Differs, Filesystem, Versions
from layertui.layers.entries import DIRECTORY, FILE, HARDLINK, SYMLINK, Attributes
from layertui.layers.fields import UNKNOWN_TIME
from layertui.layers.index import LayerIndex, key_of
from layertui.notices import NoticeBook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.notices import Notice

_ADDED, _MODIFIED = Change.ADDED, Change.MODIFIED
_REMOVED, _UNMODIFIED = Change.REMOVED, Change.UNMODIFIED
_CONTENT, _TYPE, _MTIME = int(Differs.CONTENT), int(Differs.TYPE), int(Differs.MTIME)
_LINK, _DEVICE = int(Differs.LINK), int(Differs.DEVICE)
IMPLIED_ATTRIBUTES = Attributes(0o755, 0, 0)
"""The attributes of a directory no entry tells of."""


def merge(indexes: Sequence[LayerIndex], *, cancelled: Cancelled | None = None) -> Filesystem:
    """Apply layers on one another, bottom to top, and return the filesystem with all versions.

    Raises:
        CancelledError: `cancelled` said so between two layers.

    """
    with _without_collector():
        implied = (key_of(path) for index in indexes for path in index.implied)
        table = NodeTable(chain([b""], *(index.keys for index in indexes), implied))
        merger = _Merger(tuple(indexes), table)
        for layer, index in enumerate(indexes):
            if cancelled and cancelled():
                raise CancelledError("the merging was stopped")
            merger.apply(layer, table.nodes_of(index.keys))
        return merger.filesystem()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the cycle collector from walking millions of new values that hold no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Merger:
    """The state while layers are applied: which nodes are there, and their last versions."""

    def __init__(self, indexes: tuple[LayerIndex, ...], table: NodeTable) -> None:
        self._indexes = indexes
        self._table = table
        self._versions = Versions(last=array("i", [-1]) * len(table))
        self._targets: dict[tuple[int, int], tuple[int, int] | None] = {}
        self._notices: list[Notice] = []
        self._alive = bytearray(len(table))
        self._dirs = bytearray(len(table))
        self._whole = True
        self._filesystem = Filesystem(indexes, table, self._versions, self._targets, ())

    def filesystem(self) -> Filesystem:
        """Return the filesystem of the layers applied so far."""
        return replace(self._filesystem, notices=tuple(self._notices))

    def apply(self, layer: int, nodes: array[int]) -> None:
        """Apply the next layer, whose rows are about `nodes`, in order."""
        index, book = self._indexes[layer], NoticeBook(layer)
        alive = self._alive
        known = [row for row, node in enumerate(nodes) if alive[node]] if layer else []
        taken = self._taken_by_markers(index, book)
        implied = self._implied(index, frozenset(taken))
        written = frozenset(nodes).union(implied) if taken else frozenset()
        over = self._taken_over(index, nodes, known)
        left_out = written.union(over)
        self._resolve_links(layer, nodes, book)
        self._remove(layer, [node for node in taken if node not in left_out], 0)
        self._remove(layer, over, _TYPE)
        self._imply(layer, implied, book)
        self._write(layer, nodes, known)
        self._versions.starts.append(len(self._versions))
        self._whole = self._whole and index.complete
        self._notices.extend(book.notices())

    def _taken_by_markers(self, index: LayerIndex, book: NoticeBook) -> list[int]:
        """Return the nodes that whiteouts and opaque markers take from the state below.

        That one takes nothing is no oddity where a layer below could not be read to its end.
        """
        ranges: list[tuple[int, int]] = []
        for path in index.whiteouts:
            node = self._table.find(path)
            if node is not None and self._alive[node]:
                ranges.append((node, self._table.end(node)))
            elif self._whole:
                message = f"{printable(b'/' + path)}: a whiteout of what is not there"
                book.add("whiteout-without-target", message, b"/" + path)
        for path in index.opaques:
            node = self._table.find(path)
            if node is not None:
                ranges.append((node + 1, self._table.end(node)))
        return marked_in(self._alive, ranges)

    def _implied(self, index: LayerIndex, taken: frozenset[int]) -> list[int]:
        """Return the directories that entries need and that the state below does not give."""
        nodes = self._table.nodes_of([key_of(path) for path in index.implied])
        return [node for node in nodes if not self._dirs[node] or node in taken]

    def _taken_over(self, index: LayerIndex, nodes: array[int], known: list[int]) -> list[int]:
        """Return the nodes below directories that this layer makes something else."""
        ranges = [
            (nodes[row] + 1, self._table.end(nodes[row]))
            for row in known
            if self._dirs[nodes[row]] and index.kinds[row] != DIRECTORY
        ]
        return marked_in(self._alive, ranges)

    def _remove(self, layer: int, nodes: list[int], differs: int) -> None:
        for node in nodes:
            self._alive[node] = self._dirs[node] = 0
            self._add(node, layer, GONE, _REMOVED, differs)

    def _imply(self, layer: int, nodes: list[int], book: NoticeBook) -> None:
        for node in nodes:
            change, differs = _ADDED, 0
            if self._alive[node]:
                below = self._filesystem.source(self._versions.last[node])
                differs = differences(self._indexes, below, (layer, IMPLIED))
                change = _MODIFIED if differs else _UNMODIFIED
                self._note_replaced_parent(node, differs, book)
            self._alive[node] = self._dirs[node] = 1
            self._add(node, layer, IMPLIED, change, differs)

    def _note_replaced_parent(self, node: int, differs: int, book: NoticeBook) -> None:
        if not differs & _TYPE:
            return
        path = self._table.path(node)
        if self._filesystem.kind(self._versions.last[node]) == SYMLINK:
            message = "a symbolic link below, hidden by what the layer puts under its name"
            book.add("parent-is-symlink", f"{printable(path)}: {message}", path)
        else:
            message = "a file below, taken for a directory by what the layer puts under it"
            book.add("parent-is-file", f"{printable(path)}: {message}", path)

    def _add(self, node: int, layer: int, row: int, change: Change, differs: int) -> None:
        versions = self._versions
        versions.previous.append(versions.last[node])
        versions.last[node] = len(versions.nodes)
        versions.nodes.append(node)
        versions.layers.append(layer)
        versions.rows.append(row)
        versions.changes.append(change)
        versions.differs.append(differs)

    def _write(self, layer: int, nodes: array[int], known: list[int]) -> None:
        """Add the versions of all rows; only `known` ones are there below and are compared."""
        versions, kinds = self._versions, self._indexes[layer].kinds
        count, start = len(nodes), len(versions)
        if layer:
            versions.previous.extend(map(versions.last.__getitem__, nodes))
        else:
            versions.previous.extend(array("i", [-1]) * count)
        versions.nodes.extend(nodes)
        versions.layers.extend(array("i", [layer]) * count)
        versions.rows.extend(range(count))
        versions.changes.extend(bytes((_ADDED,)) * count)
        versions.differs.extend(bytes(count))
        indexes, source, target = self._indexes, self._filesystem.source, self._targets.get
        for row in known:
            place = (layer, row)
            below = source(versions.previous[start + row])
            differs = differences(indexes, below, target(place) or place)
            versions.differs[start + row] = differs
            versions.changes[start + row] = _MODIFIED if differs else _UNMODIFIED
            self._dirs[nodes[row]] = 0
        last, alive = versions.last, self._alive
        for version, node in enumerate(nodes, start):
            last[node] = version
        for node in nodes:
            alive[node] = 1
        row = kinds.find(DIRECTORY)
        while row >= 0:
            self._dirs[nodes[row]] = 1
            row = kinds.find(DIRECTORY, row + 1)

    def _resolve_links(self, layer: int, nodes: array[int], book: NoticeBook) -> None:
        """Find what the hard links of a layer lead to: in the layer, else in the state below."""
        index = self._indexes[layer]
        for row in index.links:
            if index.kinds[row] != HARDLINK:
                continue
            if self._target(layer, row, nodes) is None:
                path = b"/" + index.links[row]
                message = f"{printable(path)}: a hard link leads there, but it is not there"
                book.add("dangling-hardlink", message, self._table.path(nodes[row]))

    def _target(self, layer: int, row: int, nodes: array[int]) -> tuple[int, int] | None:
        """Return what a hard link leads to, which is then known of all links on the way."""
        index, targets, way = self._indexes[layer], self._targets, set[int]()
        found = None
        while row not in way:
            if (layer, row) in targets:
                found = targets[layer, row]
                break
            if index.kinds[row] != HARDLINK:
                found = (layer, row) if index.kinds[row] != DIRECTORY else None
                break
            way.add(row)
            node = self._table.find(index.links[row]) or 0
            place = bisect_left(nodes, node)
            if not node or place == len(nodes) or nodes[place] != node:
                found = self._target_below(node)
                break
            row = place
        targets.update(((layer, link), found) for link in way)
        return found

    def _target_below(self, node: int) -> tuple[int, int] | None:
        """Return what a hard link to a node of the state below leads to."""
        if not node or not self._alive[node] or self._dirs[node]:
            return None
        source = self._filesystem.source(self._versions.last[node])
        return source if self._indexes[source[0]].kinds[source[1]] != HARDLINK else None


def differences(
    indexes: Sequence[LayerIndex], below: tuple[int, int], above: tuple[int, int]
) -> int:
    """Return in what two entries differ, as Differs; each is a layer and a row, or IMPLIED."""
    kind, attributes, mtime = _facts(indexes, below)
    new_kind, new_attributes, new_mtime = _facts(indexes, above)
    differs = 0 if attributes == new_attributes else _owner_differences(attributes, new_attributes)
    if mtime != new_mtime and UNKNOWN_TIME not in (mtime, new_mtime):
        differs |= _MTIME
    if kind != new_kind:
        return differs | _TYPE
    if below != above and IMPLIED not in (below[1], above[1]):
        differs |= _inner_differences(indexes, kind, below, above)
    return differs


def _owner_differences(attributes: Attributes, new: Attributes) -> int:
    differs = Differs.MODE if attributes.mode != new.mode else Differs(0)
    differs |= Differs.OWNER if attributes[1:3] != new[1:3] else 0
    differs |= Differs.XATTRS if attributes.xattrs != new.xattrs else 0
    return int(differs)


def _facts(indexes: Sequence[LayerIndex], place: tuple[int, int]) -> tuple[int, Attributes, int]:
    layer, row = place
    if row == IMPLIED:
        return DIRECTORY, IMPLIED_ATTRIBUTES, UNKNOWN_TIME
    index = indexes[layer]
    return index.kinds[row], index.attribute_table[index.attributes[row]], index.mtimes[row]


def _inner_differences(
    indexes: Sequence[LayerIndex], kind: int, below: tuple[int, int], above: tuple[int, int]
) -> int:
    (layer, row), (new_layer, new_row) = below, above
    index, new = indexes[layer], indexes[new_layer]
    if kind == FILE:
        return 0 if index.same_content(row, new, new_row) else _CONTENT
    if index.links.get(row) != new.links.get(new_row):
        return _LINK
    return _DEVICE if index.devices.get(row) != new.devices.get(new_row) else 0
