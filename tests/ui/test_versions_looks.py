"""Pictures of the screens about versions; look at them when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.driving import SIZES
from tests.ui.versions import comparison_of, ghosts_of_image, versions_of, write_versioned

if TYPE_CHECKING:
    from pathlib import Path

of_every_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_versioned(tmp_path / "versioned.tar")


@of_every_size
async def test_versions(image: Path, picture: Any, size: tuple[int, int]) -> None:
    async with versions_of(image, b"/app/conf", "g", "space", "j", size=size) as over:
        assert over.driver.svg() == picture


@of_every_size
async def test_texts(image: Path, picture: Any, size: tuple[int, int]) -> None:
    async with comparison_of(image, b"/app/conf", "n", size=size) as over:
        assert over.driver.svg() == picture


@of_every_size
async def test_bytes(image: Path, picture: Any, size: tuple[int, int]) -> None:
    async with comparison_of(image, b"/app/tool", "n", size=size) as over:
        assert over.driver.svg() == picture


@of_every_size
async def test_ghosts(image: Path, picture: Any, size: tuple[int, int]) -> None:
    async with ghosts_of_image(image, "j", size=size) as over:
        assert over.driver.svg() == picture


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_themes(image: Path, picture: Any, theme: str) -> None:
    async with comparison_of(image, b"/app/conf", "n", theme=theme) as over:
        assert over.driver.svg() == picture


async def test_no_colour(image: Path, picture: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with comparison_of(image, b"/app/conf", "n") as over:
        assert over.driver.svg() == picture
