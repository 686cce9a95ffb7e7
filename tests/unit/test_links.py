"""Following links inside an image (path_resolution(7), with the image's root as `/`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.filesystem.links import LONGEST_TEXT, MOST_LINKS, Followed, follow
from tests.builders import directory, file, hardlink, symlink, whiteout
from tests.layers import stack

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

TREE = [
    directory("usr/bin"), file("usr/bin/sh", b"#"), symlink("bin", "usr/bin"),
    symlink("usr/bin/bash", "sh"), symlink("usr/bin/ash", "/usr/bin/bash"),
    symlink("up", "../../../usr"), symlink("slash", "usr/bin/sh/"), symlink("dir", "usr/bin/"),
    symlink("self", "self"), symlink("ping", "pong"), symlink("pong", "ping"),
    symlink("gone", "usr/lost"), symlink("hop", "usr/lost/../bin"), symlink("root", "/"),
]  # fmt: skip


@pytest.fixture(scope="module")
def filesystem() -> Filesystem:
    return stack(TREE)


def where(filesystem: Filesystem, path: str, *, last: bool = True) -> str | None:
    """Return the path that a path leads to, None where it leads nowhere."""
    found = follow(filesystem, path.encode(), 0, last=last)
    assert found.node is None or filesystem.table.path(found.node) == found.path
    return found.path.decode() if found.node is not None else None


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/usr/bin/sh", "/usr/bin/sh"),
        ("usr//bin/./sh", "/usr/bin/sh"),
        ("/bin/sh", "/usr/bin/sh"),
        ("/bin/ash", "/usr/bin/sh"),
        ("/bin/..", "/usr"),
        ("/", "/"),
        ("", "/"),
        ("/..", "/"),
        ("/../../bin/sh", "/usr/bin/sh"),
        ("/root/root/bin", "/usr/bin"),
        ("/up/bin/sh", "/usr/bin/sh"),
        ("/dir", "/usr/bin"),
        ("/usr/bin/", "/usr/bin"),
        ("/usr/lost", None),
        ("/gone", None),
    ],
)
def test_links_and_dots_are_followed_inside_the_image(
    filesystem: Filesystem, path: str, found: str | None
) -> None:
    assert where(filesystem, path) == found


@pytest.mark.parametrize("path", ["/usr/bin/sh/..", "/usr/bin/sh/.", "/usr/bin/sh/", "/slash"])
def test_nothing_is_below_a_file_not_even_the_way_back(filesystem: Filesystem, path: str) -> None:
    assert where(filesystem, path) is None


def test_a_way_back_out_of_what_is_not_there_is_no_way(filesystem: Filesystem) -> None:
    assert where(filesystem, "/hop") is None


def test_the_last_link_is_left_alone_where_that_is_asked_for(filesystem: Filesystem) -> None:
    assert where(filesystem, "/bin/ash", last=False) == "/usr/bin/ash"
    assert where(filesystem, "/gone", last=False) == "/gone"
    assert where(filesystem, "/self", last=False) == "/self"


@pytest.mark.parametrize("path", ["/bin/", "/bin/."])
def test_a_slash_at_the_end_follows_the_last_link_all_the_same(
    filesystem: Filesystem, path: str
) -> None:
    assert where(filesystem, path, last=False) == "/usr/bin"


@pytest.mark.parametrize("path", [b"/self", b"/ping", b"/pong/x"])
def test_links_in_a_circle_are_told_as_such(filesystem: Filesystem, path: bytes) -> None:
    found = follow(filesystem, path, 0)
    assert (found.node, found.is_loop, found.links) == (None, True, MOST_LINKS)


def test_where_the_way_ends_is_told_with_the_rest_of_it(filesystem: Filesystem) -> None:
    assert follow(filesystem, b"/bin/lost/./file/", 0) == Followed(b"/usr/bin/lost/file", None, 1)
    assert follow(filesystem, b"/gone", 0) == Followed(b"/usr/lost", None, 1)


@pytest.mark.parametrize(("count", "is_loop"), [(MOST_LINKS, False), (MOST_LINKS + 1, True)])
def test_as_many_links_are_followed_as_a_kernel_follows(count: int, is_loop: bool) -> None:
    chain = [symlink(f"l{number}", f"l{number + 1}") for number in range(count)]
    found = follow(stack([*chain, file(f"l{count}")]), b"/l0", 0)
    assert (found.is_loop, found.node is None) == (is_loop, is_loop)


@pytest.mark.parametrize("text", ["", "./" * LONGEST_TEXT + "f"])
def test_a_link_that_no_kernel_could_make_leads_nowhere(text: str) -> None:
    found = follow(stack([file("f"), symlink("l", text)]), b"/l", 0)
    assert found == Followed(b"/l", None, 0)


def test_a_hard_link_to_a_link_is_that_link() -> None:
    tree = stack([file("a/f"), symlink("a/l", "f"), hardlink("a/h", "a/l"), hardlink("h", "a/l")])
    assert where(tree, "/a/h") == "/a/f"
    assert where(tree, "/h") is None


def test_links_lead_where_they_led_after_the_layer() -> None:
    layers = [symlink("l", "a"), file("a")], [symlink("l", "b"), file("b")], [whiteout("b")]
    tree = stack(*layers)
    assert [follow(tree, b"/l", layer).path for layer in range(3)] == [b"/a", b"/b", b"/b"]
    assert [follow(tree, b"/l", layer).node is None for layer in range(3)] == [False, False, True]


def test_a_slash_behind_the_name_of_a_link_in_the_middle_changes_nothing() -> None:
    tree = stack([file("d/f"), symlink("l", "d//"), symlink("m", "l/f")])
    assert where(tree, "/m") == "/d/f"
    assert where(tree, "/l", last=False) == "/l"
