"""Pictures of the waste screen; look at them when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from layertui.demo import write_demo
from tests.ui.driving import SIZES
from tests.ui.waste import waste_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The sample image."""
    write_demo(tmp_path / "demo.tar")
    return tmp_path / "demo.tar"


@pytest.mark.parametrize("size", SIZES)
async def test_waste(demo: Path, picture: Any, size: tuple[int, int]) -> None:
    async with waste_of(demo, size=size) as waste:
        await waste.press("down", "down")
        assert waste.driver.svg() == picture


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_themes(demo: Path, picture: Any, theme: str) -> None:
    async with waste_of(demo, theme=theme) as waste:
        await waste.press("tab", "down", "enter")
        assert waste.driver.svg() == picture


async def test_no_colour(demo: Path, picture: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with waste_of(demo) as waste:
        await waste.press("u", "tab", "tab", "down", "enter")
        assert waste.driver.svg() == picture


async def test_filtering(demo: Path, picture: Any) -> None:
    async with waste_of(demo, size=(80, 24)) as waste:
        await waste.press("o", "slash", "s", "r", "v")
        assert waste.driver.svg() == picture


async def test_one_pane_at_a_time(demo: Path, picture: Any) -> None:
    async with waste_of(demo, size=(60, 15)) as waste:
        await waste.press("tab", "down")
        assert waste.driver.svg() == picture
