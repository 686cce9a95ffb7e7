"""Keys that come faster than the screen follows: each finds what the one before has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from layertui.ui.screens.image import ImageScreen
from layertui.ui.screens.waste import WasteScreen
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


@pytest.mark.parametrize("text", ["motd", "main.py", "/app/data", "libc"])
async def test_what_is_typed_is_found_before_it_is_chosen(shop: Path, text: str) -> None:
    async with opened(shop) as driver:
        await driver.hurry("p", *text, "enter")
        while driver.app.screen is not driver.explorer:
            await driver.pilot.pause()
        assert text in driver.path()


async def test_a_command_is_found_before_it_is_run(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.hurry("ctrl+p", *"quit", "enter", "p", "D")
        assert driver.app.return_code == 0


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("slash", *"main", "enter", "j", "k"), "main"),
        (("slash", *"man", "left", "i", "enter"), "main"),
        (("slash", *"mainn", "backspace", "down", "a", "a"), "main"),
        (("slash", *"main", "escape", "down", "slash"), ""),
    ],
)
async def test_a_filter_is_typed_and_kept_in_one_go(
    shop: Path, keys: tuple[str, ...], line: str
) -> None:
    async with opened(shop) as driver:
        await driver.hurry(*keys)
        files = driver.explorer.panes.files_pane
        assert files.filter.line == line
        assert files.filter.query.text == line
        assert files.is_filtered


async def test_a_filter_of_waste_is_kept_or_cleared_in_one_go(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("w")
        screen = driver.app.screen
        assert isinstance(screen, WasteScreen)
        await driver.hurry("slash", *"data", "enter", "o", "o")
        assert screen.table.text == "data"
        await driver.hurry("slash", *"xy", "escape", "o", "o")
        assert screen.table.text == ""
        assert screen.table.has_focus


async def test_keys_are_done_in_the_order_they_come(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("4")
        await driver.hurry("tab", "right", "down", "down", "f", "shift+tab", "tab")
        assert driver.path() == "/app/data.bin"
        assert driver.layers.cursor == 3
        assert driver.tree.has_focus


async def test_what_has_the_focus_from_now_on_is_copied(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.hurry("tab", "y")
        assert driver.app.clipboard == driver.path()
        await driver.hurry("tab", "y")
        assert driver.app.clipboard.startswith("sha256:")


async def test_a_page_is_gone_to_on_the_screen_that_opens(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.hurry("I", "3")
        assert isinstance(driver.app.screen, ImageScreen)
        assert "no layer" in driver.text()
        assert driver.layers.cursor == 0
