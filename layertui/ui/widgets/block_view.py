"""Blocks of lines with a cursor that goes from block to block, and stops where one is long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from layertui.ui.drawing.blocks import Block, BlockList, Blocks
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events

Layout = Callable[[int], Blocks | None]
"""Returns the blocks for a width in cells, or None where they are still to come."""

_NOTHING = BlockList(())
_MARGIN = 2


class BlockView(CursorView, can_focus=True):
    """Text to go over item by item; every line of an item is marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-view--item",
        "line-view--key",
        "line-view--number",
    }
    """
    | Class | Description |
    | :- | :- |
    | `line-view--item` | The lines of the item under the cursor. |
    | `line-view--key` | The name of a member of JSON. |
    | `line-view--number` | A number, or one of the words that JSON knows. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    BlockView {
        & > .line-view--item { background: $primary 18%; }
        & > .line-view--key { color: $text-primary; }
        & > .line-view--number { color: $text-secondary; }
    }
    BlockView:ansi {
        & > .line-view--item { background: ansi_default; text-style: bold; }
    }
    """

    BINDING_GROUP_TITLE = "Text"

    class Highlighted(Message):
        """Another item is under the cursor.

        Attributes:
            view: The view.
        """

        def __init__(self, view: BlockView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> BlockView:
            """The view."""
            return self.view

    class Chosen(Message):
        """The item under the cursor was clicked twice."""

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._layout: Layout = lambda _width: _NOTHING
        self._blocks: Blocks = _NOTHING
        self._laid_out = 0
        self._wanted = 0

    @property
    def blocks(self) -> Blocks:
        """What is shown."""
        return self._blocks

    @property
    def current(self) -> Block | None:
        """The item under the cursor, or None where there is none."""
        return self._blocks.block(self.cursor) if self._blocks.item_count else None

    @property
    def text_width(self) -> int:
        """The cells that blocks are laid out for."""
        return max(self.line_width - _MARGIN, 1)

    def show(self, layout: Layout, *, cursor: int = 0) -> None:
        """Show other text, with the cursor on an item of it."""
        self._layout = layout
        self._take(_NOTHING)
        self._lay_out(cursor)

    def take(self, blocks: Blocks) -> None:
        """Show blocks that were still to come; the cursor stays."""
        self.show_notice()
        self._take(blocks, self._wanted)

    @property
    def item_count(self) -> int:
        """How many items there are."""
        return self._blocks.item_count

    def line_of(self, item: int, /) -> int:
        """Return the first line of an item."""
        return self._blocks.bounds(item)[0] if self._blocks.item_count else 0

    def item_at(self, line: int, /) -> int | None:
        """Return the item that a line is part of, or None."""
        return self._blocks.item_at(line)

    def line(self, number: int, _width: int, /) -> Iterator[Span]:
        """Return a line behind the mark of the cursor."""
        yield Span("\u258c " if self._is_current(number) else "  ", "mark")
        yield from self._blocks.line(number)

    def line_part(self, number: int, /) -> str:
        """Return what lies under the lines of the item under the cursor."""
        return "item" if self._is_current(number) else ""

    def redraw_item(self, item: int) -> None:
        """Make the lines of an item that are in sight anew, and forget the others."""
        if not 0 <= item < self._blocks.item_count:
            return
        first, end = self._blocks.bounds(item)
        top = self.scroll_offset.y
        if end - first > 2 * self.size.height:
            self.redraw()
            return
        for line in range(first, end):
            self._strips.discard(line)
        seen = range(max(first, top), min(end, top + self.size.height))
        for line in seen:
            self.refresh_line(line)

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw both items anew, and tell of it."""
        super().watch_cursor(old, new)
        self.post_message(self.Highlighted(self))

    def show_cursor(self) -> None:
        """Scroll as little as it takes to see the item, and the heading above it.

        Of an item that is longer than the view, the start is seen.
        """
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if not height or not self._blocks.item_count:
            return
        first, end = self._blocks.bounds(self.cursor)
        above = self._blocks.bounds(self.cursor - 1)[1] if self.cursor else 0
        lowest = min(first, end - height)
        top = max(top, lowest)
        if top > above:
            top = min(top, max(above, lowest))
        self._scroll(top)

    def action_cursor_down(self) -> None:
        """Go on within an item whose end is not in sight, else to the next one."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        last = self.cursor >= self._blocks.item_count - 1
        if last or self._blocks.bounds(self.cursor)[1] > top + height:
            self._scroll(top + 1)
        else:
            self.move_to(self.cursor + 1)

    def action_cursor_up(self) -> None:
        """Go back within an item whose start is not in sight, else to the one before."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if self.cursor == 0 or self._blocks.bounds(self.cursor)[0] < top:
            self._scroll(top - 1)
            return
        self.cursor -= 1
        first, end = self._blocks.bounds(self.cursor)
        if end - first > height:
            self._scroll(end - height)
        else:
            self.show_cursor()

    def action_page_down(self) -> None:
        """Scroll by a page, the cursor with it."""
        self._page_by(self._page())

    def action_page_up(self) -> None:
        """Scroll back by a page, the cursor with it."""
        self._page_by(-self._page())

    def action_first(self) -> None:
        """Go to the start."""
        self.cursor = 0
        self._scroll(0)

    def action_last(self) -> None:
        """Go to the end."""
        self.cursor = self._blocks.item_count - 1
        self._scroll(self._blocks.line_count)

    def line_clicked(self, _line: int, event: events.Click, /) -> None:
        """Choose with a second click."""
        if event.chain == 2:
            self.post_message(self.Chosen())

    def _page_by(self, step: int) -> None:
        """Scroll, and keep the cursor as near to where it was as the lines in sight allow."""
        top = self.scroll_offset.y
        self._scroll(top + step)
        moved = self.scroll_offset.y - top
        if moved == 0:
            self.cursor = 0 if step < 0 else self._blocks.item_count - 1
            return
        line = self.line_of(self.cursor) + moved
        lines = range(line, self._blocks.line_count) if step > 0 else range(line, -1, -1)
        found = next((item for each in lines if (item := self.item_at(each)) is not None), None)
        if found is not None:
            self.cursor = found

    def _scroll(self, top: int) -> None:
        top = max(0, min(top, self.max_scroll_y))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def _is_current(self, line: int) -> bool:
        blocks = self._blocks
        if not blocks.item_count or self.cursor >= blocks.item_count:
            return False
        first, end = blocks.bounds(self.cursor)
        return first <= line < end

    def _on_resize(self, _event: events.Resize) -> None:
        if self.line_width != self._laid_out:
            self._lay_out(self.cursor if self._blocks.item_count else self._wanted)
        self.call_after_refresh(self.show_cursor)

    def _lay_out(self, cursor: int) -> None:
        self._wanted = cursor
        self._laid_out = self.line_width
        if self.line_width <= 0:
            return
        blocks = self._layout(self.text_width)
        if blocks is not None:
            self.show_notice()
            self._take(blocks, cursor)
        else:
            self._take(_NOTHING)
            self.show_notice("This page is being laid out.")

    def _take(self, blocks: Blocks, cursor: int = 0) -> None:
        self._blocks = blocks
        self.set_line_count(blocks.line_count)
        self.cursor = cursor
        if cursor:
            self.show_cursor()
        else:
            self._scroll(0)
        self.redraw()
        self.post_message(self.Highlighted(self))
