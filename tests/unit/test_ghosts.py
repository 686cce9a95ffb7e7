"""Ghosts: what is shipped and not shown, in order, with places."""

from __future__ import annotations

import pytest

from layertui.analysis.ghosts import ghosts_among, ghosts_of
from layertui.analysis.waste import account
from layertui.errors import CancelledError
from tests.builders import file, hardlink, symlink, whiteout
from tests.layers import stack
from tests.unit.test_tar_sparse import gnu


def test_ghosts_come_by_bytes_then_by_path() -> None:
    below = [file("b", b"1" * 5), file("a", b"2" * 5), file("c", b"3" * 9), file("kept", b"4")]
    ghosts = ghosts_of(stack(below, [whiteout("a"), whiteout("b"), whiteout("c")]))
    assert [ghost.path for ghost in ghosts] == [b"/c", b"/a", b"/b"]
    assert {(ghost.layer, ghost.superseded_by) for ghost in ghosts} == {(0, 1)}
    assert all(ghost.is_deleted for ghost in ghosts)


def test_what_is_replaced_by_another_copy_is_a_ghost_that_is_not_deleted() -> None:
    (ghost,) = ghosts_of(stack([file("a", b"old")], [file("a", b"new")]))
    assert (ghost.cause, ghost.is_deleted) == ("rewritten", False)


def test_an_image_that_shows_all_has_no_ghosts() -> None:
    assert ghosts_of(stack([file("a", b"1")], [hardlink("b", "a")], [whiteout("a")])) == []


def test_a_copy_that_a_hard_link_outlives_tells_both_paths() -> None:
    (ghost,) = ghosts_of(
        stack([file("a", b"1")], [hardlink("b", "a")], [whiteout("a")], [whiteout("b")])
    )
    assert (ghost.path, ghost.last_path) == (b"/a", b"/b")
    assert (ghost.layer, ghost.superseded_by) == (0, 3)


def test_a_copy_superseded_in_its_own_layer_is_a_ghost_with_its_place() -> None:
    filesystem = stack([file("a", b"first"), file("a", b"2nd"), symlink("a", "t")])
    ghosts = ghosts_of(filesystem)
    assert [(ghost.size, ghost.layer, ghost.superseded_by) for ghost in ghosts] == [
        (5, 0, 0), (3, 0, 0),
    ]  # fmt: skip
    assert [ghost.place and ghost.place.stored.size for ghost in ghosts] == [5, 3]
    assert ghosts[0].place != ghosts[1].place


def test_a_superseded_file_with_holes_has_no_place_that_is_known() -> None:
    (ghost,) = ghosts_of(stack([gnu(name=b"a"), symlink("a", "t")]))
    assert ghost.place is None


def test_looking_for_ghosts_is_stopped_by_being_asked() -> None:
    filesystem = stack([file("a", b"1")], [whiteout("a")])
    wasted = account(filesystem, base_layers=0).wasted
    with pytest.raises(CancelledError):
        ghosts_among(filesystem, wasted, cancelled=lambda: True)
