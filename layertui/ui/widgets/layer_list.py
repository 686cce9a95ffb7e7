"""The layers of the image, the base at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.message import Message

from layertui.display import count, size
from layertui.ui.drawing.cells import bar, right
from layertui.ui.layers.number import LayerNumber
from layertui.ui.layers.row import LayerRow, LayerSize
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events

_SIZE_WIDTH = 8
_SIGNED_WIDTH = 9
_NARROW = 24
"""The width below which a layer is its number and its size."""
_RULE = "\u2500"
_RANGE_TOP, _RANGE_SIDE, _RANGE_BOTTOM = "\u256e", "\u2502", "\u256f"


class _Section(NamedTuple):
    """Layers that belong together.

    Attributes:
        title: What they are.
        numbers: Theirs.
    """

    title: str
    numbers: range


_DIGITS = frozenset("0123456789")


class LayerList(CursorView):
    """The layers with one of their sizes; the cursor chooses the one that is looked at.

    Where there are layers of a base and others, and room, each kind stands below a heading.
    """

    BINDING_GROUP_TITLE = "Layers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark a range", id="layers.mark", key_display="space"),
        Binding("escape", "unmark", "Leave the range", id="layers.unmark", key_display="esc"),
        Binding("d", "page_down", "A page down", id="layers.page-down", show=False),
        Binding("u", "page_up", "A page up", id="layers.page-up", show=False),
        Binding("ctrl+l", "screen.compare(False)", "Compare with the layer below",
                id="layers.compare-below", show=False),
        Binding("ctrl+a", "screen.compare(True)", "Compare with the base",
                id="layers.compare-base", show=False),
        Binding("enter", "screen.switch_pane(1)", "To the files", id="layers.enter", show=False),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | space | Mark one end of a range of layers, then the other; once more takes it away. |
    | escape | Take the range away. |
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

    class EndMarked(Message):
        """A layer is marked as one end of a range.

        Attributes:
            number: The number of the layer.
        """

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class RangeLeft(Message):
        """The range of layers is not wanted any more."""

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._rows: list[LayerRow] = []
        self._lines: list[int | _Section] = []
        self._line_of: list[int] = []
        self._headings: tuple[int, ...] = ()
        self._shown_size = LayerSize.STORED
        self._largest = 0
        self._range: tuple[int, int] | None = None
        self._left: set[int] = set()
        self._number = LayerNumber()

    @property
    def rows(self) -> Sequence[LayerRow]:
        """The layers, bottom to top."""
        return self._rows

    @property
    def item_count(self) -> int:
        """How many layers there are."""
        return len(self._rows)

    def line_of(self, item: int, /) -> int:
        """Return the line of a layer."""
        return self._line_of[item] if 0 <= item < len(self._line_of) else 0

    def item_at(self, line: int, /) -> int | None:
        """Return the layer of a line, or None for a heading."""
        item = self._lines[line]
        return item if isinstance(item, int) else None

    def show(self, rows: Sequence[LayerRow]) -> None:
        """Show the layers of an image, the cursor on the first."""
        self.update_rows(rows)
        self.refresh(layout=True)
        self.refresh_bindings()
        self.cursor = 0

    def update_rows(self, rows: Sequence[LayerRow]) -> None:
        """Show what has come out about all layers."""
        self._rows = list(rows)
        self._scale()
        self._arrange()

    def update_row(self, row: LayerRow) -> None:
        """Show what has come out about a layer."""
        self._rows[row.number] = row
        known = abs(row.bytes_of(self._shown_size) or 0)
        if known > self._largest:
            self._largest = known
            self.redraw()
            return
        self.redraw_item(row.number)
        for heading in self._headings:
            self.redraw_line(heading)

    def show_size(self, kind: LayerSize) -> None:
        """Show another size of the layers."""
        self._shown_size = kind
        self._scale()
        self.redraw()

    def take_digit(self, key: str) -> bool:
        """Go to the layer whose number is typed; any other key ends the number.

        Returns:
            Whether the key is a digit.
        """
        if key not in _DIGITS:
            self._number = LayerNumber()
            return False
        self._number = self._number.typed(key, len(self._rows))
        if self._number.value is not None:
            self.move_to(self._number.value)
        return True

    def show_range(self, bounds: tuple[int, int] | None) -> None:
        """Mark the layers from one number to another one, or none."""
        if bounds != self._range:
            self._range = bounds
            self.redraw()
            self.refresh_bindings()

    def watch_cursor(self, old: int, new: int) -> None:
        """Tell which layer is looked at."""
        self._left.add(old)
        self.post_message(self.LayerHighlighted(self, new))

    def draw_cursor(self) -> None:
        """Draw where the cursor is and was since this was called last.

        Whoever is told of the layer calls this when all else about it is drawn too, so that
        the screen changes once and not twice.
        """
        for item in (*self._left, self.cursor):
            self.redraw_item(item)
        self._left.clear()

    def line(self, number: int, width: int, /) -> Iterator[Span]:
        """Return a layer or a heading."""
        item = self._lines[number]
        if isinstance(item, int):
            return self._layer(self._rows[item], width)
        return self._heading(item, width)

    def line_clicked(self, _line: int, event: events.Click, /) -> None:
        """Go to the files of a layer that is clicked twice."""
        if event.chain == 2:
            self.call_later(self.run_action, "screen.switch_pane(1)")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what would change nothing."""
        if action == "unmark":
            return self._range is not None
        if action == "mark":
            return len(self._rows) > 1
        return super().check_action(action, parameters)

    def action_mark(self) -> None:
        """Mark the layer under the cursor as one end of a range."""
        self.post_message(self.EndMarked(self.cursor))

    def action_unmark(self) -> None:
        """Take the range away."""
        self.post_message(self.RangeLeft())

    def _on_resize(self, event: events.Resize) -> None:
        self._arrange()
        super()._on_resize(event)

    def _scale(self) -> None:
        sizes = (row.bytes_of(self._shown_size) for row in self._rows)
        self._largest = max((abs(known) for known in sizes if known is not None), default=0)

    def _arrange(self) -> None:
        """Lay out layers and headings on lines."""
        base = sum(row.base for row in self._rows)
        numbers = range(len(self._rows))
        self._lines = list(numbers)
        if 0 < base < len(numbers) and self._has_room(len(numbers) + 2):
            below, above = numbers[:base], numbers[base:]
            self._lines = [_Section(f"base image, {_layers(len(below))}", below), *below]
            self._lines += [_Section(f"your {_layers(len(above))}", above), *above]
        self._line_of = [place for place, item in enumerate(self._lines) if isinstance(item, int)]
        self._headings = (0, base + 1) if len(self._lines) > len(numbers) else ()
        if self.line_count != len(self._lines):
            self.refresh(layout=True)
        self.set_line_count(len(self._lines))

    def _has_room(self, lines: int) -> bool:
        return not self.screen.has_class("-low") or self.size.height >= lines

    def _heading(self, section: _Section, width: int) -> Iterator[Span]:
        """Return what the layers below are, a rule, and what they are together."""
        rows = [self._rows[number] for number in section.numbers]
        known = _together(rows, self._shown_size)
        total = "" if known is None else f" {size(known)}"
        title = f" {section.title} "
        yield Span(title, "dim")
        yield Span(_RULE * max(0, width - len(title) - len(total)), "bar")
        yield Span(total, "dim")

    def _layer(self, row: LayerRow, width: int) -> Iterator[Span]:
        """Return cursor, number, bracket of the range, check, size, bar, instruction.

        Where there is little room, the bar and the instruction are left out.
        """
        here = row.number == self.cursor
        part = "dim" if (row.base or row.holds_no_files) and not here else ""
        yield Span("\u258c" if here else " ", "mark")
        yield Span(right(str(row.number), max(2, len(str(len(self._rows) - 1)))), part)
        yield Span(self._bracket(row.number), "mark")
        yield _check(row)
        signed = self._shown_size is LayerSize.NET
        yield Span(right(self._amount(row), _SIGNED_WIDTH if signed else _SIZE_WIDTH), part)
        if width < _NARROW:
            return
        bar_width = 8 if width >= 56 else 5 if width >= 40 else 4
        yield from self._bar(row, bar_width)
        if row.trouble:
            yield Span(f"{row.trouble}  ", "error")
        elif row.arrival or row.listed:
            yield Span(f"{_arrival(row)}  ", "mark")
        yield Span(row.instruction, part)

    def _bracket(self, number: int) -> str:
        low, high = self._range or (1, 0)
        if not low <= number <= high:
            return " "
        if low == high:
            return _RANGE_SIDE
        return {low: _RANGE_TOP, high: _RANGE_BOTTOM}.get(number, _RANGE_SIDE)

    def _amount(self, row: LayerRow) -> str:
        known = row.bytes_of(self._shown_size)
        if row.being_read:
            return row.progress_words
        return "-" if known is None else size(known)

    def _bar(self, row: LayerRow, width: int) -> Iterator[Span]:
        if row.being_read:
            yield Span(f" {bar(row.progress or 0, width)}  ", "mark")
            return
        known = row.bytes_of(self._shown_size) or 0
        share = abs(known) / self._largest if self._largest else 0
        yield Span(f" {bar(share, width)}  ", "removed" if known < 0 else "bar")


def _together(rows: Sequence[LayerRow], kind: LayerSize) -> int | None:
    """Return what layers are together, or None as long as that is not known."""
    known = [number for row in rows if (number := row.bytes_of(kind)) is not None]
    if not known or any(row.being_read for row in rows):
        return None
    return known[-1] if kind is LayerSize.TOTAL else sum(known)


def _layers(number: int) -> str:
    return "1 layer" if number == 1 else f"{count(number)} layers"


def _check(row: LayerRow) -> Span:
    """Return the mark of a layer that is right, wrong, known from before, or only listed."""
    if row.trouble:
        return Span("!", "error")
    if row.listed:
        return Span("~", "mark")
    if row.verified:
        return Span("\u2713", "dim")
    return Span("=" if row.known else " ", "dim")


def _arrival(row: LayerRow) -> str:
    """Return how a layer comes that is not here yet, and what it may be looked at for."""
    if not row.listed:
        return row.arrival
    return ", ".join(filter(None, (f"listed, {row.progress_words} here", row.arrival)))
