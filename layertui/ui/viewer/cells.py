"""Raw text made safe for a screen, and measured in its cells, byte by byte of the raw text."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len

from layertui.display import MARKS_LIMIT, printable

TAB = 8
"""Cells from one tab stop to the next."""
_ESCAPED_MARK = "\\U0001e8d0"
"""The longest form of a combining mark that is escaped."""
_CHUNK = 32 << 10
"""Bytes of a line that are measured at a time."""


def expanded(data: bytes, column: int = 0) -> str:
    """Return raw text with its tabs as spaces and everything else printable.

    Args:
        data: The text.
        column: The cell that it starts in.
    """
    if b"\t" not in data:
        return printable(data, len(data))
    shown = list[str]()
    *before, last = data.split(b"\t")
    for part in before:
        text = printable(part, len(part))
        column += cell_len(text)
        gap = TAB - column % TAB
        shown += (text, " " * gap)
        column += gap
    return "".join((*shown, printable(last, len(last))))


def without_start(text: str, cells: int) -> str:
    """Return printable text without its first cells; of a character cut in two, a space."""
    if text.isascii():
        return text[cells:]
    place = used = 0
    while place < len(text) and used < cells:
        used += cell_len(text[place])
        place += 1
    return " " * (used - cells) + text[place:] if used >= cells else ""


def wrapped(line: bytes, width: int) -> list[int]:
    """Return where the rows of a line start, each of at most `width` cells once it is shown."""
    starts, used, place = [0], 0, 0
    measure = _Measure()
    while place < len(line):
        chunk = _whole_characters(line[place : place + _CHUNK])
        if chunk.isascii() and chunk.decode("ascii").isprintable():
            added = range(place + width - used, place + len(chunk), width)
            starts += added
            place += len(chunk)
            used = place - added[-1] if added else used + len(chunk)
            continue
        for character in chunk.decode("utf-8", "surrogateescape"):
            cells = TAB - used % TAB if character == "\t" else measure.cells(character)
            if used + cells > width and used:
                starts.append(place)
                used, cells = 0, TAB if character == "\t" else cells
            used += cells
            place += _bytes(character)
    return starts


class _Measure:
    """The cells of characters one after another, once they are printable: some are escaped."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._marks = 0

    def cells(self, character: str) -> int:
        """Return the cells of the next character."""
        known = self._known.get(character)
        if known is None:
            known = self._known[character] = cell_len(printable(character))
        if known:
            self._marks = 0
            return known
        self._marks += bool(unicodedata.combining(character))
        return 0 if self._marks <= MARKS_LIMIT else len(_ESCAPED_MARK)


def _whole_characters(chunk: bytes) -> bytes:
    """Return a chunk without the start of a character at its end."""
    if len(chunk) < _CHUNK:
        return chunk
    for back in range(1, 4):
        if chunk[-back] >= 0xC0:
            return chunk[:-back]
        if chunk[-back] < 0x80:
            return chunk
    return chunk


def _bytes(character: str) -> int:
    code = ord(character)
    if code < 0x80 or 0xDC80 <= code <= 0xDCFF:
        return 1
    return 2 if code < 0x800 else 3 if code < 0x10000 else 4
