"""A line that text is typed in, behind a sign that says what for."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.events import Key
    from textual.widget import Widget

_PATIENCE = 0.5
"""Seconds to wait for a field: one that goes takes no keys any more."""


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


async def is_text(key: Key, field: Widget) -> bool:
    """Tell whether a key is text for a field, once that has taken those that came before."""
    taken = asyncio.Event()
    if field.call_later(taken.set):
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await taken.wait()
    return field.check_consume_key(key.key, key.character)


def sign(text: str) -> Static:
    """Return what stands in front of the field; for texts of our own."""
    return Static(text, markup=False, classes="typing-line--sign")
