"""`layertui export`: what is known of an image, in a file that is opened without the image."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_STDOUT = "-"

_EPILOG = """\b
The index of an image is all of it but the contents of its files: documents, layers, names,
sizes, owners, digests of contents. It is opened like the image, by `layertui FILE`, and gives the
same reports; what asks for contents is told that they are not included.

\b
  layertui export app.tar app.index
  layertui export registry.example.org/app:2.4 app.index && layertui --ci app.index
  layertui export --platform linux/arm64 app.tar - > app.index

\b
Exit codes: 0 fine; 2 the answer could not be had, or a part of the image could not be read.
An image of this name is ./export"""


# fmt: off
@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.argument("file")
@click.option(
    "--format", "format_", type=click.Choice(["index"]), default="index",
    help="What is written.  [default: index]",
)
@image_options
def command(image: str, file: str, **options: Any) -> int:
    """Write the index of IMAGE to FILE, - for stdout, to be opened later without the image."""
    if file == _STDOUT and sys.stdout.isatty():
        hint = "Name a file, or send stdout to one."
        raise UsageError("an index is not written to a terminal", hint=hint)
    from layertui.headless import write_file
    from layertui.sources.index_file import saved_image

    with opened_image(image, options) as opened:
        pieces = saved_image(opened.image, opened.filesystem.indexes)
        if file == _STDOUT:
            _write(pieces)
        else:
            write_file(Path(file), pieces)
        return opened.ended()
# fmt: on


def _write(pieces: Iterator[bytes]) -> None:
    sys.stdout.buffer.writelines(pieces)
    sys.stdout.flush()
