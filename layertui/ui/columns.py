"""The columns of the tree: which there is room for, and what a row shows in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.display import count, mode, printable, size, time
from layertui.filesystem.tree import Change
from layertui.ui.cells import bar, left, right
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.tree import Entry, Filesystem
    from layertui.filesystem.view import Row

MODE_WIDTH, TIME_WIDTH, SIZE_WIDTH, BAR_WIDTH = 10, 16, 8, 5
INDENT = 2
_NARROWEST_OWNER, _WIDEST_OWNER = 5, 13
FOLD = "fold"
"""The target of a click on an arrow."""

_MARKS = {
    Change.ADDED: ("+", "added"),
    Change.MODIFIED: ("~", "modified"),
    Change.REMOVED: ("-", "removed"),
    Change.UNMODIFIED: (" ", "dim"),
}
_NAME_ROOM = 12
"""Cells that indentation leaves to a name."""


class Columns(NamedTuple):
    """Which columns are shown; size, mark and name always are.

    Attributes:
        mode: Whether type and permissions are shown.
        owner: The cells of the column of owners, 0 where it is not shown.
        time: Whether the time of the last change is shown.
        bar: Whether bars are shown.
    """

    mode: bool
    owner: int
    time: bool
    bar: bool


def owner_width(filesystem: Filesystem) -> int:
    """Return the cells that the owners of a filesystem need."""
    tables = (index.attribute_table for index in filesystem.indexes)
    owners = (f"{each.uid}:{each.gid}" for table in tables for each in table)
    widest = max((len(owner) for owner in owners), default=0)
    return min(max(widest, _NARROWEST_OWNER), _WIDEST_OWNER)


def columns_for(width: int, owner: int, *, attributes: bool) -> Columns:
    """Return the columns that fit in a width; mode, owner and time are attributes.

    Args:
        width: Cells of a row.
        owner: Cells that owners need.
        attributes: Whether attributes are wanted.
    """
    return Columns(
        mode=attributes and width >= 50,
        owner=owner if attributes and width >= 54 + owner else 0,
        time=attributes and width >= 100,
        bar=width >= 58,
    )


def heading(columns: Columns) -> str:
    """Return the line above the columns."""
    cells = [
        left("mode", MODE_WIDTH) if columns.mode else "",
        left("owner", columns.owner) if columns.owner else "",
        left("changed on", TIME_WIDTH) if columns.time else "",
        right("size", SIZE_WIDTH),
        " " * BAR_WIDTH if columns.bar else "",
    ]
    return " " + " ".join(cell for cell in cells if cell) + "    name"


def row_spans(
    row: Row, columns: Columns, width: int, *, share: float, changes: int
) -> Iterator[Span]:
    """Return what a row shows.

    Args:
        row: The path.
        columns: The columns to show.
        width: Cells of the whole row, behind the mark of the cursor.
        share: Its bytes, as a share of what its parent holds.
        changes: How many paths below it changed; told where they are folded away.
    """
    mark, part = _MARKS[row.change]
    quiet = "dim" if row.change is Change.UNMODIFIED else ""
    entry = row.entry
    used = SIZE_WIDTH + 4
    if columns.mode:
        yield Span(mode(entry.type, entry.mode) + " ", "dim")
        used += MODE_WIDTH + 1
    if columns.owner:
        yield Span(left(f"{entry.uid}:{entry.gid}", columns.owner) + " ", "dim")
        used += columns.owner + 1
    if columns.time:
        yield Span(left(_time(entry), TIME_WIDTH) + " ", "dim")
        used += TIME_WIDTH + 1
    yield Span(right(_size(row), SIZE_WIDTH), quiet)
    if columns.bar:
        yield Span(f" {bar(share, BAR_WIDTH)}", "bar")
        used += BAR_WIDTH + 1
    yield Span(f" {mark} ", part)
    yield Span(" " * min(INDENT * row.depth, max(0, width - used - _NAME_ROOM)))
    arrow = ("\u25be " if row.expanded else "\u25b8 ") if row.expandable else "  "
    yield Span(arrow, "dim", FOLD if row.expandable else "")
    yield from _name(row, part, changes)


def _name(row: Row, part: str, changes: int) -> Iterator[Span]:
    entry = row.entry
    slash = "/" if entry.type == "directory" else ""
    yield Span(printable(row.name) + slash, part)
    if entry.link is not None:
        link = printable(entry.link)
        yield Span(f" -> {link}" if entry.type == "symlink" else f" = {link}  hard link", "dim")
    elif entry.type == "fifo":
        yield Span("  named pipe", "dim")
    elif entry.device:
        yield Span(f"  {'character' if entry.type == 'chardev' else 'block'} device", "dim")
    elif entry.implied:
        yield Span("  implied", "dim")
    if changes and row.expandable and not row.expanded:
        word = "change" if changes == 1 else "changes"
        yield Span(f"  {count(changes)} {word}", "dim")


def _size(row: Row) -> str:
    entry = row.entry
    if entry.device:
        return f"{entry.device[0]},{entry.device[1]}"
    return "" if entry.type in ("symlink", "fifo") else size(row.size)


def _time(entry: Entry) -> str:
    return (time(entry.mtime) or "")[:16].replace("T", " ")
