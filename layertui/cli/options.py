"""Options that several commands have, and the settings that come of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from layertui.config import Given, Settings
    from layertui.layers.cache import IndexCache

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
    cache = click.option(
        "--no-cache",
        is_flag=True,
        help="Neither remember the layers that are read, nor use what is remembered.",
    )
    insecure = click.option(
        "--insecure-registry",
        "insecure_registries",
        multiple=True,
        metavar="HOST",
        help="A registry without TLS, or with a certificate nobody vouches for.  [repeatable]",
    )
    return config(plain(cache(insecure(decorated))))


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
    if options["no_cache"]:
        given.append(Given("cache.enabled", value=False, origin="the option --no-cache"))
    if hosts := options["insecure_registries"]:
        given.append(_insecure(hosts))
    return load_settings(options["config"], os.environ, given)


def _insecure(hosts: Sequence[str]) -> Given:
    """Return the setting that the options for insecure registries make."""
    from layertui.config import Given
    from layertui.config.tables import kind_of

    name, option = "registry.insecure", "the option --insecure-registry"
    kind = kind_of(name)
    assert kind is not None
    return Given(name, kind.read(list(hosts), option), option)


def cache_in(settings: Settings) -> IndexCache:
    """Return the cache that settings describe, whether it is to be used or not."""
    from layertui.layers.cache import IndexCache

    wanted = settings.cache
    return IndexCache(wanted.path, capacity=wanted.size, limits=settings.limits)


def cache_of(settings: Settings) -> IndexCache | None:
    """Return the cache that is to be used, or None."""
    return cache_in(settings) if settings.cache.enabled else None
