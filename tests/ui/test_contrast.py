"""All text can be read in every theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from layertui.ui.drawing.contrast import contrast, readable, readable_style
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.line_view import LineView
from tests.ui.driving import opened

if TYPE_CHECKING:
    from pathlib import Path

THEMES = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]
ANSI_THEMES = [name for name, theme in BUILTIN_THEMES.items() if theme.ansi]
PARTS = sorted(name.removeprefix("line-view--") for name in LineView.COMPONENT_CLASSES)
LEAST = {"dim": 3.0, "comment": 3.0, "bar": 2.5}
WITH_MEANING = ("added", "modified", "removed", "waste", "error")


def ratio_of(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


@pytest.mark.parametrize("theme", THEMES)
async def test_every_look_of_a_line_can_be_read(shop: Path, theme: str) -> None:
    async with opened(shop, theme=theme) as driver:
        looks = [
            (part, over, ratio_of(driver.tree._look(part, over)))
            for part in ("", *PARTS)
            for over in ("", "cursor", "cursor-blurred")
        ]
        assert [look for look in looks if look[2] < LEAST.get(look[0], 4.5)] == []


@pytest.mark.parametrize("theme", THEMES)
async def test_keys_and_what_they_do_can_be_read(shop: Path, theme: str) -> None:
    async with opened(shop, theme=theme) as driver:
        bar = driver.app.screen.query_one(KeyBar)
        words = [segment for segment in bar.render_line(0) if segment.text.strip()]
        assert len(words) > 4
        assert min(ratio_of(bar.rich_style + (word.style or Style())) for word in words) >= 3.5


@pytest.mark.parametrize("theme", THEMES)
async def test_what_lies_under_the_cursor_is_seen(shop: Path, theme: str) -> None:
    async with opened(shop, theme=theme) as driver:
        plain, cursor = (driver.tree._look("", over).bgcolor for over in ("", "cursor"))
        assert plain != cursor


@pytest.mark.parametrize("theme", ANSI_THEMES)
async def test_16_colours_are_those_of_the_terminal(shop: Path, theme: str) -> None:
    async with opened(shop, theme=theme) as driver:
        looks = {part: driver.tree._look(part, "") for part in PARTS}
        colors = [color for look in looks.values() for color in (look.color, look.bgcolor)]
        assert all(color is None or color.triplet is None for color in colors)
        assert all(looks[part].color != driver.tree._look("", "").color for part in WITH_MEANING)
        assert len({looks[part].color for part in ("added", "modified", "removed")}) == 3
        assert driver.tree._look("", "cursor").reverse
        assert not driver.tree._look("dim", "cursor").dim


async def test_without_colour_the_looks_still_differ(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(shop) as driver:
        look = driver.tree._look
        assert look("", "cursor").reverse
        assert look("match", "").underline
        assert look("struck", "").strike
        assert look("strong", "").bold
        assert look("error", "").bold
        assert look("dim", "").dim


def test_contrast_is_that_of_wcag() -> None:
    black, white = Color(0, 0, 0), Color(255, 255, 255)
    assert contrast(black, white) == contrast(white, black) == 21
    assert contrast(white, white) == 1


@pytest.mark.parametrize("background", [Color(0, 0, 0), Color(255, 255, 255), Color(118, 118, 118),
                                        Color(38, 139, 210)])  # fmt: skip
@pytest.mark.parametrize("least", [3.0, 4.5])
def test_a_colour_changes_as_little_as_it_must(background: Color, least: float) -> None:
    for color in (Color(200, 40, 40), Color(90, 200, 90), Color(130, 130, 130)):
        shown = readable(color, background, least)
        assert contrast(shown, background) >= least
        if contrast(color, background) >= least:
            assert shown == color
        else:
            assert contrast(shown, background) < least + 1.5


def test_what_cannot_be_had_is_approached() -> None:
    assert readable(Color(90, 90, 90), Color(118, 118, 118), 21) == Color(0, 0, 0)


def test_colours_of_the_terminal_stay() -> None:
    style = Style(color="red", bgcolor="default")
    assert readable_style(style, 4.5) == style
