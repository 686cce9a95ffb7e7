"""The fields of special tar headers: numbers, PAX records, sparse maps.

Source of the rules: POSIX.1-2017 pax, "pax Extended Header"; GNU tar manual, "Sparse Formats".
Everything wrong is a ValueError whose text says what, for the reader to put an offset to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNKNOWN_TIME = -(1 << 63)
"""The modification time of an entry that does not tell one."""

NANOSECONDS = 1_000_000_000
_LARGEST = (1 << 63) - 1
_TIME_RANGE = 9_000_000_000
_DECIMAL = re.compile(rb"(-?)(\d{1,18})(?:\.(\d*))?")
_NUL_FREE = frozenset((b"path", b"linkpath", b"uname", b"gname", b"GNU.sparse.name"))


def number(field: bytes) -> int:
    """Return an octal field (NUL or space around it) or a base-256 one (high bit set)."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big") & ((1 << (8 * len(field) - 1)) - 1)
        negative = field[0] & 0x40
        return value - (1 << (8 * len(field) - 1)) if negative else value
    digits = field.strip(b"\0 ").partition(b"\0")[0].rstrip(b" ")
    if digits.strip(b"01234567"):
        raise ValueError("a number that is not octal")
    return int(digits, 8) if digits else 0


def decimal(value: bytes) -> int:
    """Return a PAX number that is not negative and fits 63 bits."""
    if not value.isdigit() or len(value) > 19 or int(value) > _LARGEST:
        raise ValueError("a number that is not decimal or too large")
    return int(value)


def seconds(count: int) -> int:
    """Return seconds since 1970 as nanoseconds, UNKNOWN_TIME beyond what 64 bits hold."""
    return count * NANOSECONDS if -_TIME_RANGE < count < _TIME_RANGE else UNKNOWN_TIME


def timestamp(value: bytes) -> int:
    """Return a PAX time (seconds with a fraction) as nanoseconds, cut to whole ones."""
    match = _DECIMAL.fullmatch(value)
    if not match:
        raise ValueError("a time that is not a decimal number")
    whole = seconds(int(match[2]))
    if whole == UNKNOWN_TIME:
        raise ValueError("a time that is out of range")
    total = whole + int((match[3] or b"")[:9].ljust(9, b"0"))
    return -total if match[1] else total


def pax_records(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the `LEN KEY=VALUE` records of a PAX header; LEN is authoritative."""
    position = 0
    while position < len(data):
        space = data.find(b" ", position, position + 20)
        digits = data[position:space] if space > 0 else b""
        stop = position + int(digits) if digits.isdigit() else -1
        if not space < stop <= len(data) or data[stop - 1] != 0x0A:
            raise ValueError("a PAX record of a wrong length")
        key, equals, value = data[space + 1 : stop - 1].partition(b"=")
        if not equals or not key:
            raise ValueError("a PAX record without a key")
        if b"\0" in key or (key in _NUL_FREE and b"\0" in value):
            raise ValueError("a PAX record with a NUL byte")
        yield key, value
        position = stop


class SparseMap(NamedTuple):
    """Where the data of a sparse file lies.

    Attributes:
        real_size: Bytes of the file with its holes.
        pieces: Offset and length of each piece of data, in order.
        stored: Bytes of the map itself at the start of the payload.

    """

    real_size: int
    pieces: tuple[tuple[int, int], ...]
    stored: int = 0

    @classmethod
    def checked(cls, real_size: int, numbers: list[int], stored: int = 0) -> SparseMap:
        """Return a map whose pieces are in order, do not overlap and stay within the file."""
        if not 0 <= real_size <= _LARGEST:
            raise ValueError("a sparse file of a size that is negative or beyond 63 bits")
        if len(numbers) % 2:
            raise ValueError("a sparse map with an odd number of numbers")
        pieces = tuple(zip(numbers[::2], numbers[1::2], strict=True))
        after = 0
        for offset, length in pieces:
            if offset < after or length < 0 or offset + length > real_size:
                raise ValueError("a sparse map out of order or beyond the end of its file")
            after = offset + length
        return cls(real_size, pieces, stored)


def gnu_sparse(block: bytes, extension: Callable[[int], bytes], limit: int) -> SparseMap:
    """Return the map of an old GNU sparse header.

    Args:
        block: The header.
        extension: Returns the nth extension block behind it.
        limit: Bytes of extension blocks allowed.

    """
    numbers = _piece_numbers(block, 386, 4)
    more, extensions = block[482], 0
    while more:
        if (extensions + 1) * 512 > limit:
            raise ValueError("a sparse map that is too large")
        behind = extension(extensions)
        if len(behind) < 512:
            raise ValueError("a sparse map that is cut off")
        numbers += _piece_numbers(behind, 0, 21)
        more, extensions = behind[504], extensions + 1
    return SparseMap.checked(number(block[483:495]), numbers, extensions * 512)


def _piece_numbers(block: bytes, start: int, count: int) -> list[int]:
    numbers: list[int] = []
    for at in range(start, start + 24 * count, 24):
        if not block[at]:
            break
        numbers += (number(block[at : at + 12]), number(block[at + 12 : at + 24]))
    return numbers


def pax_sparse(
    pax: dict[bytes, bytes], points: list[bytes], head: Callable[[int], bytes], limit: int
) -> SparseMap | None:
    """Return the map that PAX records 0.0, 0.1 or 1.0 give, or None for a file without holes.

    Args:
        pax: The records of the entry.
        points: The values of the repeated 0.0 records, in order.
        head: Returns the first bytes of the payload (1.0 keeps its map there).
        limit: Bytes of map allowed.

    """
    real_size = pax.get(b"GNU.sparse.realsize") or pax.get(b"GNU.sparse.size")
    if real_size is None:
        return None
    if pax.get(b"GNU.sparse.major") == b"1" and pax.get(b"GNU.sparse.minor") == b"0":
        numbers, stored = _stored_map(head, limit)
        return SparseMap.checked(decimal(real_size), numbers, stored)
    values = pax[b"GNU.sparse.map"].split(b",") if b"GNU.sparse.map" in pax else points
    return SparseMap.checked(decimal(real_size), [decimal(value) for value in values if value])


def _stored_map(head: Callable[[int], bytes], limit: int) -> tuple[list[int], int]:
    """Return the numbers of a 1.0 map and the bytes it takes, whole blocks."""
    data = head(512)
    count = decimal(data.partition(b"\n")[0])
    if count > limit // 4:
        raise ValueError("a sparse map that is too large")
    lines = 2 * count + 1
    while data.count(b"\n") < lines:
        longer = head(min(limit, 2 * len(data)))
        if len(longer) == len(data):
            raise ValueError("a sparse map that is too large or cut off")
        data = longer
    numbers = [decimal(line) for line in data.split(b"\n")[1:lines]]
    used = sum(len(line) + 1 for line in data.split(b"\n")[:lines])
    return numbers, -(-used // 512) * 512
