"""A terminal without box drawing gets nothing but ASCII, in the same places."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from layertui.config import ScreenSettings
from layertui.display import printable, show_only_ascii
from layertui.ui.app import ExplorerApp
from layertui.ui.drawing.glyphs import plain
from layertui.ui.request import OpenRequest
from tests.ui.driving import Driver, opened
from tests.ui.images import HOSTILE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

WALKS = (
    "i escape tab E down down enter",
    "question_mark down escape",
    "I tab right escape",
    "D down escape",
    "w tab down slash a escape escape",
    "tab slash a enter escape v z z",
    "p a escape",
    "ctrl+p a escape",
    "apostrophe escape 3 s s s c y less_than_sign",
)
"""Keys that lead through every screen."""


@pytest.fixture(autouse=True)
def _all_characters_afterwards() -> Iterator[None]:
    yield
    show_only_ascii(wanted=False)


@asynccontextmanager
async def in_ascii(path: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """Open an image on a terminal that has ASCII only."""
    app = ExplorerApp(OpenRequest(image=str(path), screen=ScreenSettings(ascii=True)))
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (60, 15)])
@pytest.mark.parametrize("walk", WALKS)
async def test_every_screen_is_ascii(shop: Path, size: tuple[int, int], walk: str) -> None:
    async with in_ascii(shop, size) as driver:
        assert driver.text().isascii()
        for key in walk.split():
            await driver.press(key)
            assert driver.text().isascii(), key


@pytest.mark.parametrize("walk", WALKS)
async def test_a_hostile_image_is_ascii(hostile: Path, walk: str) -> None:
    async with in_ascii(hostile) as driver:
        for key in walk.split():
            await driver.press(key)
            assert driver.text().isascii(), key


async def test_names_of_an_image_are_escaped(shop: Path) -> None:
    async with in_ascii(shop) as driver:
        await driver.press("end", "tab", "E")
        assert r"r\xe9sum\xe9 \u6587.txt" in driver.text()


async def test_everything_stays_where_it_is(hostile: Path) -> None:
    async with opened(hostile, size=(200, 60)) as driver:
        usual = driver.lines()
    async with in_ascii(hostile, (200, 60)) as driver:
        assert [plain(line) for line in usual] == driver.lines()
        assert all(cell_len(line) == 200 for line in driver.lines())


async def test_a_message_is_ascii(shop: Path) -> None:
    async with in_ascii(shop) as driver:
        driver.app.notify("caf\u00e9 \u6587", title="\u2713", markup=False)
        await driver.pilot.pause()
        assert "caf? ??" in driver.text()
        assert driver.text().isascii()


async def test_the_scroll_bar_is_seen_without_colour(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with in_ascii(shop, (60, 15)) as driver:
        await driver.press("question_mark")
        strips = driver.app.screen._compositor.render_strips()
        reverse = [segment for strip in strips for segment in strip
                   if segment.style and segment.style.reverse and segment.text == " "]  # fmt: skip
        assert len(reverse) > 1


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("plain", "plain"),
        ("\u256d\u2500\u256e\u2502", "+-+|"),
        ("\u250f\u2501\u2513\u2503", "+=+|"),
        ("\u25be \u25b8 \u258c \u2713", "v > > *"),
        ("\u2501\u2501\u2578", "==-"),
        ("cut\u2026", "cut~"),
        ("\u6587\U0001f600", "????"),
        ("e\u0301", "e"),
        ("", ""),
    ],
)
def test_each_glyph_has_an_ascii_one_of_its_width(text: str, ascii_text: str) -> None:
    assert plain(text) == ascii_text
    assert cell_len(plain(text)) == cell_len(text)


def test_printable_text_is_ascii_where_it_must_be() -> None:
    show_only_ascii(wanted=True)
    assert printable("caf\u00e9 \u6587 \U0001f600 \u00a0") == r"caf\xe9 \u6587 \U0001f600 \xa0"
    assert all(printable(text).isascii() for text in HOSTILE)
