"""What commands that list paths have in common: arguments, options, and a line for each path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from layertui.cli.output import complain, raw
from layertui.display import mode, printable, size, time
from layertui.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from layertui.cli.opened import OpenedImage
    from layertui.cli.output import Output
    from layertui.filesystem.selecting import Named
    from layertui.filesystem.tree import Entry

_Decorated = TypeVar("_Decorated", bound="Callable[..., Any]")

MARKS = {"added": b"+", "modified": b"~", "removed": b"-"}
"""What stands before a path that a layer changed."""

_TIME = len("2024-05-06T07:08:09Z")


def layer_option(decorated: _Decorated) -> _Decorated:
    """Add the option for the layer after which the filesystem is looked at."""
    text = "The filesystem as it is after layer N, counted from 0.  [default: the topmost]"
    return click.option("--layer", type=int, metavar="N", help=text)(decorated)


def json_option(decorated: _Decorated) -> _Decorated:
    """Add the option for JSON."""
    text = "Write a JSON object a line, with the fields of the JSON report."
    return click.option("-j", "--json", "as_json", is_flag=True, help=text)(decorated)


def paths_of(
    opened: OpenedImage, paths: Sequence[str], layer: int, *, last: bool = True
) -> list[Named]:
    """Return what arguments name in the filesystem after a layer.

    Args:
        opened: The image.
        paths: The arguments.
        layer: The layer.
        last: Whether a link at the very end of a path is followed too.

    Raises:
        UsageError: One is no glob.
    """
    from layertui.filesystem.selecting import named

    return [named(opened.filesystem, raw(path), layer, last=last) for path in paths]


def complain_of_missing(found: Iterable[Named]) -> ExitCode:
    """Say what of the arguments names nothing; return the exit code."""
    code = ExitCode.FINE
    for each in found:
        if not each.nodes:
            complain(why_not(each))
            code = ExitCode.NOTHING_FOUND
    return code


def why_not(named: Named) -> str:
    """Return why an argument names nothing."""
    given, followed = printable(named.given), named.followed
    if named.is_glob:
        return f"{given}: nothing matches"
    if followed.is_loop:
        return f"{given}: too many links, there is no end to them"
    if followed.no_directory is not None:
        return f"{given}: {printable(followed.no_directory)} is no directory"
    if followed.links:
        return f"{given}: leads to {printable(followed.path)}, which is not there"
    return f"{given}: not there"


def line_of(
    opened: OpenedImage,
    layer: int,
    output: Output,
    options: Mapping[str, Any],
    *,
    changes: bool = False,
) -> Callable[[int, int], None]:
    """Return what writes the line of a node in a version.

    Args:
        opened: The image.
        layer: The layer looked at.
        output: Where to.
        options: `as_json`, `long` and `human` say what a line tells.
        changes: Whether it tells what the layer did to the path.
    """
    filesystem = opened.filesystem
    from layertui.layers.entries import KIND_NAMES

    if options["as_json"]:
        from layertui.reports.items import changed_item, encode, shown_item

        if changes:
            return lambda _, version: output.line(encode(changed_item(filesystem, version)))
        entry = filesystem.entry
        return lambda node, version: output.line(encode(shown_item(entry(node, version))))

    sized = _sizes(opened, layer, human=options["human"])

    def write(node: int, version: int) -> None:
        mark = _mark(opened, version) if changes else b""
        shown = version
        if changes and not filesystem.exists(version):
            shown = filesystem.versions.previous[version]
        if not options["long"] and not options["human"]:
            output.line(mark, output.shown(filesystem.table.path(node)))
            return
        entry = filesystem.entry(node, shown)
        if not options["long"]:
            output.line(mark, f"{sized(node, entry)}  ".encode(), output.shown(entry.path))
            return
        kind = KIND_NAMES[filesystem.kind(shown)]
        output.line(
            mark,
            _facts(entry, kind, sized(node, entry)),
            output.shown(entry.path),
            leads_to(entry, output),
        )

    return write


def _mark(opened: OpenedImage, version: int) -> bytes:
    from layertui.filesystem.tree import Change

    change = Change(opened.filesystem.versions.changes[version])
    return MARKS[change.name.lower()] + b" "


def _sizes(opened: OpenedImage, layer: int, *, human: bool) -> Callable[[int, Entry], str]:
    """Return what tells the size of an entry, of a device its numbers."""
    if not human:
        return lambda _, entry: f"{_device(entry) or entry.size:>12}"
    from layertui.filesystem.sizes import SubtreeSizes

    sizes = SubtreeSizes(opened.filesystem)

    def told(node: int, entry: Entry) -> str:
        total = sizes.total(node, layer) if entry.type == "directory" else entry.size
        return f"{_device(entry) or size(total):>8}"

    return told


def _device(entry: Entry) -> str:
    return "{},{}".format(*entry.device) if entry.device else ""


def _facts(entry: Entry, kind: str, sized: str) -> bytes:
    """Return mode, owner, size and time in columns; the kind is of what a hard link leads to."""
    moment = (time(entry.mtime) or "-").partition(".")[0].rstrip("Z")
    moment += "Z" if len(moment) == _TIME - 1 else ""
    owner = f"{entry.uid}:{entry.gid}"
    return f"{mode(kind, entry.mode)}  {owner:<9}  {sized}  {moment:<{_TIME}}  ".encode()


def leads_to(entry: Entry, output: Output) -> bytes:
    """Return where a link leads, with an arrow before it; nothing of what is no link."""
    if entry.link is None:
        return b""
    return (b" => " if entry.type == "hardlink" else b" -> ") + output.shown(entry.link)
