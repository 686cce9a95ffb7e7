"""Ghosts on the screen: what is listed, filtered, opened, taken out, and where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.display import printable
from layertui.ui.place import Place
from layertui.ui.screens import ghosts as ghosts_module
from layertui.ui.screens.versions import VersionsScreen
from tests import archives
from tests.builders import file, layer
from tests.ui.driving import SIZES, raw_characters
from tests.ui.versions import ghosts_of_image, write_versioned

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.contents.versions import PathVersion
    from layertui.ui.screens.ghosts import GhostsScreen
    from tests.ui.over_main import Over


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_versioned(tmp_path / "versioned.tar")


def paths(over: Over[GhostsScreen]) -> list[str]:
    return [printable(ghost.path) for ghost in over.screen.table.shown]


async def test_ghosts_are_listed_the_most_bytes_first(image: Path) -> None:
    async with ghosts_of_image(image) as over:
        assert paths(over)[:3] == ["/cache/big", "/app/tool", "/app/tool"]
        assert "/twice" in paths(over)
        text = over.text()
        assert "90.0 kB" in text
        assert "removed    " in text
        assert "layer 0 ships it" in text
        assert "layer 1 removes it" in text


async def test_enter_leads_to_the_layer_that_ships_it_and_f_to_the_one_that_hides_it(
    image: Path,
) -> None:
    async with ghosts_of_image(image, "enter") as over:
        assert over.outcome == Place(0, b"/cache/big")
    async with ghosts_of_image(image, "f") as over:
        assert over.outcome == Place(1, b"/cache/big")


async def test_a_ghost_is_opened_and_taken_out_as_its_layer_ships_it(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[PathVersion] = []
    monkeypatch.setattr(ghosts_module, "open_version", lambda *each: opened.append(each[-1]))
    monkeypatch.setattr(ghosts_module, "extract_version", lambda *each: opened.append(each[-1]))
    async with ghosts_of_image(image) as over:
        for _ in over.screen.table.shown:
            await over.press("v", "x", "j")
        ghosts = over.screen.table.shown
        assert [(each.layer, each.place) for each in opened] == [
            (ghost.layer, ghost.place) for ghost in ghosts for _ in range(2)
        ]
        assert all(version.entry is not None for version in opened)


async def test_v_large_shows_the_versions_of_the_path(image: Path) -> None:
    async with ghosts_of_image(image, "V") as over:
        top = over.driver.app.screen
        assert isinstance(top, VersionsScreen)
        assert [version.layer for version in top.history] == [0, 1]
        await over.press("t")
        assert over.outcome == Place(0, b"/cache/big")


async def test_only_deleted_ones_are_shown_where_that_is_asked_for(image: Path) -> None:
    async with ghosts_of_image(image, "r") as over:
        assert "/twice" not in paths(over)
        assert "Deleted and still shipped" in over.text()
        await over.press("escape")
        assert "/twice" in paths(over)
        await over.press("escape")
        assert over.outcome is None


async def test_ghosts_are_filtered_by_path_why_and_layer(image: Path) -> None:
    async with ghosts_of_image(image, "slash", *"cache") as over:
        assert paths(over) == ["/cache/big"]
        await over.press("enter")
        assert "/cache" in over.text()
        await over.press("escape")
        assert len(paths(over)) > 1


async def test_ghosts_are_sorted_by_any_column(image: Path) -> None:
    async with ghosts_of_image(image) as over:
        over.screen.table.click_title("path")
        assert paths(over) == sorted(paths(over))


async def test_an_image_that_shows_all_says_so(tmp_path: Path) -> None:
    members = archives.docker_save([layer(file("a", b"1"))])
    path = archives.write_tarball(members, tmp_path / "tidy.tar")
    async with ghosts_of_image(path, "enter", "v", "x", "V", "r") as over:
        assert "There are none." in over.text()
        await over.press("W")
        assert over.outcome is None


async def test_many_ghosts_are_looked_for_beside_the_screen(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ghosts_module, "SMALL", 0)
    async with ghosts_of_image(image) as over:
        assert paths(over)[0] == "/cache/big"
        assert not over.screen.busy


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_come_out_literally(image: Path, size: tuple[int, int]) -> None:
    async with ghosts_of_image(image, "G", size=size) as over:
        assert not raw_characters(over.text())
        assert all(len(line) <= size[0] for line in over.lines())
