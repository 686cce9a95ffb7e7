"""Go to a path: what is found, where it leads, and that nothing blocks."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from layertui.filesystem.finding import Found
from layertui.ui.job import Job
from layertui.ui.place import Place
from layertui.ui.screens.go_to_path import GoToPathScreen
from tests.builders import file
from tests.layers import stack
from tests.ui.driving import opened, raw_characters
from tests.ui.hosting import Hosted, hosted
from tests.ui.images import HOSTILE, shop_filesystem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from layertui.blob import Cancelled


def found(driven: Hosted) -> list[str]:
    screen = driven.host.screen
    assert isinstance(screen, GoToPathScreen)
    return [choice.text for choice in screen.picks.choices]


async def test_before_anything_is_typed_the_root_is_listed() -> None:
    async with hosted(GoToPathScreen(shop_filesystem(), 2)) as driven:
        assert found(driven) == ["/app", "/etc", "/usr"]
        assert "10 of 10" in driven.text()
        assert "looking at layer 2" in driven.text()


async def test_a_path_of_the_layer_looked_at_is_gone_to_in_it() -> None:
    async with hosted(GoToPathScreen(shop_filesystem(), 2)) as driven:
        await driven.press(*"pass")
        assert found(driven) == ["/etc/passwd", "/usr/bin/passwd"]
        assert "2 of 10" in driven.text()
        await driven.press("down", "enter")
        assert driven.results == [Place(None, b"/usr/bin/passwd")]


async def test_a_path_that_is_gone_leads_to_the_layer_that_had_it_last() -> None:
    async with hosted(GoToPathScreen(shop_filesystem(), 2)) as driven:
        await driven.press(*"first")
        assert "last in layer 1" in driven.line_with("/app/cache/first")
        assert "not in layer 2: enter goes to layer 1, esc leaves" in driven.text()
        await driven.press("enter")
        assert driven.results == [Place(1, b"/app/cache/first")]


async def test_a_path_that_comes_later_leads_to_the_layer_that_has_it_first() -> None:
    async with hosted(GoToPathScreen(shop_filesystem(), 0)) as driven:
        await driven.press(*"late")
        assert "first in layer 2" in driven.line_with("/app/late")
        await driven.press("enter")
        assert driven.results == [Place(2, b"/app/late")]


async def test_what_enter_does_is_said_of_the_path_under_the_cursor() -> None:
    async with hosted(GoToPathScreen(shop_filesystem(), 2)) as driven:
        await driven.press(*"app/")
        assert "enter goes there, esc leaves" in driven.text()
        while "last in layer 1" not in driven.line_with("\u258c"):
            await driven.press("down")
        assert "not in layer 2" in driven.text()


async def test_esc_leaves_without_going_anywhere() -> None:
    async with hosted(GoToPathScreen(shop_filesystem(), 2)) as driven:
        await driven.press("a", "escape")
        assert driven.results == [None]


async def test_nothing_found_is_said() -> None:
    async with hosted(GoToPathScreen(shop_filesystem(), 2)) as driven:
        await driven.press("z", "z", "enter")
        assert "No path of this image matches." in driven.text()
        assert driven.results == []


async def test_a_hostile_name_is_found_escaped_and_gone_to() -> None:
    names = [name.replace("/", "_") for name in HOSTILE]
    filesystem = stack([*(file(name) for name in names), file(b"\xff\xfe")])
    async with hosted(GoToPathScreen(filesystem, 0), size=(120, 40)) as driven:
        assert raw_characters(driven.text()) == []
        assert "/[red]x[_red]" in driven.text()
        assert "/\\xff\\xfe" in driven.text()
        await driven.press(*"PWNED")
        assert raw_characters(driven.text()) == []
        await driven.press("enter")
        assert driven.results == [Place(None, b"/a\x1b]0;PWNED\x07b")]


async def test_the_keys_of_the_program_are_letters_while_a_path_is_typed(shop: Path) -> None:
    async with opened(shop) as driver:
        view = driver.tree.view
        assert view is not None
        screen = GoToPathScreen(view.filesystem, 0)
        driver.app.push_screen(screen)
        await driver.press(*"qwp")
        assert driver.app.screen is screen
        assert screen.typed == "qwp"


class Slow:
    """Searches that go on until they are let go, and tell what they found before."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.stopped: list[str] = []
        self.go_on = Event()

    def find(self, table: object, text: str, *, cancelled: Cancelled) -> Iterator[Found]:
        self.asked.append(text)
        yield Found(text=text, nodes=(1, 2), count=2, complete=False)
        while not self.go_on.wait(0.001):
            if cancelled():
                self.stopped.append(text)
                return
        yield Found(text=text, nodes=(3, 2, 1), count=3, complete=True)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    searches = Slow()
    monkeypatch.setattr("layertui.ui.screens.go_to_path.find", searches.find)
    return searches


async def until_shown(driven: Hosted, count: int) -> None:
    while len(found(driven)) != count:
        await driven.pilot.pause()


async def test_an_older_search_is_dropped_for_a_newer_one(slow: Slow) -> None:
    async with hosted() as driven:
        screen = GoToPathScreen(shop_filesystem(), 2)
        driven.host.push_screen(screen)
        await driven.pilot.press("a", "p")
        assert screen.typed == "ap"
        assert screen.busy
        while slow.stopped != ["", "a"]:
            await driven.pilot.pause()
        slow.go_on.set()
        await driven.settle()
        assert slow.asked == ["", "a", "ap"]
        assert not screen.busy


async def test_what_is_found_so_far_is_shown_while_the_search_goes_on(slow: Slow) -> None:
    async with hosted() as driven:
        screen = GoToPathScreen(shop_filesystem(), 2)
        driven.host.push_screen(screen)
        await driven.pilot.pause()
        await until_shown(driven, 2)
        assert "searching" in driven.text()
        slow.go_on.set()
        await until_shown(driven, 3)
        await driven.settle()
        assert "3 of 10" in driven.text()


async def test_the_cursor_stays_on_the_path_it_was_moved_to_while_more_is_found(
    slow: Slow,
) -> None:
    async with hosted() as driven:
        screen = GoToPathScreen(shop_filesystem(), 2)
        driven.host.push_screen(screen)
        await driven.pilot.pause()
        await until_shown(driven, 2)
        await driven.pilot.press("down", "up", "down")
        choice = screen.picks.choice
        slow.go_on.set()
        await until_shown(driven, 3)
        assert screen.picks.choice == choice
        await driven.press("down")
        assert screen.picks.cursor == 2


async def test_what_an_older_search_had_told_already_is_not_shown(slow: Slow) -> None:
    slow.go_on.set()
    async with hosted() as driven:
        screen = GoToPathScreen(shop_filesystem(), 2)
        await driven.show(screen)
        older = Job(lambda _job: None, screen.post_message)
        nothing = Found(text="old", nodes=(), count=0, complete=True)
        screen.post_message(GoToPathScreen._Told(older, nothing, ()))
        await driven.settle()
        assert len(found(driven)) == 3


async def test_leaving_stops_the_search(slow: Slow) -> None:
    async with hosted() as driven:
        driven.host.push_screen(GoToPathScreen(shop_filesystem(), 2))
        await driven.pilot.pause()
        await driven.pilot.press("escape")
        while slow.stopped != [""]:
            await driven.pilot.pause()
