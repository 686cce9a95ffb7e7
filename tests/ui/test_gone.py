"""Screens that are left at once: what still comes for them changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.ui.screens.image import ImageScreen
from tests.ui.driving import opened
from tests.ui.test_hurry import hurry

if TYPE_CHECKING:
    from pathlib import Path


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
        await hurry(driver, *keys)
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
