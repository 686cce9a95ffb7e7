"""The merged filesystem of an image: every path, one version for each layer that touched it.

    indexes -> node table -> per layer: what goes, what is written, what is implied -> versions

The state after any layer, and the change between any two, is read from the versions. Rules:
OCI image-spec layer.md, "Applying Changesets". A layer first takes away from what is below,
then writes; the order of its entries does not matter.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from functools import cached_property
from typing import TYPE_CHECKING

from layertui.layers.entries import DIRECTORY, HARDLINK, KIND_NAMES
from layertui.layers.fields import UNKNOWN_TIME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.facts import VersionFacts
    from layertui.filesystem.nodes import NodeTable
    from layertui.layers.index import LayerIndex
    from layertui.notices import Notice

GONE = -1
"""The row of a version that says a path went."""
IMPLIED = -2
"""The row of a version that is a directory no entry tells of, only what is below it."""


class Change(IntEnum):
    """What happened to a path between two states."""

    ABSENT = 0
    UNMODIFIED = 1
    ADDED = 2
    MODIFIED = 3
    REMOVED = 4


class Differs(IntFlag):
    """In what two versions of a path differ."""

    CONTENT = 1
    TYPE = 2
    MODE = 4
    OWNER = 8
    MTIME = 16
    LINK = 32
    XATTRS = 64
    DEVICE = 128

    @property
    def names(self) -> list[str]:
        """The parts by name, in the order of the report."""
        return [part.name.lower() for part in self if part.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a path is in one state; of a hard link, what it leads to.

    Attributes:
        path: Absolute.
        type: "file", "directory", "symlink", "hardlink", "chardev", "blockdev" or "fifo".
        size: Bytes of a file with its holes, 0 for anything else.
        mode: Permission bits with setuid, setgid and sticky.
        uid: Owner.
        gid: Group.
        mtime: Nanoseconds since 1970, or None where unknown.
        link: The text of a symbolic link, the absolute path a hard link leads to, or None.
        device: Major and minor number, or None.
        xattrs: Extended attributes, sorted by name.
        layer: The layer that gave it.
        implied: True for a directory no entry tells of.

    """

    path: bytes
    type: str
    size: int
    mode: int
    uid: int
    gid: int
    mtime: int | None
    link: bytes | None
    device: tuple[int, int] | None
    xattrs: tuple[tuple[bytes, bytes], ...]
    layer: int
    implied: bool


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """The versions of all nodes in the order of the layers, column by column.

    Attributes:
        nodes: Whose version it is.
        layers: The layer that made it.
        rows: The row of that layer's index, or GONE, or IMPLIED.
        previous: The version before it, or -1.
        changes: A Change against the state below.
        differs: The Differs against the version before it.
        starts: By layer, the first of its versions; one more than there are layers.
        last: By node, its last version, or -1.

    """

    nodes: array[int] = field(default_factory=lambda: array("i"))
    layers: array[int] = field(default_factory=lambda: array("i"))
    rows: array[int] = field(default_factory=lambda: array("i"))
    previous: array[int] = field(default_factory=lambda: array("i"))
    changes: bytearray = field(default_factory=bytearray)
    differs: bytearray = field(default_factory=bytearray)
    starts: array[int] = field(default_factory=lambda: array("i", [0]))
    last: array[int] = field(default_factory=lambda: array("i"))

    def __len__(self) -> int:
        return len(self.nodes)


@dataclass(frozen=True, eq=False)
class Filesystem:
    """All layers of an image applied on one another, every version kept.

    Attributes:
        indexes: The layers, bottom to top.
        table: The paths of all layers.
        versions: What every layer did to them.
        targets: Of a hard link, by layer and row: the layer and row of what it leads to, or
            None where that does not exist.
        notices: What is odd about the layers as a stack.

    """

    indexes: tuple[LayerIndex, ...]
    table: NodeTable
    versions: Versions
    targets: dict[tuple[int, int], tuple[int, int] | None]
    notices: tuple[Notice, ...]

    @cached_property
    def facts(self) -> VersionFacts:
        """The types and sizes of all versions."""
        from layertui.filesystem.facts import version_facts

        return version_facts(self)

    def version(self, node: int, layer: int) -> int:
        """Return the version of a node after a layer, or -1 where it has none yet."""
        layers, previous = self.versions.layers, self.versions.previous
        version = self.versions.last[node]
        while version >= 0 and layers[version] > layer:
            version = previous[version]
        return version

    def exists(self, version: int) -> bool:
        """Tell whether a version is there, that is, not a removal."""
        return version >= 0 and self.versions.rows[version] != GONE

    def source(self, version: int) -> tuple[int, int]:
        """Return the layer and row that a version's content and attributes come from.

        That is what a hard link leads to; the link itself where that does not exist. The row
        is IMPLIED or GONE where there is no entry.
        """
        place = (self.versions.layers[version], self.versions.rows[version])
        return (self.targets.get(place) or place) if self.targets else place

    def kind(self, version: int) -> int:
        """Return FILE, DIRECTORY, ...; of a hard link, of what it leads to."""
        layer, row = self.source(version)
        return DIRECTORY if row == IMPLIED else self.indexes[layer].kinds[row]

    def copy_size(self, version: int) -> int:
        """Return the bytes a version ships itself: of anything but a file, 0."""
        row = self.versions.rows[version]
        return self.indexes[self.versions.layers[version]].sizes[row] if row >= 0 else 0

    def entry(self, node: int, version: int) -> Entry:
        """Return what a node is in a version that exists."""
        layer, row = self.versions.layers[version], self.versions.rows[version]
        path = self.table.path(node)
        if row == IMPLIED:
            return Entry(
                path=path, type="directory", size=0, mode=0o755, uid=0, gid=0, mtime=None,
                link=None, device=None, xattrs=(), layer=layer, implied=True,
            )  # fmt: skip
        source_layer, source_row = self.source(version)
        index, own = self.indexes[source_layer], self.indexes[layer]
        attributes = index.attribute_table[index.attributes[source_row]]
        mtime = index.mtimes[source_row]
        hard = own.kinds[row] == HARDLINK
        link = own.links.get(row, b"") if hard else index.links.get(source_row)
        return Entry(
            path=path,
            type=KIND_NAMES[own.kinds[row]],
            size=index.real_size(source_row),
            mode=attributes.mode,
            uid=attributes.uid,
            gid=attributes.gid,
            mtime=None if mtime == UNKNOWN_TIME else mtime,
            link=b"/" + link if hard and link is not None else link,
            device=index.devices.get(source_row),
            xattrs=attributes.xattrs,
            layer=layer,
            implied=False,
        )

    def listing(self, layer: int) -> Iterator[Entry]:
        """Yield what the filesystem holds after a layer, in preorder, without the root."""
        for node in range(1, len(self.table)):
            version = self.version(node, layer)
            if self.exists(version):
                yield self.entry(node, version)

    def layer_versions(self, layer: int) -> range:
        """Return the versions that a layer made."""
        return range(self.versions.starts[layer], self.versions.starts[layer + 1])
