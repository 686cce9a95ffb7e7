"""The terminal may have any size at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.geometry import Size

from tests.ui.driving import opened

if TYPE_CHECKING:
    from pathlib import Path

SIZES = [(60, 15), (20, 5), (1, 1), (200, 60), (2, 50), (100, 3), (79, 24), (70, 16), (99, 25),
         (180, 36), (40, 10), (120, 40)]  # fmt: skip
KEYS = ("", "question_mark", "i", "I", "D", "w", "slash", "p", "apostrophe", "v", "z", "ctrl+p")


@pytest.mark.parametrize("key", KEYS)
async def test_every_size_is_filled_whatever_is_open(shop: Path, key: str) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "E", *([key] if key else []))
        screens = len(driver.app.screen_stack)
        for width, height in SIZES:
            await driver.pilot.resize_terminal(width, height)
            while driver.app.screen.size != Size(width, height):
                await driver.pilot.pause()
            assert [cell_len(line) for line in driver.lines()] == [width] * height
            await driver.press("down")
        assert len(driver.app.screen_stack) == screens


@pytest.mark.parametrize("size", [(1, 1), (20, 5)])
async def test_the_screen_starts_in_next_to_nothing(
    shop: Path, hostile: Path, size: tuple[int, int]
) -> None:
    for image in (shop, hostile):
        async with opened(image, size=size) as driver:
            await driver.press("tab", "E", "end", "home", "i", "escape", "question_mark", "escape")
            await driver.pilot.resize_terminal(80, 24)
            assert "wasted" in driver.lines()[0]


async def test_the_place_in_the_tree_outlives_every_size(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "E", "down", "down", "down", "down")
        node = driver.tree.cursor_node
        for size in SIZES:
            await driver.pilot.resize_terminal(*size)
        assert driver.tree.cursor_node == node
        assert driver.tree.has_focus
