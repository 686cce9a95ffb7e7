"""The command line: commands, options, exit codes, and which front end is started.

stdout is data, stderr is narration. What a run does not need is not imported.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from layertui.cli.explore import command
from layertui.cli.table import named_command
from layertui.display import printable
from layertui.errors import (
    AmbiguousImageError,
    CancelledError,
    ExitCode,
    LayertuiError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["command", "run"]


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; errors are told on stderr."""
    try:
        chosen, name, rest = named_command(arguments, command)
        return int(chosen.main(rest, prog_name=name, standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return ExitCode.NO_ANSWER
    except SystemExit:  # what click makes of a reader that went away
        return ExitCode.FINE
    except (click.Abort, KeyboardInterrupt, CancelledError):
        click.echo("layertui: interrupted", err=True)
        return ExitCode.INTERRUPTED
    except LayertuiError as error:
        _tell(error)
        return ExitCode.NO_ANSWER
    except OSError as error:
        _discard_output()
        _tell(UsageError(f"cannot go on: {printable(error.strerror or str(error))}"))
        return ExitCode.NO_ANSWER


def _discard_output() -> None:
    """Let what is still to be written to stdout go nowhere: it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(error: LayertuiError) -> None:
    """Write what happened and what to do on one line, the choices there are below it."""
    with suppress(OSError):
        _write(error)


def _write(error: LayertuiError) -> None:
    message = error.message
    if error.hint:
        message = f"{message.rstrip('.')}. {error.hint}"
    click.echo(f"layertui: {message}", err=True)
    for choice in error.choices if isinstance(error, AmbiguousImageError) else ():
        click.echo(f"  {choice}", err=True)
