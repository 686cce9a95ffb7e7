"""Wasted copies gathered by path, cause and layer."""

from __future__ import annotations

import pytest

from layertui.analysis.gathering import (
    CauseWaste,
    LayerWaste,
    by_cause,
    by_layer,
    by_path,
    gathered,
)
from layertui.analysis.waste import WastedCopy, account
from layertui.errors import CancelledError
from tests.builders import file, whiteout
from tests.layers import stack

COPIES = account(
    stack(
        [file("f", b"1" * 10), file("g", b"2" * 15), file("e", b"3" * 15)],
        [file("f", b"1" * 10), file("g", b"3"), whiteout("e")],
        [whiteout("f")],
    ),
    base_layers=1,
).wasted


def test_copies_are_gathered_by_path_the_most_bytes_first() -> None:
    paths = by_path(COPIES)
    assert [(waste.path, waste.wasted_size, len(waste.copies)) for waste in paths] == [
        (b"/f", 20, 2),
        (b"/e", 15, 1),
        (b"/g", 15, 1),
    ]
    assert by_path(COPIES, most=1) == paths[:1]


def test_a_path_tells_causes_and_layers_of_its_copies() -> None:
    first, removed, rewritten = by_path(COPIES)
    assert first.summary.causes == {"removed": 10, "identical": 10}
    assert first.summary.layers == (0, 1)
    assert first.summary.superseded_by == (1, 2)
    assert removed.summary.causes == {"removed": 15}
    assert rewritten.summary.superseded_by == (1,)


def test_the_largest_copy_of_a_path_is_the_highest_of_equal_ones() -> None:
    copies = (
        WastedCopy(b"/f", 5, "rewritten", 0, 1),
        WastedCopy(b"/f", 9, "rewritten", 1, 2),
        WastedCopy(b"/f", 9, "removed", 2, 3),
        WastedCopy(b"/f", 7, "removed", 4, 5),
    )
    assert by_path(copies)[0].summary.largest == copies[2]


def test_every_cause_is_told_with_its_bytes_and_copies() -> None:
    assert by_cause(COPIES) == [
        CauseWaste("removed", 25, 2),
        CauseWaste("rewritten", 15, 1),
        CauseWaste("metadata", 0, 0),
        CauseWaste("identical", 10, 1),
        CauseWaste("repeated", 0, 0),
    ]


def test_layers_that_ship_or_make_waste_are_told_in_order() -> None:
    assert by_layer(COPIES) == [
        LayerWaste(0, 40, 0),
        LayerWaste(1, 10, 40),
        LayerWaste(2, 0, 10),
    ]
    assert by_layer(()) == []


def test_many_copies_of_one_path_are_gathered_in_one_walk() -> None:
    copies = [WastedCopy(b"/f", 1, "identical", 0, 0)] * 200_000
    path = gathered(copies)[0]
    assert len(path.copies) == 200_000
    assert path.summary is path.known


def test_gathering_stops_when_asked() -> None:
    with pytest.raises(CancelledError):
        gathered(COPIES, cancelled=lambda: True)
