"""The index of a layer: what its entries are, in columns, sorted into a tree's preorder.

    headers -> rows in archive order -> paths, markers, last duplicate wins -> columns

A layer says what it writes (`paths` and the columns beside), which lower paths it takes away
(`whiteouts`) and which directories it empties (`opaques`). Source of the rules: OCI image-spec
layer.md, "Representing Changes".
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import same_bytes
from layertui.errors import CancelledError
from layertui.layers.entries import DIGEST_SIZE, NO_DIGEST, Attributes
from layertui.layers.window import payload_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layertui.blob import Blob, Cancelled
    from layertui.layers.fields import SparseMap
    from layertui.notices import Notice


class Superseded(NamedTuple):
    """A copy that a later entry of the same layer took the place of.

    Attributes:
        path: Where it was.
        size: Bytes stored.
        attributes: Mode, owner, xattrs.
        mtime: Nanoseconds since 1970.
        digest: The xxh3-128 of its content, empty of an empty copy.

    """

    path: bytes
    size: int
    attributes: Attributes
    mtime: int
    digest: bytes


class LeftOut(NamedTuple):
    """An entry that is not part of the filesystem.

    Attributes:
        path: As the archive has it, with the name of a marker as written.
        kind: FILE, HARDLINK, ...
        size: Bytes of a file with its holes.
        payload: Offset of the payload in the uncompressed layer.
        attributes: Mode, owner, xattrs.
        link: What a link leads to, else empty.

    """

    path: bytes
    kind: int
    size: int
    payload: int
    attributes: Attributes
    link: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerIndex:
    """The entries of one layer, column by column; row i of each column is one entry.

    Rows stand in preorder: a directory before what is in it, siblings by name.

    Attributes:
        keys: The paths without a leading slash and with NUL for `/`, so that sorted as bytes
            they stand in preorder; the root is empty.
        kinds: FILE, HARDLINK, ...
        sizes: Bytes of payload stored; 0 for anything but files.
        attributes: Row of `attribute_table`.
        mtimes: Nanoseconds since 1970, or UNKNOWN_TIME.
        payloads: Offset of the payload in the uncompressed layer.
        attribute_table: The different attributes.
        digests: 16 bytes a row, zeros where unknown; empty where none was taken.
        links: By row: the text of a symbolic link, the path a hard link leads to.
        devices: By row: major and minor number.
        sparse: By row: where the data of a file with holes lies.
        whiteouts: Lower paths that go, sorted.
        opaques: Directories whose lower children go, sorted.
        implied: Directories that have no entry but something below them, in preorder.
        superseded: Copies that this layer itself took the place of.
        left_out: Markers, AUFS metadata and entries that a later one took the place of, in the
            order of the archive.
        entry_count: Entries in the archive, markers and duplicates included.
        complete: False when the layer could not be read to its end.
        notices: What is odd about it.
        blob: The layer where it is plain, for content that is asked for later.

    """

    keys: list[bytes] = field(default_factory=list)
    kinds: bytes = b""
    sizes: array[int] = field(default_factory=lambda: array("q"))
    attributes: array[int] = field(default_factory=lambda: array("I"))
    mtimes: array[int] = field(default_factory=lambda: array("q"))
    payloads: array[int] = field(default_factory=lambda: array("q"))
    attribute_table: tuple[Attributes, ...] = ()
    digests: bytes = b""
    links: Mapping[int, bytes] = field(default_factory=dict)
    devices: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    sparse: Mapping[int, SparseMap] = field(default_factory=dict)
    whiteouts: tuple[bytes, ...] = ()
    opaques: tuple[bytes, ...] = ()
    implied: tuple[bytes, ...] = ()
    superseded: tuple[Superseded, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    entry_count: int = 0
    complete: bool = True
    notices: tuple[Notice, ...] = ()
    blob: Blob | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def size(self) -> int:
        """Bytes of all copies, superseded ones included."""
        return sum(self.sizes) + sum(copy.size for copy in self.superseded)

    def real_size(self, row: int) -> int:
        """Return the bytes of a file with its holes."""
        holes = self.sparse.get(row)
        return holes.real_size if holes else self.sizes[row]

    def digest(self, row: int) -> bytes:
        """Return the xxh3-128 of a file's content, read now where it was not taken before."""
        known = self.digests[row * DIGEST_SIZE : (row + 1) * DIGEST_SIZE]
        if known.strip(b"\0"):
            return known
        if self.blob is None or not self.sizes[row]:
            return NO_DIGEST
        return payload_digest(self.blob, self.payloads[row], self.sizes[row])

    def with_digests(self, cancelled: Cancelled) -> LayerIndex:
        """Return the index with the digest of every content that its blob has.

        Args:
            cancelled: Asked between contents; True ends in CancelledError.

        Raises:
            CancelledError: `cancelled` said so.
        """
        if self.blob is None:
            return self
        digests = bytearray(self.digests or bytes(len(self) * DIGEST_SIZE))
        for row, size in enumerate(self.sizes):
            place = slice(row * DIGEST_SIZE, (row + 1) * DIGEST_SIZE)
            if size and digests[place] == NO_DIGEST:
                if cancelled():
                    raise CancelledError("the reading was stopped")
                digests[place] = self.digest(row)
        return replace(self, digests=bytes(digests))

    def same_content(self, row: int, other: LayerIndex, other_row: int) -> bool:
        """Tell whether two files hold the same bytes."""
        size = self.sizes[row]
        if row in self.sparse or other_row in other.sparse:
            same_size = self.real_size(row) == other.real_size(other_row)
            return same_size and self.digest(row) == other.digest(other_row)
        if size != other.sizes[other_row]:
            return False
        if not size:
            return True
        if self.blob is not None and other.blob is not None:
            start, other_start = self.payloads[row], other.payloads[other_row]
            return same_bytes(self.blob, start, other.blob, other_start, size)
        return self.digest(row) == other.digest(other_row)


def key_of(path: bytes) -> bytes:
    """Return the preorder sort key of a path."""
    return path.replace(b"/", b"\0")
