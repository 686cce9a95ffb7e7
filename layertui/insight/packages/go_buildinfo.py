r"""What the Go toolchain writes into the programs that it links: the modules they are made of.

    \xff " Go buildinf:"   16 bytes with the size of pointers and flags, aligned to 16
    flags & 2             two strings follow at 32, each with its length as a varint before it
    else                  two pointers to string headers, as up to Go 1.17

Source: Go's `debug/buildinfo`. Only the head of an ELF file, the start of its data and what a
pointer leads to are read. Data starts after what is written only while the program is loaded.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from layertui.limits import KIB, MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.blob import Blob

MAGIC = b"\xff Go buildinf:"

MOST_DATA = 8 * MIB
"""Bytes of a program's data that are looked through, and of what lies before it."""
MOST_STRETCHES = 4
MOST_TEXT = 8 * MIB
MOST_MODULES = 20_000

_HEAD = 4 * KIB
_WINDOW = 64 * KIB
_ALIGNMENT = 16
_LOADED, _FIXED_LATER = 1, 0x6474E552
_WRITABLE, _EXECUTABLE = 2, 1
_INLINE, _BIG_ENDIAN = 2, 1
_SENTINEL = 16


class BuildInfo(NamedTuple):
    """What a program is made of.

    Attributes:
        go_version: The toolchain.
        path: The path of the package of the program.
        main: The path and the version of its module.
        modules: The paths and the versions of the modules that it depends on, as replaced.
    """

    go_version: str
    path: str
    main: tuple[str, str]
    modules: tuple[tuple[str, str], ...]


class _Segment(NamedTuple):
    kind: int
    flags: int
    offset: int
    address: int
    size: int


def read_buildinfo(blob: Blob) -> BuildInfo | None:
    """Return what a program is made of, or None where it is no ELF program of Go.

    Reading the blob may raise what blobs raise.
    """
    segments = _segments(blob.read_at(0, _HEAD))
    for stretch in _data(segments):
        place = _place_of_magic(blob, stretch)
        if place is not None:
            return _info(blob, place, segments)
    return None


def _data(segments: list[_Segment]) -> list[_Segment]:
    """Return where data may start, front to back: a file may pass by while it is read."""
    found = list[_Segment]()
    for segment in segments:
        if segment.kind == _LOADED and segment.flags & (_WRITABLE | _EXECUTABLE) == _WRITABLE:
            found.append(segment._replace(size=min(segment.size, MOST_DATA)))
            for other in segments:
                done = other.address + other.size - segment.address
                if other.kind == _FIXED_LATER and MOST_DATA < done < segment.size:
                    found.append(
                        _Segment(
                            _LOADED,
                            segment.flags,
                            segment.offset + done,
                            segment.address + done,
                            min(segment.size - done, MOST_DATA),
                        )
                    )
    return sorted(found[:MOST_STRETCHES], key=_offset)


def _offset(segment: _Segment) -> int:
    return segment.offset


def _segments(head: bytes) -> list[_Segment]:
    """Return the segments of an ELF file."""
    if head[:4] != b"\x7fELF" or head[4:5] not in (b"\1", b"\2") or head[5:6] not in (b"\1", b"\2"):
        return []
    order = "<" if head[5:6] == b"\1" else ">"
    wide = head[4:5] == b"\2"
    try:
        (start,) = struct.unpack_from(order + ("Q" if wide else "I"), head, 32 if wide else 28)
        size, count = struct.unpack_from(order + "HH", head, 54 if wide else 42)
        found = [_segment(head, start + size * number, order, wide=wide) for number in range(count)]
    except struct.error:
        return []
    return [segment for segment in found if segment is not None]


def _segment(head: bytes, place: int, order: str, *, wide: bool) -> _Segment | None:
    if place + (56 if wide else 32) > len(head):
        return None
    if wide:
        kind, flags, offset, address, _, size = struct.unpack_from(order + "IIQQQQ", head, place)
    else:
        kind, offset, address, _, size, _, flags = struct.unpack_from(order + "7I", head, place)
    wanted = kind in (_LOADED, _FIXED_LATER)
    return _Segment(kind, flags, offset, address, size) if wanted else None


def _place_of_magic(blob: Blob, segment: _Segment) -> int | None:
    """Return the offset of the magic, or None."""
    for start in range(0, segment.size, _WINDOW):
        window = blob.read_at(segment.offset + start, _WINDOW + len(MAGIC))
        found = window.find(MAGIC)
        while found >= 0:
            if (segment.address + start + found) % _ALIGNMENT == 0:
                return segment.offset + start + found
            found = window.find(MAGIC, found + 1)
        if len(window) < _WINDOW:
            return None
    return None


def _info(blob: Blob, place: int, segments: list[_Segment]) -> BuildInfo | None:
    head = blob.read_at(place, 32)
    if len(head) < 32:
        return None
    if head[15] & _INLINE:
        version, after = _inline(blob, place + 32)
        text, _ = _inline(blob, after)
    else:
        version, text = (
            _pointed(blob, head, start, segments) for start in (16, 16 + (head[14] & 15))
        )
    return _parsed(version, text) if version else None


def _inline(blob: Blob, place: int) -> tuple[bytes, int]:
    """Return the string at a place and where it ends."""
    length = shift = used = 0
    for byte in blob.read_at(place, 10):
        length |= (byte & 0x7F) << shift
        shift, used = shift + 7, used + 1
        if byte < 0x80:
            break
    if length > MOST_TEXT:
        return b"", place
    return blob.read_at(place + used, length), place + used + length


def _pointed(blob: Blob, head: bytes, start: int, segments: list[_Segment]) -> bytes:
    """Return the string to whose header the pointer at a place of the head leads."""
    width = head[14]
    if width not in (4, 8):
        return b""
    form = (">" if head[15] & _BIG_ENDIAN else "<") + ("Q" if width == 8 else "I")
    (header,) = struct.unpack_from(form, head, start)
    raw = _loaded(blob, header, 2 * width, segments)
    if len(raw) < 2 * width:
        return b""
    address, length = (part[0] for part in struct.iter_unpack(form, raw))
    return _loaded(blob, address, length, segments) if length <= MOST_TEXT else b""


def _loaded(blob: Blob, address: int, length: int, segments: list[_Segment]) -> bytes:
    for segment in segments:
        place = address - segment.address
        if segment.kind == _LOADED and 0 <= place <= segment.size - length:
            return blob.read_at(segment.offset + place, length)
    return b""


def _parsed(version: bytes, raw: bytes) -> BuildInfo:
    if len(raw) > 2 * _SENTINEL and raw[-_SENTINEL - 1 : -_SENTINEL] == b"\n":
        raw = raw[_SENTINEL:-_SENTINEL]
    path, main, modules = "", ("", ""), list[tuple[str, str]]()
    for fields in _lines(raw):
        if fields[0] == "path":
            path = fields[1]
        elif fields[0] == "mod":
            main = (fields[1], fields[2])
        elif fields[0] == "dep":
            modules.append((fields[1], fields[2]))
        elif fields[0] == "=>" and modules:
            modules[-1] = (fields[1], fields[2])
        if len(modules) >= MOST_MODULES:
            break
    return BuildInfo(_text(version), path, main, tuple(modules))


def _lines(raw: bytes) -> Iterator[list[str]]:
    """Yield at least three fields of each line."""
    for line in raw.split(b"\n"):
        fields = [_text(field) for field in line.split(b"\t", 3)[:3]]
        yield fields + [""] * (3 - len(fields))


def _text(raw: bytes) -> str:
    return raw[:1_024].decode("utf-8", "surrogateescape")[:256]
