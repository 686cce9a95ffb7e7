"""Nothing jumps: cursor, scroll position and what is unfolded stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.driving import opened

if TYPE_CHECKING:
    from pathlib import Path


async def test_cursor_and_folding_stay_when_the_layer_changes(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "down", "down", "space", "down")
        assert driver.path() == "/etc/motd"
        await driver.press("right_square_bracket", "right_square_bracket")
        assert driver.path() == "/etc/motd"
        assert "/etc/passwd" in driver.paths()


async def test_the_row_under_the_cursor_keeps_its_line_on_the_screen(shop: Path) -> None:
    async with opened(shop, size=(80, 12)) as driver:
        tree = driver.tree
        await driver.press("tab", "E", "end", "up", "up")
        offset = tree.cursor - tree.scroll_offset.y
        path = driver.path()
        await driver.press("right_square_bracket")
        assert driver.path() == path
        assert tree.cursor - tree.scroll_offset.y == offset


async def test_a_path_that_is_not_there_comes_back_under_the_cursor(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("right_square_bracket", "tab", "right", "right")
        assert driver.path() == "/app/cache"
        await driver.press("left_square_bracket")
        assert driver.path() != "/app/cache"
        await driver.press("right_square_bracket")
        assert driver.path() == "/app/cache"


async def test_hiding_and_showing_brings_the_cursor_back(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "end")
        path = driver.path()
        await driver.press("a")
        assert len(driver.view) == 0
        await driver.press("a")
        assert driver.path() == path
