"""The framed pane around the list of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical

from layertui.display import count
from layertui.ui.layers.row import LayerSize
from layertui.ui.widgets.layer_list import LayerList
from layertui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from layertui.ui.layers.row import LayerRow
    from layertui.ui.widgets.text_pane import Layout


class LayerPane(Vertical):
    """The list of layers, and below it, where there is little room, what is told of them.

    Args:
        identity: Of the pane.

    Attributes:
        layer_list: The list.
    """

    def __init__(self, *, identity: str) -> None:
        super().__init__(id=identity)
        self.layer_list = LayerList(identity="layers")
        self._summary = TextPane(identity="summary")
        self._summary.can_focus = False
        self._shown_size = LayerSize.STORED
        self._range_words = ""
        self.border_title = "Layers"

    def compose(self) -> ComposeResult:
        """Put the parts below one another."""
        yield self.layer_list
        yield self._summary

    def show(self, rows: Sequence[LayerRow]) -> None:
        """Show the layers of an image."""
        self.layer_list.show(rows)
        self._label()

    def update_row(self, row: LayerRow) -> None:
        """Show what has come out about a layer."""
        self.layer_list.update_row(row)
        if row.known:
            self._label()

    def show_size(self, size: LayerSize) -> None:
        """Show another size of the layers, and say which one."""
        self._shown_size = size
        self.layer_list.show_size(size)
        self._label()

    def show_range(self, bounds: tuple[int, int] | None) -> None:
        """Mark the layers from one number to another one, or none, and say so."""
        self.layer_list.show_range(bounds)
        low, high = bounds or (0, 0)
        which = f"layers {low} to {high}" if high > low else f"from layer {low}"
        self.set_class(high > low, "-range")
        self._range_words = f"{which}, esc leaves" if bounds else ""
        self._label()

    def show_summary(self, layout: Layout) -> None:
        """Tell what the layer did, or in two lines what those of a range did."""
        self._summary.show(layout)

    def _label(self) -> None:
        number = len(self.layer_list.rows)
        layers = f"{count(number)} layers" if number != 1 else "1 layer"
        known = sum(row.known for row in self.layer_list.rows)
        from_before = f"{count(known)} known from before" if known else ""
        title = f"{layers}, {self._shown_size.words}"
        subtitle = self._range_words or from_before
        if title != self.border_title:  # setting one draws the whole pane
            self.border_title = title
        if subtitle != self.border_subtitle:
            self.border_subtitle = subtitle
