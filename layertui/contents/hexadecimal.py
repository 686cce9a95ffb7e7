"""Bytes as hexadecimal digits beside the characters they may be."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

_DIGITS = [f"{byte:02x}" for byte in range(256)]
_GROUP = 8
"""Bytes that stand together."""
_LEAST_DIGITS = 8
"""Digits of an offset."""
_PER_ROW = (64, 32, 16, 8, 4, 2, 1)


class ByteClass(Enum):
    """What a byte is one of, to be told apart at a glance."""

    ZERO = "zero"
    TEXT = "text"
    SPACE = "space"
    CONTROL = "control"
    HIGH = "high"


class Run(NamedTuple):
    """Bytes of a row that are one of the same.

    Attributes:
        kind: What they are one of.
        digits: They in hexadecimal, with the gaps before them.
        characters: They as characters, a dot for what is none.
        start: The place of the first of them in the row.
    """

    kind: ByteClass
    digits: str
    characters: str
    start: int


def offset_digits(size: int) -> int:
    """Return how many digits offsets of a file have."""
    return max(_LEAST_DIGITS, len(f"{max(size - 1, 0):x}"))


def bytes_per_row(width: int, size: int) -> int:
    """Return how many bytes a row of some cells has room for: a power of two."""
    room = width - offset_digits(size) - 2
    return next((count for count in _PER_ROW if row_cells(count) <= room), 1)


def row_cells(count: int) -> int:
    """Return the cells of the digits and characters of a row, with what is between them."""
    return 4 * count + (count - 1) // _GROUP + 1


def runs(data: bytes, marked: range = range(0)) -> list[Run]:
    """Return a row in runs of bytes of the same class.

    Args:
        data: The bytes of the row.
        marked: Places in the row at whose ends a run ends, whatever its class.
    """
    found: list[Run] = []
    start = 0
    for place in range(1, len(data) + 1):
        ends = place == len(data) or _CLASSES[data[place]] is not _CLASSES[data[start]]
        if ends or place in (marked.start, marked.stop):
            found.append(_run(data, start, place))
            start = place
    return found


def _run(data: bytes, start: int, stop: int) -> Run:
    digits = "".join(
        f"{'  ' if place and place % _GROUP == 0 else ' ' if place else ''}{_DIGITS[data[place]]}"
        for place in range(start, stop)
    )
    characters = data[start:stop].translate(_SHOWN).decode("ascii")
    return Run(_CLASSES[data[start]], digits, characters, start)


def _class_of(byte: int) -> ByteClass:
    if byte == 0:
        return ByteClass.ZERO
    if 0x20 < byte < 0x7F:
        return ByteClass.TEXT
    if byte in b" \t\n\r":
        return ByteClass.SPACE
    return ByteClass.HIGH if byte >= 0x80 else ByteClass.CONTROL


_CLASSES = [_class_of(byte) for byte in range(256)]
_SHOWN = bytes(byte if 0x20 <= byte < 0x7F else ord(".") for byte in range(256))
