"""Starting without an image, and opening another one from elsewhere."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from layertui.sources.listing import ListedImage
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
from layertui.ui.screens.chooser import ChooserScreen
from layertui.ui.screens.explorer import ExplorerScreen
from layertui.ui.screens.failure import FailureScreen
from layertui.ui.screens.images import ImagesScreen, Keeper
from tests import archives
from tests.several import two_images
from tests.ui.driving import Driver
from tests.ui.images import shop_layers, write_shop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of images: one, two in an archive, and a file that is none."""
    write_shop(tmp_path / "shop.tar")
    archives.write_tarball(archives.docker_save(shop_layers()[:2]), tmp_path / "base.tar")
    archives.write_tarball(two_images(), tmp_path / "two.tar")
    (tmp_path / "wrong.tar").write_bytes(b"no image")
    images = [
        ListedImage(argument=str(path), keeper="This folder", name=path.name)
        for path in sorted(tmp_path.iterdir())
    ]
    keepers = [Keeper("This folder", lambda _cancelled: images)]
    monkeypatch.setattr("layertui.ui.keepers.keepers", lambda: keepers)
    return tmp_path


@asynccontextmanager
async def started(image: str = "") -> AsyncIterator[Driver]:
    app = ExplorerApp(OpenRequest(image=image))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver


async def choose(driver: Driver, name: str) -> None:
    """Choose one of the images that are listed."""
    screen = driver.app.screen
    assert isinstance(screen, ImagesScreen)
    while screen.busy:
        await driver.pilot.pause()
    await driver.press(*name, "enter")
    await driver.settle()


def layer_count(driver: Driver) -> int:
    return len(driver.explorer.stack.rows)


async def test_without_an_image_there_is_a_list_to_choose_from(folder: Path) -> None:
    async with started() as driver:
        await choose(driver, "shop.tar")
        assert isinstance(driver.app.screen, ExplorerScreen)
        assert layer_count(driver) == len(shop_layers())
        assert "wasted" in driver.lines()[0]


async def test_leaving_the_list_without_an_image_ends_the_program(folder: Path) -> None:
    async with started() as driver:
        assert "esc quits" in driver.text()
        await driver.press("escape")
        assert not driver.app.is_running
    assert driver.app.return_code == 0


async def test_what_cannot_be_opened_leads_back_to_the_list(folder: Path) -> None:
    async with started() as driver:
        await choose(driver, "wrong.tar")
        assert isinstance(driver.app.screen, FailureScreen)
        await driver.press("escape")
        await choose(driver, "shop.tar")
        assert layer_count(driver) == len(shop_layers())


async def test_of_an_archive_with_several_one_is_chosen_then(folder: Path) -> None:
    async with started() as driver:
        await choose(driver, "two.tar")
        assert isinstance(driver.app.screen, ChooserScreen)
        await driver.press("down", "enter")
        await driver.settle()
        image = driver.explorer.stack.image
        assert image is not None
        assert image.number == 1


async def test_another_image_takes_the_place_of_the_one_that_is_open(folder: Path) -> None:
    async with started(str(folder / "shop.tar")) as driver:
        await driver.press("ctrl+o")
        assert "esc leaves" in driver.text()
        await choose(driver, "base.tar")
        await driver.settle()
        assert isinstance(driver.app.screen, ExplorerScreen)
        assert layer_count(driver) == 2
        assert driver.explorer.stack.accounting is not None


async def test_one_of_several_takes_the_place_of_the_one_that_is_open(folder: Path) -> None:
    async with started(str(folder / "shop.tar")) as driver:
        await driver.press("ctrl+o")
        await choose(driver, "two.tar")
        await driver.press("enter")
        await driver.settle()
        image = driver.explorer.stack.image
        assert image is not None
        assert image.reference.endswith("two.tar")


@pytest.mark.parametrize("keys", [("escape",), (*"wrong.tar", "enter"), (*"two.tar", "enter")])
async def test_the_image_that_is_open_stays_unless_another_one_is_there(
    folder: Path, keys: tuple[str, ...]
) -> None:
    async with started(str(folder / "shop.tar")) as driver:
        await driver.press("ctrl+o")
        await driver.press(*keys)
        await driver.settle()
        while not isinstance(driver.app.screen, ExplorerScreen):
            await driver.press("escape")
        assert layer_count(driver) == len(shop_layers())
        assert driver.app.is_running
