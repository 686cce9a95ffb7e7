from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.blob import BytesBlob
from layertui.layers.entries import DIRECTORY, FILE
from layertui.layers.indexing import index_layer
from tests import builders

if TYPE_CHECKING:
    from layertui.layers.index import LayerIndex


def index_of(*entries: bytes) -> LayerIndex:
    return index_layer(BytesBlob(builders.layer(*entries)))


def left_out_of(*entries: bytes) -> list[tuple[bytes, int, int]]:
    return [(entry.path, entry.kind, entry.size) for entry in index_of(*entries).left_out]


def test_a_layer_of_plain_entries_leaves_nothing_out() -> None:
    assert left_out_of(builders.directory("d"), builders.file("d/f", b"x")) == []


def test_markers_are_left_out_under_the_names_they_have_in_the_order_of_the_archive() -> None:
    assert left_out_of(
        builders.whiteout("z/f"), builders.file("a/f"), builders.opaque("d"), builders.whiteout("b")
    ) == [(b"z/.wh.f", FILE, 0), (b"d/.wh..wh..opq", FILE, 0), (b".wh.b", FILE, 0)]


def test_a_marker_with_content_keeps_its_size() -> None:
    assert left_out_of(builders.file(".wh.f", b"four")) == [(b".wh.f", FILE, 4)]


def test_aufs_metadata_and_what_is_below_it_is_left_out() -> None:
    assert left_out_of(
        builders.directory(".wh..wh.plnk"), builders.file(".wh..wh.plnk/1.2", b"shared")
    ) == [(b".wh..wh.plnk", DIRECTORY, 0), (b".wh..wh.plnk/1.2", FILE, 6)]


def test_all_but_the_last_entry_of_a_path_are_left_out() -> None:
    assert left_out_of(
        builders.file("f", b"first"), builders.directory("f"), builders.file("f", b"last")
    ) == [(b"f", FILE, 5), (b"f", DIRECTORY, 0)]


def test_what_is_below_a_later_file_is_left_out() -> None:
    assert left_out_of(builders.file("d/f", b"x"), builders.file("d")) == [(b"d/f", FILE, 1)]


def test_a_link_to_aufs_metadata_shares_the_payload_of_what_is_left_out() -> None:
    index = index_of(
        builders.file(".wh..wh.plnk/1.2", b"shared"), builders.hardlink("f", ".wh..wh.plnk/1.2")
    )

    assert [entry.payload for entry in index.left_out] == list(index.payloads)
