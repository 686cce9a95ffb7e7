"""The line at the top of a screen over the main one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from layertui.ui.drawing.cells import cut
from layertui.ui.widgets.line_view import LineView, Span

if TYPE_CHECKING:
    from collections.abc import Iterator


class TitleLine(LineView, can_focus=False):
    """What the screen is about, and a word on it at the right where there is room.

    Args:
        kind: What is shown, in a word.
        name: Of the image, printable.
        words: More about it, printable.
        right: At the right, printable.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TitleLine { height: 1; scrollbar-size-vertical: 0; }
    """

    def __init__(self, kind: str, name: str, words: str = "", right: str = "") -> None:
        super().__init__()
        self._told = (kind, name, words, right)
        self._line_count = 1

    def tell(self, name: str, words: str = "", right: str = "") -> None:
        """Tell something else."""
        self._told = (self._told[0], name, words, right)
        self.redraw()

    def line(self, _number: int, width: int, /) -> Iterator[Span]:
        """Return the line: the name gives way last."""
        kind, name, words, right = self._told
        start = f" {kind}   "
        room = width - cell_len(start) - 1
        right = right if cell_len(right) + 3 + min(cell_len(name), 20) <= room else ""
        name = cut(name, max(0, room - (cell_len(right) + 3 if right else 0)))
        room -= cell_len(name) + cell_len(right)
        words = f"   {words}" if words and cell_len(words) + 6 <= room else ""
        yield Span(start, "dim")
        yield Span(name, "strong")
        yield Span(words, "dim")
        yield Span(" " * (room - cell_len(words)))
        yield Span(right, "dim")
