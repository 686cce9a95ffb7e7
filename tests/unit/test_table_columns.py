"""Columns line up, and give way where there is little room."""

from __future__ import annotations

import pytest

from layertui.ui.tables.columns import Column, Order, heading_spans, placed_columns, row_spans
from layertui.ui.widgets.line_view import Span

COLUMNS: tuple[Column[tuple[int, str]], ...] = (
    Column(name="size", title="size", width=6, numbers=True, priority=3,
           cell=lambda row, _width: Span(str(row[0])), key=lambda row: row[0]),
    Column(name="why", title="why", width=5, priority=1,
           cell=lambda _row, _width: Span("because"), key=lambda _row: 0),
    Column(name="path", title="path", width=8, flexible=True, priority=2,
           cell=lambda row, _width: Span(row[1]), key=lambda row: row[1]),
    Column(name="bar", title="", width=4, cell=lambda _row, _width: Span("=", "bar")),
)  # fmt: skip
BY_SIZE = Order("size", falling=True)


def names(width: int, order: Order = BY_SIZE) -> list[tuple[str, int]]:
    return [(column.name, cells) for column, cells in placed_columns(COLUMNS, width, order)]


@pytest.mark.parametrize(
    ("width", "placed"),
    [
        (40, [("size", 6), ("why", 5), ("path", 19), ("bar", 4)]),
        (29, [("size", 6), ("why", 5), ("path", 8), ("bar", 4)]),
        (28, [("size", 6), ("why", 5), ("path", 13)]),
        (22, [("size", 6), ("path", 14)]),
        (15, [("size", 6)]),
        (2, [("size", 6)]),
    ],
)
def test_columns_of_low_priority_give_way_first(width: int, placed: list[tuple[str, int]]) -> None:
    assert names(width) == placed


def test_the_column_that_is_sorted_by_stays() -> None:
    assert ("why", 5) in names(15, Order("why", falling=False))


def text(spans: object) -> str:
    return "".join(span.text for span in spans)  # type: ignore[attr-defined]


def test_numbers_are_aligned_right_and_all_else_left() -> None:
    placed = placed_columns(COLUMNS, 40, BY_SIZE)
    assert text(row_spans((7, "/a"), placed)) == "     7  beca\u2026  /a                   =   "


@pytest.mark.parametrize(
    ("order", "title"),
    [
        (BY_SIZE, "\u2193 size  why    path                     "),
        (Order("path", falling=False), "  size  why    path \u2191                   "),
    ],
)
def test_an_arrow_tells_what_is_sorted_by(order: Order, title: str) -> None:
    assert text(heading_spans(placed_columns(COLUMNS, 40, order), order)) == title


def test_titles_of_columns_that_can_be_sorted_by_are_targets() -> None:
    spans = heading_spans(placed_columns(COLUMNS, 40, BY_SIZE), BY_SIZE)
    assert [span.target for span in spans if span.target] == ["size", "why", "path"]
