"""Text as rows for a screen of some width, while it is read piece by piece.

    bytes of a file -> UTF-8 -> lines -> rows of at most so many cells

A line that is wider than a row goes on in the next one, so that no row is ever long. What is
kept is the text itself and two numbers a row.
"""

from __future__ import annotations

import codecs
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from layertui.ui.viewer.cells import TAB, expanded, wrapped

if TYPE_CHECKING:
    from layertui.contents.encodings import TextEncoding

WIDEST = 2_000
"""Cells of a row where lines are not wrapped."""
MOST_ROWS = 2_000_000
_HELD = 64 << 10
"""Bytes of a line that are waited for until its end comes."""


class Row(NamedTuple):
    """A row of text.

    Attributes:
        number: Of the line it is of, from 1.
        goes_on: Whether the line began in a row before.
        start: Where it starts in the text, in bytes of UTF-8.
        data: It in UTF-8, without the end of the line.
    """

    number: int
    goes_on: bool
    start: int
    data: bytes


class TextRows:
    """The rows of a text that grows.

    Args:
        encoding: How the file is encoded.
        width: The most cells of a row.

    Attributes:
        data: The text so far, in UTF-8; bytes that are none stay as they are.
        width: The most cells of a row.
        is_full: Whether there are as many rows as there may be, so that no more are made.
    """

    def __init__(self, encoding: TextEncoding, width: int = WIDEST) -> None:
        self.data = bytearray()
        self.width = width
        self.is_full = False
        self._encoding = encoding
        self._decoder = _Decoder(encoding)
        self._starts, self._numbers = array("Q"), array("I")
        self._line, self._laid = 1, 0
        self._is_inside = False

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def line_count(self) -> int:
        """How many lines there are so far."""
        return self._numbers[-1] if self._numbers else 0

    def feed(self, piece: bytes, *, is_last: bool) -> None:
        """Take the next bytes of the file."""
        self.data += self._decoder.decode(piece, is_last=is_last)
        self._lay(is_last=is_last)

    def laid_anew(self, width: int, *, is_last: bool) -> TextRows:
        """Return the same text in rows of another width; both take no more where it is whole."""
        other = TextRows(self._encoding, width)
        other.data, other._decoder = bytearray(self.data), self._decoder
        other._lay(is_last=is_last)
        return other

    def row(self, number: int) -> Row:
        """Return a row, from 0."""
        start = self._starts[number]
        following = self._starts[number + 1] if number + 1 < len(self) else self._laid
        data = bytes(self.data[start:following])
        line = self._numbers[number]
        goes_on = number > 0 and self._numbers[number - 1] == line
        return Row(line, goes_on, start, data.removesuffix(b"\n").removesuffix(b"\r"))

    def row_at(self, offset: int) -> int:
        """Return the row that a place of the text is in."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def row_of_line(self, line: int) -> int:
        """Return the first row of a line, or the last there is where it is not there yet."""
        from bisect import bisect_left

        return min(bisect_left(self._numbers, line), max(0, len(self) - 1))

    def _lay(self, *, is_last: bool) -> None:
        """Make rows of the lines that are whole, and of what is long enough of the last one."""
        end = self.data.rfind(b"\n") + 1
        if end > self._laid:
            lines = bytes(self.data[self._laid : end]).split(b"\n")
            lines.pop()
            self._add(lines)
        rest = bytes(self.data[self._laid :])
        if rest and not self.is_full and (is_last or len(rest) > _HELD):
            self._add_part(rest, is_last=is_last)

    def _add(self, lines: list[bytes]) -> None:
        """Add rows of whole lines."""
        starts, numbers = self._starts, self._numbers
        surely, place, number = self.width // TAB, self._laid, self._line
        for line in lines:
            if len(starts) >= MOST_ROWS:
                self.is_full = True
                break
            starts.append(place)
            numbers.append(number)
            if len(line) > surely and not self._fits(line):
                for offset in wrapped(line.removesuffix(b"\r"), self.width)[1:]:
                    starts.append(place + offset)
                    numbers.append(number)
            place += len(line) + 1
            number += 1
        self._laid, self._line, self._is_inside = place, number, False

    def _fits(self, line: bytes) -> bool:
        if len(line) <= self.width and line.isascii() and line.decode("ascii").isprintable():
            return True
        if len(line) > _HELD:
            return False
        return cell_len(expanded(line.removesuffix(b"\r"))) <= self.width

    def _add_part(self, rest: bytes, *, is_last: bool) -> None:
        """Add rows of a line whose end is not there yet; what may go on stays for later."""
        offsets = wrapped(rest, self.width)
        if not is_last:
            offsets = offsets[:-1]
        for offset in offsets[: max(0, MOST_ROWS - len(self._starts))]:
            self._starts.append(self._laid + offset)
            self._numbers.append(self._line)
        self.is_full = len(self._starts) >= MOST_ROWS
        self._laid += len(rest) if is_last else offsets[-1] if offsets else 0


class _Decoder:
    """Turns the bytes of a file into UTF-8."""

    def __init__(self, encoding: TextEncoding) -> None:
        self._mark = encoding.mark
        self._decoder = None
        if encoding.codec != "utf-8":
            self._decoder = codecs.getincrementaldecoder(encoding.codec)("replace")

    def decode(self, piece: bytes, *, is_last: bool) -> bytes:
        """Return the next bytes in UTF-8, without the mark at the start."""
        if self._mark and piece:
            piece, self._mark = piece.removeprefix(self._mark), b""
        if self._decoder is None:
            return piece
        return self._decoder.decode(piece, final=is_last).encode("utf-8", "surrogatepass")
