"""Pictures of the viewer; look at them when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.driving import SIZES
from tests.ui.viewing import viewing, write_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """An image of files of many kinds."""
    return write_files(tmp_path / "files.tar")


@pytest.mark.parametrize("size", SIZES)
async def test_text(files: Path, picture: Any, size: tuple[int, int]) -> None:
    async with viewing(files, "/usr/bin/shop", size=size) as over:
        assert over.driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_bytes(files: Path, picture: Any, size: tuple[int, int]) -> None:
    async with viewing(files, "/usr/bin/sell", size=size) as over:
        assert over.driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_certificate(files: Path, picture: Any, size: tuple[int, int]) -> None:
    async with viewing(files, "/etc/ca.pem", size=size) as over:
        assert over.driver.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_link(files: Path, picture: Any, size: tuple[int, int]) -> None:
    async with viewing(files, "/etc/alternatives", size=size) as over:
        assert over.driver.svg() == picture


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_search(files: Path, picture: Any, size: tuple[int, int]) -> None:
    keys = ["slash", *"total", "enter", "slash"]
    async with viewing(files, "/usr/bin/shop", *keys, size=size) as over:
        assert over.driver.svg() == picture


async def test_wrapped_lines(files: Path, picture: Any) -> None:
    async with viewing(files, "/var/log/long", "w", size=(80, 24)) as over:
        assert over.driver.svg() == picture


async def test_what_was_below(files: Path, picture: Any) -> None:
    async with viewing(files, "/etc/motd", "c", layer=1, size=(80, 24)) as over:
        assert over.driver.svg() == picture


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "ansi-light"])
async def test_themes(files: Path, picture: Any, theme: str) -> None:
    keys = ["slash", *"total", "enter"]
    async with viewing(files, "/usr/bin/shop", *keys, size=(80, 24), theme=theme) as over:
        assert over.driver.svg() == picture


async def test_no_colour(files: Path, picture: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    keys = ["slash", *"total", "enter"]
    async with viewing(files, "/usr/bin/shop", *keys, size=(80, 24)) as over:
        assert over.driver.svg() == picture
