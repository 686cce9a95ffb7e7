"""Rows in order, against the sorting and filtering of the language."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from layertui.ui.tables import ordering
from layertui.ui.tables.ordering import matching, ordered, total

rows = st.lists(st.tuples(st.integers(0, 9), st.text("abAB", max_size=4)), max_size=200)


def never() -> bool:
    return False


@given(rows, st.booleans(), st.integers(1, 50))
def test_rows_are_sorted_as_in_one_go_equal_ones_as_they_come(
    items: list[tuple[int, str]], falling: bool, step: int
) -> None:
    numbered = list(enumerate(items))
    with patch.object(ordering, "STEP", step):
        found = ordered(numbered, lambda row: row[1], reverse=falling, cancelled=never)
    assert found == sorted(numbered, key=lambda row: row[1], reverse=falling)


@given(rows, st.text("abAB", max_size=2), st.integers(1, 50))
def test_rows_match_where_one_of_their_texts_does(
    items: list[tuple[int, str]], text: str, step: int
) -> None:
    with patch.object(ordering, "STEP", step):
        found = matching(items, text, lambda row: (row[1], str(row[0])), cancelled=never)
    capitals = any(letter.isupper() for letter in text)
    assert found == [row for row in items if text in (row[1] if capitals else row[1].lower())]


@given(rows, st.integers(1, 50))
def test_what_rows_measure_is_added_up(items: list[tuple[int, str]], step: int) -> None:
    with patch.object(ordering, "STEP", step):
        assert total(items, lambda row: row[0], cancelled=never) == sum(row[0] for row in items)
