"""In what an entry differs from the one below it."""

from __future__ import annotations

import gzip

import pytest

from layertui.blob import BytesBlob
from layertui.filesystem.merge import merge
from layertui.filesystem.tree import Change, Differs
from layertui.layers.indexing import index_layer
from tests.builders import device, directory, fifo, file, hardlink, header, layer, symlink, whiteout
from tests.layers import stack
from tests.unit.test_tar_sparse import gnu

CAPABILITY = bytes.fromhex("0100000200200000000000000000000000000000")


def differs(below: list[bytes], above: list[bytes], path: bytes = b"/f") -> list[str] | None:
    """Return in what a path differs, or None where it is unmodified."""
    filesystem = stack(below, above)
    node = filesystem.table.find(path)
    assert node is not None
    version = filesystem.versions.last[node]
    assert filesystem.versions.layers[version] == 1
    change = Change(filesystem.versions.changes[version])
    names = Differs(filesystem.versions.differs[version]).names
    assert change is (Change.MODIFIED if names else Change.UNMODIFIED)
    return names or None


BASE = file("f", b"abc", mode=0o644, uid=1, gid=2, mtime=3)


@pytest.mark.parametrize(
    ("above", "names"),
    [
        (BASE, None),
        (file("f", b"abd", uid=1, gid=2, mtime=3), ["content"]),
        (file("f", b"abcd", uid=1, gid=2, mtime=3), ["content"]),
        (file("f", b"", uid=1, gid=2, mtime=3), ["content"]),
        (file("f", b"abc", mode=0o755, uid=1, gid=2, mtime=3), ["mode"]),
        (file("f", b"abc", mode=0o4644, uid=1, gid=2, mtime=3), ["mode"]),
        (file("f", b"abc", uid=9, gid=2, mtime=3), ["owner"]),
        (file("f", b"abc", uid=1, gid=9, mtime=3), ["owner"]),
        (file("f", b"abc", uid=1, gid=2, mtime=4), ["mtime"]),
        (file("f", b"abc", uid=1, gid=2, pax={"mtime": b"3.000000001"}), ["mtime"]),
        (file("f", b"abc", uid=1, gid=2, pax={"mtime": b"nan"}), None),
        (file("f", b"abc", uid=1, gid=2, mtime=3, pax={"SCHILY.xattr.user.a": b"1"}), ["xattrs"]),
        (
            file("f", b"xyz", mode=0o600, uid=8, gid=9, mtime=9),
            ["content", "mode", "owner", "mtime"],
        ),
        (symlink("f", "t", mode=0o644, mtime=3), ["type", "owner"]),
        (directory("f", mode=0o644, uid=1, gid=2, mtime=3), ["type"]),
        (fifo("f"), ["type", "owner", "mtime"]),
    ],
)
def test_a_file_is_compared_part_by_part(above: bytes, names: list[str] | None) -> None:
    assert differs([BASE], [above]) == names
    assert differs([BASE], [whiteout("f"), above]) == names


def test_a_change_of_capabilities_alone_is_a_change() -> None:
    with_one = file("f", b"abc", pax={"SCHILY.xattr.security.capability": CAPABILITY})
    with_other = file("f", b"abc", pax={"SCHILY.xattr.security.capability": CAPABILITY[::-1]})
    assert differs([file("f", b"abc")], [with_one]) == ["xattrs"]
    assert differs([with_one], [with_other]) == ["xattrs"]
    assert differs([with_one], [with_one]) is None


def test_the_text_of_a_symbolic_link_is_compared() -> None:
    assert differs([symlink("f", "a")], [symlink("f", "b")]) == ["link"]
    assert differs([symlink("f", "a")], [symlink("f", "./a")]) == ["link"]
    assert differs([symlink("f", "a")], [symlink("f", "a")]) is None


def test_device_numbers_are_compared() -> None:
    assert differs([device("f", 1, 3)], [device("f", 1, 5)]) == ["device"]
    assert differs([device("f", 1, 3)], [device("f", 1, 3)]) is None
    assert differs([device("f", 1, 3)], [device("f", 1, 3, kind=b"4")]) == ["type"]


def test_directories_are_compared_by_their_metadata() -> None:
    assert differs([directory("f", mtime=1)], [directory("f", mtime=1)]) is None
    assert differs([directory("f")], [directory("f", mode=0o700, mtime=1)]) == ["mode", "mtime"]


def test_a_hard_link_is_compared_by_what_it_leads_to() -> None:
    copy = file("t", b"abc", uid=1, gid=2, mtime=3)
    assert differs([BASE], [copy, hardlink("f", "t")]) is None
    assert differs([BASE], [file("t", b"xyz", uid=1, gid=2, mtime=3), hardlink("f", "t")]) == [
        "content"
    ]
    assert differs([copy, hardlink("f", "t")], [BASE]) is None
    assert differs([copy, hardlink("f", "t")], [hardlink("f", "t")]) is None
    assert differs([BASE], [hardlink("f", "nowhere")]) == ["type", "owner", "mtime"]


def test_content_is_compared_across_encodings() -> None:
    plain = [layer(file("f", b"abc" * 500)), layer(file("f", b"abd" * 500))]
    for first in (bytes, gzip.compress):
        for second in (bytes, gzip.compress):
            for below, above, expected in ((0, 0, 0), (0, 1, Differs.CONTENT)):
                stored = [first(plain[below]), second(plain[above])]
                filesystem = merge([index_layer(BytesBlob(data)) for data in stored])
                assert filesystem.versions.differs[filesystem.versions.last[1]] == expected


def test_content_that_moved_within_a_sparse_file_is_other_content() -> None:
    moved = ((0, 10), (101, 20), (150, 5))
    assert differs([gnu()], [gnu()]) is None
    assert differs([gnu()], [gnu(moved)]) == ["content"]
    assert differs([gnu()], [gnu(real_size=300)]) == ["content"]


def test_files_that_claim_more_than_their_layers_hold_are_compared_as_far_as_they_go() -> None:
    cut_off = [header(b"f", size=1 << 60) + data for data in (b"x" * 99, b"x" * 99, b"x" * 98)]
    filesystem = merge([index_layer(BytesBlob(data)) for data in cut_off])
    assert list(filesystem.versions.differs) == [0, 0, Differs.CONTENT]


def test_a_path_that_comes_back_differs_in_nothing() -> None:
    filesystem = stack([BASE], [whiteout("f")], [file("f", b"other")])
    version = filesystem.versions.last[1]
    assert Change(filesystem.versions.changes[version]) is Change.ADDED
    assert filesystem.versions.differs[version] == 0


def test_the_size_of_a_file_that_shrinks_to_nothing_is_nothing() -> None:
    filesystem = stack([file("f", b"x" * 9000)], [file("f", b"")])
    assert next(filesystem.listing(1)).size == 0
