"""What a user prefers about the screen: is it possible, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.theme import BUILTIN_THEMES

from layertui.config.naming import quoted, suggestion
from layertui.display import printable
from layertui.errors import ConfigError, QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

    from layertui.config import ScreenSettings, Settings

_THEME = "TEXTUAL_THEME"
_NO_COLOUR = "NO_COLOR"
_USUAL_THEME = "textual-dark"


def check_preferences(settings: Settings, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the key map of the settings, where the screen can be as they say.

    Raises:
        ConfigError: A theme, a binding or a key is not known, one binding would hide another, or
            the filter cannot be understood.
    """
    if settings.screen.theme:
        _check_theme((settings.screen.theme,), settings.where("screen.theme"))
    if environment.get(_THEME):
        _check_theme(_listed(environment), f"the environment variable {_THEME}")
    if settings.screen.filter:
        _check_filter(settings)
    if not settings.screen.keys:
        return {}
    from layertui.ui.settings.keymap import checked_keymap

    return checked_keymap(settings.screen.keys, printable(str(settings.file)))


def _check_theme(names: tuple[str, ...], where: str) -> None:
    if not any(name in BUILTIN_THEMES for name in names):
        raise ConfigError(
            f"{where}: there is no theme {quoted(names[0])}",
            hint=suggestion(names[0], BUILTIN_THEMES),
        )


def _check_filter(settings: Settings) -> None:
    from layertui.filesystem.patterns import check_pattern
    from layertui.filesystem.query import Syntax, parse_query

    try:
        check_pattern(parse_query(settings.screen.filter, Syntax(settings.screen.syntax)))
    except QueryError as error:
        where = settings.where("screen.filter")
        raise ConfigError(f"{where}: {error.message}", hint=error.hint) from None


def apply_preferences(
    app: App[Any], screen: ScreenSettings, environment: Mapping[str, str]
) -> None:
    """Give an application that does not run yet the theme and the keys of the settings."""
    app.theme = theme_name(screen.theme, environment)
    if screen.keys:
        from layertui.ui.settings.keymap import checked_keymap

        app.set_keymap(checked_keymap(screen.keys, "the settings"))


def theme_name(chosen: str, environment: Mapping[str, str]) -> str:
    """Return the theme to start with.

    Args:
        chosen: What the settings say, or empty.
        environment: The environment variables; `TEXTUAL_THEME` counts where nothing is chosen,
            `NO_COLOR` always: then it is a theme of the terminal's own colours.
    """
    names = [name for name in (chosen, *_listed(environment)) if name in BUILTIN_THEMES]
    name = names[0] if names else _USUAL_THEME
    theme = BUILTIN_THEMES[name]
    if is_colourless(environment) and not theme.ansi:
        return "ansi-dark" if theme.dark else "ansi-light"
    return name


def is_colourless(environment: Mapping[str, str]) -> bool:
    """Tell whether the user wants no colours at all."""
    return bool(environment.get(_NO_COLOUR))


def notes_on_defaults(settings: Settings, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return what stands in for a setting that was not given, by `table.key`."""
    if settings.screen.theme:
        return {}
    because = [name for name in (_THEME, _NO_COLOUR) if environment.get(name)]
    verb = "says" if len(because) == 1 else "say"
    reason = f" as {' and '.join(because)} {verb}" if because else ""
    return {"screen.theme": f"default: {theme_name('', environment)}{reason}"}


def _listed(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the themes of the environment, of which Textual takes the first that it knows."""
    return tuple(name.strip() for name in environment.get(_THEME, "").split(",") if name.strip())
