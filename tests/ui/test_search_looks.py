"""Pictures of the search screen; look at them when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.driving import SIZES
from tests.ui.search import searched, write_searched

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_searched(tmp_path / "image.tar")


@pytest.mark.parametrize("size", SIZES)
async def test_lines_that_match(image: Path, picture: Any, size: tuple[int, int]) -> None:
    async with searched(image, "password", size=size) as over:
        await over.press("down", "down")
        assert over.driver.svg() == picture


async def test_nothing_is_looked_for_yet(image: Path, picture: Any) -> None:
    async with searched(image, size=(80, 24)) as over:
        assert over.driver.svg() == picture


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_all_layers_in_themes(image: Path, picture: Any, theme: str) -> None:
    async with searched(image, "password", "ctrl+l", "ctrl+l", theme=theme) as over:
        await over.press("end")
        assert over.driver.svg() == picture


async def test_no_colour(image: Path, picture: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with searched(image, "password", "ctrl+l", "ctrl+l", "n", size=(80, 24)) as over:
        assert over.driver.svg() == picture


async def test_what_cannot_be_looked_for(image: Path, picture: Any) -> None:
    async with searched(image, "", "ctrl+t", "left_parenthesis", "enter", size=(80, 24)) as over:
        assert over.driver.svg() == picture
