"""Why the image cannot be had, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from layertui.ui.screens.left_once import LeftOnce

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.errors import LayertuiError


class FailureScreen(LeftOnce, ModalScreen[None]):
    """Tells an error.

    Args:
        error: What went wrong; its texts are printable.
        fatal: Whether leaving it ends the program.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,space", "dismiss", "Close", id="failure.close", key_display="esc"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | escape, enter, space | Close, and quit where there is no image to go back to. |
    """

    def __init__(self, error: LayertuiError, *, fatal: bool = True) -> None:
        super().__init__()
        self._error = error
        self._fatal = fatal

    def compose(self) -> ComposeResult:
        """Show what happened, then what to do."""
        with Vertical(classes="dialog -error") as dialog:
            dialog.border_title = Content(self._error.title)
            dialog.border_subtitle = "esc quits" if self._fatal else "esc closes"
            yield Static(Content(self._error.message), markup=False)
            if self._error.hint:
                yield Static(Content(f"\n{self._error.hint}"), markup=False, classes="hint")
