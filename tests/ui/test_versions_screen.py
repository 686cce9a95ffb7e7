"""The versions of a path on the screen: what is told, marked, compared, opened and taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.contents.versions import Happened
from layertui.ui.place import Place
from layertui.ui.screens import versions as versions_module
from layertui.ui.screens.comparison import ComparisonScreen
from tests.ui.driving import SIZES, raw_characters
from tests.ui.versions import NAME, versions_of, write_versioned

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.contents.versions import PathVersion


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_versioned(tmp_path / "versioned.tar")


async def test_each_layer_that_touched_the_path_has_a_row(image: Path) -> None:
    async with versions_of(image, b"/app/conf") as over:
        text = over.text()
        for words in (
            "+ added",
            "~ changed: content, mode, time",
            "- removed: /app is emptied",
            "+ brought back",
        ):
            assert words[:28] in text
        assert "4 versions" in text
        assert "4 of 4 layers touched it" in text
        assert "COPY conf /app/conf" in text


async def test_the_cursor_begins_at_the_version_of_the_layer(image: Path) -> None:
    async with versions_of(image, b"/app/conf", layer=1) as over:
        assert over.screen.table.cursor == 1
    async with versions_of(image, b"/cache/big", layer=3) as over:
        assert over.screen.table.cursor == 1


async def test_all_about_the_version_under_the_cursor_is_told(image: Path) -> None:
    async with versions_of(image, b"/app/conf", "g", "j") as over:
        assert "0644 rw-r--r-- \u2192 0600 rw-------" in over.text()
        assert "user.note" in over.text()
        await over.press("j")
        assert "/app/.wh..wh..opq" in over.text()


async def test_c_compares_with_the_version_before(image: Path) -> None:
    async with versions_of(image, b"/app/conf", "g", "j") as over:
        assert "c compares layer 0 with layer 1" in over.text()
        await over.press("c")
        top = over.driver.app.screen
        assert isinstance(top, ComparisonScreen)
        while top.busy:
            await over.driver.pilot.pause()
        await over.press("escape")
        assert over.driver.app.screen is over.screen


async def test_two_marked_versions_are_compared_the_older_one_first(image: Path) -> None:
    async with versions_of(image, b"/app/conf", "G", "space", "g", "space", "j") as over:
        assert [*over.screen.table.marked] == [3, 0]
        assert "c compares layer 0 with layer 3" in over.text()
        await over.press("space")
        assert [*over.screen.table.marked] == [0, 1]
        await over.press("space")
        assert [*over.screen.table.marked] == [0]


async def test_one_marked_version_is_compared_with_the_one_under_the_cursor(image: Path) -> None:
    async with versions_of(image, b"/app/conf", "g", "space", "G") as over:
        assert "c compares layer 0 with layer 3" in over.text()


async def test_esc_takes_the_marks_away_then_leaves(image: Path) -> None:
    async with versions_of(image, b"/app/conf", "space", "escape") as over:
        assert over.screen.table.marked == ()
        assert over.driver.app.screen is over.screen
        await over.press("escape")
        assert over.outcome is None


async def test_t_leads_to_the_path_in_the_layer_of_the_version(image: Path) -> None:
    async with versions_of(image, b"/app/conf", "g", "j", "t") as over:
        assert over.outcome == Place(1, b"/app/conf")


async def test_enter_opens_a_version_and_x_takes_it_out(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[PathVersion] = []
    monkeypatch.setattr(versions_module, "open_version", lambda *each: opened.append(each[-1]))
    monkeypatch.setattr(versions_module, "extract_version", lambda *each: opened.append(each[-1]))
    async with versions_of(image, b"/app/conf", "g", "enter", "j", "x", "j", "enter", "x"):
        assert [version.layer for version in opened] == [0, 1]


async def test_a_copy_superseded_in_its_own_layer_is_opened_like_any_other(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[PathVersion] = []
    monkeypatch.setattr(versions_module, "open_version", lambda *each: opened.append(each[-1]))
    async with versions_of(image, b"/twice", "g", "enter") as over:
        assert "= written, then again" in over.text()
        (version,) = opened
        assert version.happened is Happened.SUPERSEDED
        assert version.place is not None
        assert version.place.stored.size == 500


async def test_tab_goes_to_the_other_pane_and_back(image: Path) -> None:
    async with versions_of(image, b"/app/conf", "tab") as over:
        assert over.screen.focused is not over.screen.table
        await over.press("tab")
        assert over.screen.focused is over.screen.table


async def test_V_goes_back(image: Path) -> None:  # noqa: N802 - the key
    async with versions_of(image, b"/app/conf", "V") as over:
        assert over.outcome is None


async def test_a_path_of_one_version_has_nothing_to_be_compared_with(image: Path) -> None:
    async with versions_of(image, b"/hard", "c", "space") as over:
        assert over.driver.app.screen is over.screen
        assert over.screen.table.marked == ()


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_come_out_literally(image: Path, size: tuple[int, int]) -> None:
    async with versions_of(image, f"/app/{NAME}".encode(), size=size) as over:
        assert not raw_characters(over.text())
        assert "[red]x\\x1b]0;h\\x07\\u202e" in over.text()
