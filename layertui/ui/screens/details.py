"""All there is to know about layers and the image, over the whole screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.line_view import Line, Span
from layertui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.ui.layers.figures import Telling
    from layertui.ui.widgets.text_pane import Layout


class DetailsScreen(LeftOnce, ModalScreen[None]):
    """Details of a layer or of a range of layers, then the summary of the image.

    Args:
        telling: What is told about the layers.
        image: Lays out what is told about the image.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,enter", "dismiss", "Close", id="details.close", key_display="esc"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | escape, i, enter | Close. |
    """

    def __init__(self, telling: Telling, image: Layout) -> None:
        super().__init__()
        self._telling = telling
        self._image = image
        self._pane = TextPane(identity="all-details")

    def compose(self) -> ComposeResult:
        """Show the text in a dialog."""
        self._pane.add_class("dialog")
        self._pane.border_title = self._telling.title
        self._pane.border_subtitle = "esc closes"
        self._pane.styles.height = "90%"
        self._pane.show(self._lines)
        yield self._pane

    def show_telling(self, telling: Telling) -> None:
        """Tell what has come out about the layers and the image."""
        self._telling = telling
        self._pane.show(self._lines, keep_place=True)

    def _lines(self, width: int) -> list[Line]:
        return [
            *self._telling.details(width),
            (),
            (Span("The image", "strong"),),
            (),
            *self._image(width),
        ]
