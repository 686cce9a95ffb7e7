"""A line that text is typed in, behind a sign that says what for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.widget import Widget


class TypingLine(Horizontal):
    """Lays out a sign, a field in all the room there is, and what follows it."""

    DEFAULT_CSS: ClassVar[str] = """
    TypingLine {
        height: 1;
        background: $background;
        & > .typing-line--sign { width: 3; padding: 0 1; color: $primary; text-style: bold; }
        & > Input, & > Input:focus {
            width: 1fr;
            background: $background;
            background-tint: $background 0%;
            color: $foreground;
        }
    }
    TypingLine:ansi {
        background: ansi_default;
        & > .typing-line--sign { color: ansi_blue; }
        & > Input, & > Input:focus { background: ansi_default; color: ansi_default; }
    }
    """


def takes_text(widget: Widget | None) -> bool:
    """Tell whether letters that are pressed are text while a widget has the focus."""
    return widget is not None and widget.check_consume_key("a", "a")


def sign(text: str) -> Static:
    """Return what stands in front of the field; for texts of our own."""
    return Static(text, markup=False, classes="typing-line--sign")
