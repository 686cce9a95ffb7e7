"""Searching an opened image for `layertui grep`, and printing what is found."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layertui.cli.listing import why_not
from layertui.cli.output import Output, complain, raw
from layertui.contents.searching import Found, Search, search
from layertui.contents.targets import Scope, Shown, targets
from layertui.errors import ExitCode
from layertui.filesystem.selecting import anywhere, named, ranges
from layertui.reports.items import encode, name_item, path_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from layertui.cli.opened import OpenedImage
    from layertui.contents.expressions import Sought
    from layertui.contents.lines import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for.

    Attributes:
        sought: What is looked for.
        scope: Of which files.
        paths: The PATH arguments.
        options: Those of the command, by name.
    """

    sought: Sought
    scope: Scope
    paths: tuple[str, ...]
    options: Mapping[str, Any]


def search_image(opened: OpenedImage, request: Request) -> ExitCode:
    """Print what is found in an image and return the exit code.

    Raises:
        UsageError: There is no such layer, or a PATH is no glob.
    """
    options = request.options
    layer = opened.layer(options["layer"])
    allows, all_there = _allowed(opened, request, layer)
    output = Output(nul=False)
    wanted = Search(
        contents=opened.contents,
        targets=targets(opened.filesystem, request.scope, layer, allows=allows),
        sought=request.sought,
        as_text=options["as_text"],
        most=1 if options["files"] or options["quiet"] else options["max_count"],
    )
    printer = _Printer(opened, request, output, layer)
    code = _print(opened, wanted, printer, output, quiet=options["quiet"])
    output.flush()
    code = code if all_there else ExitCode.NO_ANSWER
    return opened.ended(code, None if request.scope is Scope.ALL else layer)


def _print(
    opened: OpenedImage, wanted: Search, printer: _Printer, output: Output, *, quiet: bool
) -> ExitCode:
    """Print what is found as it comes; return how it went."""
    searching = opened.narrator.reading(opened.image.layers, "searching")
    progress = None if output.is_terminal else searching
    code, is_whole = ExitCode.NOTHING_FOUND, True
    for found in search(wanted, progress=progress):
        if not isinstance(found, Found):
            complain(found.told)
            is_whole = False
            continue
        code = ExitCode.FINE
        if quiet:
            return code
        printer.print(found)
    return code if is_whole else ExitCode.NO_ANSWER


def _allowed(
    opened: OpenedImage, request: Request, layer: int
) -> tuple[Callable[[int], bool] | None, bool]:
    """Return what tells whether a node is named by a PATH, and whether all PATHs name something."""
    if not request.paths:
        return None, True
    filesystem = opened.filesystem
    nodes: list[int] = []
    all_there = True
    for path in request.paths:
        if request.scope is Scope.ALL:
            found = anywhere(filesystem, raw(path), layer)
        else:
            found = named(filesystem, raw(path), layer)
        nodes += found.nodes
        if not found.nodes:
            complain(why_not(found))
            all_there = False
    parts = ranges(filesystem, nodes)
    firsts = [first for first, _ in parts]

    def allows(node: int) -> bool:
        place = bisect_right(firsts, node) - 1
        return place >= 0 and node < parts[place][1]

    return allows, all_there


class _Printer:
    """Prints what is found.

    Args:
        opened: The image.
        request: What is asked for.
        output: Where to.
        layer: The layer looked at.
    """

    def __init__(self, opened: OpenedImage, request: Request, output: Output, layer: int) -> None:
        self._filesystem = opened.filesystem
        self._options = request.options
        self._scope = request.scope
        self._output = output
        self._layer = layer
        self._count = 0

    def print(self, found: Found) -> None:
        """Print lines of a file, or that it has some, or, at its end, how many."""
        options = self._options
        self._count += len(found.hits)
        if options["counts"] and found.goes_on and not options["files"]:
            return
        for shown in found.shown:
            if options["as_json"]:
                self._print_items(shown, found)
            elif options["files"]:
                self._write(self._name(shown, end=b"\0" if options["nul"] else b"\n"))
            elif options["counts"]:
                self._write(self._name(shown), b"%d\n" % self._count)
            else:
                self._print_lines(shown, found)
        self._count = self._count if found.goes_on else 0

    def _print_lines(self, shown: Shown, found: Found) -> None:
        name = self._name(shown)
        for hit in found.hits:
            self._write(name, b"%d:" % hit.line, self._output.shown(hit.text), b"\n")

    def _name(self, shown: Shown, end: bytes = b":") -> bytes:
        path = self._filesystem.table.path(shown.node)
        layer = b"%d:" % shown.layer if self._scope is Scope.ALL else b""
        if self._options["nul"]:
            return layer + path + b"\0"
        return layer + self._output.shown(path) + end

    def _print_items(self, shown: Shown, found: Found) -> None:
        item: dict[str, Any] = path_item(self._filesystem.table.path(shown.node))
        item |= {"layer": self._layer_of(shown), "removedBy": shown.gone}
        for each in self._items(item, found.hits):
            self._write(encode(each), b"\n")

    def _items(self, item: dict[str, Any], hits: tuple[Hit, ...]) -> Iterator[dict[str, Any]]:
        if self._options["files"]:
            yield item
        elif self._options["counts"]:
            yield {**item, "lines": self._count}
        else:
            for hit in hits:
                place = {"line": hit.line, "offset": hit.offset, "length": hit.length}
                cut = {"textStart": hit.lead} if hit.lead else {}
                yield {**item, **place, **name_item("text", hit.text), **cut}

    def _layer_of(self, shown: Shown) -> int:
        """Return the layer that gave a path the content."""
        if self._scope is not Scope.SHOWN:
            return shown.layer
        version = self._filesystem.version(shown.node, self._layer)
        return self._filesystem.versions.layers[version]

    def _write(self, *parts: bytes) -> None:
        for part in parts:
            self._output.write(part)
