"""Text as blocks of lines: what the cursor goes over as one, what it copies and leads to."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rich.cells import cell_len

from layertui.display import printable
from layertui.ui.drawing.cells import left, wrap
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.ui.open_choice import OpenChoice

VALUE_LIMIT = 64 << 10
"""Characters of one value that are shown."""

LABEL_WIDTH = 14
_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines that belong together.

    Attributes:
        lines: What is drawn.
        fixed: True for what the cursor passes over, such as a heading.
        value: What is copied, raw, or empty.
        layer: The number of the layer that it is about, or None.
        choice: What it can open, or None.
    """

    lines: tuple[Line, ...]
    fixed: bool = False
    value: str = ""
    layer: int | None = None
    choice: OpenChoice | None = None


class Blocks(Protocol):
    """Blocks laid out below one another; those that are not fixed are items, from 0."""

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        ...

    @property
    def item_count(self) -> int:
        """How many items there are."""
        ...

    def line(self, number: int, /) -> Line:
        """Return a line."""
        ...

    def bounds(self, item: int, /) -> tuple[int, int]:
        """Return the first line of an item and the one after its last."""
        ...

    def item_at(self, line: int, /) -> int | None:
        """Return the item that a line is part of, or None."""
        ...

    def block(self, item: int, /) -> Block:
        """Return an item."""
        ...


class BlockList:
    """Blocks that are all there.

    Args:
        blocks: From top to bottom.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._lines: list[Line] = []
        self._items: list[Block] = []
        self._starts = array("I")
        for block in blocks:
            if not block.fixed:
                self._starts.append(len(self._lines))
                self._items.append(block)
            self._lines += block.lines

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    @property
    def item_count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def line(self, number: int, /) -> Line:
        """Return a line."""
        return self._lines[number]

    def bounds(self, item: int, /) -> tuple[int, int]:
        """Return the first line of an item and the one after its last."""
        start = self._starts[item]
        return start, start + len(self._items[item].lines)

    def item_at(self, line: int, /) -> int | None:
        """Return the item that a line is part of, or None."""
        item = bisect_right(self._starts, line) - 1
        return item if item >= 0 and line < self.bounds(item)[1] else None

    def block(self, item: int, /) -> Block:
        """Return an item."""
        return self._items[item]


def heading(text: str, words: str = "") -> Block:
    """Return a title that the cursor passes over, with an empty line before it."""
    return Block(lines=((), (Span(text, "strong"), Span(f"  {words}" if words else "", "dim"))),
                 fixed=True)  # fmt: skip


def note(text: str, width: int, part: str = "dim", *, indent: str = "") -> Block:
    """Return printable words that the cursor passes over."""
    pieces = wrap(text, width - len(indent))
    return Block(lines=tuple((Span(indent + piece, part),) for piece in pieces), fixed=True)


def field(
    label: str, value: str, width: int, *, part: str = "", label_width: int = LABEL_WIDTH
) -> Block:
    """Return a label and a value, in full.

    A value without spaces that does not fit beside its label, but below it, stands below it.

    Args:
        label: Printable.
        value: Raw.
        width: Cells of a line.
        part: What the value looks like.
        label_width: Cells of the label and of what is between it and the value.
    """
    text = printable(value, VALUE_LIMIT)
    room = width - label_width
    if cell_len(label) >= label_width or (" " not in text and cell_len(text) > room):
        lines = _below(label, Span(text, part), width)
    else:
        lines = _beside(left(label, label_width), Span(text, part), room)
    return Block(lines=tuple(lines), value=value)


def _below(label: str, value: Span, width: int) -> Iterator[Line]:
    """Yield a label, and its value below it."""
    for row in wrap(label, width):
        yield (Span(row, "dim"),)
    for row in wrap(value.text, width - len(_INDENT)) if value.text else ():
        yield Span(_INDENT), value._replace(text=row)


def _beside(label: str, value: Span, room: int) -> Iterator[Line]:
    """Yield a label, and its value beside it."""
    before = Span(label, "dim")
    for row in wrap(value.text, room):
        yield before, value._replace(text=row)
        before = Span(" " * cell_len(label))
