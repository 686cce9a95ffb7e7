"""Rows are put in order in steps, and only as far as is needed."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from layertui.errors import CancelledError
from layertui.ui.tables.ordering import (
    STEP,
    Task,
    arranged,
    collector_resting,
    matching,
    ordered,
    total,
)


def task(**changes: Any) -> Task[str]:
    settings: dict[str, Any] = {
        "rows": ["b", "a", "Ab", "c"],
        "key": str.lower,
        "falling": False,
        "text": "",
        "texts": lambda row: (row,),
        "measure": len,
    }
    return Task(**(settings | changes))


def never() -> bool:
    return False


def test_rows_are_sorted_filtered_and_added_up() -> None:
    done = arranged(task(text="b", home="b"), never)
    assert done.in_order == ["a", "Ab", "b", "c"]
    assert done.shown == ["Ab", "b"]
    assert done.total == 3
    assert done.place == 1


def test_a_row_that_is_not_shown_has_no_place() -> None:
    assert arranged(task(text="b", home="c"), never).place is None
    assert arranged(task(), never).place is None


def test_what_is_sorted_already_is_not_sorted_again() -> None:
    done = arranged(task(in_order=["c", "b"]), never)
    assert done.shown == ["c", "b"]


def test_a_filter_looks_among_the_rows_that_may_match() -> None:
    done = arranged(task(in_order=["c", "b", "Ab"], among=["Ab"], text="b"), never)
    assert done.in_order == ["c", "b", "Ab"]
    assert done.shown == ["Ab"]


@pytest.mark.parametrize(
    "work",
    [
        lambda rows, stop: ordered(rows, str, reverse=False, cancelled=stop),
        lambda rows, stop: matching(rows, "1", lambda row: (str(row),), cancelled=stop),
        lambda rows, stop: total(rows, int, cancelled=stop),
    ],
)
def test_work_on_many_rows_stops_soon_when_asked(work: Any) -> None:
    asked = 0

    def third_time() -> bool:
        nonlocal asked
        asked += 1
        return asked == 3

    with pytest.raises(CancelledError):
        work(range(STEP * 10), third_time)
    assert asked == 3


def test_the_collector_works_again_after_a_rest() -> None:
    with collector_resting():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.unfreeze()
