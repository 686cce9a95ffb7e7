"""Comparisons across several layers, and sizes of directories at each of them."""

from __future__ import annotations

import pytest

from layertui.filesystem.changes import ChangeStrips, Comparison
from layertui.filesystem.sizes import SubtreeSizes
from layertui.filesystem.tree import Change, Filesystem
from tests.builders import directory, file, hardlink, opaque, symlink, whiteout
from tests.layers import stack
from tests.unit.test_tar_sparse import gnu

UNKNOWN = {"mtime": b"nan"}


def change(filesystem: Filesystem, path: bytes, lower: int, upper: int) -> str:
    node = filesystem.table.find(path)
    assert node is not None
    strip = ChangeStrips(filesystem).changes(Comparison(lower, upper))
    return Change(strip[node]).name.lower()


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([file("f", b"1"), file("f", b"2"), file("f", b"3")], "modified"),
        ([file("f", b"1"), file("f", b"2"), file("f", b"1")], "unmodified"),
        ([file("f", b"1"), whiteout("f"), file("f", b"1")], "unmodified"),
        ([file("f", b"1"), whiteout("f"), file("f", b"2")], "modified"),
        ([file("f", b"1"), file("f", b"2"), whiteout("f")], "removed"),
        ([b"", file("f", b"1"), whiteout("f")], "absent"),
        ([b"", file("f", b"1"), file("f", b"2")], "added"),
        ([b"", b"", file("f", b"1")], "added"),
        ([file("f", b"1"), b"", b""], "unmodified"),
        ([file("f", b"1"), file("f", b"1"), file("f", b"2")], "modified"),
        ([file("f", b"1"), file("f", b"2"), file("f", b"2")], "modified"),
        ([file("f", b"1"), directory("f"), file("f", b"1")], "unmodified"),
    ],
)
def test_two_states_are_compared_whatever_lies_between(
    versions: list[bytes], expected: str
) -> None:
    filesystem = stack(*([version] if version else [] for version in versions), [file("other")])
    assert change(filesystem, b"/f", 0, 2) == expected
    assert change(filesystem, b"/f", 0, 3) == expected


def test_times_are_compared_across_one_that_is_unknown() -> None:
    versions = [file("f", mtime=1), file("f", pax=UNKNOWN), file("f", mtime=2)]
    filesystem = stack(*([version] for version in versions))
    assert change(filesystem, b"/f", 0, 1) == "unmodified"
    assert change(filesystem, b"/f", 1, 2) == "unmodified"
    assert change(filesystem, b"/f", 0, 2) == "modified"


def test_an_unknown_time_differs_from_none_of_those_before_it() -> None:
    versions = [file("f", mtime=1), file("f", mtime=2), file("f", pax=UNKNOWN)]
    assert change(stack(*([version] for version in versions)), b"/f", 0, 2) == "unmodified"
    versions = [file("f", pax=UNKNOWN), file("f", mtime=1), file("f", mtime=2)]
    assert change(stack(*([version] for version in versions)), b"/f", 0, 2) == "unmodified"


def test_nothing_differs_from_itself_and_everything_is_added_to_nothing() -> None:
    filesystem = stack([file("f", b"1"), directory("d")], [file("f", b"2"), whiteout("d")])
    assert change(filesystem, b"/f", 1, 1) == "unmodified"
    assert change(filesystem, b"/d", 1, 1) == "absent"
    assert change(filesystem, b"/f", -1, 1) == "added"
    assert change(filesystem, b"/d", -1, 1) == "absent"


def total(filesystem: Filesystem, path: bytes, layer: int) -> int:
    node = filesystem.table.find(path)
    assert node is not None
    return SubtreeSizes(filesystem).total(node, layer)


def test_a_directory_holds_what_is_below_it_at_every_layer() -> None:
    filesystem = stack(
        [file("d/a", b"1" * 10), file("d/e/b", b"2" * 20), file("top", b"3")],
        [file("d/e/b", b"2" * 25), file("d/c", b"4" * 5)],
        [whiteout("d/a")],
        [opaque("d")],
    )
    assert [total(filesystem, b"/d", layer) for layer in range(4)] == [30, 40, 30, 0]
    assert [total(filesystem, b"/d/e", layer) for layer in range(4)] == [20, 25, 25, 0]
    assert [total(filesystem, b"/", layer) for layer in range(4)] == [31, 41, 31, 1]


def test_links_and_directories_weigh_nothing() -> None:
    filesystem = stack([file("d/a", b"1234"), hardlink("e/b", "d/a"), symlink("e/c", "d/a")])
    assert (total(filesystem, b"/d", 0), total(filesystem, b"/e", 0)) == (4, 0)


def test_a_copy_counts_at_the_first_link_once_its_own_path_is_gone() -> None:
    filesystem = stack(
        [file("a/f", b"1234"), hardlink("z/l", "a/f")],
        [hardlink("m/l", "z/l")],
        [whiteout("a/f")],
        [hardlink("b/l", "z/l")],
        [whiteout("b/l")],
        [whiteout("m/l"), whiteout("z/l")],
    )
    carriers = [
        [path for path in (b"/a", b"/b", b"/m", b"/z") if total(filesystem, path, layer)]
        for layer in range(6)
    ]
    assert carriers == [[b"/a"], [b"/a"], [b"/m"], [b"/b"], [b"/m"], []]
    assert [total(filesystem, b"/", layer) for layer in range(6)] == [4, 4, 4, 4, 4, 0]


def test_sparse_files_weigh_what_is_stored() -> None:
    assert total(stack([gnu(name=b"d/f")]), b"/d", 0) == 35
