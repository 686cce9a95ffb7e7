"""What is known about a file, above what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from layertui.ui.viewer.telling import fact_lines
from layertui.ui.widgets.line_view import Line, LineView, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from layertui.contents.kinds import Fact

_FEW, _SOME = 1, 4
"""Lines that are shown where the screen has few lines, and where it has more."""
_FEW_LINES = 20
_MARGIN = 2
_BAR = "\u2500"
_LEAST_RULE = 30


class FactsPane(LineView, can_focus=False):
    """As many lines as there is room for, or all, and a rule below them."""

    DEFAULT_CSS: ClassVar[str] = """
    FactsPane { height: 0; scrollbar-size-vertical: 0; }
    """

    def __init__(self) -> None:
        super().__init__(identity="viewer-facts")
        self._facts: Sequence[Fact] = ()
        self._lines: Sequence[Line] = ()
        self._shows_all = False

    @property
    def can_toggle(self) -> bool:
        """Whether there are more lines than are shown at first."""
        return self.is_attached and len(self._lines) > self._most

    def show(self, facts: Sequence[Fact]) -> None:
        """Tell other facts."""
        self._facts = facts
        self._lay_out()

    def toggle(self) -> None:
        """Show all lines, or a few again."""
        self._shows_all = not self._shows_all
        self._lay_out()

    def line(self, number: int, width: int, /) -> Line:
        """Return a line of facts; the last is the rule."""
        if number >= self._shown:
            return self._rule(width)
        return (Span(" "), *self._lines[number])

    def _rule(self, width: int) -> Line:
        hidden = len(self._lines) - self._shown
        if not hidden or width < _LEAST_RULE:
            return (Span(_BAR * width, "bar"),)
        words = f" i shows {hidden} more "
        return (
            Span(_BAR * (width - len(words) - 2), "bar"),
            Span(words, "dim"),
            Span(_BAR * 2, "bar"),
        )

    @property
    def _most(self) -> int:
        return _FEW if self.screen.size.height < _FEW_LINES else _SOME

    @property
    def _shown(self) -> int:
        if self._shows_all:
            return min(len(self._lines), max(1, self.screen.size.height // 2))
        return min(len(self._lines), self._most)

    def _on_resize(self, event: events.Resize) -> None:
        super()._on_resize(event)
        self._lay_out()

    def _lay_out(self) -> None:
        """Make lines for the width there is; without a width yet, for all of the screen."""
        if not self.is_attached:
            return
        width = self.size.width or self.screen.size.width - 2
        self._lines = fact_lines(self._facts, width - _MARGIN)
        count = self._shown + 1 if self._lines else 0
        self.styles.height = count
        self.set_line_count(count)
