"""The content of files: opened one by one, and passed by."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob
from layertui.contents.opening import Contents, Stored
from layertui.errors import CancelledError, DamagedImageError, ImageError
from layertui.image import Layer
from layertui.layers.fields import SparseMap
from tests.deliveries import Fake, delivered

if TYPE_CHECKING:
    from collections.abc import Callable

BYTES = bytes(range(256)) * 40
HOLES = Stored(1_000, 30, SparseMap(500, ((100, 10), (300, 20))))
every_form = pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])


def contents_of(data: bytes) -> Contents:
    return Contents([Layer(index=0, blob=BytesBlob(data))])


def expanded(stored: Stored) -> bytes:
    whole = bytearray(stored.real_size)
    for start, place, length in stored.stretches():
        whole[start : start + length] = BYTES[place : place + length]
    return bytes(whole)


@every_form
def test_a_file_is_read_at_any_place(pack: Callable[[bytes], bytes]) -> None:
    file = contents_of(pack(BYTES)).open(0, Stored(300, 1_000))
    assert file.size == 1_000
    assert file.read_at(0, 2_000) == BYTES[300:1_300]
    assert file.read_at(990, 50) == BYTES[1_290:1_300]
    assert file.read_at(1_000, 5) == b""


@every_form
def test_holes_are_zeros(pack: Callable[[bytes], bytes]) -> None:
    file, whole = contents_of(pack(BYTES)).open(0, HOLES), expanded(HOLES)
    assert file.size == 500
    for start in range(0, 520, 7):
        for length in (0, 1, 9, 210, 600):
            assert file.read_at(start, length) == whole[start : start + length]


def test_the_map_of_a_file_with_holes_is_no_content() -> None:
    mapped = Stored(0, 522, SparseMap(600, ((590, 10),), 512))
    file = contents_of(BYTES).open(0, mapped)
    assert file.read_at(580, 20) == bytes(10) + BYTES[512:522]


@every_form
def test_many_files_pass_by_in_the_order_of_the_layer(pack: Callable[[bytes], bytes]) -> None:
    files = [Stored(5_000, 100), HOLES, Stored(0, 0), Stored(2_000, 3_000), HOLES]
    found = {}
    for stored, pieces in contents_of(pack(BYTES)).passing(0, files):
        whole = bytearray(stored.real_size)
        for start, data in pieces:
            whole[start : start + len(data)] = data
        found[stored] = bytes(whole)
    assert list(found) == sorted(set(files), key=lambda stored: stored.payload)
    assert all(data == expanded(stored) for stored, data in found.items())


@every_form
def test_files_that_are_not_taken_are_passed_by(pack: Callable[[bytes], bytes]) -> None:
    files = [Stored(start, 100) for start in range(0, 10_000, 500)]
    taken = [
        next(pieces)[1]
        for stored, pieces in contents_of(pack(BYTES)).passing(0, files)
        if stored.payload == 9_000
    ]
    assert [bytes(data) for data in taken] == [BYTES[9_000:9_100]]


@every_form
def test_a_layer_that_ends_within_a_file_is_damaged(pack: Callable[[bytes], bytes]) -> None:
    contents, stored = contents_of(pack(BYTES)), Stored(len(BYTES) - 10, 11)
    with pytest.raises(DamagedImageError, match="layer 0 ends within a file"):
        contents.open(0, stored).read_at(0, 11)
    with pytest.raises(DamagedImageError, match="layer 0 ends within a file"):
        [list(pieces) for _, pieces in contents.passing(0, [stored])]


@every_form
def test_passing_can_be_stopped(pack: Callable[[bytes], bytes]) -> None:
    passing = contents_of(pack(BYTES)).passing(0, [Stored(0, 10)], cancelled=lambda: True)
    with pytest.raises(CancelledError):
        [list(pieces) for _, pieces in passing]


def test_a_layer_that_is_elsewhere_is_brought_once_a_file_is_opened() -> None:
    delivery = Fake(BytesBlob(gzip.compress(BYTES)))
    contents = Contents([delivered(delivery)])
    assert contents.open(0, Stored(3, 4)).read_at(0, 4) == BYTES[3:7]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (Layer(index=0), "layer 0 is not at hand"),
        (Layer(index=0, unreadable="foreign"), "layer 0 cannot be read: foreign"),
    ],
)
def test_a_layer_that_cannot_be_had_is_an_error(layer: Layer, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        Contents([layer]).open(0, Stored(0, 1))
    with pytest.raises(ImageError, match=message):
        list(Contents([layer]).passing(0, [Stored(0, 1)]))
