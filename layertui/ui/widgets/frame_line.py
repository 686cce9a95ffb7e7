"""The upper or lower edge of a frame, with words in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from layertui.ui.drawing.cells import cut, cut_start
from layertui.ui.widgets.line_view import LineView, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_EDGES = {"top": "\u256d\u2500\u256e", "bottom": "\u2570\u2500\u256f"}
_HEAVY_EDGES = {"top": "\u250f\u2501\u2513", "bottom": "\u2517\u2501\u251b"}


class FrameLine(LineView, can_focus=False):
    """One edge: words at the left, and others at the right where there is room for them.

    Without colour, the edge of the pane that has the focus is heavy. Setting words draws this
    line alone; the title of a border draws all that it surrounds.

    Args:
        edge: "top" or "bottom".
    """

    DEFAULT_CSS: ClassVar[str] = """
    FrameLine {
        height: 1;
        scrollbar-size-vertical: 0;
        color: $foreground 25%;
        & > .line-view--strong { color: $foreground 70%; text-style: none; }
    }
    FrameLine.-focused {
        color: $primary;
        & > .line-view--strong { color: $foreground; text-style: bold; }
    }
    FrameLine:ansi {
        color: ansi_bright_black;
        & > .line-view--strong { color: ansi_default; text-style: none; }
    }
    FrameLine:ansi.-focused {
        color: ansi_blue;
        & > .line-view--strong { color: ansi_default; text-style: bold; }
    }
    """

    LEAST_CONTRAST: ClassVar[float] = 1.0
    """The line itself is quiet."""

    def __init__(self, edge: str, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._edge = edge
        self._left: tuple[str, ...] = ("",)
        self._right: tuple[str, ...] = ()
        self._line_count = 1

    @property
    def words(self) -> tuple[str, ...]:
        """What stands at the left, and what may stand at the right."""
        return (self._left[0], *self._right)

    def tell(self, left: str | tuple[str, ...], *right: str) -> None:
        """Put other printable words in.

        Args:
            left: At the left; of several, the first that leaves room for the last at the right.
            right: At the right, the first of these that there is room for.
        """
        left = (left,) if isinstance(left, str) else left
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.redraw()

    def line(self, _number: int, width: int, /) -> Iterator[Span]:
        """Return the edge."""
        heavy = self.app.no_color and self.has_class("-focused")
        first, bar, last = tuple((_HEAVY_EDGES if heavy else _EDGES)[self._edge])
        room = max(width - 8, 0)
        left = self._leftmost(room)
        right = next((words for words in self._right if _fit(left, words, room)), "")
        left = (cut if self._edge == "top" else cut_start)(left, room)
        yield Span(first + bar)
        used = 2
        if left:
            yield Span(f" {left} ", "strong")
            used += cell_len(left) + 2
        end = cell_len(right) + 2 if right else 0
        yield Span(bar * (width - used - end - 2))
        if right:
            yield Span(f" {right} ", "strong")
        yield Span(bar + last)

    def _leftmost(self, room: int) -> str:
        """Return the words at the left: with what must stand beside them, else alone."""
        beside = self._right[-1] if self._right else ""
        with_it = (left for left in self._left if _fit(left, beside, room))
        alone = (left for left in self._left if _fit(left, "", room))
        return next(with_it, None) or next(alone, self._left[-1])


def _fit(left: str, right: str, room: int) -> bool:
    """Tell whether there is room for words at both sides, the line between them seen."""
    return cell_len(left) + cell_len(right) < room + (not right)
