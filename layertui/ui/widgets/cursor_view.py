"""Items with a cursor: moved by keys and the mouse, always in sight after a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from layertui.ui.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual import events


class CursorView(LineView, can_focus=True, inherit_bindings=False):
    """A `LineView` with an item under the cursor.

    An item is a line, unless `item_count`, `line_of` and `item_at` say otherwise: there may be
    lines that are no items, such as headings.
    """

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
    """The number of the item under the cursor, from 0."""

    @property
    def item_count(self) -> int:
        """How many items there are."""
        return self.line_count

    def line_of(self, item: int, /) -> int:
        """Return the line that an item is."""
        return item

    def item_at(self, line: int, /) -> int | None:
        """Return the item that a line is, or None for one that is no item."""
        return line

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on an item."""
        return max(0, min(cursor, self.item_count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw both items anew."""
        self.redraw_item(old)
        self.redraw_item(new)

    def redraw_item(self, item: int) -> None:
        """Make the line of an item anew."""
        self.redraw_line(self.line_of(item))

    def line_part(self, number: int, /) -> str:
        """Return what lies under the line of the cursor."""
        if number != self.line_of(self.cursor):
            return ""
        return "cursor" if self.has_focus else "cursor-blurred"

    def move_to(self, item: int) -> None:
        """Put the cursor on an item, and the item in sight."""
        self.cursor = item
        self.show_cursor()

    def show_cursor(self) -> None:
        """Scroll as little as it takes to see the cursor, and what stands right above it."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        line = self.line_of(self.cursor)
        above = self.line_of(self.cursor - 1) + 1 if self.cursor > 0 else 0
        if above < top:
            self.scroll_to(y=above, animate=False, force=True)
        elif height and line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False, force=True)

    def _on_focus(self, event: events.Focus) -> None:
        self.redraw_item(self.cursor)
        super()._on_focus(event)

    def _on_blur(self, event: events.Blur) -> None:
        self.redraw_item(self.cursor)
        super()._on_blur(event)

    async def _on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        line = place.y + self.scroll_offset.y if place else self.line_count
        item = self.item_at(line) if line < self.line_count else None
        if item is not None:
            self.move_to(item)
            self.line_clicked(line, event)
        event.stop()

    def line_clicked(self, line: int, event: events.Click, /) -> None:
        """Do what a click on a line does besides moving the cursor to its item."""

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
        self.move_to(self.item_count - 1)

    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)
