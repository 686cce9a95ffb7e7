"""The line at the bottom tells what there is to press now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from layertui.ui.widgets.key_bar import KeyBar
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from pathlib import Path

    from textual.screen import Screen

SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
"""What says how and where."""


def hints(driver: Driver) -> str:
    """Return what the key bar of the main screen says."""
    return driver.explorer.query_one(KeyBar).render_line(0).text


def painted(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the text of everything that is drawn from now on."""
    drawn: list[str] = []
    display = driver.app._display

    def note(screen: Screen[object], update: Any) -> None:
        if update is not None:
            drawn.append(SEQUENCE.sub("", update.render_segments(driver.app.console)))
        display(screen, update)

    monkeypatch.setattr(driver.app, "_display", note)
    return drawn


async def test_keys_follow_the_focus(shop: Path) -> None:
    async with opened(shop) as driver:
        assert "Unchanged" not in hints(driver)
        await driver.press("tab")
        assert "Unchanged" in hints(driver)
        await driver.press("tab")
        assert "Unchanged" not in hints(driver)


async def test_a_key_that_a_field_takes_as_a_letter_is_not_shown(shop: Path) -> None:
    async with opened(shop) as driver:
        assert "? Help" in hints(driver)
        await driver.press("slash")
        assert "f1 Help" in hints(driver)
        assert "?" not in hints(driver)
        await driver.press("f1")
        assert len(driver.app.screen_stack) == 2


@pytest.mark.parametrize("width", [200, 120, 80, 60, 40, 20])
async def test_hints_are_whole_and_the_keys_of_the_program_stay(shop: Path, width: int) -> None:
    async with opened(shop, size=(400, 20)) as driver:
        everything = hints(driver).strip().split("   ")
        await driver.pilot.resize_terminal(width, 20)
        shown = hints(driver).strip().split("   ")
        assert set(shown) <= set(everything)
        assert shown[-2:] == everything[-2:] == ["? Help", "q Quit"]


async def test_the_first_keys_are_those_of_the_focus(shop: Path) -> None:
    async with opened(shop, size=(80, 24)) as driver:
        assert "Move" in hints(driver).split("  ")[0]


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("w,tab", "Only this, or all   esc Back"),
        ("w", "To the cause   esc Back   / Filter"),
        ("I", "Back   "),
        ("D", "To its layer   esc Back"),
    ],
)
async def test_what_is_needed_to_go_on_and_to_leave_comes_first(
    shop: Path, key: str, first: str
) -> None:
    async with opened(shop, size=(60, 15)) as driver:
        await driver.press(*key.split(","))
        assert driver.lines()[-1].strip().split(" ", 1)[1].startswith(first)


async def test_a_click_on_a_key_does_what_it_does(shop: Path) -> None:
    async with opened(shop, size=(200, 60)) as driver:
        await driver.pilot.click("#keys", offset=(hints(driver).index("Details") + 1, 0))
        await driver.pilot.pause()
        assert len(driver.app.screen_stack) == 2
        await driver.press("escape")
        await driver.pilot.click("#keys", offset=(hints(driver).index("Pane"), 0))
        await driver.pilot.pause()
        assert driver.tree.has_focus


DIALOGS = [
    ("question_mark", "esc Close"),
    ("i", "esc Close"),
    ("p", "esc Leave"),
    ("ctrl+p", "esc Leave"),
    ("apostrophe", "esc Stay"),
]


@pytest.mark.parametrize(("key", "told"), DIALOGS)
async def test_under_a_dialog_the_keys_are_those_of_the_dialog(
    shop: Path, key: str, told: str
) -> None:
    async with opened(shop) as driver:
        before = hints(driver)
        await driver.press(key)
        assert told in hints(driver)
        assert "Mark a range" not in hints(driver)
        await driver.press("escape")
        assert hints(driver) == before


async def test_under_a_dialog_the_keys_follow_what_is_done_in_it(shop: Path) -> None:
    async with opened(shop, settings_file=shop) as driver:
        await driver.press("ctrl+p", *"themes", "enter")
        assert "space Use for now" in hints(driver)
        await driver.press("n")
        driver.app.screen.set_focus(None)
        await driver.pilot.pause()
        assert "Use for now" not in hints(driver)


async def test_a_dialog_over_another_screen_is_told_at_the_foot_of_that(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("I", "question_mark")
        foot = driver.app.screen_stack[1].query_one(KeyBar)
        assert "esc Close" in foot.render_line(0).text
        assert "Next page" not in foot.render_line(0).text
        await driver.press("escape")
        assert "Next page" in foot.render_line(0).text


async def test_the_keys_are_there_in_the_frame_in_which_the_dialog_is_gone(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(shop) as driver:
        await driver.press("i")
        drawn = painted(driver, monkeypatch)
        await driver.press("escape")
        assert drawn
        assert "esc closes" not in drawn[0]
        assert "Mark a range" in drawn[0]


@pytest.mark.parametrize(("key", "told"), DIALOGS)
async def test_the_keys_of_a_dialog_are_there_in_its_first_frame(
    shop: Path, monkeypatch: pytest.MonkeyPatch, key: str, told: str
) -> None:
    async with opened(shop) as driver:
        drawn = painted(driver, monkeypatch)
        await driver.press(key)
        assert told in drawn[0]
        assert "Mark a range   tab" not in drawn[0]
