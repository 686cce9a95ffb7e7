"""The history of a path: what happened to it in each layer, and why it went."""

from __future__ import annotations

import pytest

from layertui.contents.removals import Means, Removal
from layertui.contents.versions import (
    Happened,
    PathVersion,
    history_of,
    path_with_history,
    version_after,
)
from layertui.filesystem.tree import Differs
from tests.builders import directory, file, hardlink, opaque, symlink, whiteout
from tests.layers import stack

FILE = file("d/f", b"one", mtime=1)


def happened(*layers: list[bytes], path: bytes = b"/d/f") -> list[str]:
    return [version.happened.value for version in history_of(stack(*layers), path)]


def last(*layers: list[bytes], path: bytes = b"/d/f") -> PathVersion:
    return history_of(stack(*layers), path)[-1]


def test_a_path_that_no_layer_knows_has_no_history() -> None:
    assert history_of(stack([FILE]), b"/d/g") == ()
    assert history_of(stack(), b"/d/g") == ()


def test_a_path_is_added_changed_removed_and_brought_back() -> None:
    assert happened([FILE], [file("d/f", b"two")], [whiteout("d/f")], [], [FILE], [FILE]) == [
        "added", "changed", "removed", "brought back", "repeated",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("above", "differs"),
    [
        (file("d/f", b"two", mtime=1), Differs.CONTENT),
        (file("d/f", b"one", mtime=2), Differs.MTIME),
        (file("d/f", b"one", mtime=1, mode=0o600), Differs.MODE),
        (file("d/f", b"one", mtime=1, uid=7), Differs.OWNER),
        (file("d/f", b"one", mtime=1, pax={"SCHILY.xattr.user.a": b"1"}), Differs.XATTRS),
        (symlink("d/f", "t", mode=0o644, mtime=1), Differs.TYPE),
    ],
)
def test_a_change_tells_what_differs(above: bytes, differs: Differs) -> None:
    version = last([FILE], [above])
    assert version.happened is Happened.CHANGED
    assert version.differs == differs
    assert version.is_of_other_type == (differs == Differs.TYPE)


@pytest.mark.parametrize(
    ("above", "removal", "marker"),
    [
        (whiteout("d/f"), Removal(Means.WHITEOUT, b"/d/f"), b"/d/.wh.f"),
        (whiteout("d"), Removal(Means.WHITEOUT, b"/d"), b"/.wh.d"),
        (opaque("d"), Removal(Means.OPAQUE, b"/d"), b"/d/.wh..wh..opq"),
        (opaque(), Removal(Means.OPAQUE, b"/"), b"/.wh..wh..opq"),
        (file("d"), Removal(Means.REPLACED, b"/d"), b"/d"),
        (symlink("d", "t"), Removal(Means.REPLACED, b"/d"), b"/d"),
    ],
)
def test_a_removal_tells_what_took_the_path(above: bytes, removal: Removal, marker: bytes) -> None:
    version = last([FILE], [above])
    assert version.happened is Happened.REMOVED
    assert version.removal == removal
    assert removal.marker == marker
    assert (version.entry, version.place, version.shipped_size) == (None, None, 0)
    assert version.below is not None


def test_of_several_markers_the_nearest_is_told() -> None:
    version = last([file("a/b/c")], [whiteout("a"), opaque("a/b")], path=b"/a/b/c")
    assert version.removal == Removal(Means.OPAQUE, b"/a/b")


def test_an_opaque_marker_takes_what_is_in_a_directory_and_not_the_directory() -> None:
    version = last([file("a/b/c")], [whiteout("a"), opaque("a/b")], path=b"/a/b")
    assert version.removal == Removal(Means.WHITEOUT, b"/a")


def test_what_a_layer_takes_away_and_writes_again_tells_both() -> None:
    version = last([FILE], [opaque("d"), file("d/f", b"two", mtime=1)])
    assert version.happened is Happened.CHANGED
    assert version.removal == Removal(Means.OPAQUE, b"/d")


def test_a_hard_link_tells_what_it_leads_to_and_ships_nothing() -> None:
    version = last([FILE], [hardlink("l", "d/f")], path=b"/l")
    assert version.entry is not None
    assert (version.entry.type, version.entry.link) == ("hardlink", b"/d/f")
    assert version.shipped_size == 0
    assert version.place is not None
    assert version.place.layer == 0


def test_a_directory_that_is_only_implied_is_a_version() -> None:
    version = last([FILE], path=b"/d")
    assert version.entry is not None
    assert version.entry.implied
    assert version.place is None


def test_a_copy_that_its_own_layer_superseded_comes_before_the_one_that_counts() -> None:
    filesystem = stack([FILE, file("d/f", b"second", mtime=2)])
    first, second = history_of(filesystem, b"/d/f")
    assert (first.happened, second.happened) == (Happened.SUPERSEDED, Happened.ADDED)
    assert first.place is not None
    assert second.place is not None
    assert (first.place.stored.size, second.place.stored.size) == (3, 6)
    assert first.place.stored.payload < second.place.stored.payload
    assert first.entry is not None
    assert (first.entry.mtime, first.is_there) == (1_000_000_000, False)


def test_a_copy_below_what_became_a_file_is_still_found() -> None:
    filesystem = stack([file("a/b", b"lost"), file("a", b"kept")])
    assert [each.happened for each in history_of(filesystem, b"/a/b")] == [Happened.SUPERSEDED]


def test_the_version_after_a_layer_is_the_last_one_up_to_it() -> None:
    history = history_of(stack([], [FILE], [], [whiteout("d/f")], [FILE]), b"/d/f")
    found = [version_after(history, layer) for layer in range(5)]
    assert [each and each.layer for each in found] == [None, 1, 1, None, 4]


def test_a_path_over_links_is_where_they_lead() -> None:
    filesystem = stack([file("usr/bin/sh"), symlink("bin", "usr/bin")], [whiteout("bin")])
    assert path_with_history(filesystem, b"bin/sh") == b"/usr/bin/sh"
    assert path_with_history(filesystem, b"/bin") == b"/bin"
    assert path_with_history(filesystem, b"/bin/none") == b"/bin/none"


def test_the_last_link_of_a_path_is_not_followed() -> None:
    filesystem = stack([file("usr/bin/sh"), symlink("d/l", "../usr/bin/sh"), directory("d")])
    assert path_with_history(filesystem, b"/d/l") == b"/d/l"
