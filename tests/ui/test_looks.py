"""Pictures of the screen; look at them when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.driving import SIZES, opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark"])
async def test_layers(shop: Path, picture: Any, size: tuple[int, int], theme: str) -> None:
    async with opened(shop, size=size, theme=theme) as driver:
        await driver.press("down", "down", "down")
        assert driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_files(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with opened(shop, size=size) as driver:
        await driver.press("end", "tab", "E", "down")
        assert driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_range_of_layers(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with opened(shop, size=size) as driver:
        await driver.press("1", "space", "3", "s", "s")
        assert driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_details_of_a_range(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with opened(shop, size=size) as driver:
        await driver.press("1", "space", "3", "i")
        assert driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_filter(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with opened(shop, size=size) as driver:
        await driver.press("end", "slash", *"app", "enter")
        await driver.searched()
        assert driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_split(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with opened(shop, size=size) as driver:
        await driver.press("end", "v", "tab")
        assert driver.svg() == picture


@pytest.mark.parametrize("theme", ["textual-light", "ansi-light"])
async def test_filter_being_typed(shop: Path, picture: Any, theme: str) -> None:
    async with opened(shop, theme=theme) as driver:
        await driver.press("slash", *"type:sock")
        await driver.searched()
        assert driver.svg() == picture


async def test_jump_to_panes_that_are_not_seen(shop: Path, picture: Any) -> None:
    async with opened(shop, size=(60, 15)) as driver:
        await driver.press("v", "tab", "tab", "apostrophe")
        assert driver.svg() == picture


async def test_zoom(shop: Path, picture: Any) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "tab", "E", "t", "z")
        assert driver.svg() == picture


async def test_no_colour(shop: Path, picture: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(shop) as driver:
        await driver.press("end", "tab", "E")
        assert driver.svg() == picture


async def test_compared_with_the_base(shop: Path, picture: Any) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "c", "tab", "E", "u", "o")
        assert driver.svg() == picture


async def test_help(shop: Path, picture: Any) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "question_mark")
        assert driver.svg() == picture


async def test_details(shop: Path, picture: Any) -> None:
    async with opened(shop, size=(80, 24)) as driver:
        await driver.press("down", "i")
        assert driver.svg() == picture


async def test_failure(picture: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.chdir(tmp_path)
    async with opened(Path("nothing.tar"), size=(80, 24)) as driver:
        assert driver.svg() == picture


async def test_colour_is_gone_without_colour(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(shop) as driver:
        await driver.press("end", "tab", "E")
        filters = driver.app._filters
        strips = driver.app.screen._compositor.render_strips()
        background = driver.app.screen.background_colors[1]
        for strip in strips:
            for segment in strip.apply_filter(filters[-1], background):
                style = segment.style
                assert style is None or style.color is None or style.color.is_default
