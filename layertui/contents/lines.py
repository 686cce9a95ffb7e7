"""Searching the content of one file as it passes by, whatever the pieces it comes in."""

from __future__ import annotations

from enum import Enum, auto
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.contents.expressions import Sought
    from layertui.contents.opening import Piece

HEAD = 8 << 10
"""Bytes at the start of a file by which it is known as binary."""
LONGEST_LINE = 256 << 10
"""Bytes of a line that are held; a longer one is searched in parts, and told once."""
SHOWN = 64 << 10
"""Bytes of a line that a hit carries."""

_BEFORE = 1 << 10
"""Bytes of a longer line that a hit carries before the match."""


class Hit(NamedTuple):
    """A line that matches.

    Attributes:
        line: Its number, from 1.
        offset: Of the first match in it, in the file.
        length: Bytes of that match.
        text: The line without its end; of a very long one, a part that holds the match.
        lead: Bytes of the line before `text`.
    """

    line: int
    offset: int
    length: int
    text: bytes
    lead: int


def hits(sought: Sought, pieces: Iterable[Piece], *, as_text: bool = False) -> Iterator[Hit]:
    """Yield the lines of a file that match, as its pieces come.

    What is on both sides of a hole is not one line, and the zeros in it are not searched.

    Args:
        sought: What is looked for.
        pieces: The content, in order.
        as_text: Whether a file that looks binary, with a NUL in its head, is searched, too.
    """
    remaining = iter(pieces)
    first = tuple(islice(remaining, 2))
    if len(first) == 1 and not _may_match(sought, bytes(first[0][1]), as_text=as_text):
        return
    lines: _Lines | None = None
    for offset, data, after in _blocks(chain(first, remaining)):
        if lines is None:
            if not as_text and data.find(b"\0", 0, HEAD) >= 0:
                return
            lines = _Lines(sought)
        yield from lines.feed(offset, data, after)


def _may_match(sought: Sought, data: bytes, *, as_text: bool) -> bool:
    """Tell it of a file in one piece, as most are, before more is done for it."""
    if not as_text and data.find(b"\0", 0, HEAD) >= 0:
        return False
    return sought.find(data, sought.prepared(data), 0, len(data)) is not None


class _After(Enum):
    """What follows a block."""

    MORE = auto()
    HOLE = auto()
    END = auto()


def _blocks(pieces: Iterable[Piece]) -> Iterator[tuple[int, bytes, _After]]:
    """Yield offset, bytes, and what follows; small pieces are put together."""
    held: list[bytes] = []
    start = end = 0
    for offset, data in pieces:
        if held and offset != end:
            yield start, b"".join(held), _After.HOLE
            held = []
        elif held and end - start >= HEAD:
            yield start, b"".join(held), _After.MORE
            held = []
        start = start if held else offset
        held.append(bytes(data))
        end = offset + len(data)
    if held:
        yield start, b"".join(held), _After.END


class _Lines:
    """The lines of a file, searched block by block.

    Args:
        sought: What is looked for.
    """

    def __init__(self, sought: Sought) -> None:
        self._sought = sought
        self._held = b""
        """What the next block goes on from: the start of a line, or, of a line that was searched
        in part, its last bytes."""
        self._number = 1
        """Of the line that the next block starts with."""
        self._lead = 0
        """Bytes of that line before what is held."""
        self._is_told = False
        """Whether that line was told."""

    def feed(self, offset: int, data: bytes, after: _After) -> Iterator[Hit]:
        """Yield the hits in the next bytes.

        Args:
            offset: Of the bytes in the file.
            data: The bytes.
            after: What follows them.
        """
        block = self._held + data if self._held else data
        base, whole = offset - len(self._held), block.rfind(b"\n") + 1
        is_open = after is _After.MORE and len(block) - whole > LONGEST_LINE
        stop = whole if after is _After.MORE and not is_open else len(block)
        told = -1
        for begin, end, span in self._found(block, stop, is_open=is_open):
            if begin > 0:
                self._number += block.count(b"\n", max(told, 0), begin)
                self._lead = 0
            told = begin
            yield self._hit(block, base, begin, end, span)
        if after is _After.END:
            return
        self._number += block.count(b"\n", max(told, 0), whole)
        if after is _After.HOLE:
            self._number += whole < len(block)
            self._held, self._lead, self._is_told = b"", 0, False
        elif is_open:
            self._hold_end(block, whole, told)
        else:
            self._held = block[whole:]
            if whole:
                self._lead, self._is_told = 0, False

    def _hold_end(self, block: bytes, whole: int, told: int) -> None:
        """Keep the last bytes of a line that goes on, as many as a match may begin in."""
        keep = len(block) - self._sought.reach - 1
        self._is_told = told == whole or (self._is_told and not whole)
        self._lead = keep - whole + (0 if whole else self._lead)
        self._held = block[keep:]

    def _found(
        self, block: bytes, stop: int, *, is_open: bool
    ) -> Iterator[tuple[int, int, tuple[int, int]]]:
        """Yield where lines that match begin and end in a block, and where the match is."""
        sought = self._sought
        prepared = sought.prepared(block)
        start = 1 if self._lead else 0
        if self._is_told:
            start = block.find(b"\n", 0, stop) + 1 or stop
        while start < stop:
            span = sought.find(block, prepared, start, stop, open_end=is_open)
            if span is None:
                return
            begin = block.rfind(b"\n", 0, span[0]) + 1
            end = block.find(b"\n", span[1], stop)
            end = end if end >= 0 else stop
            yield begin, end, span
            start = end + 1

    def _hit(self, block: bytes, base: int, begin: int, end: int, span: tuple[int, int]) -> Hit:
        first = begin if end - begin <= SHOWN else max(begin, span[0] - _BEFORE)
        text = block[first : min(end, first + SHOWN)]
        lead = self._lead + first - begin
        return Hit(self._number, base + span[0], span[1] - span[0], text, lead)
