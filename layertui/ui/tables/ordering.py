"""Rows sorted and filtered in short steps, between which another thread gets its turn.

One call of `sorted` on a million rows keeps the interpreter for longer than a key may wait.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_Row = TypeVar("_Row")

STEP = 8_192
"""Rows that are worked on before another question whether to stop."""

_SAMPLES = 16
"""Keys looked at for every group of rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Generic[_Row]):
    """What is to be shown of some rows.

    Attributes:
        rows: All of them.
        key: Returns what they are sorted by.
        falling: Whether the highest comes first.
        text: What one of their texts has to hold; empty for all of them.
        texts: Returns the texts of a row that are looked at.
        measure: Returns what is added up.
        in_order: The rows as they are sorted already, or None.
        among: The rows, sorted, that may match, or None for all.
        home: The row whose place is asked for, or None.
    """

    rows: Sequence[_Row]
    key: Callable[[_Row], Any]
    falling: bool
    text: str
    texts: Callable[[_Row], Iterable[str]]
    measure: Callable[[_Row], int]
    in_order: Sequence[_Row] | None = None
    among: Sequence[_Row] | None = None
    home: _Row | None = None


class Arrangement(NamedTuple, Generic[_Row]):
    """Rows sorted and filtered.

    Attributes:
        in_order: All of them, sorted.
        shown: Those that match, sorted.
        total: What those measure together.
        place: The number of the row that was asked for among them, or None.
    """

    in_order: Sequence[_Row]
    shown: Sequence[_Row]
    total: int
    place: int | None


def arranged(task: Task[_Row], cancelled: Callable[[], bool]) -> Arrangement[_Row]:
    """Sort and filter.

    Raises:
        CancelledError: It was cancelled.
    """
    rows: Sequence[_Row] | None = task.in_order
    if rows is None:
        rows = ordered(task.rows, task.key, reverse=task.falling, cancelled=cancelled)
    shown = rows if task.among is None else task.among
    if task.text:
        shown = matching(shown, task.text, task.texts, cancelled=cancelled)
    whole = total(shown, task.measure, cancelled=cancelled)
    return Arrangement(rows, shown, whole, place_of(task.home, shown))


def place_of(row: _Row | None, rows: Sequence[_Row]) -> int | None:
    """Return the number of a row, or None where it is not there."""
    with suppress(ValueError):
        return None if row is None else rows.index(row)
    return None


def ordered(
    rows: Sequence[_Row],
    key: Callable[[_Row], Any],
    *,
    reverse: bool,
    cancelled: Callable[[], bool],
) -> list[_Row]:
    """Return rows by their keys, those with equal keys in the order they have.

    Rows are put into groups by a sample of their keys, and each group is sorted.

    Raises:
        CancelledError: Sorting was cancelled.
    """
    bounds = _bounds(rows, key)
    groups: list[list[_Row]] = [[] for _ in range(len(bounds) + 1)]
    for step in _steps(rows, cancelled):
        for row in step:
            groups[bisect_left(bounds, key(row))].append(row)
    result: list[_Row] = []
    for group in reversed(groups) if reverse else groups:
        _go_on(cancelled)
        group.sort(key=key, reverse=reverse)
        result += group
    return result


def _bounds(rows: Sequence[_Row], key: Callable[[_Row], Any]) -> list[Any]:
    """Return the different keys that part rows into groups of about a step."""
    count = len(rows) // STEP
    if not count:
        return []
    sample = sorted(key(row) for row in rows[:: max(1, len(rows) // (count * _SAMPLES))])
    bounds = sample[_SAMPLES::_SAMPLES]
    return list(dict.fromkeys(bounds))


def matching(
    rows: Sequence[_Row],
    text: str,
    texts: Callable[[_Row], Iterable[str]],
    *,
    cancelled: Callable[[], bool],
) -> list[_Row]:
    """Return the rows one of whose texts holds a text; capitals count where it has some.

    Raises:
        CancelledError: Filtering was cancelled.
    """
    fold = text == text.lower()
    found: list[_Row] = []
    for step in _steps(rows, cancelled):
        for row in step:
            for candidate in texts(row):
                if text in (candidate.lower() if fold else candidate):
                    found.append(row)
                    break
    return found


@contextmanager
def collector_resting() -> Iterator[None]:
    """Make many values that refer to none of one another without pauses to look for cycles.

    What there is afterwards is not looked at any more either; it goes when nothing refers to it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def total(
    rows: Sequence[_Row], measure: Callable[[_Row], int], *, cancelled: Callable[[], bool]
) -> int:
    """Return the sum of what rows measure.

    Raises:
        CancelledError: Adding up was cancelled.
    """
    return sum(sum(map(measure, step)) for step in _steps(rows, cancelled))


def _steps(rows: Sequence[_Row], cancelled: Callable[[], bool]) -> Iterator[Sequence[_Row]]:
    for start in range(0, len(rows), STEP):
        _go_on(cancelled)
        yield rows[start : start + STEP]


def _go_on(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise CancelledError("putting rows in order was cancelled")
