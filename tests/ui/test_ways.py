"""The ways from the main screen to the others, and back with what was chosen there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.ui.screens.dockerfile import DockerfileScreen
from layertui.ui.screens.go_to_path import GoToPathScreen
from layertui.ui.screens.image import ImageScreen
from layertui.ui.screens.jump import JumpScreen
from layertui.ui.screens.palette import PaletteScreen
from layertui.ui.screens.themes import ThemesScreen
from layertui.ui.screens.waste import WasteScreen
from tests.archives import write_tarball
from tests.several import platforms
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from pathlib import Path


async def choose_command(driver: Driver, words: str) -> None:
    await driver.press("ctrl+p")
    for letter in words:
        await driver.pilot.press("space" if letter == " " else letter)
    await driver.press("enter")
    await driver.pilot.pause()


@pytest.mark.parametrize(
    ("key", "screen"),
    [
        ("w", WasteScreen),
        ("I", ImageScreen),
        ("D", DockerfileScreen),
        ("p", GoToPathScreen),
        ("apostrophe", JumpScreen),
        ("ctrl+p", PaletteScreen),
    ],
)
async def test_a_key_leads_to_a_screen_and_escape_back(
    shop: Path, key: str, screen: type[object]
) -> None:
    async with opened(shop) as driver:
        await driver.press("2", key)
        assert isinstance(driver.app.screen, screen)
        await driver.press("escape")
        assert driver.app.screen is driver.explorer
        assert driver.layers.cursor == 2
        assert driver.layers.has_focus


async def test_waste_leads_to_the_path_in_the_layer_that_caused_it(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("w")
        await driver.pilot.pause()
        await driver.press("enter")
        assert driver.app.screen is driver.explorer
        assert driver.layers.cursor == 3
        assert driver.path() == "/app/data.bin"
        assert driver.tree.has_focus


async def test_a_filter_of_waste_asked_for_at_once_takes_what_is_typed(shop: Path) -> None:
    async with opened(shop) as driver:
        driver.app.simulate_key("w")
        driver.app.simulate_key("slash")
        await driver.pilot.pause()
        await driver.press("slash", *"data")
        assert driver.app.is_running
        assert "data" in driver.text()


async def test_the_dockerfile_leads_to_the_layer_of_an_instruction(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("1", "D", "end", "up", "enter")
        assert driver.app.screen is driver.explorer
        assert driver.layers.cursor == 4


async def test_a_path_is_gone_to_by_a_few_of_its_characters(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("p", *"motd")
        screen = driver.app.screen
        assert isinstance(screen, GoToPathScreen)
        while screen.busy:
            await driver.pilot.pause()
        await driver.press("enter")
        assert driver.path() == "/etc/motd"
        assert driver.tree.has_focus


async def test_jump_mode_puts_the_focus_on_a_pane(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("apostrophe", "f")
        assert driver.tree.has_focus
        await driver.press("apostrophe", "s")
        assert driver.app.focused is driver.explorer.panes.detail_pane


@pytest.mark.parametrize("before", [(), ("z",)])
@pytest.mark.parametrize("size", [(60, 15), (120, 40)])
async def test_jump_mode_leads_to_panes_that_are_not_seen(
    shop: Path, size: tuple[int, int], before: tuple[str, ...]
) -> None:
    async with opened(shop, size=size) as driver:
        await driver.press(*before, "apostrophe")
        assert "f  Files" in driver.text()
        await driver.press("f")
        assert driver.tree.has_focus
        assert driver.tree.region
        await driver.press("v", "apostrophe", "a")
        assert driver.layers.has_focus
        assert driver.layers.region
        await driver.press("apostrophe", "g")
        assert driver.explorer.query_one("#state").has_focus


async def test_jump_mode_offers_no_pane_that_there_is_no_room_for(shop: Path) -> None:
    async with opened(shop, size=(60, 15)) as driver:
        await driver.press("apostrophe", "s")
        assert isinstance(driver.app.screen, JumpScreen)
        assert "Image" not in driver.text()


async def test_a_command_is_done_on_the_pane_it_belongs_to(shop: Path) -> None:
    async with opened(shop) as driver:
        await choose_command(driver, "unfold all")
        assert driver.tree.has_focus
        assert driver.tree.line_count > 10


async def test_the_palette_leads_to_layers_by_their_instruction(shop: Path) -> None:
    async with opened(shop) as driver:
        await choose_command(driver, "go to layer 3")
        assert driver.layers.cursor == 3


async def test_the_palette_offers_to_keep_only_what_changed(shop: Path, tmp_path: Path) -> None:
    settings = tmp_path / "config" / "config.toml"
    async with opened(shop, settings_file=settings) as driver:
        assert "Keep in the settings file" not in await offered(driver)
        await driver.press("c", "s", "tab", "o", "t")
        assert "comparison, layer size, columns, sort" in await offered(driver)
        assert not settings.parent.exists()
        await choose_command(driver, "keep in the")
        text = settings.read_text()
        for line in (
            'comparison = "base"',
            'layer_size = "compressed"',
            'sort = "size"',
            'columns = ["mode", "owner", "size", "bar", "time"]',
        ):
            assert line in text
        assert "Keep in the settings file" not in await offered(driver)


async def offered(driver: Driver) -> str:
    await driver.press("ctrl+p", *"keep")
    text = driver.text()
    await driver.press("escape")
    return text


async def test_a_settings_file_that_cannot_be_written_is_told_of(
    shop: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("")
    async with opened(shop, settings_file=tmp_path / "taken" / "config.toml") as driver:
        await driver.press("c")
        await choose_command(driver, "keep in the")
        assert "cannot" in driver.text()
        await driver.press("escape")
        assert driver.app.is_running
        assert driver.app.screen is driver.explorer


async def test_a_theme_is_chosen_from_the_palette_and_kept(shop: Path, tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    async with opened(shop, settings_file=settings) as driver:
        await choose_command(driver, "themes")
        assert isinstance(driver.app.screen, ThemesScreen)
        await driver.press(*"nord", "enter")
        assert driver.app.theme == "nord"
        assert 'theme = "nord"' in settings.read_text()
        assert "Kept in" in [toast.message for toast in driver.app._notifications][-1]


async def test_another_platform_takes_the_place_of_the_one_that_is_there(tmp_path: Path) -> None:
    path = write_tarball(platforms("linux/amd64", "linux/arm64"), tmp_path / "image.tar")
    async with opened(path, platform="linux/amd64") as driver:
        assert "linux/amd64" in driver.lines()[0]
        await driver.press("c", "I", "4", "down", "enter")
        await driver.settle()
        assert driver.app.screen is driver.explorer
        assert "linux/arm64" in driver.lines()[0]
        assert driver.explorer.stack.accounting is not None
        assert driver.explorer.stack.with_base
        assert driver.tree.line_count > 0


@pytest.mark.parametrize("key", ["w", "I", "D", "i", "question_mark"])
async def test_q_quits_from_every_screen(shop: Path, key: str) -> None:
    async with opened(shop) as driver:
        await driver.press(key, "q")
        assert driver.app._exit


@pytest.mark.parametrize("keys", [("slash",), ("p",), ("ctrl+p",), ("w", "slash")])
async def test_q_is_text_where_text_is_typed(shop: Path, keys: tuple[str, ...]) -> None:
    async with opened(shop) as driver:
        await driver.press(*keys, "q")
        assert not driver.app._exit
        await driver.press("ctrl+c")
        assert driver.app._exit
