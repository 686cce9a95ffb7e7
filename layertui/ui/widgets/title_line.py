"""The line at the top of a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from layertui.ui.drawing.cells import cut
from layertui.ui.widgets.line_view import Line, LineView, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = 3
"""Cells between what is told."""

_LEAST_NAME = 20
"""Cells of a name that are worth more than all that is told at the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What the line tells.

    Attributes:
        kind: What is shown, in a word.
        name: Of the image, printable.
        words: More about it, printable.
        right: What may stand at the right, the longest first; the last stands there anyhow.
        kind_stays: Whether the kind is told where the name has too little room beside it.
    """

    kind: str
    name: str
    words: str = ""
    right: tuple[Line, ...] = ((),)
    kind_stays: bool = True


class TitleLine(LineView, can_focus=False):
    """What the screen is about at the left, what came out at the right.

    Args:
        title: What is told.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TitleLine { height: 1; scrollbar-size-vertical: 0; }
    """

    def __init__(self, title: Title) -> None:
        super().__init__()
        self._title = title
        self._line_count = 1

    def tell(self, title: Title) -> None:
        """Tell something else."""
        if title != self._title:
            self._title = title
            self.redraw()

    def line(self, _number: int, width: int, /) -> Iterator[Span]:
        """Return the line: first the words give way, then the longer texts at the right."""
        title, start = self._title, f" {self._title.kind}   "
        room = width - 1 - (cell_len(start) if title.kind_stays else 1)
        right = _right(title, room)
        room -= _cells(right) + (_GAP if right else 0)
        if not title.kind_stays:
            needed = cell_len(title.name) + cell_len(start) - 1
            start = start if needed <= room else " "
            room -= cell_len(start) - 1
        name = cut(title.name, max(0, room))
        room -= cell_len(name)
        words = " " * _GAP + title.words if title.words else ""
        words = words if cell_len(words) <= room else ""
        yield Span(start, "dim")
        yield Span(name, "strong")
        yield Span(words, "dim")
        if right:
            yield Span(" " * max(0, room - cell_len(words) + _GAP))
            yield from right


def _right(title: Title, room: int) -> Line:
    """Return what there is room for at the right beside the name."""
    room -= min(cell_len(title.name), _LEAST_NAME) + _GAP
    return next((line for line in title.right if _cells(line) <= room), title.right[-1])


def _cells(line: Line) -> int:
    return sum(cell_len(span.text) for span in line)
