"""What is to be taken out of an image: which paths, and in which order their contents lie."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.places import stored_in
from layertui.filesystem.selecting import below
from layertui.filesystem.tree import IMPLIED
from layertui.layers.entries import DIRECTORY, FILE, HARDLINK, SYMLINK
from layertui.layers.fields import UNKNOWN_TIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layertui.contents.opening import Stored
    from layertui.contents.places import Place
    from layertui.filesystem.tree import Entry, Filesystem

_IMPLIED_MODE = 0o755


class Item(NamedTuple):
    """A path as it is to be written.

    Attributes:
        path: Absolute, in the image.
        name: Below what is taken out, without a slash before it; of that itself, empty.
        kind: FILE, DIRECTORY, ...; of a hard link, of what it leads to; HARDLINK where that does
            not exist.
        mode: Permission bits with setuid, setgid and sticky.
        uid: Owner.
        gid: Group.
        mtime: Nanoseconds since 1970, or None where unknown.
        size: Bytes of a file with its holes.
        stored: Bytes of a file that its layer has.
        text: Of a symbolic link, where it leads.
        device: Major and minor number, or None.
        xattrs: Extended attributes, sorted by name.
        implied: Whether nothing tells of it but what is below it.
    """

    path: bytes
    name: bytes
    kind: int
    mode: int = _IMPLIED_MODE
    uid: int = 0
    gid: int = 0
    mtime: int | None = None
    size: int = 0
    stored: int = 0
    text: bytes = b""
    device: tuple[int, int] | None = None
    xattrs: tuple[tuple[bytes, bytes], ...] = ()
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of an image.

    Attributes:
        filesystem: The image.
        node: What is taken, with all below it.
        layer: The layer after which it is taken.
        only: Whether it is taken of what that layer itself has, instead of the filesystem that
            all layers up to it make.
    """

    filesystem: Filesystem
    node: int
    layer: int
    only: bool = False

    @property
    def own_name(self) -> bytes:
        """What it is called where it has no other name."""
        name = self.filesystem.table.name(self.node)
        return name or (b"layer-%d" % self.layer if self.only else b"rootfs")

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory, as far as it is there."""
        return self.item(self.node).kind == DIRECTORY

    def link_text(self, name: bytes) -> bytes | None:
        """Return where the symbolic link of a name leads, or None for anything else."""
        filesystem = self.filesystem
        top = filesystem.table.path(self.node).rstrip(b"/")
        node = filesystem.table.find(top + b"/" + name)
        version = filesystem.version(node, self.layer) if node is not None else -1
        if not filesystem.exists(version) or filesystem.kind(version) != SYMLINK:
            return None
        layer, row = filesystem.source(version)
        return filesystem.indexes[layer].links.get(row, b"")

    def nodes(self) -> Iterator[tuple[int, bool]]:
        """Yield its nodes in preorder, and whether each is more than the parent of another."""
        if self.only:
            yield from self._of_layer()
            return
        version = self.filesystem.version(self.node, self.layer)
        if not self.node or self.filesystem.exists(version):
            yield self.node, self.filesystem.exists(version)
            for node, _ in below(self.filesystem, self.node, self.layer):
                yield node, True

    def _of_layer(self) -> Iterator[tuple[int, bool]]:
        filesystem, parents = self.filesystem, self.filesystem.table.parents
        versions = filesystem.layer_versions(self.layer)
        end = filesystem.table.end(self.node)
        own = {
            node
            for version, node in zip(versions, self._written(versions), strict=True)
            if self.node <= node < end and filesystem.exists(version)
        }
        if not own and self.node:
            return
        nodes = own | {self.node}
        for node in own:
            above = node
            while above != self.node and (above := parents[above]) not in nodes:
                nodes.add(above)
        for node in sorted(nodes):
            yield node, node in own

    def _written(self, versions: range) -> array[int]:
        return self.filesystem.versions.nodes[versions.start : versions.stop]

    def item(self, node: int, *, own: bool = True) -> Item:
        """Return a node as it is to be written.

        Args:
            node: One of its nodes.
            own: Whether it is more than the parent of another.
        """
        filesystem = self.filesystem
        path = filesystem.table.path(node)
        name = filesystem.table.keys[node][len(filesystem.table.keys[self.node]) :]
        name = name.lstrip(b"\0").replace(b"\0", b"/")
        version = filesystem.version(node, self.layer) if own else -1
        layer, row = filesystem.source(version) if filesystem.exists(version) else (0, IMPLIED)
        if row == IMPLIED:
            return Item(path, name, DIRECTORY, implied=True)
        index = filesystem.indexes[layer]
        kind, mtime = index.kinds[row], index.mtimes[row]
        owner = index.attribute_table[index.attributes[row]]
        return Item(
            path=path,
            name=name,
            kind=kind,
            mode=owner.mode,
            uid=owner.uid,
            gid=owner.gid,
            mtime=None if mtime == UNKNOWN_TIME else mtime,
            size=index.real_size(row) if kind == FILE else 0,
            stored=index.sizes[row] if kind == FILE else 0,
            text=index.links.get(row, b"") if kind in (SYMLINK, HARDLINK) else b"",
            device=index.devices.get(row),
            xattrs=owner.xattrs,
        )


@dataclass(frozen=True, slots=True)
class LoneCopy:
    """One version of a file, whether or not a path has it after any layer.

    Attributes:
        entry: What is known of it.
        place: Where its content lies.
    """

    entry: Entry
    place: Place

    @property
    def own_name(self) -> bytes:
        """What it is called where it has no other name."""
        return self.entry.path.rpartition(b"/")[2]

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory: never."""
        return False

    def link_text(self, name: bytes) -> bytes | None:  # noqa: ARG002
        """Return where the symbolic link of a name leads: there is none."""
        return None

    def item(self, node: int, *, own: bool = True) -> Item:  # noqa: ARG002
        """Return it as it is to be written; it has no node."""
        entry = self.entry
        return Item(
            path=entry.path,
            name=b"",
            kind=FILE,
            mode=entry.mode,
            uid=entry.uid,
            gid=entry.gid,
            mtime=entry.mtime,
            size=self.place.stored.real_size,
            stored=self.place.stored.size,
            xattrs=entry.xattrs,
        )


Files = dict["Stored", list[int]]
"""By where a content lies in a layer: the nodes that have it, which are links to one another."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A part of an image in the order in which it is written.

    Attributes:
        selection: The part.
        directories: Nodes of directories in preorder.
        parents: Those of them that are only the parents of others.
        files: By layer, its files.
        links: Nodes of symbolic links.
        others: Nodes of everything else.
        removals: How many paths the layer takes away, where it alone is taken.
        size: Bytes of all files, each once.
    """

    selection: Selection | LoneCopy
    directories: array[int] = field(default_factory=lambda: array("i"))
    parents: frozenset[int] = frozenset()
    files: Mapping[int, Files] = field(default_factory=dict)
    links: array[int] = field(default_factory=lambda: array("i"))
    others: array[int] = field(default_factory=lambda: array("i"))
    removals: int = 0
    size: int = 0

    @property
    def file_count(self) -> int:
        """How many files there are, links to one another counted each."""
        return sum(len(nodes) for files in self.files.values() for nodes in files.values())

    @property
    def count(self) -> int:
        """How many paths there are."""
        return len(self.directories) + self.file_count + len(self.links) + len(self.others)

    def item(self, node: int) -> Item:
        """Return one of its nodes as it is to be written."""
        return self.selection.item(node, own=node not in self.parents)

    def items(self, nodes: Sequence[int]) -> Iterator[Item]:
        """Yield some of its nodes as they are to be written."""
        return map(self.item, nodes)


def planned(selection: Selection | LoneCopy) -> Plan:
    """Return the order in which a part of an image is written."""
    if isinstance(selection, LoneCopy):
        layer, stored = selection.place
        return Plan(selection, files={layer: {stored: [0]}}, size=stored.real_size)
    filesystem = selection.filesystem
    directories, links, others = array("i"), array("i"), array("i")
    parents: set[int] = set()
    files: dict[int, Files] = {}
    size = 0
    for node, own in selection.nodes():
        version = filesystem.version(node, selection.layer) if own else -1
        kind = filesystem.kind(version) if own else DIRECTORY
        if kind == DIRECTORY:
            directories.append(node)
            if not own:
                parents.add(node)
        elif kind == FILE:
            layer, row = filesystem.source(version)
            stored = stored_in(filesystem.indexes[layer], row)
            nodes = files.setdefault(layer, {}).setdefault(stored, [])
            size += 0 if nodes else stored.real_size
            nodes.append(node)
        else:
            (links if kind == SYMLINK else others).append(node)
    return Plan(
        selection, directories, frozenset(parents), files, links, others,
        _removals(selection), size,
    )  # fmt: skip


def _removals(selection: Selection) -> int:
    """Return how many paths the layer takes away below what is taken of it alone."""
    if not selection.only:
        return 0
    filesystem, end = selection.filesystem, selection.filesystem.table.end(selection.node)
    return sum(
        not filesystem.exists(version)
        for version in filesystem.layer_versions(selection.layer)
        if selection.node <= filesystem.versions.nodes[version] < end
    )
