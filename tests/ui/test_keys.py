from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.filesystem.changes import Comparison
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort
from layertui.ui.screens.details import DetailsScreen
from layertui.ui.screens.help import HelpScreen
from tests.ui.driving import opened

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_tree_follows_the_cursor_of_the_layers(shop: Path) -> None:
    async with opened(shop) as driver:
        assert driver.view.comparison == Comparison(-1, 0)
        await driver.press("down", "j")
        assert driver.view.comparison == Comparison(1, 2)
        await driver.press("k")
        assert driver.view.comparison == Comparison(0, 1)
        await driver.press("end")
        assert driver.view.comparison == Comparison(3, 4)
        await driver.press("g")
        assert driver.view.comparison == Comparison(-1, 0)
        await driver.press("G")
        assert "Layer 4 against layer 3" in driver.text()


async def test_brackets_change_the_layer_from_the_tree(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "right_square_bracket", "right_square_bracket")
        assert driver.layers.cursor == 2
        assert driver.tree.has_focus
        await driver.press("left_square_bracket")
        assert driver.layers.cursor == 1


async def test_tab_goes_to_and_fro_between_layers_and_tree(shop: Path) -> None:
    async with opened(shop) as driver:
        assert driver.layers.has_focus
        await driver.press("tab")
        assert driver.tree.has_focus
        await driver.press("shift+tab")
        assert driver.layers.has_focus


@pytest.mark.parametrize("keys", [("c",), ("ctrl+a",)])
async def test_layers_are_compared_with_the_base_on_demand(
    shop: Path, keys: tuple[str, ...]
) -> None:
    async with opened(shop) as driver:
        await driver.press("G", *keys)
        assert driver.view.comparison == Comparison(0, 4)
        assert "Layers 1 to 4 against the base (layer 0)" in driver.text()
        await driver.press("ctrl+l")
        assert driver.view.comparison == Comparison(3, 4)


async def test_left_and_right_walk_through_the_panes_at_the_left(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("right")
        assert driver.app.focused is driver.explorer.query_one("#details")
        await driver.press("l")
        assert driver.app.focused is driver.explorer.query_one("#image")
        await driver.press("h", "left")
        assert driver.layers.has_focus


async def test_space_folds_and_unfolds(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab")
        assert driver.paths()[:2] == ["/bin", "/dev"]
        await driver.press("space")
        assert driver.paths()[:3] == ["/bin", "/bin/dash", "/bin/sh"]
        await driver.press("space")
        assert driver.paths()[:2] == ["/bin", "/dev"]


async def test_right_goes_in_and_left_goes_out(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "right", "right")
        assert driver.path() == "/bin/dash"
        await driver.press("left")
        assert driver.path() == "/bin"
        await driver.press("left")
        assert driver.paths()[:2] == ["/bin", "/dev"]


async def test_everything_is_unfolded_and_folded_at_once(shop: Path) -> None:
    async with opened(shop) as driver:
        folded = driver.paths()
        await driver.press("tab", "E")
        unfolded = driver.paths()
        assert "/usr/lib/libc.so" in unfolded
        await driver.press("C")
        assert driver.paths() == folded
        await driver.press("ctrl+@")
        assert driver.paths() == unfolded
        await driver.press("ctrl+@")
        assert driver.paths() == folded


async def test_the_cursor_moves_by_pages_and_to_both_ends(shop: Path) -> None:
    async with opened(shop, size=(80, 12)) as driver:
        await driver.press("tab", "E", "pagedown")
        assert driver.tree.cursor == driver.tree.size.height - 1
        await driver.press("pageup")
        assert driver.tree.cursor == 0
        await driver.press("end")
        assert driver.tree.cursor == driver.tree.line_count - 1
        assert driver.tree.scroll_offset.y > 0
        await driver.press("home")
        assert (driver.tree.cursor, driver.tree.scroll_offset.y) == (0, 0)


@pytest.mark.parametrize(
    ("keys", "change"),
    [
        (("a", "ctrl+a"), Change.ADDED),
        (("m", "m"), Change.MODIFIED),
        (("r", "ctrl+r"), Change.REMOVED),
        (("u", "ctrl+u"), Change.UNMODIFIED),
    ],
)
async def test_each_kind_of_change_is_hidden_and_shown(
    shop: Path, keys: tuple[str, str], change: Change
) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", keys[0])
        assert driver.view.shown_changes == ALL_CHANGES - {change}
        await driver.press(keys[1])
        assert driver.view.shown_changes == ALL_CHANGES


async def test_hiding_the_unchanged_leaves_what_a_layer_did(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "tab", "E", "u")
        assert driver.paths() == ["/app", "/app/cache", "/app/cache/first", "/app/résumé 文.txt"]
        assert "no unchanged" in driver.text()


async def test_a_tree_with_everything_hidden_says_so(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "a", "m", "r", "u")
        assert "Every path is hidden." in driver.text()


async def test_attributes_are_hidden_and_shown(shop: Path) -> None:
    async with opened(shop) as driver:
        assert "drwxr-xr-x" in driver.text()
        await driver.press("tab", "b")
        assert "drwxr-xr-x" not in driver.text()
        await driver.press("ctrl+b")
        assert "drwxr-xr-x" in driver.text()


async def test_siblings_are_sorted_by_size_and_by_name(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "o")
        assert driver.view.sort is Sort.SIZE
        assert driver.paths()[:2] == ["/bin", "/usr"]
        await driver.press("ctrl+o")
        assert driver.paths()[:2] == ["/bin", "/dev"]


async def test_help_lists_the_keys_of_the_focused_pane(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, HelpScreen)
        assert "Fold" not in driver.text()
        await driver.press("escape", "tab", "question_mark")
        text = driver.text()
        await driver.press("G")
        text += driver.text()
        for words in ("space", "Fold", "Show or hide removed", "Go to the next pane", "Quit"):
            assert words in text
        await driver.press("question_mark")
        assert not isinstance(driver.app.screen, HelpScreen)


async def test_details_stand_behind_a_key_where_there_is_no_room(shop: Path) -> None:
    async with opened(shop, size=(80, 24)) as driver:
        assert "DiffID" not in driver.text()
        await driver.press("down", "i")
        assert isinstance(driver.app.screen, DetailsScreen)
        text = driver.text()
        await driver.press("pagedown")
        text += driver.text()
        for label in ("DiffID", "layer digest", "ChainID", "ImageID"):
            assert label in text
        await driver.press("escape")
        assert driver.layers.has_focus


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quitting_is_fine(shop: Path, key: str) -> None:
    async with opened(shop) as driver:
        await driver.pilot.press(key)
        assert not driver.app.is_running or driver.app._exit
        assert (driver.app.return_code or 0) == 0


@pytest.mark.parametrize("screen", ["question_mark", "i"])
async def test_quitting_works_from_a_dialog(shop: Path, screen: str) -> None:
    async with opened(shop) as driver:
        await driver.press(screen)
        await driver.pilot.press("q")
        assert driver.app._exit


async def test_a_click_chooses_a_layer(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.pilot.click("#layers", offset=(20, driver.layers.line_of(3)))
        await driver.pilot.pause()
        assert driver.layers.cursor == 3
        assert driver.view.comparison == Comparison(2, 3)


async def test_a_click_on_an_arrow_folds_and_one_on_a_name_selects(shop: Path) -> None:
    async with opened(shop) as driver:
        arrow = driver.tree_rows()[0].index("▸")
        await driver.pilot.click("#tree", offset=(arrow + 3, 2))
        await driver.pilot.pause()
        assert (driver.path(), len(driver.view)) == ("/etc", 6)
        await driver.pilot.click("#tree", offset=(arrow, 0))
        await driver.pilot.pause()
        assert (driver.path(), len(driver.view)) == ("/bin", 9)


async def test_a_click_on_a_hint_does_what_it_says(shop: Path) -> None:
    async with opened(shop, size=(200, 60)) as driver:
        hints = driver.lines()[-1]
        await driver.pilot.click("#keys", offset=(hints.index("Compare") + 2, 0))
        await driver.pilot.pause()
        assert driver.explorer.stack.with_base


async def test_the_wheel_scrolls_and_leaves_the_cursor(shop: Path) -> None:
    async with opened(shop, size=(80, 12)) as driver:
        await driver.press("tab", "E")
        driver.tree.scroll_to(y=4, animate=False)
        await driver.pilot.pause()
        assert (driver.tree.cursor, driver.tree.scroll_offset.y) == (0, 4)
