"""What several layers together added, modified and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.analysis import tallies
from layertui.analysis.tallies import RangeTally, Tally, tally_between, work_between
from layertui.errors import CancelledError
from layertui.filesystem.changes import ChangeStrips, Comparison
from tests.builders import directory, file, hardlink, opaque, symlink, whiteout
from tests.layers import stack

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

NOTHING = Tally()


def between(filesystem: Filesystem, lower: int, upper: int) -> RangeTally:
    comparison = Comparison(lower, upper)
    return tally_between(filesystem, comparison, ChangeStrips(filesystem).changes(comparison))


def test_what_one_layer_adds_and_a_later_one_removes_is_not_counted() -> None:
    layers = stack([file("kept", b"1")], [file("passing", b"22")], [whiteout("passing")])
    assert between(layers, 0, 2) == RangeTally(NOTHING, NOTHING, NOTHING)


def test_a_path_is_counted_once_with_the_bytes_it_has_at_the_end() -> None:
    layers = stack(
        [file("old", b"1")],
        [file("old", b"22"), file("new", b"333")],
        [file("old", b"4444"), file("new", b"55555")],
    )
    assert between(layers, 0, 2) == RangeTally(Tally(1, 5), Tally(1, 4), NOTHING)


def test_what_goes_counts_with_the_bytes_it_had_below_all_layers() -> None:
    layers = stack(
        [file("d/a", b"1"), file("d/b", b"22"), symlink("d/c", "a")],
        [file("d/a", b"333333")],
        [opaque("d")],
    )
    assert between(layers, 0, 2) == RangeTally(NOTHING, NOTHING, Tally(3, 3))
    assert between(layers, 1, 2) == RangeTally(NOTHING, NOTHING, Tally(3, 8))


def test_what_is_removed_and_comes_back_is_not_counted() -> None:
    layers = stack([file("f", b"1")], [whiteout("f")], [file("f", b"1")])
    assert between(layers, 0, 2) == RangeTally(NOTHING, NOTHING, NOTHING)


def test_links_count_and_weigh_nothing_and_directories_do_not_count() -> None:
    layers = stack([directory("d"), file("d/a", b"1234"), hardlink("b", "d/a"), symlink("c", "b")])
    assert between(layers, -1, 0) == RangeTally(Tally(3, 4), NOTHING, NOTHING)


def test_a_file_that_became_a_directory_weighs_nothing() -> None:
    layers = stack([file("other")], [file("f", b"1234")], [file("f/g", b"12")])
    assert between(layers, 0, 2) == RangeTally(Tally(1, 2), NOTHING, NOTHING)


def test_it_does_not_matter_how_many_are_looked_at_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"f{number}" for number in range(9)]
    layers = stack(
        [file(name, b"1") for name in names[:5]],
        [file(name, b"22") for name in names[2:]],
        [whiteout(names[0]), whiteout(names[1]), file(names[8], b"333")],
    )
    whole = between(layers, 0, 2)
    assert whole == RangeTally(Tally(4, 9), Tally(3, 6), Tally(2, 2))
    monkeypatch.setattr(tallies, "_PIECE", 2)
    assert between(layers, 0, 2) == whole


def test_the_work_is_what_the_layers_of_the_range_touched() -> None:
    layers = stack([file("a"), file("b")], [file("a", b"1")], [whiteout("b")])
    assert work_between(layers, Comparison(0, 2)) == 2
    assert work_between(layers, Comparison(-1, 2)) == work_between(layers, Comparison(-1, 0)) + 2


def test_counting_stops_when_it_is_told_to() -> None:
    layers = stack([file("a"), file("b")])
    changes = ChangeStrips(layers).changes(Comparison(-1, 0))
    with pytest.raises(CancelledError):
        tally_between(layers, Comparison(-1, 0), changes, cancelled=lambda: True)
