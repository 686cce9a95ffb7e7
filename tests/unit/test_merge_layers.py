"""Applying layers: what a layer takes away, writes and implies (OCI image-spec layer.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from layertui.filesystem.merge import merge
from layertui.filesystem.tree import Change, Filesystem
from tests.builders import device, directory, fifo, file, opaque, symlink, whiteout
from tests.layers import listing, stack

BASE = [
    directory("d", mode=0o711), file("d/x", b"old"), file("d/y", b"y"),
    directory("d/s", mode=0o700), file("d/s/z", b"z"), file("f", b"f"),
]  # fmt: skip
BELOW_D = {"/d/x", "/d/y", "/d/s", "/d/s/z"}
EVERYTHING = {"/d", "/f", *BELOW_D}


def changes(filesystem: Filesystem, layer: int) -> dict[str, str]:
    """Return what a layer did, by path."""
    versions = filesystem.versions
    return {
        filesystem.table.path(versions.nodes[version]).decode(): Change(
            versions.changes[version]
        ).name.lower()
        for version in filesystem.layer_versions(layer)
    }


def codes(filesystem: Filesystem) -> list[str]:
    return [notice.code for notice in filesystem.notices]


def applied(*entries: bytes) -> Filesystem:
    return stack(BASE, entries)


def test_layers_add_up() -> None:
    filesystem = applied(file("new", b"n"), file("f", b"other"))
    assert set(listing(filesystem)) == EVERYTHING | {"/new"}
    assert changes(filesystem, 1) == {"/new": "added", "/f": "modified"}
    assert set(listing(filesystem, 0)) == EVERYTHING


def test_an_image_without_layers_holds_nothing() -> None:
    assert listing(stack()) == {}


def test_a_whiteout_removes_a_file() -> None:
    filesystem = applied(whiteout("d/x"))
    assert set(listing(filesystem)) == EVERYTHING - {"/d/x"}
    assert changes(filesystem, 1) == {"/d/x": "removed"}


def test_a_whiteout_removes_a_directory_with_all_that_is_in_it() -> None:
    filesystem = applied(whiteout("d"))
    assert set(listing(filesystem)) == {"/f"}
    assert changes(filesystem, 1) == dict.fromkeys(BELOW_D | {"/d"}, "removed")


def test_a_whiteout_of_a_name_does_not_touch_names_that_begin_with_it() -> None:
    filesystem = stack([file("a"), file("a.b"), file("a-b"), file("ab/c")], [whiteout("a")])
    assert set(listing(filesystem)) == {"/a.b", "/a-b", "/ab", "/ab/c"}


@pytest.mark.parametrize("after", [True, False])
def test_a_file_written_beside_its_whiteout_is_there_in_either_order(after: bool) -> None:
    entries = [file("d/x", b"new"), whiteout("d/x")]
    filesystem = applied(*(reversed(entries) if after else entries))
    assert set(listing(filesystem)) == EVERYTHING
    assert listing(filesystem)["/d/x"].layer == 1
    assert changes(filesystem, 1) == {"/d/x": "modified"}


@pytest.mark.parametrize("after", [True, False])
def test_a_file_in_a_directory_that_is_whited_out_is_there_in_either_order(after: bool) -> None:
    entries = [file("d/k", b"k"), whiteout("d")]
    filesystem = applied(*(reversed(entries) if after else entries))
    assert set(listing(filesystem)) == {"/d", "/d/k", "/f"}
    directory_left = listing(filesystem)["/d"]
    assert (directory_left.implied, directory_left.mode) == (True, 0o755)
    assert changes(filesystem, 1) == {
        **dict.fromkeys(BELOW_D, "removed"), "/d": "modified", "/d/k": "added",
    }  # fmt: skip


@pytest.mark.parametrize("after", [True, False])
def test_an_opaque_marker_takes_the_lower_children_only(after: bool) -> None:
    entries = [file("d/k", b"k"), file("d/x", b"again"), opaque("d")]
    filesystem = applied(*(reversed(entries) if after else entries))
    assert set(listing(filesystem)) == {"/d", "/d/k", "/d/x", "/f"}
    kept = listing(filesystem)["/d"]
    assert (kept.mode, kept.layer) == (0o711, 0)
    assert changes(filesystem, 1) == {
        "/d/y": "removed", "/d/s": "removed", "/d/s/z": "removed",
        "/d/k": "added", "/d/x": "modified",
    }  # fmt: skip


def test_what_an_opaque_directory_gets_deep_down_has_its_parents() -> None:
    filesystem = applied(file("d/n/deep"), file("d/s/k"), opaque("d"))
    assert set(listing(filesystem)) == {"/d", "/d/n", "/d/n/deep", "/d/s", "/d/s/k", "/f"}
    assert listing(filesystem)["/d/n"].implied
    assert (listing(filesystem)["/d/s"].implied, listing(filesystem)["/d/s"].mode) == (True, 0o755)


def test_an_opaque_root_takes_everything_below() -> None:
    assert set(listing(applied(opaque(), file("new")))) == {"/new"}
    assert set(listing(stack([directory(".", mode=0o700), file("a")], [opaque()]))) == set()


def test_an_opaque_marker_of_what_is_no_directory_below_does_nothing() -> None:
    filesystem = applied(opaque("missing/deeper"), opaque("f"), opaque("d/x"))
    assert set(listing(filesystem)) == EVERYTHING
    assert changes(filesystem, 1) == {}


def test_a_whiteout_of_what_is_not_there_is_noted_and_makes_nothing() -> None:
    filesystem = applied(whiteout("missing"), whiteout("no/such/path"), whiteout("f/below"))
    assert set(listing(filesystem)) == EVERYTHING
    assert codes(filesystem) == ["whiteout-without-target"] * 3
    assert {notice.path for notice in filesystem.notices} == {
        b"/missing", b"/no/such/path", b"/f/below",
    }  # fmt: skip


def test_a_whiteout_above_a_layer_that_could_not_be_read_is_nothing_odd() -> None:
    gone, above, higher = stack([file("a")], [whiteout("gone")], [whiteout("too")]).indexes
    assert codes(merge([replace(gone, complete=False), above, higher])) == []
    assert len(codes(merge([gone, replace(above, complete=False), higher]))) == 1


def test_a_whiteout_of_what_only_its_own_layer_writes_does_nothing() -> None:
    filesystem = applied(whiteout("new"), file("new"))
    assert "/new" in listing(filesystem)
    assert changes(filesystem, 1) == {"/new": "added"}


def test_whiteouts_of_a_directory_and_of_its_children_go_together() -> None:
    filesystem = applied(whiteout("d/s/z"), whiteout("d/s"), whiteout("d"), opaque("d"))
    assert set(listing(filesystem)) == {"/f"}
    assert changes(filesystem, 1) == dict.fromkeys(BELOW_D | {"/d"}, "removed")
    assert codes(filesystem) == []


@pytest.mark.parametrize("name", ["d/.wh.", "d/.wh..", "d/.wh..."])
def test_a_whiteout_that_names_nothing_removes_nothing(name: str) -> None:
    assert set(listing(applied(file(name)))) == EVERYTHING


def test_aufs_leftovers_are_not_part_of_the_filesystem() -> None:
    entries = [file("d/.wh..wh.orph"), directory(".wh..wh.plnk"), file(".wh..wh.plnk/1.2", b"c")]
    assert set(listing(applied(*entries))) == EVERYTHING


def test_a_layer_may_be_applied_twice() -> None:
    filesystem = stack(BASE, BASE, [*BASE, whiteout("f")])
    assert set(listing(filesystem)) == EVERYTHING
    assert set(changes(filesystem, 1).values()) == {"unmodified"}
    assert set(changes(filesystem, 2).values()) == {"unmodified"}


def test_a_removed_path_may_come_back() -> None:
    filesystem = stack([file("f", b"1")], [whiteout("f")], [file("f", b"1")], [whiteout("f")], [])
    assert [set(listing(filesystem, layer)) for layer in range(5)] == [
        {"/f"},
        set(),
        {"/f"},
        set(),
        set(),
    ]
    assert [changes(filesystem, layer) for layer in range(5)] == [
        {"/f": "added"}, {"/f": "removed"}, {"/f": "added"}, {"/f": "removed"}, {},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "above", [file("d", b"now a file"), symlink("d", "f"), fifo("d"), device("d", 1, 3)]
)
def test_what_is_no_directory_takes_a_directory_and_its_children_away(above: bytes) -> None:
    filesystem = applied(above)
    assert set(listing(filesystem)) == {"/d", "/f"}
    assert changes(filesystem, 1) == {**dict.fromkeys(BELOW_D, "removed"), "/d": "modified"}


@pytest.mark.parametrize(
    "below", [file("p", b"file"), symlink("p", "t"), fifo("p"), device("p", 1, 3)]
)
def test_a_directory_takes_the_place_of_what_is_none(below: bytes) -> None:
    filesystem = stack([below, file("t/a")], [directory("p", mode=0o700), file("p/k")])
    assert set(listing(filesystem)) == {"/p", "/p/k", "/t", "/t/a"}
    assert (listing(filesystem)["/p"].type, listing(filesystem)["/p"].mode) == ("directory", 0o700)
    assert changes(filesystem, 1) == {"/p": "modified", "/p/k": "added"}


def test_a_directory_that_was_replaced_comes_back_empty() -> None:
    filesystem = stack(BASE, [file("d")], [directory("d")])
    assert set(listing(filesystem)) == {"/d", "/f"}


def test_a_directory_over_a_directory_keeps_its_children_and_gets_new_metadata() -> None:
    filesystem = applied(directory("d", mode=0o700, uid=5, gid=6, mtime=9))
    assert set(listing(filesystem)) == EVERYTHING
    entry = listing(filesystem)["/d"]
    assert (entry.mode, entry.uid, entry.gid, entry.mtime) == (0o700, 5, 6, 9_000_000_000)
    assert changes(filesystem, 1) == {"/d": "modified"}


def test_a_repeated_directory_is_unmodified() -> None:
    assert changes(applied(directory("d", mode=0o711)), 1) == {"/d": "unmodified"}


def test_a_child_of_a_lower_file_makes_that_an_implied_directory_with_a_notice() -> None:
    filesystem = applied(file("d/x/k", b"k"))
    entry = listing(filesystem)["/d/x"]
    assert (entry.type, entry.implied, entry.layer) == ("directory", True, 1)
    assert changes(filesystem, 1) == {"/d/x": "modified", "/d/x/k": "added"}
    assert codes(filesystem) == ["parent-is-file"]


def test_links_to_directories_are_not_followed() -> None:
    base = [directory("t"), file("t/a", b"a"), symlink("l", "t")]
    written = stack(base, [file("l/b", b"b")])
    assert set(listing(written)) == {"/t", "/t/a", "/l", "/l/b"}
    assert listing(written)["/l"].type == "directory"
    assert codes(written) == ["parent-is-symlink"]
    assert written.notices[0].path == b"/l"
    for marker in (whiteout("l/a"), opaque("l")):
        untouched = stack(base, [marker])
        assert set(listing(untouched)) == {"/t", "/t/a", "/l"}
        assert listing(untouched)["/l"].type == "symlink"


def test_implied_directories_are_given_by_the_layer_that_needs_them() -> None:
    filesystem = stack([file("a/b/f")], [file("a/c/f")])
    found = listing(filesystem)
    assert {path: entry.layer for path, entry in found.items() if entry.implied} == {
        "/a": 0, "/a/b": 0, "/a/c": 1,
    }  # fmt: skip
    assert (found["/a"].mode, found["/a"].uid, found["/a"].mtime) == (0o755, 0, None)
    assert changes(filesystem, 1) == {"/a/c": "added", "/a/c/f": "added"}


def test_an_implied_directory_leaves_a_lower_directory_as_it_is() -> None:
    filesystem = applied(file("d/new"))
    assert listing(filesystem)["/d"].mode == 0o711
    assert changes(filesystem, 1) == {"/d/new": "added"}


def test_an_entry_gives_an_implied_directory_its_metadata() -> None:
    filesystem = stack([file("a/f")], [directory("a", mode=0o700, uid=3)])
    entry = listing(filesystem)["/a"]
    assert (entry.implied, entry.mode, entry.uid) == (False, 0o700, 3)
    assert changes(filesystem, 1) == {"/a": "modified"}
    same = stack([file("a/f")], [directory("a", mtime=5)])
    assert changes(same, 1) == {"/a": "unmodified"}


def test_states_in_between_stay_as_they_were() -> None:
    filesystem = stack(BASE, [whiteout("d")], [file("d/x", b"x")], [file("d", b"file")])
    assert [set(listing(filesystem, layer)) for layer in range(4)] == [
        EVERYTHING, {"/f"}, {"/f", "/d", "/d/x"}, {"/f", "/d"},
    ]  # fmt: skip


def test_the_listing_is_in_preorder() -> None:
    names = ["a", "a.b", "a-b", "b"]
    filesystem = stack([file(f"{name}/{child}") for name in names for child in names])
    found = list(listing(filesystem))
    keys = [path.replace("/", "\0") for path in found]
    assert keys == sorted(keys)


def test_paths_of_other_bytes_are_other_paths() -> None:
    names = ["é".encode(), "e\u0301".encode(), b"Foo", b"foo", b"\xff"]
    filesystem = stack([file(name, name) for name in names], [whiteout(b"foo"), whiteout(b"\xff")])
    assert {entry.path for entry in filesystem.listing(1)} == {b"/" + name for name in names[:3]}
