"""From the main screen to versions and ghosts, and back to where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.config import ScreenSettings
from layertui.display import show_only_ascii
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
from layertui.ui.screens.comparison import ComparisonScreen
from layertui.ui.screens.extract import ExtractScreen
from layertui.ui.screens.ghosts import GhostsScreen
from layertui.ui.screens.versions import VersionsScreen
from layertui.ui.screens.viewer import ViewerScreen
from tests.ui.driving import Driver, opened
from tests.ui.versions import write_versioned

if TYPE_CHECKING:
    from pathlib import Path

    from textual.screen import Screen


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_versioned(tmp_path / "versioned.tar")


async def settled(driver: Driver) -> Screen[object]:
    """Return the screen on top once nothing goes on beside it."""
    await driver.pilot.pause()
    while getattr(driver.app.screen, "busy", False):
        await driver.pilot.pause()
    await driver.pilot.pause()
    return driver.app.screen


async def test_v_shows_the_versions_of_the_path_and_t_leads_back(image: Path) -> None:
    async with opened(image) as driver:
        await driver.press("G", "tab", "V")
        top = await settled(driver)
        assert isinstance(top, VersionsScreen)
        await driver.press("escape")
        assert driver.app.screen is driver.explorer


async def test_a_ghost_is_followed_to_the_layer_that_ships_it(image: Path) -> None:
    async with opened(image) as driver:
        await driver.press("G", "W")
        assert isinstance(await settled(driver), GhostsScreen)
        await driver.press("enter")
        await driver.searched()
        assert driver.explorer.layer_number == 0
        assert driver.path() == "/cache/big"


async def test_a_ghost_is_opened_compared_and_taken_out(image: Path) -> None:
    async with opened(image) as driver:
        await driver.press("W", "v")
        assert isinstance(await settled(driver), ViewerScreen)
        await driver.press("escape")
        await driver.press("x")
        assert isinstance(await settled(driver), ExtractScreen)
        await driver.press("escape")
        await driver.press("j", "V", "c")
        assert isinstance(await settled(driver), ComparisonScreen)
        await driver.press("escape", "escape", "escape")
        assert driver.app.screen is driver.explorer


async def test_every_version_that_holds_something_is_opened(image: Path) -> None:
    async with opened(image) as driver:
        await driver.press("W", "V")
        assert isinstance(driver.app.screen, VersionsScreen)
        await driver.press("g", "enter")
        assert isinstance(await settled(driver), ViewerScreen)
        await driver.press("escape", "j", "enter")
        assert isinstance(driver.app.screen, VersionsScreen)


async def test_screens_about_versions_are_ascii_where_the_terminal_is(image: Path) -> None:
    app = ExplorerApp(OpenRequest(image=str(image), screen=ScreenSettings(ascii=True)))
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            for key in ("W", "j", "V", "c", "n", "v"):
                await driver.press(key)
                await settled(driver)
                assert driver.text().isascii(), key
    finally:
        show_only_ascii(wanted=False)
