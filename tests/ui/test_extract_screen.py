"""Taking files out on the screen: what is asked, what is written, what is told."""

from __future__ import annotations

import tarfile
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from layertui.contents.extracting import Progress, extract
from layertui.ui.screens import extract as extract_module
from layertui.ui.screens.extract import ExtractScreen
from layertui.ui.screens.roll_back import RollBackScreen
from layertui.ui.screens.writing import WritingScreen
from tests.taking_out import names
from tests.ui.driving import SIZES, Driver, opened, raw_characters

if TYPE_CHECKING:
    from collections.abc import Callable


async def settled(driver: Driver) -> None:
    await driver.pilot.pause()
    while getattr(driver.app.screen, "busy", False):
        await driver.pilot.pause()
    await driver.pilot.pause()


async def press(driver: Driver, *keys: str) -> None:
    await driver.press(*keys)
    await settled(driver)


def notices(driver: Driver) -> list[str]:
    """Return what is told at the edge of the screen."""
    return [notice.message for notice in driver.app._notifications]


async def typed(driver: Driver, place: str) -> None:
    """Write a place where one is proposed."""
    await press(driver, "end", "ctrl+u", *place)


async def go_to(driver: Driver, name: str) -> None:
    """Put the cursor of the files on a name of the root."""
    await press(driver, "tab", "home")
    for _ in range(40):
        node = driver.tree.cursor_node
        assert driver.tree.view is not None
        assert node is not None
        if driver.tree.view.filesystem.table.name(node) == name.encode():
            return
        await press(driver, "down")
    raise AssertionError(name)


async def test_a_directory_is_written_under_its_own_name_where_nothing_is_typed(
    shop: Path, tmp_path: Path
) -> None:
    async with opened(shop) as driver:
        await press(driver, "1")
        await go_to(driver, "app")
        await press(driver, "x")
        assert isinstance(driver.app.screen, ExtractScreen)
        assert "Extract /app" in driver.text()
        assert "./app" in driver.text()
        assert "5 paths, 95.6 kB, the state after layer 1" in driver.text()
        await press(driver, "enter")
        assert not isinstance(driver.app.screen, ExtractScreen)
        assert notices(driver) == ["5 paths, 95.6 kB written to app"]
    assert names(tmp_path / "app") == ["cache", "cache/first", "data.bin", "main.py"]


async def test_the_layers_give_all_files_or_those_of_the_layer_itself(
    shop: Path, tmp_path: Path
) -> None:
    async with opened(shop) as driver:
        await press(driver, "1", "x")
        assert "Extract all files" in driver.text()
        assert "./rootfs" in driver.text()
        assert "left out: 2 devices, a named pipe" in driver.text()
        await press(driver, "ctrl+t")
        assert "Extract layer 1 itself" in driver.text()
        assert "./layer-1" in driver.text()
        await press(driver, "enter")
    assert names(tmp_path / "layer-1") == [
        "app", "app/cache", "app/cache/first", "app/data.bin", "app/main.py",
    ]  # fmt: skip


async def test_what_was_left_out_is_listed_until_it_is_closed(shop: Path, tmp_path: Path) -> None:
    async with opened(shop) as driver:
        await press(driver, "0", "x", "enter")
        assert "written to rootfs" in driver.text()
        assert "4 paths were not written as they are" in driver.text()
        for line in ("/dev/null", "/dev/sda", "/dev/initctl", "/bin/su"):
            assert line in driver.text()
        assert "left out, a named pipe" in driver.text()
        assert "without setuid" in driver.text()
        await press(driver, "escape")
        assert not isinstance(driver.app.screen, WritingScreen)
    assert (tmp_path / "rootfs" / "bin" / "su").stat().st_mode & 0o7777 == 0o755


async def test_nothing_that_is_there_is_written_over_unless_that_is_asked_for(
    shop: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("mine")
    async with opened(shop) as driver:
        await press(driver, "1")
        await go_to(driver, "etc")
        await press(driver, "right", "down", "x")
        await typed(driver, "mine")
        await press(driver, "enter")
        assert "mine is there already" in driver.text()
        assert (tmp_path / "mine").read_text() == "mine"
        await press(driver, "ctrl+r")
        assert "Files that are there are replaced" in driver.text()
        await press(driver, "enter")
        assert not isinstance(driver.app.screen, ExtractScreen)
    assert (tmp_path / "mine").read_text() == "welcome\n"


async def test_leaving_writes_nothing(shop: Path, tmp_path: Path) -> None:
    before = names(tmp_path)
    async with opened(shop) as driver:
        await press(driver, "x", "escape")
        assert not isinstance(driver.app.screen, ExtractScreen)
    assert names(tmp_path) == before


async def test_what_is_wrong_is_said_and_can_be_put_right(shop: Path, tmp_path: Path) -> None:
    async with opened(shop) as driver:
        await press(driver, "1", "x")
        await typed(driver, "missing/new")
        await press(driver, "enter")
        assert "missing: no such file or directory" in driver.text()
        await typed(driver, "new")
        assert "no such file" not in driver.text()
        await press(driver, "enter", "escape")
    assert (tmp_path / "new" / "app").is_dir()


class Held:
    """An extraction that waits to be told to stop."""

    def __init__(self) -> None:
        self.begun = Event()
        self.real = extract

    def __call__(
        self, *arguments: Any, cancelled: Callable[[], bool], progress: Any, **options: Any
    ) -> Any:
        progress(Progress(3, 40_000))
        self.begun.set()
        while not cancelled():
            Event().wait(0.01)
        return self.real(*arguments, cancelled=cancelled, progress=progress, **options)


async def test_progress_is_told_and_escape_stops_it(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    monkeypatch.setattr(extract_module, "extract", held)
    async with opened(shop) as driver:
        await press(driver, "1", "x")
        await driver.press("enter")
        while "40.0 kB of" not in driver.text():
            await driver.pilot.pause()
        assert "esc stops" in driver.text()
        await press(driver, "escape")
        assert "Stopped." in driver.text()
        assert isinstance(driver.app.screen, ExtractScreen)
    assert not (tmp_path / "rootfs" / "app").exists()


async def test_a_hostile_image_is_asked_about_in_printable_words(
    hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(hostile) as driver:
        await press(driver, "x")
        assert raw_characters(driver.text()) == []
        await press(driver, "enter")
        assert raw_characters(driver.text()) == []


async def test_an_image_is_rolled_back_to_a_layer(shop: Path, tmp_path: Path) -> None:
    async with opened(shop) as driver:
        await press(driver, "2", "R")
        assert isinstance(driver.app.screen, RollBackScreen)
        assert "Roll back to layer 2" in driver.text()
        assert "layers 0 to 2 of" in driver.text()
        await typed(driver, "earlier.tar")
        await press(driver, "tab", *"shop:before", "enter")
        assert notices(driver)[0].endswith("written to earlier.tar as shop:before")
    with tarfile.open(tmp_path / "earlier.tar") as archive:
        assert "manifest.json" in archive.getnames()
    async with opened(tmp_path / "earlier.tar") as driver:
        assert "shop:before" in driver.text()


async def test_a_name_that_is_none_is_refused(shop: Path, tmp_path: Path) -> None:
    async with opened(shop) as driver:
        await press(driver, "2", "R", "tab", *"NOT A NAME", "enter")
        assert "is not the name of an image" in driver.text()
    assert names(tmp_path) == ["shop.tar"]


@pytest.mark.parametrize("size", SIZES)
async def test_looks_asking(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with opened(shop, size=size) as driver:
        await press(driver, "3", "x")
        assert driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_looks_told(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with opened(shop, size=size) as driver:
        await press(driver, "0", "x", "enter")
        assert driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_looks_refused(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    Path("rootfs").mkdir()
    async with opened(shop, size=size) as driver:
        await press(driver, "3", "x")
        await typed(driver, "shop.tar")
        await press(driver, "enter")
        assert driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_looks_rolling_back(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with opened(shop, size=size) as driver:
        await press(driver, "2", "R")
        assert driver.svg() == picture


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_looks_in_other_themes(shop: Path, picture: Any, theme: str) -> None:
    async with opened(shop, size=(80, 24), theme=theme) as driver:
        await press(driver, "0", "x", "enter")
        assert driver.svg() == picture
