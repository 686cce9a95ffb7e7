"""`layertui history`: what each layer did to a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from layertui.cli.listing import json_option
from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.cli.output import Output, complain, raw
from layertui.display import printable, size
from layertui.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.cli.opened import OpenedImage
    from layertui.contents.versions import PathVersion
    from layertui.image import Image

_EPILOG = """\b
A line for each layer that touched PATH, the oldest first: the layer, what it did, the size
of the file, and the instruction that made the layer. Where a marker above took the path
away, the line says which. Links above PATH are followed, a link at its end is not.

\b
  layertui history alpine /etc/passwd
  layertui history --json app.tar /srv/app | jq -r .change

\b
Exit codes: 0 fine, 1 no layer ever had PATH, 2 the answer could not be had.
An image of this name is ./history"""

_INSTRUCTION_SHOWN = 160
_LINK_SHOWN = 60


@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.argument("path")
@click.option("-H", "--human", is_flag=True, help="Sizes in kB, MB, GB.")
@json_option
@image_options
def command(image: str, path: str, **options: Any) -> int:
    """Tell what each layer of an image did to a path."""
    from layertui.contents.versions import history_of

    with opened_image(image, options) as opened:
        found = found_path(opened, path)
        history = history_of(opened.filesystem, found)
        if not history:
            complain(why_no_history(found))
            return opened.ended(ExitCode.NOTHING_FOUND)
        output = Output()
        if options["as_json"]:
            lines = _json_lines(opened.image, found, history)
        else:
            lines = _lines(opened.image, history, human=options["human"])
        for line in lines:
            output.line(line)
        output.flush()
        return opened.ended()


def found_path(opened: OpenedImage, given: str) -> bytes:
    """Return the path that an argument stands for, and say so where it is another one."""
    from layertui.contents.versions import path_with_history

    path = raw(given)
    found = path_with_history(opened.filesystem, path)
    if found != b"/" + path.strip(b"/"):
        complain(f"{printable(path)} is {printable(found)}")
    return found


def why_no_history(path: bytes) -> str:
    """Return why a path has no history."""
    if path == b"/":
        return "/: is the root of the image, which has no versions"
    return f"{printable(path)}: no layer has it"


def _json_lines(image: Image, path: bytes, history: Sequence[PathVersion]) -> list[bytes]:
    from layertui.reports.history import version_item
    from layertui.reports.items import encode

    return [encode(version_item(image, path, version)) for version in history]


def _lines(image: Image, history: Sequence[PathVersion], *, human: bool) -> list[bytes]:
    """Return the lines for people, in columns."""
    from layertui.contents.history_words import what_happened

    rows = [
        (str(version.layer), _told(version, what_happened(version)), _size(version, human=human),
         _instruction(image, version.layer))
        for version in history
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        f"{layer:>{widths[0]}}  {told:<{widths[1]}}  {amount:>{widths[2]}}  {step}".encode(
            "utf-8", "backslashreplace"
        )
        for layer, told, amount, step in rows
    ]


def _told(version: PathVersion, words: str) -> str:
    """Return what happened, and where a link leads."""
    entry = version.entry
    if entry is None or entry.link is None:
        return words
    return (
        f"{words} {'=>' if entry.type == 'hardlink' else '->'} {printable(entry.link, _LINK_SHOWN)}"
    )


def _size(version: PathVersion, *, human: bool) -> str:
    entry = version.entry
    if entry is None or entry.type not in ("file", "hardlink"):
        return "-"
    return size(entry.size) if human else str(entry.size)


def _instruction(image: Image, layer: int) -> str:
    """Return what made a layer, on one line."""
    step = image.layers[layer].history
    text = " ".join(step.instruction[: 4 * _INSTRUCTION_SHOWN].split()) if step else ""
    return printable(text, _INSTRUCTION_SHOWN) or "(no history)"
