"""Going over blocks of text."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual.app import App

from layertui.ui.drawing.blocks import Block, BlockList, field, heading, note
from layertui.ui.widgets.block_view import BlockView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from textual.app import ComposeResult
    from textual.pilot import Pilot


def block(*texts: str) -> Block:
    return Block(lines=tuple((Span(text),) for text in texts), value=texts[0])


class ViewApp(App[None]):
    """Nothing but a view."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        super().__init__()
        self.blocks = blocks
        self.view = BlockView()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"waste": "#ff00ff"}

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.show(lambda _width: BlockList(self.blocks))
        self.view.focus()


@asynccontextmanager
async def viewed(
    *blocks: Block, size: tuple[int, int] = (30, 10)
) -> AsyncIterator[tuple[BlockView, Pilot[None]]]:
    app = ViewApp(blocks)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app.view, pilot


def seen(view: BlockView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


TALL = block(*(f"tall {number}" for number in range(25)))


async def test_the_cursor_goes_from_item_to_item() -> None:
    async with viewed(heading("title"), block("a", "b"), block("c")) as (view, pilot):
        assert seen(view)[:5] == ["", "  title", "\u258c a", "\u258c b", "  c"]
        await pilot.press("down")
        assert seen(view)[:5] == ["", "  title", "  a", "  b", "\u258c c"]
        await pilot.press("down", "up")
        assert view.cursor == 0


async def test_an_item_longer_than_the_view_is_scrolled_through() -> None:
    async with viewed(block("first"), TALL, block("last")) as (view, pilot):
        await pilot.press("down")
        assert seen(view)[0] == "\u258c tall 0"
        await pilot.press(*["down"] * 15)
        assert view.cursor == 1
        assert seen(view)[-1] == "\u258c tall 24"
        await pilot.press("down")
        assert view.cursor == 2
        await pilot.press("up")
        assert (view.cursor, seen(view)[-1]) == (1, "\u258c tall 24")
        await pilot.press(*["up"] * 15)
        assert seen(view)[0] == "\u258c tall 0"
        await pilot.press("up")
        assert view.cursor == 0


async def test_going_up_shows_the_heading_above() -> None:
    blocks = [heading("one"), block("a"), *(block(str(number)) for number in range(20))]
    async with viewed(*blocks) as (view, pilot):
        await pilot.press("end")
        assert seen(view)[-1] == "\u258c 19"
        await pilot.press("home")
        assert seen(view)[:3] == ["", "  one", "\u258c a"]
        await pilot.press("end", *["up"] * 20)
        assert seen(view)[:3] == ["", "  one", "\u258c a"]


async def test_a_page_takes_the_cursor_with_it() -> None:
    async with viewed(*(block(str(number)) for number in range(40))) as (view, pilot):
        await pilot.press("pagedown")
        assert (view.cursor, view.scroll_offset.y) == (9, 9)
        await pilot.press("pagedown", "pagedown", "pagedown", "pagedown")
        assert view.cursor == 39
        await pilot.press("pageup")
        assert (view.cursor, view.scroll_offset.y) == (30, 21)
        await pilot.press(*["pageup"] * 4)
        assert view.cursor == 0


async def test_what_stands_after_the_last_item_can_be_scrolled_to() -> None:
    async with viewed(block("a"), *[note(f"more {number}", 20) for number in range(20)]) as (
        view, pilot,
    ):  # fmt: skip
        await pilot.press(*["down"] * 11)
        assert seen(view)[-1] == "  more 19"
        await pilot.press(*["up"] * 11)
        assert seen(view)[0] == "\u258c a"


async def test_text_without_items_scrolls() -> None:
    async with viewed(*[note(f"more {number}", 20) for number in range(20)]) as (view, pilot):
        assert view.current is None
        await pilot.press("down", "down")
        assert seen(view)[0] == "  more 2"
        await pilot.press("end")
        assert seen(view)[-1] == "  more 19"


async def test_a_click_puts_the_cursor_on_an_item() -> None:
    async with viewed(block("a"), block("b", "c"), heading("no item")) as (view, pilot):
        await pilot.click(BlockView, offset=(3, 2))
        assert view.cursor == 1
        await pilot.click(BlockView, offset=(3, 4))
        assert view.cursor == 1


async def test_resizing_keeps_the_cursor_in_sight() -> None:
    async with viewed(*(block(str(number)) for number in range(40))) as (view, pilot):
        await pilot.press("end")
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert view.cursor == 39
        assert seen(view)[-1] == "\u258c 39"


async def test_text_that_is_still_to_come_is_waited_for() -> None:
    async with viewed(block("a")) as (view, pilot):
        view.show(lambda _width: None, cursor=1)
        await pilot.pause()
        assert any("laid out" in line for line in seen(view))
        await pilot.press("down", "up", "pagedown", "end")
        view.take(BlockList([block("x"), block("y")]))
        await pilot.pause()
        assert seen(view)[:2] == ["  x", "\u258c y"]


def test_a_value_that_fits_only_below_its_label_stands_there() -> None:
    def rows(width: int) -> list[str]:
        lines = field("label", "x" * 20, width, label_width=8).lines
        return ["".join(span.text for span in line) for line in lines]

    assert rows(28) == ["label   " + "x" * 20]
    assert rows(27) == ["label", "  " + "x" * 20]
    assert rows(12) == ["label", "  " + "x" * 10, "  " + "x" * 10]


def test_a_value_with_spaces_is_wrapped_beside_its_label() -> None:
    lines = field("label", "one two three", 14, label_width=7).lines
    assert ["".join(span.text for span in line) for line in lines] == [
        "label  one two", "       three",
    ]  # fmt: skip
