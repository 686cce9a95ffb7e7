"""Searching in files on the screen: what is looked for, what is found, where it leads."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from layertui.contents import searching as searching_module
from layertui.contents.targets import Scope
from layertui.filesystem.query import Syntax, parse_query
from layertui.ui.place import Place
from layertui.ui.screens.search import SearchScreen
from layertui.ui.screens.viewer import ViewerScreen
from layertui.ui.search import work
from layertui.ui.search.form import SearchField
from layertui.ui.search.memory import SearchMemory
from tests import archives
from tests.builders import file, layer
from tests.ui.driving import opened, raw_characters
from tests.ui.over_main import NOTHING_YET
from tests.ui.search import searched, write_searched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.ui.over_main import Over


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_searched(tmp_path / "image.tar")


def found(over: Over[SearchScreen]) -> list[str]:
    """Return path, number and text of each line that was found."""
    view = over.screen.found
    lines = []
    for line in view.results.lines:
        shown = view.group_of(line).shown
        paths = ",".join(view.path_of(each).decode() for each in shown)
        lines.append(f"{paths}:{line.number}:{line.text.decode('utf-8', 'replace')[:30]}")
    return lines


async def test_lines_that_match_are_listed_below_their_files(image: Path) -> None:
    async with searched(image, "password") as over:
        assert found(over)[:2] == [
            "/etc/app.conf:3:\tpassword = hunter2", "/srv/key:1:password: swordfish",
        ]  # fmt: skip
        assert "33 lines in 4 files" in over.text()
        assert "6 files searched" in over.text()
        rows = [line.strip("│ ") for line in over.lines()]
        assert "/usr/share/words  30 lines" in rows
        assert over.screen.focused is over.screen.found


async def test_case_counts_where_an_upper_case_letter_is_typed(image: Path) -> None:
    async with searched(image, "Shop") as over:
        assert found(over) == []
        assert "case counts" in over.text()
        assert "No line matches." in over.text()


async def test_where_nothing_is_found_something_else_can_be_typed(image: Path) -> None:
    async with searched(image, "nowhere") as over:
        await over.press(*"welcome", "enter")
        assert found(over) == ["/etc/motd:1:welcome"]


async def test_an_expression_is_searched_for_where_asked(image: Path) -> None:
    async with searched(image, "", "ctrl+t", *"ord", "colon", "enter") as over:
        assert found(over) == ["/srv/key:1:password: swordfish"]
    async with searched(image, "", *"p", "full_stop", *"ssword", "ctrl+t", "enter") as over:
        assert over.screen.asked.is_regex
        assert len(found(over)) == 33


async def test_what_is_no_expression_is_told_and_not_searched_for(image: Path) -> None:
    async with searched(image, "", "ctrl+t", "left_parenthesis", "enter") as over:
        assert "missing )" in over.text()
        assert over.screen.focused is not over.screen.found
        await over.press("a", "right_parenthesis")
        assert "missing )" not in over.text()


async def test_other_files_are_searched_by_a_key(image: Path) -> None:
    async with searched(image, "password", "ctrl+l", "ctrl+l") as over:
        assert over.screen.asked.scope is Scope.ALL
        assert "/srv/key  layer 0  1 line  removed in layer 1" in over.text()
        assert "/etc/app.conf  layer 0  1 line  replaced in layer 1" in over.text()
        assert "/usr/share/words, /usr/share/copy" in over.text()


async def test_the_scope_is_that_of_the_layer_looked_at(image: Path) -> None:
    async with searched(image, "password", "ctrl+l") as over:
        assert over.screen._request.layer == 0
        assert "files that layer 0 itself ships" in over.text()


async def test_binary_files_are_passed_over_unless_asked_for(image: Path) -> None:
    async with searched(image, "ELF") as over:
        assert found(over) == []
        await over.press("ctrl+b")
        assert [line.partition(":")[0] for line in found(over)] == ["/usr/bin/tool"]


async def test_the_filter_of_the_files_is_kept_and_can_be_changed(image: Path) -> None:
    query = parse_query("*.conf <1MB", Syntax.GLOB)
    async with searched(image, "password", query=query) as over:
        assert [line.partition(":")[0] for line in found(over)] == ["/etc/app.conf"]
        assert "*.conf <=999999" in over.text()
        await over.press("slash", "tab", "ctrl+u", *"key", "enter")
        assert over.screen.asked.filter == "key"


async def test_a_filter_takes_directories_with_all_in_them(image: Path) -> None:
    async with searched(image, "", "tab", *"share", "shift+tab", *"number", "enter") as over:
        assert len(found(over)) == 30


async def test_a_filter_that_cannot_be_understood_is_told_beside_it(image: Path) -> None:
    async with searched(image, "", "a", "tab", *"type", "colon", "x", "enter") as over:
        line = next(line for line in over.lines() if "type:x" in line)
        assert "did you mean" in line


async def test_the_filter_is_read_as_text_glob_or_expression(image: Path) -> None:
    async with searched(image, "", "tab", "ctrl+t") as over:
        assert over.screen.asked.filter_syntax is Syntax.GLOB
        assert not over.screen.asked.is_regex


async def test_enter_goes_to_the_file(image: Path) -> None:
    async with searched(image, "password") as over:
        await over.press("down", "enter")
        assert over.outcome == Place(0, b"/srv/key")


async def test_a_file_that_is_gone_is_gone_to_in_its_layer(image: Path) -> None:
    async with searched(image, "secret", "ctrl+l", "ctrl+l", "down") as over:
        await over.press("enter")
        assert over.outcome == Place(1, b"/etc/app.conf")


async def test_keys_go_from_file_to_file(image: Path) -> None:
    async with searched(image, "password") as over:
        await over.press("n", "n", "n")
        assert over.screen.found.line_here is not None
        assert over.screen.found.line_here.group == 3
        await over.press("N")
        assert (over.screen.found.line_here.group, over.screen.found.line_here.number) == (2, 1)
        await over.press("G")
        assert "/var/min.js" in over.lines()[-2]


async def test_a_long_line_shows_the_match(image: Path) -> None:
    async with searched(image, ";let", size=(60, 15)) as over:
        assert "let password" in over.text()


async def test_escape_leaves_where_nothing_is_searched(image: Path) -> None:
    async with searched(image, "password", "escape") as over:
        assert over.outcome is None


async def test_escape_stops_a_search_first(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    searching = searching_module.search

    def slowly(*arguments: Any, **options: Any) -> Iterator[object]:
        for each in searching(*arguments, **options):
            yield each
            gate.wait(10)

    monkeypatch.setattr(work, "search", slowly)
    monkeypatch.setattr(work, "_PAUSE", 0)
    async with searched(image) as over:
        await over.driver.press(*"password", "enter")
        while not found(over):
            await over.driver.pilot.pause()
        assert over.screen.busy
        assert "searching" in over.text()
        await over.driver.press("escape")
        gate.set()
        await over.settle()
        assert "stopped" in over.text()
        assert len(found(over)) == 1
        assert over.outcome is NOTHING_YET
        await over.press("escape")
        assert over.outcome is None


async def test_a_search_that_finds_too_much_ends_and_says_so(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST", 5)
    async with searched(image, "password") as over:
        assert len(found(over)) == 5
        assert "the first of more" in over.text()


async def test_a_layer_that_cannot_be_read_is_told(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from layertui.contents.searching import Trouble

    def broken(*_: Any, **__: Any) -> Iterator[Trouble]:
        yield Trouble(1, "it is cut off")

    monkeypatch.setattr(work, "search", broken)
    async with searched(image, "password") as over:
        assert "not all could be read" in over.text()


async def test_a_second_search_takes_the_place_of_the_first(image: Path) -> None:
    async with searched(image, "password", "slash") as over:
        await over.press("home", "shift+end", *"welcome", "enter")
        assert found(over) == ["/etc/motd:1:welcome"]


async def test_nothing_of_an_image_steers_the_terminal(image: Path) -> None:
    async with searched(image, "password", "ctrl+l", "ctrl+l", "G") as over:
        await over.press("end")
        assert raw_characters(over.text()) == []


async def test_a_click_goes_to_a_line_and_a_second_one_to_its_file(image: Path) -> None:
    async with searched(image, "password") as over:
        await over.driver.pilot.click("#search-found", offset=(12, 3))
        assert over.screen.found.cursor == 1
        await over.driver.pilot.click("#search-found", offset=(12, 3), times=2)
        await over.settle()
        assert over.outcome == Place(0, b"/srv/key")


async def test_a_key_opens_the_file_at_the_line(image: Path) -> None:
    async with searched(image, "port =") as over:
        await over.press("o")
        viewer = over.driver.app.screen
        assert isinstance(viewer, ViewerScreen)
        request = viewer.request
        assert (request.path, request.layer, request.line, request.offset) == (
            b"/etc/app.conf", 0, 4, 43,
        )  # fmt: skip
        await over.press("escape")
        assert over.driver.app.screen is over.screen


async def test_a_copy_that_its_own_layer_took_the_place_of_is_opened_as_it_was(
    tmp_path: Path,
) -> None:
    tars = [layer(file("a", b"first token\n"), file("a", b"second\n"))]
    path = archives.write_tarball(archives.docker_save(tars), tmp_path / "twice.tar")
    async with searched(path, "token", "ctrl+l", "ctrl+l", "down") as over:
        assert "/a  layer 0  1 line  replaced in layer 0" in over.text()
        await over.press("o")
        viewer = over.driver.app.screen
        assert isinstance(viewer, ViewerScreen)
        assert viewer.request.entry is not None
        assert viewer.request.entry.size == len(b"first token\n")


async def test_the_main_screen_opens_it_with_its_filter_and_is_gone_back_to(image: Path) -> None:
    async with opened(image) as driver:
        await driver.press("slash", *"motd", "enter")
        await driver.searched()
        await driver.press("S")
        screen = driver.app.screen
        assert isinstance(screen, SearchScreen)
        assert screen.asked.filter == "motd"
        screen.query_one(SearchField).value = "welcome"
        await driver.press("enter")
        while screen.busy:
            await driver.pilot.pause()
        await driver.press("enter")
        assert driver.app.screen is driver.explorer
        assert driver.path() == "/etc/motd"


async def test_what_was_found_is_there_again_when_it_is_opened_again(image: Path) -> None:
    async with opened(image) as driver:
        for keys in (("down", "down", "escape"), ("escape",)):
            await driver.press("S")
            screen = driver.app.screen
            assert isinstance(screen, SearchScreen)
            if len(keys) > 1:
                screen.query_one(SearchField).value = "password"
                await driver.press("enter")
                while screen.busy:
                    await driver.pilot.pause()
            else:
                assert len(screen.found.results.lines) == 33
                assert screen.focused is screen.found
                assert screen.found.cursor == 2
                assert "33 lines in 4 files" in driver.text()
            await driver.press(*keys)
        await driver.press("right_square_bracket", "S")
        screen = driver.app.screen
        assert isinstance(screen, SearchScreen)
        assert screen.asked.text == "password"
        assert screen.found.results.lines == []


async def test_the_filter_that_is_on_takes_the_place_of_the_last_one(image: Path) -> None:
    memory = SearchMemory()
    async with searched(image, "password", query=parse_query("key"), memory=memory) as over:
        await over.press("escape")
    async with searched(image, memory=memory) as over:
        assert (over.screen.asked.text, over.screen.asked.filter) == ("password", "")
        over.screen.query(SearchField)[1].value = "typed"
        await over.press("escape")
    async with searched(image, memory=memory) as over:
        assert over.screen.asked.filter == "typed"
        await over.press("escape")
    async with searched(image, memory=memory, query=parse_query("other")) as over:
        assert over.screen.asked.filter == "other"
