"""Screens that are left at once: what still comes for them changes nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.events import MouseDown, MouseUp

from layertui.ui.image.report import image_report
from layertui.ui.screens.dockerfile import DockerfileScreen
from layertui.ui.screens.image import ImageScreen
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from pathlib import Path

SCREENS = ("w", "I", "D", "i", "p", "question_mark", "apostrophe", "ctrl+p")
"""Keys that open a screen over the main one."""


@pytest.mark.parametrize(
    "keys",
    [
        ("p", "escape", "escape", "escape"),
        ("p", "enter", "enter", "enter"),
        ("p", "enter", "escape"),
        ("ctrl+p", *"split", "enter", "enter", "escape"),
    ],
)
async def test_keys_that_leave_a_screen_leave_it_once(shop: Path, keys: tuple[str, ...]) -> None:
    async with opened(shop) as driver:
        await driver.hurry(*keys)
        assert driver.app.is_running
        assert driver.app.screen is driver.explorer


async def test_a_screen_below_another_is_not_left_for_it(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("I")
        below = driver.app.screen
        assert isinstance(below, ImageScreen)
        await driver.press("question_mark")
        below.action_leave()
        await driver.pilot.pause()
        assert driver.app.screen_stack[1:-1] == [below]


@pytest.mark.parametrize("key", SCREENS)
async def test_a_screen_that_goes_before_its_parts_are_there_just_goes(
    shop: Path, key: str
) -> None:
    async with opened(shop) as driver:
        await open_and_pop(driver, key)
        assert driver.app.is_running
        assert driver.app.screen is driver.explorer


async def open_and_pop(driver: Driver, key: str) -> None:
    """Press a key that opens a screen, and take the screen away before it is laid out."""
    app = driver.app
    for node in (app.focused, app.screen, app):
        binding = node and node._bindings.key_to_bindings.get(key)
        if binding:
            await app.run_action(binding[0].action, node)
            break
    assert len(app.screen_stack) == 2
    app.pop_screen()
    for _ in range(4):
        await driver.pilot.pause()


@pytest.mark.parametrize("of", [ImageScreen, DockerfileScreen])
async def test_what_comes_out_before_a_screen_is_there_is_shown_on_it(
    shop: Path, of: type[ImageScreen | DockerfileScreen]
) -> None:
    async with opened(shop) as driver:
        report = image_report(driver.explorer.stack)
        assert report is not None
        screen = ImageScreen(report, None) if of is ImageScreen else DockerfileScreen(report)
        driver.app.push_screen(screen)
        screen.show_report(report)
        for _ in range(4):
            await driver.pilot.pause()
        assert driver.app.is_running
        assert screen.text.line_count > 0


@pytest.mark.parametrize(
    "keys",
    [
        ("w", "q"),
        ("w", "slash", "ctrl+c"),
        ("q", "slash"),
        ("q", "v"),
        ("q", "w"),
    ],
)
async def test_keys_around_the_one_that_quits_change_nothing(
    shop: Path, keys: tuple[str, ...]
) -> None:
    async with opened(shop) as driver:
        await driver.hurry(*keys)
        assert driver.app.return_code == 0


@pytest.mark.parametrize("key", SCREENS)
async def test_a_click_before_a_screen_is_laid_out_leaves_the_focus(shop: Path, key: str) -> None:
    async with opened(shop) as driver:
        driver.app.simulate_key(key)
        click(driver, 40, 12)
        await driver.pilot.pause()
        focused = driver.app.focused
        await driver.press("escape")
        assert focused is not None or key == "apostrophe"
        assert driver.app.screen is driver.explorer


async def test_a_click_on_the_filter_as_it_goes_is_for_nothing(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("slash")
        place = driver.explorer.query_one(".filter-bar--state").region.offset
        driver.app.simulate_key("escape")
        for _ in range(20):
            click(driver, *place)
            await asyncio.sleep(0)
        await driver.pilot.pause()
        assert driver.app.is_running


def click(driver: Driver, x: int, y: int) -> None:
    """Press and leave the button of the mouse, without waiting."""
    for kind in (MouseDown, MouseUp):
        driver.app.post_message(kind(None, x, y, 0, 0, 1, shift=False, meta=False, ctrl=False))
