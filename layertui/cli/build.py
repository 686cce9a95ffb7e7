"""`layertui build`: build an image with Docker or Podman, then explore or judge it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from layertui.cli.explore import command as explore
from layertui.cli.explore import explore_image
from layertui.cli.options import CONTEXT, settings_of
from layertui.display import printable
from layertui.errors import ImageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BUILD = "build"
_ENGINES = ("docker", "podman")
_ID_FILE = "--iidfile"
_LIFTED = ("--ci", "--help", "-h")
"""Options of layertui that neither engine's build has; they may stand among its arguments."""
_DROPPED = ("image", "source", "platform", "choice", "version")
"""Parameters of exploring that make no sense here, or that the build has under that name."""

_EPILOG = """\b
The arguments are those of `docker build` or `podman build`; layertui's own options stand
before `build`, and --ci anywhere:
  layertui --lowest-efficiency 0.95 build --ci -t shop/api .

An image of this name is ./build"""


def split_arguments(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return layertui's options, `--`, and the arguments of the build.

    Args:
        before: What stands before the command.
        after: What stands behind it.
    """
    own = [argument for argument in after if argument in _LIFTED]
    passed = [argument for argument in after if argument not in _LIFTED]
    return [*before, *own, "--", *passed]


def build_command() -> click.Command:
    """Return the command."""
    options = [param for param in explore.params if param.name not in _DROPPED]
    return click.Command(
        BUILD,
        context_settings=CONTEXT,
        params=[
            *options,
            click.Option(
                ["--source"],
                type=click.Choice(_ENGINES),
                help="What builds it.  [default: the first of them that is installed]",
            ),
            click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED),
        ],
        help="Build an image with Docker or Podman, then explore it, or judge it with --ci.",
        epilog=_EPILOG,
        callback=lambda **options: int(_build_and_explore(options)),
    )


def _build_and_explore(options: dict[str, Any]) -> int:
    settings = settings_of(options)
    arguments: tuple[str, ...] = options.pop("arguments")
    engine = _engine(options.pop("source"))
    image_id = _built(engine, arguments)
    opened = {
        "image": f"{engine}:{image_id}",
        "label": _tag(arguments) or image_id,
        "source": "",
        "platform": "",
        "choice": "",
    }
    return explore_image({**options, **opened}, settings)


def _engine(wanted: str | None) -> str:
    """Return the engine that builds.

    Raises:
        UsageError: It is not installed.
    """
    for name in (wanted,) if wanted else _ENGINES:
        if shutil.which(name):
            return name
    missing = wanted or "neither docker nor podman"
    verb = "is not" if wanted else "is"
    raise UsageError(
        f"{missing} {verb} installed, so nothing can be built",
        hint="Build the image elsewhere and save it to a file; layertui opens the file.",
    )


def _built(engine: str, arguments: Sequence[str]) -> str:
    """Build, and return the ImageID; what the build tells goes to stderr.

    Raises:
        ImageError: The build failed, or left no image in the engine.
    """
    with TemporaryDirectory(prefix="layertui-") as folder:
        file = _given_id_file(arguments) or Path(folder) / "id"
        given = [] if _given_id_file(arguments) else [_ID_FILE, str(file)]
        code = _run([engine, BUILD, *given, *arguments])
        if code:
            raise ImageError(f"{engine} build ended with {code}; there is nothing to look at")
        try:
            image_id = file.read_text("ascii", "replace").strip()
        except OSError:
            image_id = ""
    if not image_id:
        raise ImageError(
            f"{engine} build has left no image in the engine",
            hint="Where it has an --output, leave that out, or open what it wrote.",
        )
    return image_id


def _run(command: Sequence[str]) -> int:
    """Run a command that may ask and be interrupted; return its exit code."""
    with subprocess.Popen(command, stdout=sys.stderr.fileno()) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            raise


def _given_id_file(arguments: Sequence[str]) -> Path | None:
    """Return the file for the ImageID that the user named, or None."""
    name = _value(arguments, (_ID_FILE,))
    return Path(name) if name else None


def _tag(arguments: Sequence[str]) -> str:
    """Return the first name that the image gets, or nothing."""
    return printable(_value(arguments, ("-t", "--tag")), 200)


def _value(arguments: Sequence[str], names: Iterable[str]) -> str:
    """Return the value that is given to an option under one of its names, or nothing."""
    for place, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in names:
            return value if equals else (*arguments[place + 1 :], "")[0]
    return ""
