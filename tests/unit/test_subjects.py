"""What is where a path is, and where links lead."""

from __future__ import annotations

from layertui.contents.subjects import is_same, subject_at, way_of
from tests.builders import directory, file, hardlink, symlink, whiteout
from tests.layers import stack

BASE = [
    directory("etc"),
    file("etc/motd", b"one"),
    file("etc/stays", b"same"),
    hardlink("etc/hard", "etc/motd"),
    symlink("etc/first", "second"),
    symlink("etc/second", "../etc/motd"),
    symlink("bin", "usr/bin"),
    file("usr/bin/sh", b"#"),
    symlink("link", "/bin/sh"),
    symlink("loop", "pool"),
    symlink("pool", "loop"),
    symlink("out", "../../../etc/motd"),
    symlink("gone", "/no/such"),
]
FILESYSTEM = stack(BASE, [file("etc/motd", b"other"), whiteout("etc/hard")])


def _way(path: bytes, layer: int = 1) -> list[tuple[bytes, str | None]]:
    steps = way_of(FILESYSTEM, path, layer)
    return [(step.path, step.entry.type if step.entry else None) for step in steps]


def test_a_path_is_what_the_layer_left() -> None:
    before, after = (subject_at(FILESYSTEM, b"/etc/motd", layer) for layer in (0, 1))
    assert before is not None
    assert after is not None
    assert (before.entry.size, after.entry.size) == (3, 5)
    assert before.place is not None
    assert before.place.layer == 0
    assert not is_same(before, after)


def test_what_a_layer_did_not_touch_is_the_same() -> None:
    before, after = (subject_at(FILESYSTEM, b"/etc/stays", layer) for layer in (0, 1))
    assert before is not None
    assert after is not None
    assert is_same(before, after)


def test_what_is_not_there_is_nothing() -> None:
    assert subject_at(FILESYSTEM, b"/etc/hard", 1) is None
    assert subject_at(FILESYSTEM, b"/nowhere", 1) is None
    assert subject_at(FILESYSTEM, b"/etc/motd", -1) is None


def test_a_way_has_every_step_of_it() -> None:
    assert _way(b"/etc/first") == [(b"/etc/second", "symlink"), (b"/etc/motd", "file")]


def test_links_above_are_followed_on_the_way() -> None:
    assert _way(b"/link") == [(b"/usr/bin/sh", "file")]
    assert _way(b"/bin") == [(b"/usr/bin", "directory")]


def test_no_way_leads_out_of_the_image() -> None:
    assert _way(b"/out") == [(b"/etc/motd", "file")]


def test_a_way_that_ends_nowhere_says_where() -> None:
    assert _way(b"/gone") == [(b"/no/such", None)]


def test_a_way_in_a_circle_ends_with_a_link() -> None:
    assert _way(b"/loop") == [(b"/pool", "symlink"), (b"/loop", "symlink")]
