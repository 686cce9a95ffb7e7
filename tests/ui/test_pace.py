"""How fast bytes come, in figures and in words."""

from __future__ import annotations

import pytest

from layertui.ui.layers.pace import Pace, pace_words

MB = 1_000_000


def test_a_speed_is_known_from_the_second_figure_on() -> None:
    first = Pace().advanced(0, 10.0)
    assert first.speed == 0
    assert first.advanced(3 * MB, 11.0).speed == 3 * MB


def test_a_speed_follows_what_happens_without_jumping() -> None:
    pace = Pace().advanced(0, 0.0).advanced(10 * MB, 1.0)
    slower = pace.advanced(11 * MB, 2.0)
    assert 1 * MB < slower.speed < 10 * MB
    for second in range(3, 20):
        slower = slower.advanced(slower.done + MB, float(second))
    assert slower.speed == pytest.approx(1 * MB, rel=0.01)


def test_what_comes_at_the_same_time_changes_nothing() -> None:
    pace = Pace().advanced(0, 1.0).advanced(5, 2.0)
    assert pace.advanced(9, 2.0) == pace


def test_starting_over_is_no_negative_speed() -> None:
    pace = Pace().advanced(9 * MB, 1.0).advanced(0, 2.0)
    assert pace.speed == 0
    assert pace.remaining(9 * MB) is None


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (None, "2.0 MB/s"),
        (4 * MB, "2.0 MB/s, 1 s left"),
        (2 * MB, "2.0 MB/s, 1 s left"),
        (102 * MB, "2.0 MB/s, 50 s left"),
        (1_202 * MB, "2.0 MB/s, 10 min left"),
        (72_002 * MB, "2.0 MB/s, 10 h left"),
        (1, "2.0 MB/s, 1 s left"),
    ],
)
def test_the_rest_is_told_in_words(total: int | None, words: str) -> None:
    assert pace_words(Pace(2 * MB, 2.0 * MB, 1.0), total) == words


def test_nothing_is_told_before_anything_is_known() -> None:
    assert pace_words(Pace(), 100) == ""
