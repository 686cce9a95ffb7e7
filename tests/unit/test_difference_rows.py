"""Differences as rows, below or beside one another."""

from __future__ import annotations

import difflib

import pytest

from layertui.contents.difference_rows import DifferenceRows, RowKind, hunks
from layertui.contents.line_diff import Block, line_difference

OLD = [b"%d" % number for number in range(40)]
NEW = [*OLD[:5], b"x", *OLD[7:21], b"y", *OLD[21:]]


def rows(*, beside: bool, context: int = 2) -> DifferenceRows:
    found = line_difference(OLD, NEW)
    return DifferenceRows(hunks(found.blocks, len(OLD), context), beside=beside)


@pytest.mark.parametrize("context", [0, 1, 3, 6, 7, 9, 99])
def test_hunks_are_those_of_a_unified_diff(context: int) -> None:
    found = hunks(line_difference(OLD, NEW).blocks, len(OLD), context)
    old, new = ([line.decode() for line in text] for text in (OLD, NEW))
    expected = difflib.unified_diff(old, new, n=context, lineterm="")
    assert [hunk.heading for hunk in found] == [line for line in expected if line[:2] == "@@"]


def test_rows_below_one_another_have_what_goes_before_what_comes() -> None:
    shown = [(row.kind.value, row.old, row.new) for row in rows(beside=False)]
    assert shown[:8] == [
        ("hunk", 0, -1), ("same", 3, 3), ("same", 4, 4), ("removed", 5, -1), ("removed", 6, -1),
        ("added", -1, 5), ("same", 7, 6), ("same", 8, 7),
    ]  # fmt: skip


def test_rows_beside_one_another_have_the_lines_of_both() -> None:
    shown = [(row.kind.value, row.old, row.new) for row in rows(beside=True)]
    assert shown[3:5] == [("changed", 5, 5), ("removed", 6, -1)]
    assert ("added", -1, 20) in shown


@pytest.mark.parametrize("beside", [False, True])
def test_differences_are_the_rows_where_they_begin(beside: bool) -> None:
    found = rows(beside=beside)
    for row in found.differences:
        assert found[row].kind is not RowKind.SAME
        assert found[row - 1].kind in (RowKind.SAME, RowKind.HUNK)
    assert len(found.differences) == 2


def test_a_text_against_nothing_has_no_lines_around() -> None:
    (hunk,) = hunks([Block(0, 3, 0, 0)], 3, 3)
    assert hunk.heading == "@@ -1,3 +0,0 @@"
    assert hunks([], 9, 3) == []
