"""The line at the bottom tells what there is to press now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.ui.widgets.key_bar import KeyBar
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from pathlib import Path


def hints(driver: Driver) -> str:
    """Return what the key bar of the main screen says."""
    return driver.explorer.query_one(KeyBar).render_line(0).text


async def test_keys_follow_the_focus(shop: Path) -> None:
    async with opened(shop) as driver:
        assert "Unchanged" not in hints(driver)
        await driver.press("tab")
        assert "Unchanged" in hints(driver)
        await driver.press("tab")
        assert "Unchanged" not in hints(driver)


async def test_a_key_that_a_field_takes_as_a_letter_is_not_shown(shop: Path) -> None:
    async with opened(shop) as driver:
        assert "? Help" in hints(driver)
        await driver.press("slash")
        assert "f1 Help" in hints(driver)
        assert "?" not in hints(driver)
        await driver.press("f1")
        assert len(driver.app.screen_stack) == 2


@pytest.mark.parametrize("width", [200, 120, 80, 60, 40, 20])
async def test_hints_are_whole_and_the_keys_of_the_program_stay(shop: Path, width: int) -> None:
    async with opened(shop, size=(400, 20)) as driver:
        everything = hints(driver).strip().split("   ")
        await driver.pilot.resize_terminal(width, 20)
        shown = hints(driver).strip().split("   ")
        assert set(shown) <= set(everything)
        assert shown[-2:] == everything[-2:] == ["? Help", "q Quit"]


async def test_the_first_keys_are_those_of_the_focus(shop: Path) -> None:
    async with opened(shop, size=(80, 24)) as driver:
        assert "Move" in hints(driver).split("  ")[0]


async def test_a_click_on_a_key_does_what_it_does(shop: Path) -> None:
    async with opened(shop, size=(200, 60)) as driver:
        await driver.pilot.click("#keys", offset=(hints(driver).index("Details") + 1, 0))
        await driver.pilot.pause()
        assert len(driver.app.screen_stack) == 2
        await driver.press("escape")
        await driver.pilot.click("#keys", offset=(hints(driver).index("Pane"), 0))
        await driver.pilot.pause()
        assert driver.tree.has_focus
