"""`layertui cache`: what is remembered of layers, and forgetting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from layertui.cli.options import CONTEXT, cache_in, settings_of, settings_options
from layertui.display import printable, size
from layertui.errors import ConfigError, ExitCode, UsageError
from layertui.quantity import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.config import Settings
    from layertui.layers.cache import IndexCache
    from layertui.layers.cache_files import CachedIndex

_EPILOG = """\b
Nothing is lost by forgetting: a layer that is not remembered is read again.
An image of this name is ./cache"""


@click.group(context_settings=CONTEXT, epilog=_EPILOG, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON.")
@settings_options
@click.pass_context
def command(context: click.Context, /, *, as_json: bool, **options: Any) -> int:
    """Show what is remembered of the layers that were read: where, how much, and whether."""
    settings = settings_of(options)
    cache = cache_in(settings)
    context.obj = cache
    if context.invoked_subcommand is None:
        _show(cache, settings, as_json=as_json)
    return ExitCode.FINE


@command.command("path", context_settings=CONTEXT)
@click.pass_obj
def _path(cache: IndexCache) -> int:
    """Print the folder."""
    click.echo(str(cache.folder))
    return ExitCode.FINE


@command.command("prune", context_settings=CONTEXT)
@click.option("--size", "kept", metavar="SIZE", help="Keep this much.  [default: cache.size]")
@click.pass_obj
def _prune(cache: IndexCache, kept: str | None) -> int:
    """Forget the layers used longest ago until the others take no more than a size."""
    capacity = cache.capacity if kept is None else bytes_of(kept)
    if capacity is None:
        hint = "Write a number with a unit, such as 500MB or 1GiB."
        raise UsageError(f"--size {printable(str(kept), 40)} is not a size", hint=hint)
    before = _usable_entries(cache)
    cache.prune(capacity)
    return _tell_forgotten(before, cache)


@command.command("clear", context_settings=CONTEXT)
@click.pass_obj
def _clear(cache: IndexCache) -> int:
    """Forget all layers."""
    before = _usable_entries(cache)
    cache.clear()
    return _tell_forgotten(before, cache)


def _show(cache: IndexCache, settings: Settings, *, as_json: bool) -> None:
    entries = cache.entries()
    cache.check()
    reason = cache.problem
    if not settings.cache.enabled:
        reason = f"{settings.where('cache.enabled')} says so"
    total = sum(entry.size for entry in entries)
    if not as_json:
        click.echo("\n".join(_lines(cache, len(entries), total, reason)))
        return
    import json

    found = {
        "folder": str(cache.folder),
        "on": not reason,
        "reason": reason or None,
        "layers": len(entries),
        "size": total,
        "capacity": cache.capacity,
    }
    click.echo(json.dumps(found))


def _lines(cache: IndexCache, count: int, total: int, reason: str) -> Iterator[str]:
    yield f"Folder:  {printable(str(cache.folder))}"
    yield f"Layers:  {count:,}"
    yield f"Size:    {size(total)} of {size(cache.capacity)}"
    yield f"In use:  {f'no, {reason}' if reason else 'yes'}"


def _usable_entries(cache: IndexCache) -> tuple[CachedIndex, ...]:
    """Return the files of a folder that may be changed.

    Raises:
        ConfigError: It is not to be trusted.
    """
    entries = cache.entries()
    if cache.problem:
        raise ConfigError(cache.problem, hint="The setting is cache.folder.")
    return entries


def _tell_forgotten(before: tuple[CachedIndex, ...], cache: IndexCache) -> int:
    """Say what is gone.

    Raises:
        UsageError: Nothing could be removed though there was something to remove.
    """
    left = {entry.names for entry in cache.entries()}
    gone = [entry for entry in before if entry.names not in left]
    if cache.problem:
        raise UsageError(cache.problem)
    layers = "layer" if len(gone) == 1 else "layers"
    click.echo(f"Forgot {len(gone):,} {layers}, {size(sum(entry.size for entry in gone))}.")
    return ExitCode.FINE
