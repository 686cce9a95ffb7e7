"""The gap between two panes, dragged to give one of them more room."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events


class Divider(Widget):
    """A column that can be dragged."""

    DEFAULT_CSS: ClassVar[str] = """
    Divider { width: 1; height: 1fr; background: $background; }
    Divider:hover, Divider.-dragged { background: $primary 40%; }
    Divider:ansi { background: ansi_default; }
    Divider:ansi:hover, Divider:ansi.-dragged { background: ansi_blue; }
    """

    ALLOW_SELECT = False

    class Dragged(Message):
        """The divider was dragged.

        Attributes:
            column: Where it shall be, in cells from the left of the screen.
        """

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    def render(self) -> str:
        """Return nothing: the gap is empty."""
        return ""

    async def _on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self.add_class("-dragged")
        event.stop()

    def _on_mouse_move(self, event: events.MouseMove) -> None:
        if self.has_class("-dragged"):
            self.post_message(self.Dragged(event.screen_x))

    async def _on_mouse_up(self, event: events.MouseUp) -> None:
        self.release_mouse()
        self.remove_class("-dragged")
        event.stop()
