"""Texts of an image are text: never markup, never control characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from layertui.display import printable
from tests.ui.driving import SIZES, Driver, opened, raw_characters
from tests.ui.images import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size", SIZES)
async def test_no_control_character_of_an_image_is_drawn(
    hostile: Path, size: tuple[int, int]
) -> None:
    async with opened(hostile, size=size) as driver:
        await driver.press("tab", "E")
        for _ in HOSTILE:
            assert raw_characters(driver.text()) == []
            assert all(len(line) >= 1 for line in driver.lines())
            await driver.press("right_square_bracket", "down")
        await driver.press("i")
        assert raw_characters(driver.text()) == []


async def test_names_and_targets_stand_literally(hostile: Path) -> None:
    async with opened(hostile, size=(200, 60)) as driver:
        text = driver.text()
        for number, name in enumerate(HOSTILE):
            assert f"{number}{printable(name.replace('/', '_'))}" in text
            assert f"link{number} -> {printable(name)}" in text
        assert "\\xff\\xfe" in text


async def test_instructions_stand_literally(hostile: Path) -> None:
    async with opened(hostile, size=(200, 60)) as driver:
        text = driver.text()
        for instruction in HOSTILE[:6]:
            assert printable(instruction) in text


async def test_tags_and_platform_stand_literally(hostile: Path) -> None:
    async with opened(hostile, size=(200, 60)) as driver:
        assert "[red]x[/red]" in driver.lines()[0]
        assert "linux/[red]x[/red]" in driver.lines()[0]


async def test_a_click_on_markup_in_a_name_only_selects(hostile: Path) -> None:
    async with opened(hostile, size=(200, 60)) as driver:
        row = next(n for n, text in enumerate(driver.tree_rows()) if "@click" in text)
        column = driver.tree_rows()[row].index("@click")
        await driver.pilot.click("#tree", offset=(column, row))
        await driver.pilot.pause()
        assert not driver.app._exit
        assert driver.tree.cursor == row


def drawn_styles(driver: Driver) -> set[str]:
    strips = driver.app.screen._compositor.render_strips()
    return {str(segment.style) for strip in strips for segment in strip if "red]x" in segment.text}


async def test_markup_in_a_name_styles_nothing(hostile: Path) -> None:
    async with opened(hostile, size=(200, 60)) as driver:
        styles = drawn_styles(driver)
        assert styles
        assert not any(re.search(r"\bred\b|#ff0000", style) for style in styles)
