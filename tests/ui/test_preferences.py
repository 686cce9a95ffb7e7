"""The theme to start with."""

from __future__ import annotations

import pytest
from textual.theme import BUILTIN_THEMES

from layertui.config import ScreenSettings
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
from layertui.ui.settings.preferences import theme_name


@pytest.mark.parametrize(
    ("chosen", "environment", "name"),
    [
        ("", {}, "textual-dark"),
        ("nord", {}, "nord"),
        ("", {"TEXTUAL_THEME": "dracula"}, "dracula"),
        ("", {"TEXTUAL_THEME": "none, dracula"}, "dracula"),
        ("nord", {"TEXTUAL_THEME": "dracula"}, "nord"),
        ("nord", {"NO_COLOR": "1"}, "ansi-dark"),
        ("textual-light", {"NO_COLOR": "1"}, "ansi-light"),
        ("ansi-light", {"NO_COLOR": "1"}, "ansi-light"),
        ("", {"NO_COLOR": "1", "TEXTUAL_THEME": "solarized-light"}, "ansi-light"),
        ("nord", {"NO_COLOR": ""}, "nord"),
    ],
)
def test_a_choice_beats_textuals_variable_and_no_colour_beats_all(
    chosen: str, environment: dict[str, str], name: str
) -> None:
    assert theme_name(chosen, environment) == name


@pytest.mark.parametrize("name", ["nord", "textual-light", "ansi-dark"])
async def test_the_screen_starts_with_the_theme_of_the_settings(name: str) -> None:
    app = ExplorerApp(OpenRequest(image="none.tar", screen=ScreenSettings(theme=name)))
    async with app.run_test():
        assert app.current_theme is BUILTIN_THEMES[name]


async def test_without_colour_nothing_is_coloured_whatever_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ExplorerApp(OpenRequest(image="none.tar", screen=ScreenSettings(theme="nord")))
    async with app.run_test():
        assert app.native_ansi_color
        assert app.theme == "ansi-dark"
