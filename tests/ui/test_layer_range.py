from __future__ import annotations

from layertui.ui.layers.range import LayerRange, with_mark


def test_the_first_mark_starts_a_range_that_follows_the_cursor() -> None:
    marked = with_mark(None, 3)
    assert marked == LayerRange(3)
    assert marked is not None
    assert [marked.bounds(cursor) for cursor in (1, 3, 5)] == [(1, 3), (3, 3), (3, 5)]


def test_a_mark_on_another_layer_ends_it_and_leaves_the_cursor_free() -> None:
    marked = with_mark(LayerRange(3), 1)
    assert marked == LayerRange(3, 1)
    assert marked is not None
    assert {marked.bounds(cursor) for cursor in range(9)} == {(1, 3)}


def test_a_mark_on_the_same_layer_or_a_third_one_takes_the_range_away() -> None:
    assert with_mark(LayerRange(3), 3) is None
    assert with_mark(LayerRange(3, 1), 2) is None
