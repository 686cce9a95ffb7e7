"""The layers of the image, the base at the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from layertui.display import printable, size
from layertui.ui.cells import bar, right
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.image import Layer

_INSTRUCTION_LIMIT = 512
_SIZE_WIDTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One layer on the screen.

    Attributes:
        number: Its number.
        instruction: What made it, one printable line.
        base: True for a layer that the user did not build.
        size: Bytes of its files, or None as long as it is not read.
        progress: How much of it is read, 0 to 1.
        problem: What is wrong with it, printable, or empty.
        verified: Whether its digests are right, or None where that is not known.
    """

    number: int
    instruction: str
    base: bool
    size: int | None = None
    progress: float = 0.0
    problem: str = ""
    verified: bool | None = None


def layer_row(layer: Layer) -> LayerRow:
    """Return the row of a layer that is not read yet."""
    text = layer.history.instruction if layer.history else ""
    line = printable(" ".join(text[:_INSTRUCTION_LIMIT].split()), _INSTRUCTION_LIMIT)
    return LayerRow(
        number=layer.index,
        instruction=line or "(no history)",
        base=layer.base,
        problem=f"not readable: {printable(layer.unreadable, 60)}" if layer.unreadable else "",
    )


class LayerList(CursorView):
    """The layers with their sizes; the cursor chooses the one that is looked at."""

    BINDING_GROUP_TITLE = "Layers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "page_down", "A page down", id="layers.page-down", show=False),
        Binding("u", "page_up", "A page up", id="layers.page-up", show=False),
        Binding("ctrl+l", "screen.compare(False)", "Compare with the layer below",
                id="layers.compare-below", show=False),
        Binding("ctrl+a", "screen.compare(True)", "Compare with the base",
                id="layers.compare-base", show=False),
        Binding("enter", "screen.switch_pane", "To the files", id="layers.enter", show=False),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | d | Move the cursor by a page. |
    | u | Move it back by a page. |
    | ctrl+l | Compare with the layer below. |
    | ctrl+a | Compare with the base. |
    | enter | Go to the files. |
    """

    class LayerHighlighted(Message):
        """The cursor has come to a layer.

        Attributes:
            number: The number of the layer.
        """

        def __init__(self, layer_list: LayerList, number: int) -> None:
            super().__init__()
            self.layer_list = layer_list
            self.number = number

        @property
        def control(self) -> LayerList:
            """The list of layers."""
            return self.layer_list

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._rows: list[LayerRow] = []
        self._largest = 0
        self._left = 0

    @property
    def rows(self) -> Sequence[LayerRow]:
        """The layers, bottom to top."""
        return self._rows

    def show(self, rows: Sequence[LayerRow]) -> None:
        """Show the layers of an image, the cursor on the first."""
        self._rows = list(rows)
        self.set_line_count(len(rows))
        self.refresh(layout=True)
        self.cursor = 0

    def update_row(self, row: LayerRow) -> None:
        """Show what has come out about a layer."""
        self._rows[row.number] = row
        if row.size is not None and row.size > self._largest:
            self._largest = row.size
            self.redraw()
        else:
            self.redraw_line(row.number)

    def watch_cursor(self, old: int, new: int) -> None:
        """Tell which layer is looked at."""
        self._left = old
        self.post_message(self.LayerHighlighted(self, new))

    def draw_cursor(self) -> None:
        """Draw where the cursor is and was.

        Whoever is told of the layer calls this when all else about it is drawn too, so that
        the screen changes once and not twice.
        """
        self.redraw_line(self._left)
        self.redraw_line(self.cursor)

    def line(self, number: int, width: int, /) -> Iterator[Span]:
        """Return a row: cursor, number, check, size, bar, instruction."""
        row = self._rows[number]
        part = "dim" if row.base and number != self.cursor else ""
        yield Span("\u258c" if number == self.cursor else " ", "mark")
        yield Span(right(str(number), max(2, len(str(len(self._rows) - 1)))), part)
        yield _check(row)
        yield Span(right(_size(row), _SIZE_WIDTH), part)
        bar_width = 8 if width >= 56 else 5 if width >= 40 else 4
        yield Span(f" {self._bar(row, bar_width)}", "mark" if row.size is None else "bar")
        yield Span("  ")
        if row.problem:
            yield Span(f"{row.problem}  ", "error")
        yield Span(row.instruction, part)

    def _bar(self, row: LayerRow, width: int) -> str:
        if row.size is None:
            return bar(row.progress, width)
        return bar(row.size / self._largest if self._largest else 0, width)


def _check(row: LayerRow) -> Span:
    """Return the mark of digests that are right or wrong."""
    if row.problem or row.verified is False:
        return Span(" !", "error")
    return Span(" \u2713", "dim") if row.verified else Span("  ")


def _size(row: LayerRow) -> str:
    if row.size is not None:
        return size(row.size)
    return "-" if row.problem else f"{row.progress * 100:.0f} %"
