"""Choosing a theme: seen at once, kept when asked, given back when not."""

from __future__ import annotations

import pytest

from layertui.errors import ConfigError
from layertui.ui.screens.themes import ThemesScreen
from tests.ui.hosting import Hosted, hosted

FILE = "~/.config/layertui/config.toml"


class Keeper:
    """Takes what is to be kept."""

    def __init__(self, error: str = "") -> None:
        self.kept: list[str] = []
        self._error = error

    def __call__(self, name: str) -> None:
        if self._error:
            raise ConfigError(self._error, hint="The setting holds until layertui ends.")
        self.kept.append(name)


def screen_of(driven: Hosted) -> ThemesScreen:
    screen = driven.host.screen
    assert isinstance(screen, ThemesScreen)
    return screen


def under_cursor(driven: Hosted) -> str:
    choice = screen_of(driven).picks.choice
    assert choice is not None
    return choice.value


async def test_the_cursor_starts_on_the_theme_that_is_used_and_it_is_marked() -> None:
    async with hosted(ThemesScreen(Keeper(), FILE), theme="nord", size=(80, 40)) as driven:
        assert under_cursor(driven) == "nord"
        assert driven.host.theme == "nord"
        assert "\u2713  dark" in driven.line_with("nord")
        assert "\u2713" not in driven.line_with("dracula")


async def test_dark_light_and_the_terminals_own_colours_are_told_apart() -> None:
    async with hosted(ThemesScreen(Keeper(), FILE), size=(80, 40)) as driven:
        assert "dark" in driven.line_with("tokyo-night")
        assert "light" in driven.line_with("rose-pine-dawn")
        assert "the terminal's colours, dark" in driven.line_with("ansi-dark ")
        assert "the terminal's colours, light" in driven.line_with("ansi-light ")


async def test_a_theme_is_seen_while_the_cursor_is_on_it() -> None:
    async with hosted(ThemesScreen(Keeper(), FILE), theme="nord") as driven:
        await driven.press("down")
        assert driven.host.theme == under_cursor(driven) == "rose-pine"
        await driven.press("ctrl+end")
        assert driven.host.theme == "ansi-light"


async def test_typing_finds_a_theme_and_shows_it() -> None:
    async with hosted(ThemesScreen(Keeper(), FILE)) as driven:
        await driven.press(*"latte")
        assert driven.host.theme == "catppuccin-latte"


async def test_esc_goes_back_to_the_theme_before() -> None:
    keeper = Keeper()
    async with hosted(ThemesScreen(keeper, FILE), theme="nord") as driven:
        assert "esc goes back to nord" in driven.text()
        await driven.press("down", "down", "escape")
        assert driven.host.theme == "nord"
        assert driven.results == [None]
        assert keeper.kept == []


async def test_enter_uses_a_theme_and_keeps_it_in_the_file_that_is_named() -> None:
    keeper = Keeper()
    async with hosted(ThemesScreen(keeper, FILE), theme="nord") as driven:
        assert f"enter uses it and keeps it in {FILE}" in driven.text()
        await driven.press("down", "enter")
        assert driven.host.theme == "rose-pine"
        assert keeper.kept == driven.results == ["rose-pine"]


async def test_space_uses_a_theme_without_keeping_it() -> None:
    keeper = Keeper()
    async with hosted(ThemesScreen(keeper, FILE), theme="nord") as driven:
        await driven.press("down", "space")
        assert driven.host.theme == "rose-pine"
        assert driven.results == ["rose-pine"]
        assert keeper.kept == []


async def test_a_theme_that_is_still_to_be_seen_is_not_when_the_dialog_is_left() -> None:
    async with hosted(ThemesScreen(Keeper(), FILE), theme="nord") as driven:
        screen = screen_of(driven)
        screen.action_leave()
        screen.search("dracula")
        screen.highlighted("dracula")
        await driven.press()
        assert driven.results == [None]
        assert driven.host.theme == "nord"


async def test_a_file_that_cannot_be_written_is_told_and_the_dialog_stays() -> None:
    error = "cannot write [/x]: read-only"
    async with hosted(ThemesScreen(Keeper(error), FILE), theme="nord") as driven:
        await driven.press("down", "enter")
        assert error in driven.text()
        assert "The setting holds until layertui ends." in driven.text()
        assert driven.results == []
        assert driven.host.theme == "rose-pine"
        await driven.press("space")
        assert driven.results == ["rose-pine"]


async def test_without_a_settings_file_a_theme_is_used_and_not_kept() -> None:
    async with hosted(ThemesScreen(None), theme="nord") as driven:
        assert "enter uses it until layertui ends, esc goes back to nord" in driven.text()
        assert "keeps" not in driven.text()
        await driven.press("down", "enter")
        assert driven.results == [driven.host.theme] == ["rose-pine"]


async def test_without_colour_that_is_said_and_nothing_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    keeper = Keeper()
    async with hosted(ThemesScreen(keeper, FILE)) as driven:
        assert "NO_COLOR is set: colours are off" in driven.text()
        await driven.press("up")
        assert driven.host.theme == "ansi-dark"
        await driven.press("enter")
        assert driven.host.theme == "ansi-dark"
        assert keeper.kept == ["textual-light"]


@pytest.mark.parametrize("file", ["/a\x1b[31m/[red]b[/]", "/\u202egnp"])
async def test_a_hostile_name_of_the_file_is_escaped(file: str) -> None:
    async with hosted(ThemesScreen(Keeper(), file)) as driven:
        assert "\x1b" not in driven.text()
        assert "\u202e" not in driven.text()
