"""`layertui rollback`: an image as it was at one of its layers, as an archive."""

from __future__ import annotations

from typing import Any

import click

from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.cli.targets import binary_target
from layertui.errors import DamagedImageError, ExitCode

_EPILOG = """\b
The archive has the layers 0 to N and the history up to the step that made layer N; settings
that later steps made (CMD, ENV, WORKDIR, ...) are taken back. OUT is a new file, or - for
stdout.

\b
  layertui rollback app.tar --to 3 before.tar            docker load -i before.tar
  layertui rollback app --to 0 --tag app:base - | docker load
  skopeo copy docker-archive:before.tar docker://...     is an oci-archive as well

\b
Layers are checked while they are copied; of an image that is not whole up to layer N nothing
is written.

\b
Exit codes: 0 fine, 2 the archive could not be written.
An image of this name is ./rollback"""


@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.argument("out")
@click.option(
    "--to", "number", type=int, required=True, metavar="N", help="The last layer, counted from 0."
)
@click.option(
    "--tag", default="", metavar="NAME", help="What the image is called.  [default: nothing]"
)
@click.option("-f", "--force", is_flag=True, help="Replace OUT where it is a file that is there.")
@image_options
def command(image: str, out: str, **options: Any) -> int:
    """Write an image as it was at one of its layers, for engines to load."""
    from layertui.contents.rolling_back import image_name, roll_back

    image_name(options["tag"])
    with opened_image(image, options) as opened:
        number = opened.layer(options["number"], "--to")
        if opened.ended(layer=number) is not ExitCode.FINE:
            raise DamagedImageError(f"the image is not whole up to layer {number}")
        total = sum(layer.stored_size or 0 for layer in opened.image.layers[: number + 1])
        with binary_target(None if out == "-" else out, force=options["force"]) as write:
            roll_back(
                opened.image,
                number,
                opened.contents,
                write,
                name=options["tag"],
                limits=opened.limits,
                progress=lambda done: opened.narrator.working("writing", done, total),
            )
        return ExitCode.FINE
