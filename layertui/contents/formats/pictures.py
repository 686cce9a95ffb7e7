"""Pictures: what they are and how large, without decoding any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.formats.fields import number, signed
from layertui.contents.kinds import Fact, Family, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.contents.formats.fields import Order
    from layertui.contents.kinds import Sample

_MOST_SEGMENTS = 1_000
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of JPEG that a size follows."""
_PNG_COLOURS = {0: "grey", 2: "colour", 3: "palette", 4: "grey with alpha", 6: "colour with alpha"}
_BMP, _ICON = b"BM", b"\0\0\1\0"
_BMP_HEADERS = frozenset((12, 40, 52, 56, 64, 108, 124))
"""Bytes of the header of a bitmap, by which its version is known."""
_MOST_ICONS = 256
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257


class _Size(NamedTuple):
    width: int | None
    height: int | None
    more: tuple[Fact, ...] = ()


def picture(sample: Sample) -> Kind | None:
    """Return what a picture is, or None for anything else."""
    head = sample.head
    for magic, name, measure in _KNOWN:
        if head.startswith(magic) and _is_meant(magic, head):
            return _kind(name, measure(head))
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _kind("WebP picture", _webp(head))
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"heic", b"mif1", b"heix"):
        return _kind(f"{'AVIF' if head[8:12] == b'avif' else 'HEIF'} picture", _heif(head))
    return None


def _is_meant(magic: bytes, head: bytes) -> bool:
    """Tell whether a short magic number is not there by chance."""
    if magic == _BMP:
        return head[6:10] == b"\0\0\0\0" and number(head, 14, 4) in _BMP_HEADERS
    if magic == _ICON:
        return head[9:10] == b"\0" and 0 < (number(head, 4, 2) or 0) <= _MOST_ICONS
    return True


def _kind(name: str, size: _Size) -> Kind:
    facts = list(size.more)
    if size.width is not None and size.height is not None:
        facts.insert(0, Fact("Size", f"{size.width} x {size.height} pixels"))
    return Kind(Family.PICTURE, name, tuple(facts))


def _png(head: bytes) -> _Size:
    if head[12:16] != b"IHDR":
        return _Size(None, None)
    depth, colour = number(head, 24, 1), number(head, 25, 1)
    more: tuple[Fact, ...] = ()
    if depth is not None and colour in _PNG_COLOURS:
        more = (Fact("Colours", f"{_PNG_COLOURS[colour]}, {depth} bit"),)
    return _Size(number(head, 16, 4, "big"), number(head, 20, 4, "big"), more)


def _gif(head: bytes) -> _Size:
    return _Size(number(head, 6, 2), number(head, 8, 2))


def _bmp(head: bytes) -> _Size:
    if number(head, 14, 4) == 12:
        return _Size(number(head, 18, 2), number(head, 20, 2))
    width, height = signed(head, 18, 4), signed(head, 22, 4)
    return _Size(width, abs(height) if height is not None else None)


def _icon(head: bytes) -> _Size:
    count = number(head, 4, 2)
    more = (Fact("Pictures", str(count)),) if count is not None else ()
    width, height = number(head, 6, 1), number(head, 7, 1)
    if width is None or height is None:
        return _Size(None, None, more)
    return _Size(width or 256, height or 256, more)


def _jpeg(head: bytes) -> _Size:
    """Go from segment to segment to the one that tells the size."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        marker, length = number(head, place + 1, 1), number(head, place + 2, 2, "big")
        if head[place : place + 1] != b"\xff" or marker is None or length is None:
            break
        if marker in _JPEG_SIZES:
            return _Size(number(head, place + 7, 2, "big"), number(head, place + 5, 2, "big"))
        if marker == 0xFF:
            place += 1
        else:
            place += 2 + length
    return _Size(None, None)


def _webp(head: bytes) -> _Size:
    form = head[12:16]
    if form == b"VP8X":
        width, height = number(head, 24, 3), number(head, 27, 3)
        return _Size(_plus_one(width), _plus_one(height))
    if form == b"VP8L":
        bits = number(head, 21, 4)
        if bits is None:
            return _Size(None, None)
        return _Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = number(head, 26, 2), number(head, 28, 2)
    if form != b"VP8 " or width is None or height is None:
        return _Size(None, None)
    return _Size(width & 0x3FFF, height & 0x3FFF)


def _plus_one(value: int | None) -> int | None:
    return value + 1 if value is not None else None


def _heif(head: bytes) -> _Size:
    place = head.find(b"ispe")
    if place < 0:
        return _Size(None, None)
    return _Size(number(head, place + 8, 4, "big"), number(head, place + 12, 4, "big"))


def _tiff(head: bytes) -> _Size:
    order: Order = "little" if head.startswith(b"II") else "big"
    start = number(head, 4, 4, order)
    count = number(head, start, 2, order) if start is not None else None
    found: dict[int, int | None] = {}
    for each in range(min(count or 0, _MOST_SEGMENTS)):
        place = (start or 0) + 2 + 12 * each
        tag, form = number(head, place, 2, order), number(head, place + 2, 2, order)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
            found[tag] = number(head, place + 8, 2 if form == 3 else 4, order)
    return _Size(found.get(_TIFF_WIDTH), found.get(_TIFF_HEIGHT))


def _photoshop(head: bytes) -> _Size:
    return _Size(number(head, 18, 4, "big"), number(head, 14, 4, "big"))


_KNOWN: tuple[tuple[bytes, str, Callable[[bytes], _Size]], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG picture", _png),
    (b"GIF87a", "GIF picture", _gif),
    (b"GIF89a", "GIF picture", _gif),
    (b"\xff\xd8\xff", "JPEG picture", _jpeg),
    (_BMP, "BMP picture", _bmp),
    (_ICON, "Windows icon", _icon),
    (b"II*\0", "TIFF picture", _tiff),
    (b"MM\0*", "TIFF picture", _tiff),
    (b"8BPS", "Photoshop picture", _photoshop),
)
