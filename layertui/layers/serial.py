"""The index of a layer as bytes, and back.

    magic and format | checksum of what follows | msgpack: what it is of, and compressed columns

What was cut off, overwritten or written by another version is told by the checksum and the
format; what is left is checked again as far as it could make a reader stumble, so that bytes
either give the index that they were made of or are refused.
"""
# msgspec reads the annotations of this module while it runs, so they are not postponed.

import gc
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress, islice
from operator import lt, not_, or_
from typing import TypeVar

import msgspec
from xxhash import xxh3_128_digest

from layertui.layers.entries import DIGEST_SIZE, FIFO, Attributes
from layertui.layers.fields import SparseMap
from layertui.layers.index import LayerIndex, LeftOut, Superseded
from layertui.notices import Notice

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FORMAT = 2
"""Raised whenever bytes mean something else, or the same layer gives another index."""

_MAGIC = b"layeridx" + FORMAT.to_bytes(2, "little")
_CHECKSUM_SIZE = 16
_START = len(_MAGIC) + _CHECKSUM_SIZE
_LEVEL = 1
_BLOCK = 1 << 16
"""Rows whose names stand together: joining and parting them keeps other threads waiting."""
_LARGEST = 1 << 31
"""Bytes that a part may have once unpacked."""
_SEPARATOR = b"/"
"""Stands in no key: there it is NUL."""
_KINDS = bytes(range(FIFO + 1))

_Kind = TypeVar("_Kind")


class UnusableIndexError(Exception):
    """Bytes are not an index, or not one that this version wrote, or not what was written."""


class _Details(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What an index has beside its columns."""

    attribute_table: tuple[Attributes, ...]
    links: dict[int, bytes]
    devices: dict[int, tuple[int, int]]
    sparse: dict[int, SparseMap]
    whiteouts: tuple[bytes, ...]
    opaques: tuple[bytes, ...]
    implied: tuple[bytes, ...]
    superseded: tuple[Superseded, ...]
    left_out: tuple[LeftOut, ...]
    notices: tuple[Notice, ...]


class PackedIndex(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """An index that is not unpacked yet.

    Attributes:
        origin: What it was made with, as the writer says.
        keys: What it is the index of.
        with_digests: Whether the digest of every content is in it.
        entry_count: Entries in the archive.
        rows: Rows of each column.
        details: All but the columns.
        names: The keys of the rows, a number of rows at a time.
        columns: Kinds, sizes, attributes, times, payloads and digests.
        complete: Whether the layer could be read to its end.
    """

    origin: str
    keys: tuple[str, ...]
    with_digests: bool
    entry_count: int
    rows: int
    details: bytes
    names: tuple[bytes, ...]
    columns: tuple[bytes, bytes, bytes, bytes, bytes, bytes]
    complete: bool


def pack(index: LayerIndex, *, origin: str, keys: Sequence[str]) -> bytes:
    """Return an index as bytes, without its blob.

    Args:
        index: The index.
        origin: What it was made with.
        keys: What it is the index of.

    Raises:
        UnusableIndexError: It holds a value that has no place in the format.
    """
    details = _Details(**{name: getattr(index, name) for name in _Details.__struct_fields__})
    try:
        packed = PackedIndex(
            origin=origin,
            keys=tuple(map(str, keys)),
            with_digests=_has_digests(index),
            entry_count=index.entry_count,
            rows=len(index),
            details=_compressed(msgspec.msgpack.encode(details)),
            names=tuple(
                _compressed(_SEPARATOR.join(index.keys[start : start + _BLOCK]))
                for start in range(0, len(index.keys), _BLOCK)
            ),
            columns=(
                _compressed(index.kinds),
                _compressed(index.sizes),
                _compressed(index.attributes),
                _compressed(index.mtimes),
                _compressed(index.payloads),
                _compressed(index.digests),
            ),
            complete=index.complete,
        )
        body = msgspec.msgpack.encode(packed)
    except (ValueError, OverflowError) as error:
        raise UnusableIndexError(f"it cannot be written: {error}") from None
    return _MAGIC + xxh3_128_digest(body) + body


def read_packed(data: bytes) -> PackedIndex:
    """Return what bytes are the index of, and the index, still packed.

    Raises:
        UnusableIndexError: They are not what `pack` returned.
    """
    body = memoryview(data)[_START:]
    if not data.startswith(_MAGIC) or data[len(_MAGIC) : _START] != xxh3_128_digest(body):
        raise UnusableIndexError("it has another format or another checksum")
    return _decoded(body, PackedIndex)


def unpack(packed: PackedIndex) -> LayerIndex:
    """Return an index; its blob is the caller's to add.

    Raises:
        UnusableIndexError: It contradicts itself.
    """
    rows = packed.rows
    kinds, *numbers, digests = packed.columns
    with _without_collector():
        details = _decoded(_uncompressed(packed.details), _Details)
    sizes, attributes, mtimes, payloads = (
        _array(code, part, rows) for code, part in zip("qIqq", numbers, strict=True)
    )
    index = LayerIndex(
        keys=_names(packed.names),
        kinds=_uncompressed(kinds),
        sizes=sizes,
        attributes=attributes,
        mtimes=mtimes,
        payloads=payloads,
        digests=_uncompressed(digests),
        entry_count=packed.entry_count,
        complete=packed.complete,
        **{name: getattr(details, name) for name in _Details.__struct_fields__},
    )
    _check(index)
    return index


def unpacked_size(packed: PackedIndex) -> int:
    """Return the bytes that an index says it has once it is unpacked.

    Raises:
        UnusableIndexError: It does not say so.
    """
    sizes = []
    for part in (packed.details, *packed.names, *packed.columns):
        try:
            size = zstd.get_frame_info(part).decompressed_size
        except zstd.ZstdError as error:
            raise UnusableIndexError(f"it cannot be unpacked: {error}") from None
        if size is None:
            raise UnusableIndexError("it does not say how large it is")
        sizes.append(size)
    return sum(sizes)


def _has_digests(index: LayerIndex) -> bool:
    """Tell whether every content that an index has can be told from others without its blob."""
    if not index.digests:
        return not any(index.sizes)
    halves = memoryview(index.digests).cast("Q")
    known = map(or_, halves[::2], halves[1::2])
    return not any(compress(index.sizes, map(not_, known)))


def _check(index: LayerIndex) -> None:
    """Refuse an index whose rows lead nowhere or stand in no order.

    Raises:
        UnusableIndexError: It is one.
    """
    rows, keys = len(index.sizes), index.keys
    sound = (
        len(keys) == len(index.kinds) == rows
        and not index.kinds.translate(None, _KINDS)
        and len(index.digests) in (0, rows * DIGEST_SIZE)
        and min(index.sizes, default=0) >= 0
        and min(index.payloads, default=0) >= 0
        and max(index.attributes, default=-1) < len(index.attribute_table)
        and all(map(lt, keys, islice(keys, 1, None)))
        and index.entry_count >= rows
        and all(
            0 <= row < rows for table in (index.links, index.devices, index.sparse) for row in table
        )
        and all(len(copy.digest) in (0, DIGEST_SIZE) for copy in index.superseded)
        and all(copy.kind <= FIFO for copy in index.left_out)
    )
    if not sound:
        raise UnusableIndexError("it contradicts itself")


def _names(blocks: Sequence[bytes]) -> list[bytes]:
    names: list[bytes] = []
    for block in blocks:
        names += _uncompressed(block).split(_SEPARATOR)
    return names


def _array(code: str, part: bytes, rows: int) -> "array[int]":
    values: array[int] = array(code)
    data = _uncompressed(part)
    if len(data) != rows * values.itemsize:
        raise UnusableIndexError("a column has another number of rows")
    values.frombytes(data)
    return values


def _compressed(data: "bytes | array[int]") -> bytes:
    return zstd.compress(data, _LEVEL)


def _uncompressed(part: bytes) -> bytes:
    decompressor = zstd.ZstdDecompressor()
    try:
        data: bytes = decompressor.decompress(part, _LARGEST)
    except (zstd.ZstdError, EOFError, MemoryError) as error:
        raise UnusableIndexError(f"it cannot be unpacked: {error}") from None
    if not decompressor.eof or decompressor.unused_data:
        raise UnusableIndexError("a part is cut off or too long")
    return data


def _decoded(data: bytes | memoryview, kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError, MemoryError) as error:
        raise UnusableIndexError(f"it cannot be decoded: {error}") from None


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the cycle collector from walking many new values that hold no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
