"""Hard links: what they lead to, whose metadata they have, and where they lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import device, directory, fifo, file, hardlink, opaque, symlink, whiteout
from tests.layers import listing, stack

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem


def codes(filesystem: Filesystem) -> list[str]:
    return [notice.code for notice in filesystem.notices]


def target(filesystem: Filesystem, path: bytes) -> tuple[int, int]:
    node = filesystem.table.find(path)
    assert node is not None
    return filesystem.source(filesystem.versions.last[node])


def test_a_link_has_the_size_mode_owner_and_time_of_its_target() -> None:
    filesystem = stack([
        file("a", b"four", mode=0o640, uid=3, gid=4, mtime=5, pax={"SCHILY.xattr.user.x": b"1"}),
        hardlink("b", "a", mode=0o777),
    ])  # fmt: skip
    entry = listing(filesystem)["/b"]
    assert (entry.type, entry.size, entry.link) == ("hardlink", 4, b"/a")
    assert (entry.mode, entry.uid, entry.gid, entry.mtime) == (0o640, 3, 4, 5_000_000_000)
    assert entry.xattrs == ((b"user.x", b"1"),)
    assert filesystem.indexes[0].size == 4


@pytest.mark.parametrize("link", ["d/a", "/d/a", "./d//a", "../d/a", "x/../d/a"])
def test_the_target_is_a_path_from_the_root_of_the_layer(link: str) -> None:
    filesystem = stack([file("d/a", b"1"), hardlink("d/b", link)])
    assert listing(filesystem)["/d/b"].link == b"/d/a"
    assert codes(filesystem) == []


def test_a_link_may_come_before_its_target() -> None:
    filesystem = stack([hardlink("a", "z"), file("z", b"1")])
    assert target(filesystem, b"/a") == target(filesystem, b"/z")
    assert codes(filesystem) == []


def test_a_link_may_lead_to_a_lower_layer() -> None:
    filesystem = stack([file("a", b"low")], [], [hardlink("b", "a")])
    assert target(filesystem, b"/b") == (0, 0)
    assert (listing(filesystem)["/b"].size, listing(filesystem)["/b"].layer) == (3, 2)


def test_a_target_of_the_same_layer_goes_before_a_lower_one() -> None:
    filesystem = stack([file("a", b"low")], [hardlink("b", "a"), file("a", b"upper")])
    assert listing(filesystem)["/b"].size == 5


def test_a_link_to_what_its_layer_whites_out_keeps_the_lower_content() -> None:
    for marker in (whiteout("a"), opaque()):
        filesystem = stack([file("a", b"low")], [hardlink("b", "a"), marker])
        assert set(listing(filesystem)) == {"/b"}
        assert listing(filesystem)["/b"].size == 3
        assert codes(filesystem) == []


def test_a_link_keeps_its_content_when_its_target_is_rewritten_or_goes() -> None:
    for entry in (file("a", b"longer"), whiteout("a"), directory("a"), symlink("a", "x")):
        filesystem = stack([file("a", b"old"), hardlink("b", "a")], [entry])
        assert listing(filesystem)["/b"].size == 3
        assert target(filesystem, b"/b") == (0, 0)


def test_a_link_to_what_went_before_leads_nowhere() -> None:
    filesystem = stack([file("a", b"1")], [whiteout("a")], [hardlink("b", "a")])
    assert codes(filesystem) == ["dangling-hardlink"]


@pytest.mark.parametrize("link", ["missing", "b", "d", "", "/", "..", "a/below"])
def test_a_link_that_leads_nowhere_is_shown_with_a_notice(link: str) -> None:
    filesystem = stack([directory("d"), file("a"), hardlink("b", link, mode=0o600)])
    assert codes(filesystem) == ["dangling-hardlink"]
    assert filesystem.notices[0].path == b"/b"
    entry = listing(filesystem)["/b"]
    assert (entry.type, entry.size, entry.mode) == ("hardlink", 0, 0o600)


def test_links_in_a_circle_lead_nowhere() -> None:
    filesystem = stack([hardlink("a", "b"), hardlink("b", "c"), hardlink("c", "a")])
    assert codes(filesystem) == ["dangling-hardlink"] * 3


def test_a_chain_of_links_leads_to_its_end() -> None:
    for length in (2, 10, 500):
        chain = [hardlink(f"l{number}", f"l{number + 1}") for number in range(length)]
        filesystem = stack([*chain, file(f"l{length}", b"end")])
        assert {entry.size for entry in listing(filesystem).values()} == {3}
        assert codes(filesystem) == []


def test_a_chain_may_go_through_the_layers() -> None:
    filesystem = stack(
        [file("a", b"end")],
        [hardlink("b", "a")],
        [hardlink("c", "b")],
        [whiteout("a"), whiteout("b")],
    )
    assert target(filesystem, b"/c") == (0, 0)
    assert listing(filesystem)["/c"].size == 3


def test_a_link_to_a_lower_link_that_leads_nowhere_leads_nowhere() -> None:
    assert codes(stack([hardlink("a", "x")], [hardlink("b", "a")])) == ["dangling-hardlink"] * 2


@pytest.mark.parametrize(
    "entry",
    [symlink("a", "text", mode=0o777), fifo("a", mode=0o600), device("a", 1, 3, mode=0o622)],
)
def test_a_link_to_something_else_than_a_file_is_that(entry: bytes) -> None:
    for layers in ([[entry, hardlink("b", "a")]], [[entry], [hardlink("b", "a")]]):
        filesystem = stack(*layers)
        first, second = listing(filesystem)["/a"], listing(filesystem)["/b"]
        assert (second.mode, second.device) == (first.mode, first.device)
        assert (second.type, second.link) == ("hardlink", b"/a")
        assert codes(filesystem) == []


def test_a_link_does_not_follow_symbolic_links_on_its_way() -> None:
    filesystem = stack([file("t/a"), symlink("l", "t"), hardlink("b", "l/a")])
    assert codes(filesystem) == ["dangling-hardlink"]


def test_a_link_in_the_place_of_a_directory_takes_its_children_away() -> None:
    filesystem = stack([file("d/x"), file("a", b"1")], [hardlink("d", "a")])
    assert set(listing(filesystem)) == {"/a", "/d"}


def test_a_link_to_what_its_own_layer_takes_the_place_of_leads_nowhere() -> None:
    filesystem = stack([file("d/x", b"1")], [file("d"), hardlink("b", "d/x")])
    assert set(listing(filesystem)) == {"/d", "/b"}
    assert listing(filesystem)["/b"].size == 1
