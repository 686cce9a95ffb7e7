"""Lines of text that are laid out for the width there is, and scroll where they do not fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from layertui.ui.widgets.line_view import Line, LineView

if TYPE_CHECKING:
    from textual import events

Layout = Callable[[int], Sequence[Line]]
"""Returns the lines for a width in cells."""


class TextPane(LineView, can_focus=True, inherit_bindings=False):
    """Text that only tells."""

    BINDING_GROUP_TITLE = "Text"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Scroll", id="text.down", key_display="\u2191\u2193"),
        Binding("up,k", "scroll_up", "Scroll up", id="text.up", show=False),
        Binding("pagedown,d", "page_down", "A page down", id="text.page-down", show=False),
        Binding("pageup,u", "page_up", "A page up", id="text.page-up", show=False),
        Binding("home,g", "scroll_home", "To the start", id="text.first", show=False),
        Binding("end,G", "scroll_end", "To the end", id="text.last", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | down, j | Scroll down. |
    | up, k | Scroll up. |
    | pagedown, d | Scroll by a page. |
    | pageup, u | Scroll back by a page. |
    | home, g | Scroll to the start. |
    | end, G | Scroll to the end. |
    """

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._compose_lines: Layout = lambda _width: ()
        self._lines: Sequence[Line] = ()

    def show(self, layout: Layout, *, keep_place: bool = False) -> None:
        """Show other text, from its start or from where this one is scrolled to."""
        self._compose_lines = layout
        self._lay_out()
        if not keep_place:
            self.scroll_to(y=0, animate=False, force=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to scroll where there is more than is seen."""
        if action.startswith(("scroll_", "page_")):
            return self.line_count > self.scrollable_content_region.height
        return super().check_action(action, parameters)

    def line(self, number: int, _width: int, /) -> Line:
        """Return a line of the text."""
        return self._lines[number]

    def _on_resize(self, _event: events.Resize) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        self._lines = self._compose_lines(self.line_width) if self.line_width > 0 else ()
        self.set_line_count(len(self._lines))
        if self.has_focus:
            self.refresh_bindings()
