"""All there is to know about a layer and the image, over the whole screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from layertui.ui.image.summary import image_summary
from layertui.ui.layers.text import details
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.line_view import Line, Span
from layertui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from layertui.analysis.waste import Accounting
    from layertui.notices import Notice
    from layertui.ui.layers.text import LayerReport


class DetailsScreen(LeftOnce, ModalScreen[None]):
    """Details of a layer, then the summary of the image.

    Args:
        report: What is known about the layer.
        accounting: Where the bytes of the image went, or None.
        notices: What is odd about the image.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,enter", "dismiss", "Close", id="details.close", key_display="esc"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | escape, i, enter | Close. |
    """

    def __init__(
        self, report: LayerReport, accounting: Accounting | None, notices: Sequence[Notice]
    ) -> None:
        super().__init__()
        self._report = report
        self._accounting = accounting
        self._notices = notices

    def compose(self) -> ComposeResult:
        """Show the text in a dialog."""
        pane = TextPane(identity="all-details")
        pane.add_class("dialog")
        pane.border_title = f"Layer {self._report.layer.index}"
        pane.border_subtitle = "esc closes"
        pane.styles.height = "90%"
        pane.show(self._lines)
        yield pane

    def _lines(self, width: int) -> list[Line]:
        report = self._report
        return [
            *details(report, width),
            (),
            (Span("The image", "strong"),),
            (),
            *image_summary(report.image, self._accounting, self._notices, width),
        ]
