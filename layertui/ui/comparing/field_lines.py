"""What two versions are, field by field, in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.ui.drawing.cells import ELLIPSIS, left, wrap
from layertui.ui.waste.text import instruction_of
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.contents.comparing import Comparison, Side
    from layertui.contents.metadata import Field
    from layertui.image import Image

_MOST_LINES = 4
"""Lines that a value may have."""

_LEAST_TITLE = 9
_GAP = 2
_WIDEST_VALUE = 68


class Columns(NamedTuple):
    """The cells of the columns.

    Attributes:
        title: Of the names of fields.
        value: Of each of the two values.
    """

    title: int
    value: int


def columns_in(comparison: Comparison, width: int) -> Columns:
    """Return the columns for a width."""
    longest = max((len(field.title) for field in comparison.fields), default=0)
    title = min(max(longest, _LEAST_TITLE), max(_LEAST_TITLE, width // 3))
    return Columns(title, max(8, min(_WIDEST_VALUE, (width - 2 - title - 2 * _GAP) // 2)))


def field_lines(image: Image, comparison: Comparison, width: int) -> Iterator[Line]:
    """Yield a heading and the fields; those that differ stand out."""
    columns = columns_in(comparison, width)
    yield _joined("  ", "", _headings(comparison), columns, "strong")
    steps = [_step(image, side) for side in (comparison.old, comparison.new)]
    yield _joined("  ", "", (_first(steps[0], columns), _first(steps[1], columns)), columns, "dim")
    for field in comparison.fields:
        yield from _field(field, columns)


def _headings(comparison: Comparison) -> tuple[str, str]:
    old, new = (f"after layer {side.layer}" for side in (comparison.old, comparison.new))
    return old, new


def _step(image: Image, side: Side) -> str:
    """Return what made a version."""
    if side.entry is None:
        return "not there"
    return instruction_of(image, side.entry.layer)


def _first(text: str, columns: Columns) -> str:
    return left(text, columns.value)


def _field(field: Field, columns: Columns) -> Iterator[Line]:
    old = _values(field.words(field.old), columns)
    new = _values(field.words(field.new), columns)
    look = "modified" if field.differs else "dim"
    for number in range(max(len(old), len(new))):
        mark = "~ " if field.differs and not number else "  "
        title = field.title if not number else ""
        values = tuple(each[number] if number < len(each) else "" for each in (old, new))
        yield _joined(mark, title, (values[0], values[1]), columns, look)


def _values(text: str, columns: Columns) -> list[str]:
    """Return a value in a few lines; a dash where there is none."""
    lines = wrap(text or "-", columns.value)
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: columns.value - 1] + ELLIPSIS]
    return lines


def _joined(mark: str, title: str, values: tuple[str, str], columns: Columns, look: str) -> Line:
    gap = " " * _GAP
    return (
        Span(mark, look), Span(left(title, columns.title), "dim" if look == "dim" else ""),
        Span(gap), Span(left(values[0], columns.value), look),
        Span(gap), Span(left(values[1], columns.value), look),
    )  # fmt: skip
