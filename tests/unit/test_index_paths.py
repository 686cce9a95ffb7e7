"""From names to paths: what is dropped, clamped, kept apart, and what is too much."""

from __future__ import annotations

import pytest

from layertui.blob import BytesBlob
from layertui.display import printable
from layertui.layers.entries import DIRECTORY, FILE
from layertui.layers.indexing import index_layer
from layertui.layers.names import canonical, escapes
from layertui.limits import Limits
from tests import builders
from tests.builders import device, directory, file, hardlink, header, symlink
from tests.layers import codes, index, paths


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (b"a/b", b"a/b"),
        (b"./a", b"a"),
        (b"/a", b"a"),
        (b"//a//b/", b"a/b"),
        (b"usr/./bin/sh", b"usr/bin/sh"),
        (b"a/../b", b"b"),
        (b"/a//b/./c", b"a/b/c"),
        (b"../../esc", b"esc"),
        (b"a/../../b", b"b"),
        (b"a/..", b""),
        (b".", b""),
        (b"/", b""),
        (b"", b""),
        (b"..", b""),
        (b"...", b"..."),
        (b".a/..b", b".a/..b"),
        (b"etc\\foo", b"etc\\foo"),
    ],
)
def test_a_name_becomes_a_path_within_the_root(name: bytes, path: bytes) -> None:
    assert canonical(name) == path
    for others in ([], [file("z/z")], [file("./z")]):
        layer = index(header(name, kind=b"5"), *others)
        assert path in [*paths(layer), *layer.implied]


@pytest.mark.parametrize(
    ("name", "out"),
    [
        (b"../a", True), (b"a/../../b", True), (b"/..", True), (b"a/./../../b", True),
        (b"a/../b", False), (b"/a", False), (b"..a", False), (b"a/..", False),
    ],
)  # fmt: skip
def test_a_name_that_leads_out_of_the_root_is_noted(name: bytes, out: bool) -> None:
    assert escapes(name) == out
    layer = index(header(name, kind=b"5"))
    assert codes(layer) == (["escapes-root"] if out else [])
    if out:
        assert layer.notices[0].path == b"/" + canonical(name)


@pytest.mark.parametrize("prefix", ["", "./", "/", ".//"])
def test_all_prefixes_of_a_whole_layer_give_the_same_paths(prefix: str) -> None:
    layer = index(*(file(prefix + name) for name in ("b", "a/c", "a.b", "é")))
    assert paths(layer) == [b"a/c", b"a.b", b"b", "é".encode()]
    assert layer.notices == ()


def test_paths_stand_in_preorder_whatever_the_order_of_the_archive() -> None:
    names = ["a", "a/b", "a/b/c", "a/d", "a.b", "a-b", "a b", "b"]
    layer = index(*(directory(name) for name in reversed(names)))
    assert paths(layer) == [b"a", b"a/b", b"a/b/c", b"a/d", b"a b", b"a-b", b"a.b", b"b"]


def test_the_columns_go_with_their_paths() -> None:
    layer = index(
        file("z", b"zzz", mode=0o600, uid=1, mtime=1), symlink("l", "t"),
        device("c", 1, 3), hardlink("h", "z"), directory("d", mode=0o700),
        file("a", b"a", mtime=2),
    )  # fmt: skip
    assert paths(layer) == [b"a", b"c", b"d", b"h", b"l", b"z"]
    assert list(layer.sizes) == [1, 0, 0, 0, 0, 3]
    assert [layer.attribute_table[number].mode for number in layer.attributes] == [
        0o644, 0o600, 0o755 & 0o700, 0o644, 0o777, 0o600,
    ]  # fmt: skip
    assert layer.links == {3: b"z", 4: b"t"}
    assert layer.devices == {1: (1, 3)}
    assert (layer.mtimes[0], layer.mtimes[5]) == (2_000_000_000, 1_000_000_000)
    assert layer.entry_count == len(layer) == 6


def test_bytes_that_look_alike_stay_apart() -> None:
    names = ["é".encode(), "e\u0301".encode(), b"Foo", b"foo", b"\xff\xfe", b"caf\xe9"]
    assert sorted(paths(index(*map(file, names)))) == sorted(names)


def test_names_in_notices_are_printable() -> None:
    layer = index(file(b"../\x1b[31m\xff\n"))
    [notice] = layer.notices
    assert notice.path == b"/\x1b[31m\xff\n"
    assert printable(notice.message) == notice.message
    assert "\\x1b" in notice.message


def test_a_directory_entry_for_the_root_gives_it_its_attributes() -> None:
    for name in (".", "./", "/", "a/.."):
        layer = index(directory(name, mode=0o700), file("f"))
        assert paths(layer) == [b"", b"f"]
        assert layer.attribute_table[layer.attributes[0]].mode == 0o700
        assert layer.notices == ()


@pytest.mark.parametrize("name", [".", "", "/", "./", "..", "a/.."])
def test_the_root_can_be_nothing_else(name: str) -> None:
    for entry in (file(name, b"x"), symlink(name, "/tmp"), hardlink(name, "f"), device(name, 1, 3)):
        layer = index(entry, file("f"))
        assert paths(layer) == [b"f"]
        assert "root-not-directory" in codes(layer)
        assert [notice.path for notice in layer.notices][-1] == b"/"


def test_missing_parents_are_implied_in_preorder() -> None:
    layer = index(file("a/b/c/f"), file("a.x/f"), directory("a/b"), file("top"))
    assert layer.implied == (b"a", b"a/b/c", b"a.x")
    assert index(directory("a"), file("a/f")).implied == ()


def test_an_entry_that_comes_later_stands_for_an_implied_parent() -> None:
    layer = index(file("a/f"), directory("a", mode=0o700))
    assert layer.implied == ()
    assert list(layer.kinds) == [DIRECTORY, FILE]


def test_five_thousand_components_are_too_many_and_said_so() -> None:
    layer = index(file("d/" * 4_999 + "f", b"x"), file("ok"))
    assert paths(layer) == [b"ok"]
    assert not layer.complete
    assert codes(layer) == ["limit-exceeded"]
    assert "path_depth" in layer.notices[0].message
    assert len(layer.notices[0].message) < 300


def test_as_many_components_as_are_allowed_are_shown() -> None:
    layer = index(file("d/" * 4_095 + "f"))
    assert (len(layer), layer.complete) == (1, True)
    assert len(layer.implied) == 4_095
    assert len(index(file("d/" * 3 + "f"), limits=Limits(path_depth=4))) == 1
    assert len(index(file("d/" * 3 + "f"), limits=Limits(path_depth=3))) == 0


def test_a_path_of_more_than_32_kib_is_not_shown_and_a_long_one_is_noted() -> None:
    layer = index(file("n" * 32_769), file("m" * 32_768), file("l" * 4_097), file("k" * 4_096))
    assert [len(path) for path in paths(layer)] == [4_096, 4_097, 32_768]
    assert sorted(codes(layer)) == ["limit-exceeded", "long-path", "long-path"]
    assert not layer.complete


def test_a_layer_of_more_entries_than_allowed_is_shown_in_part() -> None:
    data = builders.layer(*(file(f"f{number:05}", b"") for number in range(20_000)))
    layer = index_layer(BytesBlob(data), limits=Limits(layer_entries=10_000))
    assert not layer.complete
    assert 10_000 <= len(layer) < 20_000
    assert codes(layer) == ["limit-exceeded"]
    assert "layer_entries" in layer.notices[0].message
    assert index_layer(BytesBlob(data), limits=Limits(layer_entries=20_000)).complete


def test_more_than_a_thousand_notices_of_a_code_end_in_one_that_counts_the_rest() -> None:
    layer = index(*(file(f"../f{number}") for number in range(1_234)), file(".wh."))
    assert len(layer.notices) == 1_002
    assert codes(layer).count("escapes-root") == 1_001
    assert codes(layer).count("invalid-whiteout") == 1
    assert "234 more" in layer.notices[-1].message
