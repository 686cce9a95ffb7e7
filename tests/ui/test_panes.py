"""How the panes share the room, and what goes from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from layertui.config import ScreenSettings
from layertui.filesystem.changes import Comparison
from layertui.filesystem.view import Sort
from layertui.ui.app import ExplorerApp
from layertui.ui.place import Place
from layertui.ui.request import OpenRequest
from layertui.ui.widgets.divider import Divider
from layertui.ui.widgets.tree_heading import TreeHeading
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.ui.widgets.file_tree import FileTree


def state(driver: Driver) -> FileTree:
    return list(driver.explorer.panes.files_pane.trees)[1]


def sorted_by(driver: Driver) -> Sort | None:
    view = driver.tree.view
    return view.sort if view is not None else None


def width_of_left(driver: Driver) -> int:
    return driver.explorer.query_one("#left").size.width


async def test_split_shows_what_the_layer_did_above_what_the_files_then_are(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "v")
        assert driver.paths() == [
            "/app", "/app/cache", "/app/cache/first", "/app/r\u00e9sum\u00e9 \u6587.txt",
        ]  # fmt: skip
        view = state(driver).view
        assert view is not None
        assert view.comparison == Comparison(4, 4)
        assert "The files after layer 4" in driver.text()
        await driver.press("left_square_bracket")
        assert view.comparison == Comparison(3, 3)
        assert driver.paths() == ["/app", "/app/data.bin"]


@pytest.mark.parametrize("sort", ["name", "size"])
async def test_a_split_of_the_settings_is_the_split_of_the_key(
    shop: Path, sort: Literal["name", "size"]
) -> None:
    async def rows(settings: ScreenSettings, *keys: str) -> list[list[str]]:
        app = ExplorerApp(OpenRequest(image=str(shop), screen=settings))
        async with app.run_test(size=(120, 40)) as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            await driver.press(*keys, "end")
            trees = driver.explorer.panes.files_pane.trees
            return [[tree.render_line(y).text for y in range(tree.line_count)] for tree in trees]

    split = ScreenSettings(sort=sort, split=True)
    assert await rows(split) == await rows(ScreenSettings(sort=sort), "v")


async def test_joined_again_the_tree_is_as_it_was(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "tab", "space", "r", "o")
        before, place = driver.paths(), driver.path()
        await driver.press("v", "v")
        assert (driver.paths(), driver.path()) == (before, place)
        assert len(list(driver.explorer.panes.files_pane.trees)) == 1


async def test_the_cursor_of_one_tree_follows_that_of_the_other(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "v", "tab", "down")
        other = state(driver)
        view = other.view
        assert view is not None
        assert other.cursor_node is not None
        assert view.filesystem.table.path(other.cursor_node) == b"/app"
        await driver.press("tab", "right", "down")
        assert other.has_focus
        assert driver.path() == "/app"


async def test_tab_goes_through_both_trees(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("v", "tab")
        assert driver.tree.has_focus
        await driver.press("tab")
        assert state(driver).has_focus
        await driver.press("tab")
        assert driver.layers.has_focus
        await driver.press("shift+tab")
        assert state(driver).has_focus


async def test_one_filter_is_for_both_trees(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "v", "slash", "f", "i", "r", "s", "t")
        await driver.searched()
        assert driver.paths() == ["/app", "/app/cache", "/app/cache/first"]
        assert state(driver).line_count == 0
        await driver.press("escape")
        assert state(driver).line_count > 0


async def test_zoom_gives_the_pane_in_focus_all_the_room(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("z")
        assert driver.layers.size.width > 100
        assert not driver.tree.region
        await driver.press("tab")
        assert driver.tree.size.width > 100
        assert not driver.layers.region
        await driver.press("z")
        assert driver.tree.region
        assert driver.layers.region


def offered(driver: Driver) -> set[str]:
    """Return the ids of the keys that would change something."""
    active = driver.app.screen.active_bindings.values()
    return {each.binding.id or "" for each in active if each.enabled}


async def test_zoom_is_offered_where_another_pane_is_seen(shop: Path) -> None:
    async with opened(shop, size=(60, 15)) as driver:
        assert "pane.zoom" not in offered(driver)
        await driver.press("v", "tab", "tab")
        assert driver.layers.has_focus
        assert "pane.zoom" not in offered(driver)
        await driver.press("tab")
        assert "pane.zoom" in offered(driver)
        await driver.press("z")
        assert driver.tree.region
        assert not state(driver).region
        await driver.press("z", "v")
        assert "pane.zoom" not in offered(driver)
        await driver.pilot.resize_terminal(80, 24)
        await driver.pilot.pause()
        assert "pane.zoom" in offered(driver)


async def test_split_shows_the_files_where_only_the_layers_are_seen(shop: Path) -> None:
    async with opened(shop, size=(60, 15)) as driver:
        await driver.press("end", "v")
        assert driver.tree.has_focus
        assert driver.tree.region
        assert state(driver).region
        await driver.press("tab", "tab")
        assert driver.layers.has_focus
        await driver.press("v")
        assert state(driver).region
        await driver.press("v")
        assert len(list(driver.explorer.panes.files_pane.trees)) == 1
        assert driver.tree.has_focus


async def test_split_ends_the_zoom_of_the_layers(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("z", "v")
        assert driver.layers.has_focus
        assert driver.layers.region
        assert driver.tree.region
        assert state(driver).region


async def test_the_files_stay_zoomed_when_the_state_of_them_is_taken_away(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("v", "tab", "tab", "z")
        assert state(driver).size.width > 100
        await driver.press("v")
        assert driver.tree.has_focus
        assert driver.tree.size.width > 100


async def test_the_divider_is_moved_by_keys_and_by_the_mouse(shop: Path) -> None:
    async with opened(shop) as driver:
        before = width_of_left(driver)
        await driver.press("greater_than_sign")
        assert width_of_left(driver) == before + 5
        await driver.press("less_than_sign", "less_than_sign")
        assert width_of_left(driver) == before - 7
        divider = driver.explorer.query_one(Divider)
        await driver.pilot.mouse_down(divider)
        await driver.pilot.hover(driver.explorer, offset=(60, 10))
        await driver.pilot.mouse_up(driver.explorer, offset=(60, 10))
        await driver.pilot.pause()
        assert width_of_left(driver) == 60
        await driver.pilot.hover(driver.explorer, offset=(30, 10))
        assert width_of_left(driver) == 60


async def test_the_divider_never_leaves_a_pane_without_room(shop: Path) -> None:
    async with opened(shop) as driver:
        for _ in range(30):
            await driver.explorer.run_action("widen(-5)")
        await driver.pilot.pause()
        assert width_of_left(driver) == 18
        for _ in range(30):
            await driver.explorer.run_action("widen(5)")
        await driver.pilot.pause()
        assert driver.tree.size.width >= 14


async def test_a_click_on_the_title_of_a_column_sorts(shop: Path) -> None:
    async with opened(shop) as driver:
        heading = driver.explorer.query_one(TreeHeading)
        line = heading.render_line(0).text
        await driver.pilot.click(heading, offset=(line.index("size"), 0))
        assert sorted_by(driver) is Sort.SIZE
        assert "\u25be size" in driver.text()
        line = heading.render_line(0).text
        await driver.pilot.click(heading, offset=(line.index("name"), 0))
        assert sorted_by(driver) is Sort.NAME
        await driver.pilot.click(heading, offset=(2, 0))
        assert sorted_by(driver) is Sort.NAME


async def test_f_goes_to_the_layer_that_a_file_comes_from(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "tab", "right", "down", "down")
        assert driver.path() == "/app/data.bin"
        await driver.press("f")
        assert driver.layers.cursor == 3
        assert driver.path() == "/app/data.bin"
        assert driver.tree.has_focus


async def test_a_place_is_gone_to_whatever_hides_it(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "u", "a", "slash", "x", "x", "enter")
        await driver.searched()
        driver.explorer.go_to(Place(4, b"/app/cache/first"))
        await driver.pilot.pause()
        assert driver.layers.cursor == 4
        assert driver.path() == "/app/cache/first"
        assert driver.tree.has_focus


async def test_a_path_that_is_not_there_is_told_of(shop: Path) -> None:
    async with opened(shop) as driver:
        driver.explorer.go_to(Place(0, b"/app/cache/first"))
        await driver.pilot.pause()
        assert "is not there" in [toast.message for toast in driver.app._notifications][-1]


@pytest.mark.parametrize(
    ("keys", "copied"),
    [
        (("end", "tab", "right", "down"), "/app/cache"),
        (("y",), "sha256:"),
    ],
)
async def test_y_copies_a_path_or_a_digest(shop: Path, keys: tuple[str, ...], copied: str) -> None:
    async with opened(shop) as driver:
        await driver.press(*keys, "y")
        assert driver.app.clipboard.startswith(copied)


async def test_what_is_copied_is_printable(hostile: Path) -> None:
    async with opened(hostile) as driver:
        for _ in range(driver.tree.line_count):
            await driver.press("tab", "down", "y", "tab")
            assert driver.app.clipboard.isprintable()


async def test_the_instruction_is_copied(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("2", "Y")
        assert driver.app.clipboard == (
            "RUN sed -i s/shop/sold/ /app/main.py && echo hello > /etc/motd"
        )


async def test_times_are_shown_on_demand(shop: Path) -> None:
    async with opened(shop) as driver:
        assert "2024-05-06" not in "\n".join(driver.tree_rows())
        await driver.press("tab", "t")
        assert "2024-05-06" in "\n".join(driver.tree_rows())
        await driver.press("t")
        assert "2024-05-06" not in "\n".join(driver.tree_rows())


async def test_the_bar_of_a_path_compares_it_with_its_biggest_sibling(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "E")
        rows = {row.split("  ")[-1].strip(): row for row in driver.tree_rows()}
        assert next(row for name, row in rows.items() if name == "sh").count("\u2501") == 5
        assert next(row for name, row in rows.items() if name == "libc.so").count("\u2501") == 5


async def test_the_filter_leads_back_to_the_tree_it_was_asked_for_in(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "v", "tab", "tab", "slash", *"bin", "enter")
        await driver.searched()
        assert state(driver).has_focus
        await driver.press("v", "slash", "escape")
        assert driver.tree.has_focus
