"""What the main screen opens for the files under its cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.ui.place import Place
from layertui.ui.screens.explorer import ExplorerScreen
from tests.ui.driving import opened
from tests.ui.viewing import write_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("key", "screen"),
    [
        ("enter", "ViewerScreen"),
        ("V", "VersionsScreen"),
        ("W", "GhostsScreen"),
        ("S", "SearchScreen"),
        ("x", "ExtractScreen"),
        ("R", "RollBackScreen"),
    ],
)
async def test_a_key_opens_a_screen_and_esc_comes_back(
    tmp_path: Path, key: str, screen: str
) -> None:
    image = write_files(tmp_path / "files.tar")
    async with opened(image) as driver:
        driver.explorer.go_to(Place(1, b"/etc/motd"))
        await driver.press(key)
        assert type(driver.app.screen).__name__ == screen
        for _ in range(3):
            if not isinstance(driver.app.screen, ExplorerScreen):
                await driver.press("escape")
        assert isinstance(driver.app.screen, ExplorerScreen)
        assert driver.path() == "/etc/motd"


async def test_before_an_image_is_open_there_is_nothing_to_open(tmp_path: Path) -> None:
    image = write_files(tmp_path / "files.tar")
    async with opened(image) as driver:
        explorer = driver.explorer
        await explorer.start_over()
        for action in ("open_file", "show_versions", "show_ghosts", "extract", "roll_back"):
            assert not explorer.check_action(action, ())
