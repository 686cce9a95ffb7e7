"""What is missing, wrong or not there is said on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.ui.screens.chooser import ChooserScreen
from layertui.ui.screens.failure import FailureScreen
from layertui.ui.widgets.layer_list import LayerList
from tests import archives
from tests.builders import file, layer
from tests.ui.driving import opened
from tests.ui.images import shop_config, shop_layers

if TYPE_CHECKING:
    from pathlib import Path


def two_images(path: Path) -> Path:
    first, second = archives.sample_layers(1), archives.sample_layers(2)
    members: archives.Members = {}
    items = []
    for number, layers in enumerate((first, second)):
        about = archives.config(layers)
        names = [f"{number}-{place}/layer.tar" for place in range(len(layers))]
        members |= dict(zip(names, layers, strict=True))
        members[f"{number}.json"] = about
        items.append(archives.item(f"{number}.json", names, [f"shop/api:{number}"]))
    return archives.write_tarball(members | archives.docker_manifest(*items), path)


async def test_a_file_that_is_not_there_is_told_and_ends_in_exit_2(tmp_path: Path) -> None:
    async with opened(tmp_path / "nothing.tar") as driver:
        assert isinstance(driver.app.screen, FailureScreen)
        assert "Image not found" in driver.text()
        assert "nothing.tar" in driver.text()
        await driver.pilot.press("enter")
        assert driver.app.return_code == 2


async def test_quitting_from_an_error_is_exit_2_too(tmp_path: Path) -> None:
    async with opened(tmp_path / "nothing.tar") as driver:
        await driver.pilot.press("q")
        assert driver.app.return_code == 2


async def test_what_to_do_about_an_error_is_told(tmp_path: Path) -> None:
    path = tmp_path / "root.tar"
    path.write_bytes(layer(file("etc/passwd", b"root"), file("bin/sh", b"#")))
    async with opened(path) as driver:
        error = driver.app.screen
        assert isinstance(error, FailureScreen)
        assert "Not a container image" in driver.text()
        assert error._error.hint.split()[0] in driver.text()


async def test_one_of_several_images_is_chosen_on_the_screen(tmp_path: Path) -> None:
    async with opened(two_images(tmp_path / "two.tar")) as driver:
        assert isinstance(driver.app.screen, ChooserScreen)
        assert "0  shop/api:0" in driver.text()
        await driver.press("down", "enter")
        await driver.settle()
        assert "shop/api:1" in driver.lines()[0]
        assert "2 layers" in driver.text()


async def test_a_choice_that_was_made_is_not_asked_for(tmp_path: Path) -> None:
    async with opened(two_images(tmp_path / "two.tar"), choice="0") as driver:
        assert "shop/api:0" in driver.lines()[0]


async def test_choosing_none_quits(tmp_path: Path) -> None:
    async with opened(two_images(tmp_path / "two.tar")) as driver:
        await driver.pilot.press("escape")
        assert driver.app._exit
        assert (driver.app.return_code or 0) == 0


async def test_a_missing_layer_is_a_row_that_says_so(tmp_path: Path) -> None:
    members = archives.docker_save(shop_layers(), about=shop_config())
    missing = [name for name in members if name.endswith("layer.tar")][2]
    del members[missing]
    async with opened(archives.write_tarball(members, tmp_path / "image.tar")) as driver:
        row = driver.layer_row(2)
        assert "not readable: missing" in row
        assert "INCOMPLETE" in driver.lines()[0]
        await driver.pilot.press("q")
        assert (driver.app.return_code or 0) == 0


async def test_a_layer_that_is_cut_short_is_marked_as_damaged(tmp_path: Path) -> None:
    layers = shop_layers()
    members = archives.docker_save(layers, about=shop_config())
    name = [name for name in members if name.endswith("layer.tar")][1]
    members[name] = layers[1][:1024]
    async with opened(archives.write_tarball(members, tmp_path / "image.tar")) as driver:
        assert "damaged" in driver.layer_row(1)
        assert "INCOMPLETE" in driver.lines()[0]


async def test_layers_are_verified_when_the_tree_stands(shop: Path) -> None:
    async with opened(shop) as driver:
        assert [row.verified for row in driver.layers.rows] == [True] * 5
        assert "✓" in driver.layer_row(0)


async def test_a_layer_with_a_wrong_digest_is_marked(tmp_path: Path) -> None:
    layers = shop_layers()
    members = archives.docker_save(layers, about=shop_config())
    name = [name for name in members if name.endswith("layer.tar")][4]
    members[name] = layer(file("other", b"content"))
    async with opened(archives.write_tarball(members, tmp_path / "image.tar")) as driver:
        assert driver.layers.rows[4].verified is False
        assert "!" in driver.layer_row(4)
        assert "INCOMPLETE" in driver.lines()[0]
        assert "wrong digest" in driver.layer_row(4)
        await driver.press("end")
        assert "! wrong digest" in driver.text()
        await driver.press("right", "pagedown")
        assert "DiffID" in driver.text()
        assert "NO, a digest is wrong" in driver.text()


async def test_an_image_without_layers_has_no_path_to_go_to(tmp_path: Path) -> None:
    members = archives.docker_save([], about=archives.config([], history=[]))
    async with opened(archives.write_tarball(members, tmp_path / "image.tar")) as driver:
        await driver.press("p", "slash")
        assert driver.app.screen is driver.explorer
        assert isinstance(driver.explorer.focused, LayerList)


async def test_an_image_without_layers_is_shown(tmp_path: Path) -> None:
    members = archives.docker_save([], about=archives.config([], history=[]))
    async with opened(archives.write_tarball(members, tmp_path / "image.tar")) as driver:
        assert "0 layers" in driver.text()
        await driver.press("tab", "E", "down", "space", "c", "i", "question_mark")
