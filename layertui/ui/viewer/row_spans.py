"""A row of text as spans: highlighted, and what was searched for marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len

from layertui.ui.viewer.cells import expanded, without_start
from layertui.ui.viewer.highlighter import PARTS
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SAME = re.compile(rb"(.)\1*+", re.DOTALL)


def row_spans(
    data: bytes, looks: bytes, spots: Sequence[tuple[int, int, str]], shift: int = 0
) -> Iterator[Span]:
    """Yield a row of text from a cell on.

    Args:
        data: The text.
        looks: A letter for each of its bytes, or nothing.
        spots: Start, end and component class of what is marked in it, in order.
        shift: The first cell that is shown.
    """
    column = 0
    for start, end, part in _pieces(data, looks, spots):
        text = expanded(data[start:end], column)
        cells = cell_len(text)
        hidden = max(0, shift - column)
        column += cells
        if hidden < cells:
            yield Span(without_start(text, hidden) if hidden else text, part)


def _pieces(
    data: bytes, looks: bytes, spots: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[int, int, str]]:
    """Yield where pieces of the same looks start and end, and how they look."""
    for start, end, part in _runs(looks, len(data)):
        place = start
        for first, last, mark in spots:
            first, last = max(first, place), min(last, end)  # noqa: PLW2901
            if first < last:
                if place < first:
                    yield place, first, part
                yield first, last, f"{part} {mark}".strip()
                place = last
        if place < end:
            yield place, end, part


def _runs(looks: bytes, length: int) -> Iterator[tuple[int, int, str]]:
    if not looks:
        yield 0, length, ""
        return
    for run in _SAME.finditer(looks[:length]):
        yield run.start(), run.end(), PARTS.get(run[1].decode("ascii"), "")
