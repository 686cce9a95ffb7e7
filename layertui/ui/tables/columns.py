"""Columns of a table: what they show of a row, which there is room for, how they line up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from rich.cells import cell_len

from layertui.ui.drawing.cells import cut, left, right
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Row = TypeVar("Row")

GAP = 2
"""Cells between two columns."""

_ARROWS = {False: "\u2191", True: "\u2193"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        name: What it is called where it is chosen.
        title: What stands above it.
        cell: Returns what it shows of a row, in at most as many cells as are given.
        width: Its cells; of a flexible column, the fewest.
        flexible: Whether it takes the room that the others leave; at most one column does.
        numbers: Whether it is aligned right.
        key: Returns what rows are sorted by, or None where they cannot be.
        falling: Whether the highest comes first when it is sorted by.
        priority: Those with the lowest give way first where there is little room.
    """

    name: str
    title: str
    cell: Callable[[Row, int], Span]
    width: int
    flexible: bool = False
    numbers: bool = False
    key: Callable[[Row], Any] | None = None
    falling: bool = False
    priority: int = 0


class Order(NamedTuple):
    """What rows are sorted by.

    Attributes:
        column: The name of the column.
        falling: Whether the highest comes first.
    """

    column: str
    falling: bool


class Placed(NamedTuple, Generic[Row]):
    """A column that there is room for.

    Attributes:
        column: The column.
        width: Its cells.
    """

    column: Column[Row]
    width: int


def placed_columns(columns: Sequence[Column[Row]], width: int, order: Order) -> list[Placed[Row]]:
    """Return the columns that fit in a width, in their order.

    The one that is sorted by is always there, then those of the highest priority.
    """
    needed: set[str] = set()
    room = width + GAP
    for column in sorted(columns, key=lambda each: (each.name != order.column, -each.priority)):
        if needed and column.width + GAP > room:
            break
        needed.add(column.name)
        room -= column.width + GAP
    return [
        Placed(column, column.width + (room if column.flexible and room > 0 else 0))
        for column in columns
        if column.name in needed
    ]


def heading_spans(placed: Sequence[Placed[Row]], order: Order) -> Iterator[Span]:
    """Return the titles, an arrow at the one that is sorted by; each is a target by its name."""
    for number, (column, width) in enumerate(placed):
        if number:
            yield Span(" " * GAP)
        arrow = _ARROWS[order.falling] if column.name == order.column else ""
        part = "strong" if arrow else "dim"
        yield Span(_title(column, width, arrow), part, column.name if column.key else "")


def row_spans(row: Row, placed: Sequence[Placed[Row]]) -> Iterator[Span]:
    """Return the cells of a row."""
    for number, (column, width) in enumerate(placed):
        if number:
            yield Span(" " * GAP)
        cell = column.cell(row, width)
        yield cell._replace(text=(right if column.numbers else left)(cell.text, width))


def _title(column: Column[Row], width: int, arrow: str) -> str:
    if column.numbers:
        text = f"{arrow} {column.title}" if arrow else column.title
        return right(text if cell_len(text) <= width else cut(arrow + column.title, width), width)
    return left(f"{column.title} {arrow}" if arrow else column.title, width)
