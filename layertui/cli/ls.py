"""`layertui ls`: what is in the filesystem of an image, a path a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from layertui.cli.listing import (
    complain_of_missing,
    json_option,
    layer_option,
    line_of,
    paths_of,
)
from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.cli.output import Output, nul_option
from layertui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from layertui.cli.opened import OpenedImage
    from layertui.filesystem.selecting import Named

_EPILOG = """\b
PATH is taken from the root of the image, links in it are followed inside the image. Of a
directory, what is in it is listed; without PATH, what is in the root. A PATH that is not
there and has one of * ? [ is a glob, ** goes over slashes; what matches is listed itself.

\b
  layertui ls -l alpine /etc            a directory, with modes, owners, sizes and times
  layertui ls app.tar '/usr/**/*.so'    all that matches
  layertui ls -R0 app.tar /srv | ...    all below a directory, each name ended by a NUL
  layertui ls --layer 3 --changes app.tar   what the fourth layer added, changed and removed

\b
Exit codes: 0 fine, 1 a PATH is not there, 2 the answer could not be had.
An image of this name is ./ls"""


# fmt: off
@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-l", "--long", is_flag=True, help="Tell mode, owner, size, time, link.")
@click.option("-R", "--recursive", is_flag=True, help="List all that is below a directory.")
@click.option("--depth", type=click.IntRange(0), metavar="N", help="List N levels.  [default: 1]")
@click.option("-d", "--directory", is_flag=True, help="List directories themselves.")
@click.option(
    "-H", "--human", is_flag=True,
    help="Tell sizes, in kB, MB, GB; of a directory, of all in it.",
)
@layer_option
@click.option("--changes", is_flag=True, help="Only what that layer added, changed and removed.")
@json_option
@nul_option
@image_options
def command(image: str, paths: Sequence[str], **options: Any) -> int:
    """List the files of an image, without running it."""
    if options["as_json"] and options["nul"]:
        raise UsageError("-j and -0 are two ways to write paths; give one of them")
    with opened_image(image, options) as opened:
        layer = opened.layer(options["layer"])
        found = paths_of(opened, paths or ("/",), layer, last=not options["directory"])
        output = Output(nul=options["nul"])
        if options["changes"]:
            _list_changes(opened, found, layer, output, options)
        else:
            _list(opened, found, layer, output, options)
        output.flush()
        return opened.ended(complain_of_missing(found), layer)
# fmt: on


def _list(
    opened: OpenedImage,
    found: Iterable[Named],
    layer: int,
    output: Output,
    options: Mapping[str, Any],
) -> None:
    line = line_of(opened, layer, output, options)
    for each in found:
        for node, version in _listed(opened, each, layer, options):
            line(node, version)


def _listed(
    opened: OpenedImage, named: Named, layer: int, options: Mapping[str, Any]
) -> Iterator[tuple[int, int]]:
    """Yield the nodes to be listed of what an argument names, and their versions."""
    from layertui.filesystem.selecting import below, is_directory

    filesystem, depth = opened.filesystem, options["depth"]
    if depth is None:
        depth = None if options["recursive"] else 1
    opens = not options["directory"] and depth != 0
    if named.is_glob:
        opens = opens and (options["recursive"] or options["depth"] is not None)
    for node in named.nodes:
        is_opened = opens and is_directory(filesystem, node, layer)
        if node and (named.is_glob or not is_opened):
            yield node, filesystem.version(node, layer)
        if is_opened:
            yield from below(filesystem, node, layer, depth)


def _list_changes(
    opened: OpenedImage,
    found: Iterable[Named],
    layer: int,
    output: Output,
    options: Mapping[str, Any],
) -> None:
    """List what a layer did to what the arguments name, and to all below."""
    from layertui.filesystem.selecting import ranges
    from layertui.filesystem.tree import Change
    from layertui.reports.items import is_listed

    filesystem = opened.filesystem
    versions = filesystem.versions
    made = {
        versions.nodes[version]: version
        for version in filesystem.layer_versions(layer)
        if versions.changes[version] not in (Change.UNMODIFIED, Change.ABSENT)
        and is_listed(filesystem, version)
    }
    line = line_of(opened, layer, output, options, changes=True)
    for first, end in ranges(filesystem, (node for each in found for node in each.nodes)):
        for node in sorted(node for node in made if first <= node < end):
            line(node, made[node])
