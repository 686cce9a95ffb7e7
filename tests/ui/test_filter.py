"""Filtering the files: typed, combined, kept, moved in, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.filesystem.tree import Change
from layertui.ui.widgets.filter_bar import FilterField
from layertui.ui.widgets.frame_line import FrameLine
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from pathlib import Path


async def type_filter(driver: Driver, line: str) -> None:
    names = {
        " ": "space",
        ">": "greater_than_sign",
        "*": "asterisk",
        ".": "full_stop",
        ":": "colon",
    }
    await driver.press("slash", *(names.get(letter, letter) for letter in line))
    await driver.searched()


async def test_the_files_are_filtered_while_the_user_types(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end")
        await type_filter(driver, "ma")
        assert driver.paths() == ["/app", "/app/main.py"]
        assert "text  1 match" in driver.text()
        assert "2 of 22 paths" in driver.text()
        await driver.press("backspace", "backspace", "l", "i", "b")
        await driver.searched()
        assert driver.paths() == ["/lib", "/usr", "/usr/lib", "/usr/lib/libc.so"]
        assert "text  3 matches" in driver.text()


async def test_keys_typed_at_once_after_the_slash_are_part_of_the_filter(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.pilot.press("slash", "q", "q", "1")
        await driver.searched()
        assert driver.app.is_running
        assert driver.app.query_one(FilterField).value == "qq1"
        assert driver.layers.cursor == 0


async def test_the_pattern_is_read_as_text_as_a_glob_and_as_a_regular_expression(
    shop: Path,
) -> None:
    async with opened(shop) as driver:
        await driver.press("end")
        await type_filter(driver, "*.py")
        assert driver.paths() == []
        await driver.press("ctrl+t")
        await driver.searched()
        assert driver.paths() == ["/app", "/app/main.py"]
        assert "glob  1 match" in driver.text()
        await driver.press("ctrl+t")
        await driver.searched()
        assert "regex" in driver.text()
        await driver.press("ctrl+t")
        await driver.searched()
        assert "text  0 matches" in driver.text()


async def test_what_cannot_be_understood_is_told_and_the_rows_stay(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end")
        await type_filter(driver, "type:dir")
        before = driver.paths()
        await driver.press("e", "c", "t")
        await driver.searched()
        assert driver.paths() == before
        assert "no type 'direct'" in driver.text()


@pytest.mark.parametrize(
    ("size", "line", "told"),
    [
        ((80, 24), "lib", "text  3 matches"),
        ((30, 8), "lib", "3 matches"),
        ((20, 5), "lib", " 3 "),
        ((20, 5), ">1 type:file lib", " 1 "),
    ],
)
async def test_the_count_is_told_wherever_there_is_a_line(
    shop: Path, size: tuple[int, int], line: str, told: str
) -> None:
    async with opened(shop, size=size) as driver:
        await driver.press("end")
        await type_filter(driver, line)
        bar = driver.lines()[2]
        assert told in bar[bar.index("/") :]
        assert "\u2026" not in bar[bar.index("/") :]


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (120, "missing ), unterminated subpattern at character 1"),
        (60, "missing ), unterminated subpattern "),
        (80, "missing ) "),
        (20, "missing ) "),
    ],
)
async def test_an_error_keeps_its_core_where_there_is_little_room(
    shop: Path, width: int, told: str
) -> None:
    async with opened(shop, size=(width, 15)) as driver:
        await driver.press("slash", "ctrl+t", "ctrl+t", "left_parenthesis")
        await driver.searched()
        assert told in driver.text()
        await driver.pilot.resize_terminal(200, 60)
        await driver.pilot.pause()
        await driver.pilot.pause()
        assert "regular expression: missing ), unterminated" in driver.text()


async def test_sizes_types_and_kinds_of_change_combine(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("down")
        await type_filter(driver, ">1k type:file")
        assert driver.paths() == [
            "/app", "/app/cache", "/app/cache/first", "/app/data.bin", "/app/main.py",
            "/bin", "/bin/sh", "/bin/su", "/usr", "/usr/lib", "/usr/lib/libc.so",
        ]  # fmt: skip
        await driver.press("enter", "u")
        assert driver.paths() == [
            "/app", "/app/cache", "/app/cache/first", "/app/data.bin", "/app/main.py",
        ]  # fmt: skip
        assert "no unchanged" in driver.text()
        assert ">1k type:file" in driver.text()


async def test_the_filter_stays_while_one_folds_and_goes_to_another_layer(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end")
        await type_filter(driver, "lib")
        assert driver.path() == "/lib"
        await driver.press("enter", "j", "space")
        assert driver.path() == "/usr"
        assert driver.paths() == ["/lib", "/usr"]
        await driver.press("space", "left_square_bracket")
        assert driver.paths() == ["/lib", "/usr", "/usr/lib", "/usr/lib/libc.so"]
        assert driver.path() == "/usr"


async def test_n_goes_from_match_to_match_into_what_is_folded_and_round(shop: Path) -> None:
    async with opened(shop) as driver:
        await type_filter(driver, "lib")
        await driver.press("enter", "C", "g", "n")
        assert driver.path() == "/usr/lib"
        await driver.press("n")
        assert driver.path() == "/usr/lib/libc.so"
        await driver.press("n")
        assert driver.path() == "/lib"
        await driver.press("N")
        assert driver.path() == "/usr/lib/libc.so"


@pytest.mark.parametrize("typing", [True, False])
async def test_escape_brings_back_the_place_where_the_filter_began(
    shop: Path, typing: bool
) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "tab", "E", "end", "k")
        before, place = driver.paths(), driver.path()
        scroll = driver.tree.scroll_offset.y
        await type_filter(driver, "main")
        assert driver.path() == "/app/main.py"
        await driver.press(*(() if typing else ("enter", "j")), "escape")
        assert (driver.paths(), driver.path()) == (before, place)
        assert driver.tree.scroll_offset.y == scroll
        assert driver.tree.has_focus
        assert not driver.app.query(FilterField)


@pytest.mark.parametrize("hiding", ["u", "v"])
async def test_escape_brings_back_the_place_after_the_path_gone_to_was_hidden(
    shop: Path, hiding: str
) -> None:
    async with opened(shop) as driver:
        await driver.press("2", "tab", "C", "g", "j", hiding, "E")
        before, place = driver.paths(), driver.path()
        await type_filter(driver, "m")
        await driver.press("enter", "n", "escape")
        assert (driver.paths(), driver.path()) == (before, place)


async def test_a_filter_that_asks_for_nothing_ends_when_it_is_left(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("slash", "enter")
        assert driver.tree.has_focus
        assert not driver.app.query(FilterField)


async def test_an_older_search_never_shows_up_after_a_newer_one(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "slash")
        await driver.pilot.press(*"main", *["backspace"] * 4, *"sh")
        await driver.searched()
        assert driver.paths() == ["/bin", "/bin/dash", "/bin/sh"]


async def test_without_a_filter_there_is_no_next_match_to_go_to(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab")
        assert "next_match(1)" not in {
            active.binding.action for active in driver.app.screen.active_bindings.values()
        }
        await type_filter(driver, "sh")
        await driver.press("enter")
        assert "next_match(1)" in {
            active.binding.action for active in driver.app.screen.active_bindings.values()
        }


async def test_full_stop_and_comma_go_from_change_to_change(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("2", "tab", "full_stop")
        assert driver.path() == "/app/main.py"
        await driver.press("full_stop")
        assert driver.path() == "/etc/motd"
        await driver.press("full_stop")
        assert driver.path() == "/app/main.py"
        await driver.press("comma")
        assert driver.path() == "/etc/motd"


async def test_the_matches_of_a_removed_path_are_found_where_it_was(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end")
        await type_filter(driver, "first")
        assert driver.paths() == ["/app", "/app/cache", "/app/cache/first"]
        view = driver.tree.view
        assert view is not None
        node = view.filesystem.table.find(b"/app/cache/first")
        assert node is not None
        assert view.change(node) is Change.REMOVED


async def test_the_frame_shows_the_focus_when_it_goes_from_the_filter_to_the_files(
    shop: Path,
) -> None:
    async with opened(shop) as driver:
        await driver.press("slash", *"sh", "enter")
        await driver.searched()
        edges = driver.explorer.query(FrameLine)
        assert [edge.has_class("-focused") for edge in edges] == [True, True]
        await driver.press("tab")
        assert [edge.has_class("-focused") for edge in edges] == [False, False]


async def test_a_filter_is_typed_in_a_bar_that_only_just_came(shop: Path) -> None:
    async with opened(shop) as driver:
        files = driver.explorer.panes.files_pane
        files._show_bar()
        await files.edit_filter()
        await driver.pilot.pause()
        assert driver.app.query_one(FilterField).has_focus
