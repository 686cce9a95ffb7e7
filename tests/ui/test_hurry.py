"""Keys that come faster than the screen follows: each finds what the one before has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from layertui.ui.screens.image import ImageScreen
from tests.ui.driving import opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("keys", "typed"),
    [
        (("2", "tab", "slash", *"main"), "main"),
        (("down", "slash", *"qap"), "qap"),
        (("p", *"motd"), "motd"),
        (("ctrl+p", *"quit"), "quit"),
        (("v", "v", "slash", *"v"), "v"),
    ],
)
async def test_what_is_typed_right_after_its_key_is_text(
    shop: Path, keys: tuple[str, ...], typed: str
) -> None:
    async with opened(shop) as driver:
        await driver.hurry(*keys)
        assert driver.app.is_running
        assert not driver.app._exit
        assert driver.app.screen.query_one(Input).value == typed


async def test_a_filter_of_waste_is_typed_right_after_its_key(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("w")
        await driver.hurry("slash", *"data")
        assert driver.app.screen.query_one(Input).value == "data"


async def test_keys_are_done_in_the_order_they_come(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("4")
        await driver.hurry("tab", "right", "down", "down", "f", "shift+tab", "tab")
        assert driver.path() == "/app/data.bin"
        assert driver.layers.cursor == 3
        assert driver.tree.has_focus


async def test_a_page_is_gone_to_on_the_screen_that_opens(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.hurry("I", "3")
        assert isinstance(driver.app.screen, ImageScreen)
        assert "no layer" in driver.text()
        assert driver.layers.cursor == 0
