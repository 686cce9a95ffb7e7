"""Pictures of the dialogs to choose in; look at them when they change."""

from __future__ import annotations

from typing import Any

import pytest

from layertui.ui.commands import Command, bound_commands, layer_commands, theme_commands
from layertui.ui.screens.go_to_path import GoToPathScreen
from layertui.ui.screens.jump import JumpScreen, Target
from layertui.ui.screens.palette import PaletteScreen
from layertui.ui.screens.themes import ThemesScreen
from tests.ui.driving import SIZES
from tests.ui.hosting import Hosted, hosted
from tests.ui.images import shop_filesystem
from tests.ui.panes import PanesScreen, layer_rows

THEMES = ["textual-light", "ansi-dark", ""]
"""Others than the usual one; an empty name: no colour."""

NAMES = ["light", "ansi", "no-colour"]


@pytest.fixture
def coloured(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a theme; without one, the terminal is to show no colour."""
    theme: str = request.param
    if not theme:
        monkeypatch.setenv("NO_COLOR", "1")
    return theme


def commands(driven: Hosted) -> list[Command]:
    instructions = ("FROM debian", "COPY shop /app", "RUN sed -i s/shop/sold/ /app/main.py " * 3)
    return [
        *bound_commands(driven.host.below),
        *layer_commands(layer_rows(*instructions), 0, print),
        *theme_commands(driven.host),
    ]


async def show_palette(driven: Hosted, *keys: str) -> None:
    await driven.show(PaletteScreen(commands(driven)))
    await driven.press(*keys)


@pytest.mark.parametrize("size", SIZES)
async def test_go_to_path(picture: Any, size: tuple[int, int]) -> None:
    async with hosted(GoToPathScreen(shop_filesystem(), 2), size=size) as driven:
        await driven.press("a", "p")
        assert driven.svg() == picture


@pytest.mark.parametrize("coloured", THEMES, indirect=True, ids=NAMES)
async def test_go_to_path_in_other_colours(picture: Any, coloured: str) -> None:
    dialog = GoToPathScreen(shop_filesystem(), 2)
    async with hosted(dialog, size=(120, 40), theme=coloured) as driven:
        await driven.press("a", "p")
        assert driven.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_palette(picture: Any, size: tuple[int, int]) -> None:
    async with hosted(below=PanesScreen(), size=size) as driven:
        await show_palette(driven, "s", "o")
        assert driven.svg() == picture


@pytest.mark.parametrize("coloured", THEMES, indirect=True, ids=NAMES)
async def test_palette_in_other_colours(picture: Any, coloured: str) -> None:
    async with hosted(below=PanesScreen(), size=(120, 40), theme=coloured) as driven:
        await show_palette(driven, "s", "o")
        assert driven.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_themes(picture: Any, size: tuple[int, int]) -> None:
    dialog = ThemesScreen(print, "~/.config/layertui/config.toml")
    async with hosted(dialog, below=PanesScreen(), size=size) as driven:
        await driven.press("down")
        assert driven.svg() == picture


@pytest.mark.parametrize("size", SIZES)
async def test_jump(picture: Any, size: tuple[int, int]) -> None:
    screen = PanesScreen()
    async with hosted(below=screen, size=size) as driven:
        await driven.show(JumpScreen(jump_targets(screen)))
        assert driven.svg() == picture


@pytest.mark.parametrize("coloured", THEMES, indirect=True, ids=NAMES)
async def test_jump_in_other_colours(picture: Any, coloured: str) -> None:
    screen = PanesScreen()
    async with hosted(below=screen, size=(120, 40), theme=coloured) as driven:
        await driven.show(JumpScreen(jump_targets(screen)))
        assert driven.svg() == picture


def jump_targets(screen: PanesScreen) -> dict[Any, Target]:
    return {
        screen.query_one("#left"): Target("l", "Layers"),
        screen.query_one("#right"): Target("f", "Files"),
        screen.query_one("#line"): Target("/", "Filter"),
    }
