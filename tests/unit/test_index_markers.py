"""Whiteouts, opaque markers, AUFS leftovers and what only looks like one of them."""

from __future__ import annotations

import pytest

from tests import builders
from tests.builders import device, directory, file, hardlink, opaque, symlink, whiteout
from tests.layers import codes, index, paths


def test_a_whiteout_is_a_lower_path_that_goes_and_no_entry() -> None:
    layer = index(whiteout("d/x"), whiteout("y"), file("f"))
    assert layer.whiteouts == (b"d/x", b"y")
    assert paths(layer) == [b"f"]
    assert layer.notices == ()


def test_a_marker_does_not_imply_the_directory_it_stands_in() -> None:
    assert index(whiteout("d/x"), opaque("e")).implied == ()


@pytest.mark.parametrize(
    "marker",
    [
        file("d/.wh.x", b"payload"), directory("d/.wh.x"), symlink("d/.wh.x", "t"),
        hardlink("d/.wh.x", "f"), device("d/.wh.x", 0, 0), builders.fifo("d/.wh.x"),
    ],
)  # fmt: skip
def test_a_whiteout_may_be_of_any_kind(marker: bytes) -> None:
    layer = index(marker, file("f", b"abc"))
    assert layer.whiteouts == (b"d/x",)
    assert paths(layer) == [b"f"]
    assert layer.size == 3


@pytest.mark.parametrize("name", ["./d/.wh.x", "/d/.wh.x", "d//.wh.x", "d/e/../.wh.x"])
def test_the_name_of_a_whiteout_may_be_written_oddly(name: str) -> None:
    assert index(file(name)).whiteouts == (b"d/x",)


def test_a_whiteout_may_name_what_looks_like_a_whiteout_of_other_bytes() -> None:
    assert index(file(b".wh.\xff\xfe"), file(".wh.a b")).whiteouts == (b"a b", b"\xff\xfe")


def test_an_opaque_marker_is_of_its_directory() -> None:
    assert index(opaque("d"), opaque("d/e")).opaques == (b"d", b"d/e")
    assert index(opaque()).opaques == (b"",)
    assert index(file("./.wh..wh..opq")).opaques == (b"",)


@pytest.mark.parametrize("name", [".wh.", "d/.wh.", ".wh..", "d/.wh..", ".wh...", "d/.wh..."])
def test_a_whiteout_that_names_nothing_is_ignored_with_a_notice(name: str) -> None:
    layer = index(file(name), file("d/f"))
    assert (layer.whiteouts, layer.opaques) == ((), ())
    assert paths(layer) == [b"d/f"]
    assert codes(layer) == ["invalid-whiteout"]
    assert layer.notices[0].path == b"/" + name.encode()


@pytest.mark.parametrize("name", [".whx", "wh.x", "x.wh.", "d/a.wh.x", ".w", ".WH.x"])
def test_other_names_are_no_markers(name: str) -> None:
    layer = index(file(name))
    assert paths(layer) == [name.encode()]
    assert layer.whiteouts == ()


@pytest.mark.parametrize(
    "name", [".wh..wh.aufs", ".wh..wh.orph/f", "d/.wh..wh.plnk/1.2", ".wh..wh..opq.x", ".wh..wh.."]
)
def test_aufs_leftovers_are_hidden_and_take_nothing_away(name: str) -> None:
    layer = index(file(name, b"x"), file("f"))
    assert paths(layer) == [b"f"]
    assert (layer.whiteouts, layer.opaques, layer.notices) == ((), (), ())


def test_what_is_below_a_marker_is_hidden_with_it() -> None:
    layer = index(directory(".wh.d"), file(".wh.d/inside"), file("f"))
    assert paths(layer) == [b"f"]
    assert layer.whiteouts == (b"d",)


def test_a_hard_link_to_hidden_content_holds_it() -> None:
    hidden = file(".wh..wh.plnk/1.2", b"shared", mode=0o600, uid=7)
    for entries in (
        [hidden, hardlink("a", ".wh..wh.plnk/1.2")],
        [hardlink("a", "./.wh..wh.plnk/1.2"), hidden],
    ):
        layer = index(*entries, file("b", b"other"))
        assert paths(layer) == [b"a", b"b"]
        assert layer.links == {}
        assert list(layer.sizes) == [6, 5]
        assert layer.attribute_table[layer.attributes[0]][:2] == (0o600, 7)
        assert layer.digest(0) != layer.digest(1)


def test_whiteouts_of_the_overlay_are_shown_with_a_hint() -> None:
    marked = {"SCHILY.xattr.trusted.overlay.opaque": b"y"}
    other = {"SCHILY.xattr.trusted.overlay.opaque": b"x"}
    layer = index(
        device("gone", 0, 0), directory("d", pax=marked), device("null", 1, 3),
        device("block", 0, 0, kind=b"4"), directory("e", pax=other),
    )  # fmt: skip
    assert paths(layer) == [b"block", b"d", b"e", b"gone", b"null"]
    assert (layer.whiteouts, layer.opaques) == ((), ())
    assert codes(layer) == ["overlay-whiteout"] * 2
    assert {notice.path for notice in layer.notices} == {b"/d", b"/gone"}


def test_estargz_metadata_is_shown_and_tagged() -> None:
    layer = index(file(".prefetch.landmark", b"\x0f"), file("f"), file("stargz.index.json", b"{}"))
    assert paths(layer) == [b".prefetch.landmark", b"f", b"stargz.index.json"]
    assert codes(layer) == ["estargz-metadata"] * 2
    assert codes(index(file("stargz.index.json", b"{}"), file("f"))) == []
