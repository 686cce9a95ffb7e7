"""Bytes of two contents that differ, drawn in hex below one another or side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.display import count
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.contents.byte_parts import BytePart

_OFFSET = 9
"""Cells of an offset at least, with a space."""

ROW_WIDTHS = {16: 2 + _OFFSET + 3 * 16 + 1 + 16, 8: 2 + _OFFSET + 3 * 8 + 1 + 8}
"""Cells of a row by how many bytes are in it."""

_DOT = "\u00b7"


def bytes_in_row(width: int, *, beside: bool) -> int:
    """Return how many bytes there is room for in a row."""
    needed = _OFFSET + 2 * (4 * 16 + 1) + 3 if beside else ROW_WIDTHS[16]
    return 16 if width >= needed else 8


def byte_lines(
    parts: Sequence[BytePart], width: int, *, beside: bool
) -> tuple[list[Line], list[int]]:
    """Return the lines, and the numbers of those at which differences begin.

    Args:
        parts: The bytes.
        width: Cells of a line.
        beside: Whether the contents stand side by side.
    """
    lines: list[Line] = []
    starts: list[int] = []
    length = bytes_in_row(width, beside=beside)
    for part in parts:
        words = f" from offset {count(part.runs[0].start)} (0x{part.runs[0].start:x}) "
        lines.append((Span(words, "keyword"), Span("\u2500" * (width - len(words)), "bar")))
        runs = iter(part.runs)
        run = next(runs, None)
        for offset in range(part.start, part.end, length):
            if run is not None and run.start < offset + length:
                starts.append(len(lines))
                while run is not None and run.start < offset + length:
                    run = next(runs, None)
            lines += _row(part, offset, length, beside=beside)
        if part.hidden:
            lines.append((Span(f"{'':>{_OFFSET}}and {count(part.hidden)} bytes more", "dim"),))
    return lines, starts


def _row(part: BytePart, offset: int, length: int, *, beside: bool) -> Iterator[Line]:
    place = offset - part.start
    old, new = part.old[place : place + length], part.new[place : place + length]
    name = f"{offset:08x} "
    if beside:
        yield (
            Span(name, "dim"), *_hex(old, new, length, "removed"),
            Span(" \u2502 " if old == new else " ~ ", "dim" if old == new else ""),
            *_hex(new, old, length, "added"),
        )  # fmt: skip
    elif old == new:
        yield Span(f"  {name}", "dim"), *_hex(old, new, length, "")
    else:
        for data, other, mark, kind in ((old, new, "-", "removed"), (new, old, "+", "added")):
            if data:
                yield Span(f"{mark} ", kind), Span(name, "dim"), *_hex(data, other, length, kind)


def _hex(data: bytes, other: bytes, length: int, part: str) -> Iterator[Span]:
    """Yield bytes in hex and as characters, those that differ in the looks of a part."""
    looks = [
        part if number >= len(other) or other[number] != byte else "dim"
        for number, byte in enumerate(data)
    ]
    for byte, look in zip(data, looks, strict=True):
        yield Span(f"{byte:02x} ", look)
    yield Span("   " * (length - len(data)) + " ")
    for byte, look in zip(data, looks, strict=True):
        yield Span(chr(byte) if 0x20 <= byte < 0x7F else _DOT, look)
    yield Span(" " * (length - len(data)))
