"""The list of its files that a layer carries, to be read before the layer itself.

    annotations, last bytes -> where the table is -> the table, checked by its digest -> LayerIndex

Sources of the rules: stargz-snapshotter docs/estargz.md ("Footer", "TOC"), containers/storage
pkg/chunked (annotations of zstd:chunked, whose table has the fields of eStargz). What a table
says can differ from what the layer holds: an index from it is for looking at, until the layer
itself was read.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from layertui.blob import BytesBlob
from layertui.display import printable
from layertui.errors import DamagedImageError
from layertui.layers.compression import Decompression
from layertui.layers.entries import (
    BLOCKDEV,
    CHARDEV,
    DIGEST_SIZE,
    DIRECTORY,
    FIFO,
    FILE,
    HARDLINK,
    NO_DIGEST,
    SYMLINK,
    Attributes,
    Columns,
    Header,
)
from layertui.layers.fields import UNKNOWN_TIME
from layertui.layers.settling import settle
from layertui.layers.tar import read_columns
from layertui.layers.window import BlobWindow
from layertui.notices import NoticeBook
from layertui.oci.digest import digest_or_none
from layertui.oci.timestamps import nanoseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layertui.layers.index import LayerIndex
    from layertui.limits import Limits
    from layertui.oci.digest import Digest

    Read = Callable[[int, int], bytes]
    """Returns as many bytes of the layer as stored, from an offset."""

_STARGZ_DIGEST = "containerd.io/snapshot/stargz/toc.digest"
_STARGZ_MEMBER = b"stargz.index.json"
_STARGZ_FOOTER = re.compile(
    rb"\x1f\x8b\x08\x04.{6}\x1a\x00SG\x16\x00([0-9a-f]{16})STARGZ\x01\x00\x00\xff\xff\x00{8}",
    re.DOTALL,
)
_STARGZ_FOOTER_SIZE = 51
_CHUNKED_PREFIXES = ("io.github.containers.zstd-chunked.", "io.containers.zstd-chunked.")
_CHUNKED_POSITION = re.compile(r"(\d{1,19}):(\d{1,19}):(\d{1,19}):1", re.ASCII)
_KINDS = {
    "reg": FILE,
    "hardlink": HARDLINK,
    "symlink": SYMLINK,
    "char": CHARDEV,
    "block": BLOCKDEV,
    "dir": DIRECTORY,
    "fifo": FIFO,
}
_DEVICES = (CHARDEV, BLOCKDEV)
_PERMISSIONS = 0o7777
_TIME_RANGE = 2**63


class Place(NamedTuple):
    """Where in a layer as stored its table is.

    Attributes:
        offset: Bytes before it.
        size: Bytes of it, compressed.
        digest: What its digest has to be.
        is_of_stored: Whether that is the digest of the table as stored, or of its JSON.
    """

    offset: int
    size: int
    digest: Digest
    is_of_stored: bool


class _Entry(msgspec.Struct):
    """An entry of a table; chunks, which only say where parts of a file are, have no kind."""

    name: str
    type: str
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    modtime: str = ""
    link_name: str = msgspec.field(default="", name="linkName")
    device_major: int = msgspec.field(default=0, name="devMajor")
    device_minor: int = msgspec.field(default=0, name="devMinor")
    xattrs: dict[str, str] | None = None
    digest: str = ""


class _Table(msgspec.Struct):
    version: int
    entries: list[_Entry] = []


def find_table(annotations: Mapping[str, str], size: int, read: Read) -> Place | None:
    """Return where the table of a layer is, or None where it has none that can be checked.

    Args:
        annotations: Of the layer's descriptor.
        size: Bytes of the layer as stored.
        read: Reads the layer as stored; of eStargz, its last bytes tell the place.
    """
    place = _chunked_place(annotations)
    digest = digest_or_none(annotations.get(_STARGZ_DIGEST, ""))
    if place is None and digest is not None and size > _STARGZ_FOOTER_SIZE:
        end = size - _STARGZ_FOOTER_SIZE
        footer = _STARGZ_FOOTER.fullmatch(read(end, _STARGZ_FOOTER_SIZE))
        if footer is not None:
            offset = int(footer.group(1), 16)
            place = Place(offset, end - offset, digest, is_of_stored=False)
    if place is None or not place.digest.computable or not 0 < place.size <= size - place.offset:
        return None
    return place


def listed_index(place: Place, read: Read, *, number: int, limits: Limits) -> LayerIndex:
    """Return what the table of a layer lists as the index of that layer.

    Contents are told apart by the digests that the table tells, which can be compared with those
    of another table only.

    Args:
        place: Where the table is.
        read: Reads the layer as stored.
        number: The number of the layer, for the notices.
        limits: Bounds on the table and on what it lists.

    Raises:
        DamagedImageError: The table is not what its digest says, or is not a table.
        LimitExceededError: It is too large.
    """
    document = _document(place, read, limits)
    try:
        table = msgspec.json.decode(document, type=_Table)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = printable(str(error), 200)
        raise DamagedImageError(f"the list of files of layer {number}: {problem}") from None
    columns, book = Columns(), NoticeBook(number)
    for entry in table.entries[: limits.layer_entries]:
        header = _header(entry)
        if header is not None:
            columns.add(header)
    complete = len(table.entries) <= limits.layer_entries
    return settle(columns, limits, book, complete=complete, blob=None)


def _chunked_place(annotations: Mapping[str, str]) -> Place | None:
    for prefix in _CHUNKED_PREFIXES:
        position = _CHUNKED_POSITION.fullmatch(annotations.get(f"{prefix}manifest-position", ""))
        digest = digest_or_none(annotations.get(f"{prefix}manifest-checksum", ""))
        if position is not None and digest is not None:
            offset, size, _unpacked = map(int, position.groups())
            return Place(offset, size, digest, is_of_stored=True)
    return None


def _document(place: Place, read: Read, limits: Limits) -> bytes:
    """Return the JSON of a table, bounded and checked."""
    bounded = replace(limits, layer_size=limits.contents_table_size)
    stored = read(place.offset, place.size)
    unpacked = b"".join(Decompression(BytesBlob(stored), limits=bounded))
    document = unpacked if place.is_of_stored else _member(unpacked, bounded)
    if not place.digest.is_of(stored if place.is_of_stored else document):
        raise DamagedImageError("the list of files of a layer does not have its digest")
    return document


def _member(archive: bytes, limits: Limits) -> bytes:
    """Return the table that is the one file of a tar archive."""
    columns = Columns()
    read_columns(BlobWindow(BytesBlob(archive)), columns, limits=limits)
    if list(columns.names) != [_STARGZ_MEMBER]:
        raise DamagedImageError("the list of files of a layer is not where its footer says")
    return archive[columns.payloads[0] :][: columns.sizes[0]]


def _header(entry: _Entry) -> Header | None:
    """Return an entry as an archive would have it, or None where it is only a part of a file."""
    kind = _KINDS.get(entry.type)
    if kind is None or _bytes(entry.name) == _STARGZ_MEMBER:
        return None
    is_file = kind == FILE
    return Header(
        name=_bytes(entry.name),
        kind=kind,
        size=min(max(0, entry.size), 2**62) if is_file else 0,
        owner=Attributes(
            entry.mode & _PERMISSIONS,
            _id(entry.uid),
            _id(entry.gid),
            tuple(sorted((_bytes(n), _unpacked(v)) for n, v in (entry.xattrs or {}).items())),
        ),
        mtime=_time(entry.modtime),
        link=_bytes(entry.link_name),
        payload=0,
        digest=_content(entry.digest) if is_file else b"",
        device=(_id(entry.device_major), _id(entry.device_minor)) if kind in _DEVICES else None,
        sparse=None,
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape").replace(b"\0", b"")


def _id(number: int) -> int:
    return min(max(0, number), 2**62)


def _time(text: str) -> int:
    since = nanoseconds(text)
    return since if since is not None and abs(since) < _TIME_RANGE else UNKNOWN_TIME


def _content(text: str) -> bytes:
    """Return what stands for a content: the beginning of its digest."""
    digest = digest_or_none(text)
    if digest is None or not digest.computable:
        return NO_DIGEST
    return bytes.fromhex(digest.encoded)[:DIGEST_SIZE]


def _unpacked(text: str) -> bytes:
    try:
        return a2b_base64(text)
    except (Base64Error, ValueError):
        return _bytes(text)
