"""`layertui tree`: the filesystem of an image, drawn as a tree."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from layertui.cli.listing import MARKS, complain_of_missing, layer_option, leads_to, paths_of
from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT, settings_of
from layertui.cli.output import Output
from layertui.display import size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from layertui.cli.opened import OpenedImage

_EPILOG = """\b
PATH is taken from the root of the image; links in it are followed inside the image.

\b
  layertui tree --depth 2 alpine               two levels
  layertui tree -s app.tar /usr/lib            with sizes, of a directory that of all in it
  layertui tree --layer 3 --changes app.tar    what the fourth layer changed

\b
Exit codes: 0 fine, 1 PATH is not there, 2 the answer could not be had.
An image of this name is ./tree"""


class _Lines(NamedTuple):
    """What a tree is drawn with."""

    branch: str
    last: str
    trunk: str
    space: str = "    "


_DRAWN = _Lines("├── ", "└── ", "│   ")
_ASCII = _Lines("|-- ", "`-- ", "|   ")


# fmt: off
@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.argument("path", default="/")
@click.option("--depth", type=click.IntRange(1), metavar="N", help="Draw N levels.  [default: all]")
@click.option("-s", "--sizes", is_flag=True, help="Tell sizes; of a directory, of all in it.")
@click.option("--changes", is_flag=True, help="Only what that layer added, changed and removed.")
@layer_option
@image_options
def command(image: str, path: str, **options: Any) -> int:
    """Draw the files of an image as a tree, without running it."""
    lines = _lines_for(options)
    with opened_image(image, options) as opened:
        layer = opened.layer(options["layer"])
        found = paths_of(opened, (path,), layer)
        output = Output()
        label = _labels(opened, layer, output, options)
        for node in found[0].nodes:
            shown = _shown(opened, node, layer, options)
            _draw(opened, node, shown, output=output, lines=lines, label=label)
        output.flush()
        return opened.ended(complain_of_missing(found), layer)
# fmt: on


def _lines_for(options: Mapping[str, Any]) -> _Lines:
    """Return what is drawn with: ASCII where it is asked for or nothing else can be written."""
    import sys

    wanted = settings_of(options).screen.ascii
    if wanted is None:
        try:
            "├".encode(sys.stdout.encoding or "ascii")
        except UnicodeEncodeError:
            wanted = True
    return _ASCII if wanted else _DRAWN


def _shown(
    opened: OpenedImage, node: int, layer: int, options: Mapping[str, Any]
) -> Iterator[tuple[int, int]]:
    """Yield the nodes to be drawn below a node, and their versions."""
    if options["changes"]:
        yield from _changed(opened, node, layer, options["depth"])
        return
    from layertui.filesystem.selecting import below

    yield from below(opened.filesystem, node, layer, options["depth"])


def _changed(
    opened: OpenedImage, node: int, layer: int, depth: int | None
) -> Iterator[tuple[int, int]]:
    """Yield the nodes below a node that a layer changed, and the directories on the way."""
    from layertui.filesystem.tree import Change

    filesystem = opened.filesystem
    versions, table = filesystem.versions, filesystem.table
    drawn: set[int] = set()
    for version in filesystem.layer_versions(layer):
        each = versions.nodes[version]
        if versions.changes[version] == Change.UNMODIFIED or not node < each < table.end(node):
            continue
        while each not in drawn and each != node:
            drawn.add(each)
            each = table.parents[each]
    deepest = None if depth is None else table.depth(node) + depth
    for each in sorted(drawn):
        if deepest is None or table.depth(each) <= deepest:
            yield each, filesystem.version(each, layer)


def _labels(
    opened: OpenedImage, layer: int, output: Output, options: Mapping[str, Any]
) -> Callable[[int, int], bytes]:
    """Return what tells the name of a node, with its mark, its size and where it leads."""
    filesystem = opened.filesystem
    sizes: Callable[[int, int], str] = lambda _node, _version: ""  # noqa: E731
    if options["sizes"]:
        sizes = _sizes(opened, layer)

    def label(node: int, version: int) -> bytes:
        mark = _mark(opened, version, layer) if options["changes"] else b""
        name = output.shown(filesystem.table.name(node))
        there = filesystem.exists(version)
        leads = leads_to(filesystem.entry(node, version), output) if there else b""
        return mark + sizes(node, version).encode() + name + leads

    return label


def _mark(opened: OpenedImage, version: int, layer: int) -> bytes:
    from layertui.filesystem.tree import Change

    versions = opened.filesystem.versions
    if versions.layers[version] != layer:
        return b""
    mark = MARKS.get(Change(versions.changes[version]).name.lower())
    return mark + b" " if mark else b""


def _sizes(opened: OpenedImage, layer: int) -> Callable[[int, int], str]:
    from layertui.filesystem.sizes import SubtreeSizes
    from layertui.layers.entries import DIRECTORY

    filesystem, totals = opened.filesystem, SubtreeSizes(opened.filesystem)

    def told(node: int, version: int) -> str:
        if not filesystem.exists(version):
            return f"[{'-':>8}]  "
        if filesystem.kind(version) == DIRECTORY:
            return f"[{size(totals.total(node, layer)):>8}]  "
        return f"[{size(filesystem.entry(node, version).size):>8}]  "

    return told


def _draw(
    opened: OpenedImage,
    root: int,
    nodes: Iterator[tuple[int, int]],
    *,
    output: Output,
    lines: _Lines,
    label: Callable[[int, int], bytes],
) -> None:
    """Draw nodes in preorder below a root, of which only the depths are known."""
    table = opened.filesystem.table
    output.line(output.shown(table.path(root)))
    shown = list(nodes)
    is_last = _last_siblings([table.depth(node) for node, _ in shown])
    trunks: list[str] = []
    for (node, version), last in zip(shown, is_last, strict=True):
        level = table.depth(node) - table.depth(root) - 1
        del trunks[level:]
        lead = "".join(trunks) + (lines.last if last else lines.branch)
        trunks.append(lines.space if last else lines.trunk)
        output.line(lead.encode(), label(node, version))


def _last_siblings(depths: list[int]) -> list[bool]:
    """Return for each of nodes in preorder whether no sibling follows it."""
    last = [True] * len(depths)
    following: dict[int, bool] = {}
    steps = list(pairwise([*depths, 0]))
    for place in range(len(depths) - 1, -1, -1):
        depth, after = steps[place]
        for deeper in range(after + 1, depth + 1) if after < depth else ():
            following[deeper] = False
        last[place] = not following.get(depth, False)
        following[depth] = True
    return last
