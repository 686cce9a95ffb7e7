"""The totals of the waste screen: by cause and by layer, each row a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from layertui.analysis.gathering import CauseWaste, LayerWaste
from layertui.ui.tables.columns import Row
from layertui.ui.waste.text import (
    BY_LAYER,
    LARGEST_FIRST,
    cause_chips,
    cause_columns,
    explanation,
    explanations,
    instruction_of,
    layer_columns,
)
from layertui.ui.widgets.line_view import Line, LineView, Span
from layertui.ui.widgets.table import Table, TableMessage, TableModel, TablePane
from layertui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style
    from textual import events
    from textual.app import ComposeResult

    from layertui.image import Image
    from layertui.ui.waste.figures import Overview


class PickTable(Table[Row]):
    """A table one row of which can be picked."""

    MARGIN = 3
    BINDING_GROUP_TITLE = "Totals"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "pick", "Only this, or all", id="waste.only"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter, space | Show only what is under the cursor; all again where only that is shown. |
    """

    class Picked(TableMessage):
        """The row under the cursor is picked, or none any more."""

    picked: Row | None = None

    def pick(self, row: Row | None) -> None:
        """Mark a row."""
        self.picked = row
        self.redraw()

    def is_picked(self, row: Row) -> bool:
        """Tell whether a row is the picked one."""
        return self.picked is not None and _name(row) == _name(self.picked)

    def margin(self, number: int, /) -> Iterator[Span]:
        """Return the marks in front of a row."""
        yield from super().margin(number)
        yield Span("\u2713 " if self.is_picked(self.shown[number]) else "  ", "mark")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        if action == "pick":
            row = self.cursor_row
            return row is not None and any(row[1:])  # type: ignore[index]
        return super().check_action(action, parameters)

    def line_clicked(self, _number: int, event: events.Click, /) -> None:
        """Pick with a click."""
        if event.chain == 1 and self.check_action("pick", ()):
            self.action_pick()

    def action_pick(self) -> None:
        """Pick the row under the cursor, or none where it is picked."""
        self.post_message(self.Picked(self))


def _name(row: Any) -> object:
    """Return what a cause or a layer is called."""
    return row[0]


class CauseLine(LineView, can_focus=False):
    """The causes in one line, for small screens."""

    DEFAULT_CSS: ClassVar[str] = """
    CauseLine { height: 1; scrollbar-size-vertical: 0; }
    """

    class Clicked(Message):
        """A cause was clicked.

        Attributes:
            cause: Which.
        """

        def __init__(self, cause: str) -> None:
            super().__init__()
            self.cause = cause

    def __init__(self) -> None:
        super().__init__()
        self._spans: Line = ()
        self._line_count = 1

    def show(self, overview: Overview, picked: str) -> None:
        """Show other causes."""
        self._spans = tuple(cause_chips(overview, picked))
        self.redraw()

    def line(self, _number: int, _width: int, /) -> Line:
        """Return the line."""
        return self._spans

    def on_click(self, event: events.Click) -> None:
        """Tell which cause is clicked."""
        style: Style = event.style
        if cause := style.meta.get("target"):
            self.post_message(self.Clicked(str(cause)))


class WasteTotals(Horizontal):
    """Waste by cause, with what the causes mean, and by layer.

    Args:
        image: Its layers have instructions.
    """

    DEFAULT_CSS: ClassVar[str] = """
    WasteTotals {
        height: 12;
        & > Vertical {
            width: 1fr;
            border: round $foreground 25%;
            border-title-color: $foreground 70%;
            border-subtitle-color: $foreground 70%;
            border-title-style: none;
            border-subtitle-align: left;
            background: $background;
            &:focus-within {
                border: round $primary;
                border-title-color: $foreground;
                border-title-style: bold;
            }
        }
        & TablePane { height: 1fr; }
        & #waste-causes-pane > TablePane { height: 7; }
        & #waste-meanings { height: 1fr; padding: 0 0 0 3; }
    }
    WasteTotals > Vertical:ansi {
        border: round ansi_bright_black;
        border-title-color: ansi_default;
        border-subtitle-color: ansi_default;
        background: ansi_default;
        &:focus-within { border: round ansi_blue; }
    }
    WasteTotals > Vertical:nocolor:focus-within { border: heavy ansi_default; }
    """

    def __init__(self, image: Image, *, identity: str | None = None) -> None:
        super().__init__(id=identity)
        self._image = image
        self.by_cause = PickTable[CauseWaste](
            TableModel(columns=cause_columns(0), order=LARGEST_FIRST),
            identity="waste-causes",
        )
        self.by_layer = PickTable[LayerWaste](
            TableModel(columns=layer_columns(image), order=BY_LAYER),
            identity="waste-layers",
        )
        self._meanings = TextPane(identity="waste-meanings")
        self._meanings.can_focus = False
        self.causes_pane = Vertical(
            TablePane(self.by_cause), self._meanings, id="waste-causes-pane"
        )
        self.layers_pane = Vertical(TablePane(self.by_layer), id="waste-layers-pane")

    def compose(self) -> ComposeResult:
        """Put causes at the left and layers at the right."""
        self.causes_pane.border_title = "By cause"
        self.layers_pane.border_title = "By layer"
        yield self.causes_pane
        yield self.layers_pane

    def show(self, overview: Overview) -> None:
        """Show other totals."""
        columns = cause_columns(overview.wasted_size)
        self.by_cause.model = TableModel(columns=columns, order=LARGEST_FIRST)
        self.by_cause.show(overview.causes)
        self.by_layer.show(overview.layers)

    def pick(self, cause: str, layer: int | None) -> None:
        """Mark a cause and a layer."""
        self.by_cause.pick(CauseWaste(cause, 0, None) if cause else None)
        self.by_layer.pick(None if layer is None else LayerWaste(layer, 0, 0))

    @on(Table.Changed, "#waste-causes")
    @on(Table.Highlighted, "#waste-causes")
    def _explain(self) -> None:
        """Tell what the cause under the cursor means, or all of them where there is room."""
        if not self.is_attached:
            return
        causes = [row.cause for row in self.by_cause.shown]
        row = self.by_cause.cursor_row
        if self.screen.has_class("-tall"):
            self._meanings.show(lambda width: explanations(causes, width))
        elif row is not None:
            self._meanings.show(lambda width: explanation(row.cause, width))

    @on(Table.Changed, "#waste-layers")
    @on(Table.Highlighted, "#waste-layers")
    def _name_layer(self) -> None:
        """Tell the instruction of the layer under the cursor where its column has no room."""
        row = self.by_layer.cursor_row
        told = any(column.name == "instruction" for column, _width in self.by_layer.placed)
        text = instruction_of(self._image, row.layer) if row is not None and not told else ""
        text = text or "unseen: shipped but not shown   wastes: made so by it"
        self.layers_pane.border_subtitle = Content(text)

    def on_resize(self) -> None:
        """Tell what there is room for now."""
        self.call_after_refresh(self._explain)
        self.call_after_refresh(self._name_layer)
