"""Paths with what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from layertui.ui.drawing.cells import left
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PATH_SHARE = 0.55
"""Part of a line that paths have at most."""


class ToldList(CursorView):
    """Lists paths that were not written as they are."""

    BINDING_GROUP_TITLE = "Written"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape", "screen.close", "Close", id="written.close", key_display="esc"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter, escape | Close. |
    """

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._told: Sequence[tuple[str, str]] = ()

    def show(self, told: Sequence[tuple[str, str]]) -> None:
        """Show paths, each with what became of it, in printable words."""
        self._told = told
        self.set_line_count(len(told))

    def line(self, number: int, width: int, /) -> Iterator[Span]:
        """Return a path and what became of it."""
        path, reason = self._told[number]
        widest = max((cell_len(each) for each, _ in self._told[:200]), default=0)
        room = max(8, min(widest, int(width * _PATH_SHARE)))
        yield Span("\u258c " if number == self.cursor else "  ", "mark")
        yield Span(left(path, room) + "  ")
        yield Span(reason, "dim")
