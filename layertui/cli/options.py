"""Options that several commands have, and the settings that come of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layertui.config import Settings

_Decorated = TypeVar("_Decorated", bound="Callable[..., Any]")

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def settings_options(decorated: _Decorated) -> _Decorated:
    """Add the options that change settings."""
    config = click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Settings to use instead of your own.",
    )
    plain = click.option(
        "--ascii/--no-ascii",
        default=None,
        help="Draw with ASCII characters only, or with all.  [default: as the terminal can]",
    )
    return config(plain(decorated))


def settings_of(options: Mapping[str, Any]) -> Settings:
    """Return the settings in effect under the options given.

    Raises:
        ConfigError: The settings file or the environment is wrong.
    """
    from layertui.config import Given, load_settings

    given = []
    if (wanted := options["ascii"]) is not None:
        name = "--ascii" if wanted else "--no-ascii"
        given.append(Given("screen.ascii", wanted, f"the option {name}"))
    return load_settings(options["config"], os.environ, given)
