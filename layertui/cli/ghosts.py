"""`layertui ghosts`: what an image ships and does not show."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from layertui.cli.listing import json_option
from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.cli.output import Output, nul_option
from layertui.display import size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from layertui.analysis.ghosts import Ghost

_EPILOG = """\b
A ghost is a copy of a file that a layer ships and the image does not show: a later layer
removes it, or puts another copy in its place. A line for each, the most bytes first: bytes,
why, the layer that ships it, the layer that deletes or replaces it, and the path. All bytes
together are what is wasted.

\b
  layertui ghosts app.tar
  layertui ghosts --removed --limit 20 app.tar        what is deleted and still there to read
  layertui ghosts --removed -0 app.tar | xargs -0 ...
  layertui cat --layer 2 app.tar /root/.ssh/id_rsa    read one, as the layer that ships it has it

\b
Exit codes: 0 fine, with ghosts or without; 2 the answer could not be had.
An image of this name is ./ghosts"""


# fmt: off
@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.option("--removed", is_flag=True, help="Only what is deleted, not what is replaced.")
@click.option("--layer", type=int, metavar="N", help="Only what layer N ships, counted from 0.")
@click.option("-n", "--limit", type=click.IntRange(0), metavar="N", help="At most N of them.")
@click.option("-H", "--human", is_flag=True, help="Sizes in kB, MB, GB.")
@click.option("-p", "--paths", is_flag=True, help="Write paths only.")
@json_option
@nul_option
@image_options
def command(image: str, **options: Any) -> int:
    """List the files that an image ships and does not show, deleted ones above all."""
    from layertui.analysis.ghosts import ghosts_of

    with opened_image(image, options) as opened:
        if options["layer"] is not None:
            opened.layer(options["layer"])
        output = Output(nul=options["nul"])
        line = _line_of(output, options)
        wanted = _wanted(ghosts_of(opened.filesystem), options)
        for ghost in islice(wanted, options["limit"]):
            line(ghost)
        output.flush()
        return opened.ended()
# fmt: on


def _wanted(ghosts: list[Ghost], options: Mapping[str, Any]) -> Iterator[Ghost]:
    for ghost in ghosts:
        is_of_layer = options["layer"] in (None, ghost.layer)
        if is_of_layer and (ghost.is_deleted or not options["removed"]):
            yield ghost


def _line_of(output: Output, options: Mapping[str, Any]) -> Callable[[Ghost], None]:
    """Return what writes the line of a ghost."""
    if options["as_json"]:
        from layertui.reports.history import ghost_item
        from layertui.reports.items import encode

        return lambda ghost: output.line(encode(ghost_item(ghost)))
    if options["paths"] or options["nul"]:
        return lambda ghost: output.line(output.shown(ghost.path))

    human = options["human"]

    def write(ghost: Ghost) -> None:
        layers = f"{ghost.layer} -> {ghost.superseded_by}"
        amount = f"{size(ghost.size):>8}" if human else f"{ghost.size:>12}"
        facts = f"{amount}  {ghost.cause:<9}  {layers:<10}  "
        output.line(facts.encode(), output.shown(ghost.path))

    return write
