"""The entries of an archive in the order it has them, column by column."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from layertui.layers.fields import SparseMap

FILE, HARDLINK, SYMLINK, CHARDEV, BLOCKDEV, DIRECTORY, FIFO = range(7)
"""The kinds of an entry, in the order of the tar type flags `0` to `6`."""

KIND_NAMES = ("file", "hardlink", "symlink", "chardev", "blockdev", "directory", "fifo")

DIGEST_SIZE = 16
"""Bytes of the digest of a payload, an xxh3-128."""

NO_DIGEST = bytes(DIGEST_SIZE)
"""The digest of a payload whose digest was not taken, and of one that is empty."""


class Attributes(NamedTuple):
    """What many entries of a layer have in common, stored once.

    Attributes:
        mode: Permission bits with setuid, setgid and sticky.
        uid: Owner.
        gid: Group.
        xattrs: Extended attributes, sorted by name.

    """

    mode: int
    uid: int
    gid: int
    xattrs: tuple[tuple[bytes, bytes], ...] = ()


class Header(NamedTuple):
    """One entry.

    Attributes:
        name: As written, overrides applied; of a directory, without the slash at its end.
        kind: FILE, HARDLINK, ...
        size: Bytes of payload that are stored; 0 for anything but files.
        owner: Mode, user and group id, extended attributes.
        mtime: Nanoseconds since 1970, or `fields.UNKNOWN_TIME`.
        link: The target of a link, as written.
        payload: The offset of the payload.
        digest: The digest of the payload, or NO_DIGEST.
        device: Major and minor number of a device, or None.
        sparse: Where the data of a file with holes lies, or None.

    """

    name: bytes
    kind: int
    size: int
    owner: Attributes
    mtime: int
    link: bytes
    payload: int
    digest: bytes
    device: tuple[int, int] | None
    sparse: SparseMap | None


class Columns:
    """Entries, added one after another; row i of each column is one of them."""

    def __init__(self) -> None:
        self.names: list[bytes] = []
        self.kinds = bytearray()
        self.sizes = array("q")
        self.owners = array("I")
        self.mtimes = array("q")
        self.payloads = array("q")
        self.digests = bytearray()
        self.links: dict[int, bytes] = {}
        self.devices: dict[int, tuple[int, int]] = {}
        self.sparse: dict[int, SparseMap] = {}
        self._owner_numbers: dict[Attributes, int] = {}

    def __len__(self) -> int:
        return len(self.payloads)

    def owner_number(self, owner: Attributes) -> int:
        """Return the number that stands for an owner in its column."""
        return self._owner_numbers.setdefault(owner, len(self._owner_numbers))

    def owner_table(self) -> tuple[Attributes, ...]:
        """Return the owners by number."""
        return tuple(self._owner_numbers)

    def add(self, header: Header) -> None:
        """Add an entry of any kind."""
        row = len(self)
        is_directory = header.kind == DIRECTORY
        self.names.append(header.name.rstrip(b"/") if is_directory else header.name)
        self.kinds.append(header.kind)
        self.sizes.append(header.size)
        self.owners.append(self.owner_number(header.owner))
        self.mtimes.append(header.mtime)
        self.payloads.append(header.payload)
        if header.kind in (HARDLINK, SYMLINK):
            self.links[row] = header.link
        if header.device is not None:
            self.devices[row] = header.device
        if header.sparse is not None:
            self.sparse[row] = header.sparse
        if header.digest:
            self.add_digest(header.digest)

    def add_digest(self, digest: bytes) -> None:
        """Give the last entry its digest."""
        start = (len(self) - 1) * DIGEST_SIZE
        if len(self.digests) < start:
            self.digests += bytes(start - len(self.digests))
        self.digests += digest

    def digest(self, row: int) -> bytes:
        """Return the digest of a row, NO_DIGEST where none was taken."""
        return bytes(self.digests[row * DIGEST_SIZE : (row + 1) * DIGEST_SIZE]) or NO_DIGEST

    def header(self, row: int) -> Header:
        """Return one entry."""
        return Header(
            name=self.names[row],
            kind=self.kinds[row],
            size=self.sizes[row],
            owner=self.owner_table()[self.owners[row]],
            mtime=self.mtimes[row],
            link=self.links.get(row, b""),
            payload=self.payloads[row],
            digest=self.digest(row),
            device=self.devices.get(row),
            sparse=self.sparse.get(row),
        )

    def become(self, row: int, source: int) -> None:
        """Make a row the file that another row is."""
        self.kinds[row] = self.kinds[source]
        for column in (self.sizes, self.owners, self.mtimes, self.payloads):
            column[row] = column[source]
        del self.links[row]
        if source in self.sparse:
            self.sparse[row] = self.sparse[source]
        digest = self.digest(source)
        self.digests = self.digests.ljust((row + 1) * DIGEST_SIZE, b"\0")
        self.digests[row * DIGEST_SIZE : (row + 1) * DIGEST_SIZE] = digest
