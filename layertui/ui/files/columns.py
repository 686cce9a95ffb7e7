"""The columns of the tree: which there is room for, and what a row shows in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.display import count, mode, printable, size, time
from layertui.filesystem.tree import Change
from layertui.filesystem.view import Sort
from layertui.ui.drawing.cells import bar, left, right
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from layertui.filesystem.tree import Entry, Filesystem
    from layertui.filesystem.view import Row

MODE_WIDTH, TIME_WIDTH, SIZE_WIDTH, BAR_WIDTH = 10, 16, 8, 5
INDENT = 2
_NARROWEST_OWNER, _WIDEST_OWNER = 5, 13
_PLAIN_ROOM = 40
"""Cells that the mark of the cursor, size, mark, arrow and a name take at least."""
_SPARE_ROOM = 100
"""From this many cells on there is room for times that nobody asked for."""

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
    """Which columns are shown; mark and name always are.

    Attributes:
        mode: Whether type and permissions are shown.
        owner: The cells of the column of owners, 0 where it is not shown.
        time: Whether the time of the last change is shown.
        size: Whether sizes are shown.
        bar: Whether bars are shown.
    """

    mode: bool
    owner: int
    time: bool
    size: bool
    bar: bool

    @property
    def width(self) -> int:
        """The cells before the mark, each column with the space behind it."""
        cells = (
            MODE_WIDTH + 1 if self.mode else 0,
            self.owner + 1 if self.owner else 0,
            TIME_WIDTH + 1 if self.time else 0,
            SIZE_WIDTH + 1 if self.size else 0,
            BAR_WIDTH + 1 if self.bar else 0,
        )
        return sum(cells)


def owner_width(filesystem: Filesystem) -> int:
    """Return the cells that the owners of a filesystem need."""
    tables = (index.attribute_table for index in filesystem.indexes)
    owners = (f"{each.uid}:{each.gid}" for table in tables for each in table)
    widest = max((len(owner) for owner in owners), default=0)
    return min(max(widest, _NARROWEST_OWNER), _WIDEST_OWNER)


def columns_for(
    width: int, owner: int, wanted: Collection[str], *, times: bool | None = None
) -> Columns:
    """Return the columns that fit in a width.

    Args:
        width: Cells of a row.
        owner: Cells that owners need.
        wanted: Names out of mode, owner, size and bar.
        times: Whether times are shown, before the others; None: where there is room to spare.
    """
    room = width - _PLAIN_ROOM
    asked = bool(times) and room >= TIME_WIDTH
    room -= TIME_WIDTH + 1 if asked else 0
    return Columns(
        mode="mode" in wanted and room >= MODE_WIDTH,
        owner=owner if "owner" in wanted and room >= MODE_WIDTH + 4 + owner else 0,
        time=asked or (times is None and width >= _SPARE_ROOM),
        size="size" in wanted,
        bar="bar" in wanted and room >= MODE_WIDTH + BAR_WIDTH + 3,
    )


def heading(columns: Columns, sort: Sort) -> Iterator[Span]:
    """Return the line above the columns; a click on what can be sorted by is about its name."""
    size_title, name_title = "size", "name"
    if sort is Sort.SIZE:
        size_title = "\u25be size"
    else:
        name_title = "name \u25b4"
    yield Span(" ")
    if columns.mode:
        yield Span(left("mode", MODE_WIDTH + 1))
    if columns.owner:
        yield Span(left("owner", columns.owner + 1))
    if columns.time:
        yield Span(left("changed on", TIME_WIDTH + 1))
    if columns.size:
        yield Span(right(size_title, SIZE_WIDTH), target=Sort.SIZE.value)
        yield Span(" ")
    if columns.bar:
        yield Span(" " * (BAR_WIDTH + 1), target=Sort.SIZE.value)
    yield Span("    ")
    yield Span(name_title, target=Sort.NAME.value)


class Standing(NamedTuple):
    """How a row stands among the others.

    Attributes:
        share: Its bytes, as a share of those of its biggest sibling.
        changes: How many paths below it changed; told where they are folded away.
        found: What the filter found in the name, empty for all of it, None for nothing.
        alone: Whether it is in a state that is compared with nothing, so that it does not recede.
    """

    share: float
    changes: int
    found: str | None
    alone: bool = False


def row_spans(row: Row, columns: Columns, width: int, standing: Standing) -> Iterator[Span]:
    """Return what a row shows.

    Args:
        row: The path.
        columns: The columns to show.
        width: Cells of the whole row, behind the mark of the cursor.
        standing: How it stands among the others.
    """
    mark, part = (" ", "") if standing.alone else _MARKS[row.change]
    quiet = "dim" if row.change is Change.UNMODIFIED and not standing.alone else ""
    yield from _attributes(row, columns, standing.share, quiet)
    yield Span(f"{mark} ", part)
    yield from _branch(row, max(0, width - columns.width - 4 - _NAME_ROOM))
    yield from _name(row, part, standing.found)
    yield from _remark(row, standing.changes)


def _branch(row: Row, room: int) -> Iterator[Span]:
    """Yield the indentation, as far as there is room for it, and the arrow of a directory."""
    yield Span(" " * min(INDENT * row.depth, room))
    arrow = ("\u25be " if row.expanded else "\u25b8 ") if row.expandable else "  "
    yield Span(arrow, "dim", FOLD if row.expandable else "")


def _attributes(row: Row, columns: Columns, share: float, quiet: str) -> Iterator[Span]:
    """Yield the columns before the mark."""
    entry = row.entry
    if columns.mode:
        yield Span(mode(entry.type, entry.mode) + " ", "dim")
    if columns.owner:
        yield Span(left(f"{entry.uid}:{entry.gid}", columns.owner) + " ", "dim")
    if columns.time:
        yield Span(left(_time(entry), TIME_WIDTH) + " ", "dim")
    if columns.size:
        yield Span(right(_size(row), SIZE_WIDTH) + " ", quiet)
    if columns.bar:
        yield Span(f"{bar(share, BAR_WIDTH)} ", "bar")


def _name(row: Row, part: str, found: str | None) -> Iterator[Span]:
    """Yield the name, what the filter found in it set off."""
    part += " struck" if row.change is Change.REMOVED else ""
    name = printable(row.name)
    start, end = (len(name), len(name)) if found is None else _place(name, found)
    yield Span(name[:start], part)
    yield Span(name[start:end], f"{part} match")
    yield Span(name[end:], part)
    if row.entry.type == "directory":
        yield Span("/", part)


def _place(name: str, found: str) -> tuple[int, int]:
    """Return where a text is in a name, letters in any case; the whole name where it is not."""
    start = name.lower().find(found.lower()) if found else -1
    return (0, len(name)) if start < 0 else (start, start + len(found))


def _remark(row: Row, changes: int) -> Iterator[Span]:
    """Yield what is told behind the name: where a link leads, what is folded away."""
    entry = row.entry
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
