"""Lines with a cursor: moved by keys and the mouse, always in sight after a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from layertui.ui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual import events


class CursorView(LineView, can_focus=True, inherit_bindings=False):
    """A `LineView` with a line under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Move", id="move.down", key_display="\u2191\u2193"),
        Binding("up,k", "cursor_up", "Move up", id="move.up", show=False),
        Binding("pagedown", "page_down", "A page down", id="move.page-down", show=False),
        Binding("pageup", "page_up", "A page up", id="move.page-up", show=False),
        Binding("home,g", "first", "To the first", id="move.first", show=False),
        Binding("end,G", "last", "To the last", id="move.last", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | down, j | Move the cursor down. |
    | up, k | Move the cursor up. |
    | pagedown | Move it by a page. |
    | pageup | Move it back by a page. |
    | home, g | Move it to the first line. |
    | end, G | Move it to the last line. |
    """

    cursor: reactive[int] = reactive(0, repaint=False)
    """The line under the cursor, from 0."""

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a line."""
        return max(0, min(cursor, self.line_count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw both lines anew."""
        self.redraw_line(old)
        self.redraw_line(new)

    def line_part(self, number: int, /) -> str:
        """Return what lies under the line of the cursor."""
        if number != self.cursor:
            return ""
        return "cursor" if self.has_focus else "cursor-blurred"

    def move_to(self, line: int) -> None:
        """Put the cursor on a line, and the line in sight."""
        self.cursor = line
        self.show_cursor()

    def show_cursor(self) -> None:
        """Scroll as little as it takes to see the cursor."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif height and self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def _on_focus(self, event: events.Focus) -> None:
        self.redraw_line(self.cursor)
        super()._on_focus(event)

    def _on_blur(self, event: events.Blur) -> None:
        self.redraw_line(self.cursor)
        super()._on_blur(event)

    async def _on_click(self, event: events.Click) -> None:
        line = event.get_content_offset(self)
        number = line.y + self.scroll_offset.y if line else self.line_count
        if number < self.line_count:
            self.move_to(number)
            self.line_clicked(number, event)
        event.stop()

    def line_clicked(self, number: int, event: events.Click, /) -> None:
        """Do what a click on a line does besides moving the cursor there."""

    def action_cursor_down(self) -> None:
        """Move the cursor down."""
        self.move_to(self.cursor + 1)

    def action_cursor_up(self) -> None:
        """Move the cursor up."""
        self.move_to(self.cursor - 1)

    def action_page_down(self) -> None:
        """Move the cursor by a page."""
        self.move_to(self.cursor + self._page())

    def action_page_up(self) -> None:
        """Move the cursor back by a page."""
        self.move_to(self.cursor - self._page())

    def action_first(self) -> None:
        """Move the cursor to the first line."""
        self.move_to(0)

    def action_last(self) -> None:
        """Move the cursor to the last line."""
        self.move_to(self.line_count - 1)

    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)
