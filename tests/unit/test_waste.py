"""The accounting of small images, computed by hand."""

from __future__ import annotations

import pytest

from layertui.analysis.waste import Causes, WastedCopy, account
from tests.builders import directory, file, hardlink, opaque, symlink, whiteout
from tests.layers import stack
from tests.unit.test_tar_sparse import gnu

COPY = file("f", b"x" * 100, mtime=1)


@pytest.mark.parametrize(
    ("above", "cause"),
    [
        (whiteout("f"), "removed"),
        (opaque(), "removed"),
        (directory("f"), "removed"),
        (symlink("f", "t"), "removed"),
        (file("f/child"), "removed"),
        (file("f", b"y" * 100, mtime=1), "rewritten"),
        (file("f", b"x" * 99, mtime=1), "rewritten"),
        (file("f", b"y" * 100, mode=0o600), "rewritten"),
        (file("f", b"x" * 100, mtime=1, mode=0o755), "metadata"),
        (file("f", b"x" * 100, mtime=1, uid=5), "metadata"),
        (file("f", b"x" * 100, mtime=2), "metadata"),
        (file("f", b"x" * 100, mtime=1, pax={"SCHILY.xattr.user.a": b"1"}), "metadata"),
        (COPY, "identical"),
    ],
)
def test_a_superseded_copy_is_wasted_for_one_cause(above: bytes, cause: str) -> None:
    accounting = account(stack([COPY], [above]), base_layers=1)
    assert accounting.wasted == (WastedCopy(b"/f", 100, cause, 0, 1),)
    assert accounting.causes == Causes(**{cause: 100})
    assert accounting.layers[0].wasted_size == 100
    assert accounting.layers[1].superseded_size == 100
    assert accounting.visible_size == accounting.size - 100


def test_an_image_of_nothing_is_efficient() -> None:
    for accounting in (account(stack(), base_layers=0), account(stack([], []), base_layers=1)):
        assert (accounting.size, accounting.efficiency, accounting.user_wasted_percent) == (
            0,
            1.0,
            0.0,
        )
        assert accounting.wasted == ()


def test_an_image_that_shows_all_it_ships_wastes_nothing() -> None:
    accounting = account(stack([COPY], [file("g", b"y" * 50)]), base_layers=1)
    assert (accounting.size, accounting.visible_size, accounting.wasted_size) == (150, 150, 0)
    assert (accounting.efficiency, accounting.visible_files) == (1.0, 2)
    assert (accounting.user_size, accounting.user_wasted_size) == (50, 0)


def test_what_goes_with_a_directory_is_wasted_copy_by_copy() -> None:
    below = [file("d/a", b"1" * 10), file("d/e/b", b"2" * 20), symlink("d/l", "t"), file("d/zero")]
    for marker in (whiteout("d"), opaque("d"), opaque(), file("d")):
        accounting = account(stack(below, [marker]), base_layers=1)
        assert accounting.causes == Causes(removed=30)
        assert {copy.path for copy in accounting.wasted} == {b"/d/a", b"/d/e/b"}


def test_dive_truth_a_hundred_of_a_hundred_and_one_bytes_are_wasted() -> None:
    for marker in (whiteout("d"), opaque("d")):
        accounting = account(
            stack([file("d/f", b"x" * 100), file("o", b"1")], [marker]), base_layers=1
        )
        assert (accounting.size, accounting.wasted_size) == (101, 100)
        assert accounting.efficiency == pytest.approx(1 / 101)


def test_dive_truth_one_of_two_copies_is_wasted_by_chmod() -> None:
    changed = file("f", b"x" * 100, mtime=1, mode=0o755)
    assert account(stack([COPY], [changed]), base_layers=1).causes == Causes(metadata=100)
    again = file("f", b"x" * 100, mtime=1, mode=0o700)
    assert account(stack([COPY], [changed], [again]), base_layers=1).causes == Causes(metadata=200)


def test_dive_truth_a_whiteout_of_nothing_does_not_hide_the_rest_of_its_layer() -> None:
    rewritten = [whiteout("missing"), file("f", b"y" * 100)]
    assert account(stack([COPY], rewritten), base_layers=1).causes == Causes(rewritten=100)


def test_a_copy_that_goes_later_is_wasted_by_the_layer_that_took_it() -> None:
    accounting = account(stack([COPY], [], [file("g", b"1")], [whiteout("f")], []), base_layers=1)
    assert accounting.wasted == (WastedCopy(b"/f", 100, "removed", 0, 3),)
    assert [layer.superseded_size for layer in accounting.layers] == [0, 0, 0, 100, 0]


def test_a_copy_that_comes_back_is_shipped_twice() -> None:
    accounting = account(stack([COPY], [whiteout("f")], [COPY]), base_layers=1)
    assert (accounting.size, accounting.causes) == (200, Causes(removed=100))


def test_a_path_both_whited_out_and_written_is_rewritten() -> None:
    accounting = account(stack([COPY], [whiteout("f"), file("f", b"y" * 10)]), base_layers=1)
    assert accounting.causes == Causes(rewritten=100)


def test_a_hard_link_keeps_a_copy_visible() -> None:
    linked = [COPY, hardlink("l", "f")]
    for entry in (whiteout("f"), file("f", b"new")):
        accounting = account(stack(linked, [entry]), base_layers=1)
        assert accounting.wasted == ()
    gone = account(stack(linked, [whiteout("f")], [whiteout("l")]), base_layers=1)
    assert gone.wasted == (WastedCopy(b"/l", 100, "removed", 0, 2),)


def test_a_link_from_an_upper_layer_keeps_a_copy_that_goes_with_it_visible() -> None:
    accounting = account(stack([COPY], [hardlink("l", "f"), whiteout("f")]), base_layers=1)
    assert (accounting.wasted, accounting.visible_files) == ((), 1)


def test_a_copy_goes_when_the_last_of_its_names_goes_for_the_cause_of_that() -> None:
    accounting = account(
        stack([COPY, hardlink("l", "f")], [whiteout("f")], [file("l", b"y" * 100)]), base_layers=1
    )
    assert accounting.wasted == (WastedCopy(b"/l", 100, "rewritten", 0, 2),)


def test_a_hard_link_weighs_nothing_and_counts_as_a_file() -> None:
    accounting = account(stack([COPY, hardlink("l", "f"), symlink("s", "f")]), base_layers=1)
    assert (accounting.size, accounting.visible_files) == (100, 3)
    assert accounting.layers[0].tally.added == (3, 100)


@pytest.mark.parametrize(
    ("last", "cause"),
    [
        (file("f", b"y" * 50), "rewritten"),
        (file("f", b"x" * 100, mtime=2), "metadata"),
        (COPY, "identical"),
        (directory("f"), "removed"),
        (file("f/child"), "removed"),
    ],
)
def test_a_duplicate_is_wasted_by_its_own_layer(last: bytes, cause: str) -> None:
    accounting = account(stack([COPY, last]), base_layers=1)
    assert accounting.wasted == (WastedCopy(b"/f", 100, cause, 0, 0, -1),)
    assert accounting.layers[0].wasted_size == accounting.layers[0].superseded_size == 100


def test_superseded_sizes_sum_to_what_is_wasted() -> None:
    accounting = account(
        stack([COPY, COPY], [file("f", b"y" * 30)], [file("g", b"z"), whiteout("f")]), base_layers=1
    )
    assert [layer.superseded_size for layer in accounting.layers] == [100, 100, 30]
    assert [layer.wasted_size for layer in accounting.layers] == [200, 30, 0]
    assert accounting.wasted_size == 230


@pytest.mark.parametrize(
    ("base", "user_size", "waste"), [(0, 160, 100), (1, 60, 0), (2, 10, 0), (3, 0, 0)]
)
def test_user_waste_is_that_of_the_layers_above_the_base(
    base: int, user_size: int, waste: int
) -> None:
    layers = [[COPY], [file("f", b"y" * 50)], [file("g", b"z" * 10)]]
    accounting = account(stack(*layers), base_layers=base)
    assert (accounting.user_size, accounting.user_wasted_size) == (user_size, waste)
    assert accounting.user_wasted_percent == (waste / user_size if user_size else 0.0)


def test_repeating_the_base_is_user_waste_and_rewriting_it_is_not() -> None:
    base = [COPY, file("g", b"g" * 40)]
    upper = [file("f", b"x" * 100, mode=0o755), file("g", b"h" * 40)]
    accounting = account(stack(base, upper), base_layers=1)
    assert (accounting.user_size, accounting.user_wasted_size) == (140, 100)
    assert [copy.path for copy in accounting.repeats] == [b"/f"]


def test_a_copy_that_goes_back_to_the_content_of_the_base_is_user_waste() -> None:
    accounting = account(stack([COPY], [file("f", b"y" * 70)], [COPY]), base_layers=1)
    assert accounting.user_wasted_size == 170
    assert accounting.causes == Causes(rewritten=170)


def test_a_copy_that_only_a_link_shows_is_user_waste_where_the_base_holds_it() -> None:
    accounting = account(
        stack([COPY], [COPY, hardlink("l", "f")], [file("f", b"y" * 70)]), base_layers=1
    )
    assert accounting.visible_size == 170
    assert accounting.user_wasted_size == 100
    assert [copy.path for copy in accounting.repeats] == [b"/f"]


def test_what_the_base_took_away_it_does_not_hold() -> None:
    accounting = account(stack([COPY], [whiteout("f")], [COPY]), base_layers=2)
    assert accounting.user_wasted_size == 0


def test_a_layer_knows_the_bytes_it_repeats() -> None:
    accounting = account(
        stack(
            [COPY], [file("f", b"x" * 100, mode=0o755), file("g", b"1")], [whiteout("f")], [COPY]
        ),
        base_layers=1,
    )
    assert [layer.repeated_size for layer in accounting.layers] == [0, 100, 0, 0]


def test_tallies_tell_what_was_added_modified_and_removed() -> None:
    accounting = account(
        stack(
            [
                file("a", b"1" * 10),
                file("d/b", b"2" * 20),
                file("d/c", b"3" * 30),
                symlink("s", "a"),
                directory("e"),
            ],
            [
                file("a", b"1" * 15),
                whiteout("d"),
                file("n", b"4" * 5),
                symlink("s", "b"),
                hardlink("h", "a"),
            ],
            [file("n", b"4" * 5), directory("e", mode=0o700)],
        ),
        base_layers=1,
    )
    first, second, third = (layer.tally for layer in accounting.layers)
    assert (first.added, first.modified, first.removed) == ((4, 60), (0, 0), (0, 0))
    assert (second.added, second.modified, second.removed) == ((2, 5), (2, 15), (2, 50))
    assert (third.added, third.modified, third.removed) == ((0, 0), (0, 0), (0, 0))
    assert accounting.visible_files == 4


def test_sparse_files_are_accounted_by_what_is_stored() -> None:
    assert account(stack([gnu()], [whiteout("f")]), base_layers=1).causes == Causes(removed=35)
