"""The edges of frames: which words stand in them, and which give way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.screen import Screen

from layertui.ui.layers.titles import titles_above_base, titles_of_layers, titles_of_state
from layertui.ui.widgets.frame_line import FrameLine
from tests.ui.driving import opened
from tests.ui.hosting import hosted

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

LEFT = ("Layer 4 against layer 3", "Layer 4 against 3", "Layer 4")
COUNTS = ("4 of 22, no unchanged", "no unchanged")


class Edge(Screen[None]):
    """Shows an edge."""

    def compose(self) -> ComposeResult:
        yield FrameLine("top")


async def told(width: int, left: str | tuple[str, ...], *right: str) -> list[str]:
    """Return the words that stand in an edge of a width."""
    async with hosted(below=Edge(), size=(width, 1)) as driven:
        line = driven.host.below.query_one(FrameLine)
        line.tell(left, *right)
        text = line.render_line(0).text
        assert len(text) == width
        return [
            words.strip() for words in text.strip("\u256d\u256e\u2500").split("\u2500") if words
        ]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, [LEFT[0], COUNTS[0]]),
        (44, [LEFT[0], COUNTS[1]]),
        (43, [LEFT[1], COUNTS[1]]),
        (34, [LEFT[2], COUNTS[1]]),
        (27, [LEFT[1]]),
        (16, [LEFT[2]]),
        (13, ["Laye\u2026"]),
    ],
)
async def test_the_title_is_told_in_fewer_words_before_what_must_stand_beside_it_goes(
    width: int, expected: list[str]
) -> None:
    assert await told(width, LEFT, *COUNTS) == expected


async def test_what_need_not_stand_there_goes_before_the_title_is_shortened() -> None:
    assert await told(38, LEFT, "22 paths", "") == [LEFT[0]]
    assert await told(40, LEFT, "22 paths", "") == [LEFT[0], "22 paths"]


async def test_one_title_is_cut_where_it_does_not_fit() -> None:
    assert await told(20, "The files after") == ["The files a\u2026"]


@pytest.mark.parametrize(
    "titles",
    [
        titles_of_layers(0, 0),
        titles_of_layers(0, 12),
        titles_of_layers(4, 4),
        titles_of_layers(10, 12),
        titles_above_base(3, 1),
        titles_above_base(1, 4),
        titles_above_base(10, 14),
        titles_above_base(0, 4),
        titles_of_state(12),
    ],
)
def test_every_title_is_shorter_than_the_one_before_and_the_last_fits_anywhere(
    titles: tuple[str, ...],
) -> None:
    lengths = [len(title) for title in titles]
    assert lengths == sorted(set(lengths), reverse=True)
    assert lengths[-1] <= 12


@pytest.mark.parametrize(
    ("size", "titles"),
    [
        ((80, 24), ["Layer 4 against 3 ", "no unchanged", "The files after layer 4 "]),
        ((20, 9), ["Layer 4 ", "After 4 "]),
    ],
)
async def test_the_titles_of_the_split_view_are_whole(
    shop: Path, size: tuple[int, int], titles: list[str]
) -> None:
    async with opened(shop, size=size) as driver:
        await driver.press("end", "v", "tab")
        assert [title for title in titles if title not in driver.text()] == []


async def test_that_kinds_are_hidden_is_told_beside_the_longest_title(shop: Path) -> None:
    async with opened(shop, size=(80, 24)) as driver:
        await driver.press("end", "c", "tab")
        assert "Layers 1 to 4 against the base " in driver.text()
        await driver.press("u", "a", "m")
        assert "Layers 1 to 4 " in driver.text()
        assert "3 kinds hidden" in driver.text()
