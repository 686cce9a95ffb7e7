"""`layertui config`: the settings in effect."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from layertui.cli.options import CONTEXT, settings_of, settings_options
from layertui.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.config import Settings

_EPILOG = """\b
Settings are taken from, the first that has one counts:
  options, environment variables (LAYERTUI_SCREEN_THEME), the file, defaults

What is printed is a settings file as it can be: save it, and change what you like.
An image of this name is ./config"""


@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@settings_options
def command(**options: Any) -> int:
    """Print the settings in effect as TOML, and where each comes from.

    The path of the settings file comes first, the keys of all bindings stand below [keys].
    """
    click.echo("\n".join(_lines(settings_of(options))))
    return ExitCode.FINE


def _note_on_folder(settings: Settings) -> dict[str, str]:
    """Return which folder an empty `cache.folder` stands for."""
    return {} if settings.cache.folder else {"cache.folder": f"default: {settings.cache.path}"}


def _lines(settings: Settings) -> Iterator[str]:
    """Yield the settings; they are checked first, as they are before the screen starts."""
    from layertui.config.effective import effective_lines
    from layertui.ui.settings.keymap import keys_in_effect
    from layertui.ui.settings.preferences import check_preferences, notes_on_defaults

    keymap = check_preferences(settings, os.environ)
    notes = {**notes_on_defaults(settings, os.environ), **_note_on_folder(settings)}
    yield from effective_lines(settings, keys_in_effect(keymap), notes)
