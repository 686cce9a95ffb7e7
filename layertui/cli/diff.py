"""`layertui diff`: a path in one layer against the same path in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from layertui.cli.history import found_path, why_no_history
from layertui.cli.listing import json_option
from layertui.cli.opened import image_options, opened_image
from layertui.cli.options import CONTEXT
from layertui.cli.output import Output, complain
from layertui.display import printable
from layertui.errors import ExitCode

if TYPE_CHECKING:
    from layertui.cli.opened import OpenedImage
    from layertui.contents.comparing import BinaryDifference, Comparison, Side, TextDifference
    from layertui.contents.versions import PathVersion

_EPILOG = """\b
Without --from and --to, the last two versions of PATH are compared; where there was only
one, that one and nothing. What differs in type, mode, owner, time, links and extended
attributes is told in lines before the difference of the contents, which is a unified diff
of texts, as patch(1) takes it, and sizes and the first difference of anything else.

\b
  layertui diff app.tar /etc/passwd
  layertui diff --from 0 --to 4 app.tar /etc/passwd    as after layer 0, and after layer 4
  layertui diff -c -U 0 app.tar /app/main.py           contents only, without lines around

\b
Exit codes: 0 the same, 1 different, 2 no layer has PATH or the answer could not be had.
An image of this name is ./diff"""

_HEX_ROW = 16


# fmt: off
@click.command(context_settings=CONTEXT, epilog=_EPILOG)
@click.argument("image")
@click.argument("path")
@click.option(
    "--from", "lower", type=int, metavar="N",
    help="PATH as it is after layer N, counted from 0.  [default: the version before]",
)
@click.option(
    "--to", "upper", type=int, metavar="M",
    help="PATH as it is after layer M.  [default: the topmost]",
)
@click.option(
    "-U", "--unified", "context", type=click.IntRange(0), default=3, metavar="N",
    help="Lines that are the same around those that differ.  [default: 3]",
)
@click.option("-c", "--content", is_flag=True, help="Compare contents only.")
@click.option("-q", "--quiet", is_flag=True, help="Write nothing; the exit code tells.")
@json_option
@image_options
def command(image: str, path: str, **options: Any) -> int:
    """Compare two versions of a path in an image."""
    from layertui.contents.comparing import compared
    from layertui.contents.versions import history_of

    with opened_image(image, options) as opened:
        found = found_path(opened, path)
        history = history_of(opened.filesystem, found)
        if not history:
            complain(why_no_history(found))
            return opened.ended(ExitCode.NO_ANSWER)
        old, new = _sides(opened, history, options["lower"], options["upper"])
        comparison = compared(opened.contents, old, new, most_runs=1)
        if options["content"]:
            comparison = _only_content(comparison)
        if _is_rough(comparison):
            complain(f"{printable(found)}: compared roughly, there may be fewer differences")
        code = ExitCode.FINE if comparison.is_same else ExitCode.NOTHING_FOUND
        highest = None if options["upper"] is None else max(old.layer, new.layer)
        code = opened.ended(code, highest)
        if not options["quiet"]:
            _write(found, comparison, options["context"], as_json=options["as_json"])
        return code
# fmt: on


def _sides(
    opened: OpenedImage, history: tuple[PathVersion, ...], lower: int | None, upper: int | None
) -> tuple[Side, Side]:
    """Return what is to be compared.

    Raises:
        UsageError: There is no such layer.
    """
    from layertui.contents.comparing import side_of
    from layertui.contents.versions import version_after

    if lower is None and upper is None:
        return _last_two(history)
    top = opened.layer(upper, "--to")
    new = side_of(version_after(history, top), top)
    if lower is None:
        shown = new.entry.layer if new.entry is not None else top
        return side_of(version_after(history, shown - 1), max(0, shown - 1)), new
    bottom = opened.layer(lower, "--from")
    return side_of(version_after(history, bottom), bottom), new


def _last_two(history: tuple[PathVersion, ...]) -> tuple[Side, Side]:
    """Return the last two versions; of one that is alone, that and nothing, in their order."""
    from layertui.contents.comparing import side_of

    there = [version for version in history if version.is_there]
    if len(there) > 1:
        old, new = there[-2:]
        return side_of(old, old.layer), side_of(new, new.layer)
    last = history[-1]
    if there and last is not there[0]:
        return side_of(there[0], there[0].layer), side_of(None, last.layer)
    return side_of(None, max(0, last.layer - 1)), side_of(last, last.layer)


def _only_content(comparison: Comparison) -> Comparison:
    """Leave out what is not in the contents; one that is not there still differs."""
    from dataclasses import replace

    if (comparison.old.entry is None) != (comparison.new.entry is None):
        return comparison
    return replace(comparison, fields=())


def _is_rough(comparison: Comparison) -> bool:
    """Tell whether there may be fewer differences than are told."""
    from layertui.contents.comparing import TextDifference

    content = comparison.content
    return isinstance(content, TextDifference) and content.lines.is_rough


def _write(path: bytes, comparison: Comparison, context: int, *, as_json: bool) -> None:
    from layertui.contents.comparing import TextDifference

    output = Output()
    if as_json:
        from layertui.reports.comparison import comparison_item
        from layertui.reports.items import encode

        output.line(encode(comparison_item(path, comparison, context)))
    else:
        _write_fields(comparison, output)
        if isinstance(comparison.content, TextDifference):
            _write_text(path, comparison, comparison.content, context, output)
        elif comparison.content is not None:
            _write_binary(comparison, comparison.content, output)
    output.flush()


def _write_fields(comparison: Comparison, output: Output) -> None:
    """Write what differs apart from the content."""
    for field in comparison.fields:
        if field.differs:
            old, new = field.words(field.old) or "(none)", field.words(field.new) or "(none)"
            output.line(f"{field.title}: {old} -> {new}".encode("utf-8", "backslashreplace"))


def _write_text(
    path: bytes, comparison: Comparison, found: TextDifference, context: int, output: Output
) -> None:
    """Write a unified diff."""
    from layertui.contents.difference_rows import DifferenceRows, RowKind, hunks

    groups = hunks(found.lines.blocks, len(found.old), context, found.first_line)
    rows = DifferenceRows(groups, beside=False)
    output.line(b"--- ", _named(path, comparison.old, output))
    output.line(b"+++ ", _named(path, comparison.new, output))
    for kind, old, new in rows:
        if kind is RowKind.HUNK:
            output.line(rows.hunks[old].heading.encode())
        elif kind is RowKind.ADDED:
            _write_line(b"+", found.new[new], output)
        else:
            _write_line(b"-" if kind is RowKind.REMOVED else b" ", found.old[old], output)


def _named(path: bytes, side: Side, output: Output) -> bytes:
    """Return what a unified diff calls a side."""
    if side.entry is None:
        return b"/dev/null"
    name = output.shown(path)
    if b"\n" in name or b"\t" in name:
        name = printable(path).encode()
    return name + f"\tlayer {side.layer}".encode()


def _write_line(mark: bytes, line: bytes, output: Output) -> None:
    text = line.removesuffix(b"\n")
    output.line(mark, b"\t".join(output.shown(part) for part in text.split(b"\t")))
    if not line.endswith(b"\n"):
        output.line(b"\\ No newline at end of file")


def _write_binary(comparison: Comparison, found: BinaryDifference, output: Output) -> None:
    """Write sizes and the first difference, with the bytes there."""
    if (only := comparison.only_content(found)) is not None:
        side, blob = only
        output.line(f"Only after layer {side.layer} is there a content: {blob.size} bytes".encode())
        return
    first = found.bytes.first or 0
    what = "Texts too large to be compared line by line" if found.are_texts else "Binary contents"
    output.line(
        f"{what} differ: {found.old.size} and {found.new.size} bytes, "
        f"first at offset {first} (0x{first:x})".encode()
    )
    start = first - first % _HEX_ROW
    for mark, blob in ((b"-", found.old), (b"+", found.new)):
        data = blob.read_at(start, _HEX_ROW)
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)
        output.line(mark, f"{start:08x}  {data.hex(' '):<47}  {text}".encode())
