"""Layers as they are stored: compressed in every way, empty, damaged or with more behind."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import struct
import sys
import zlib
from typing import TYPE_CHECKING

import pytest
from xxhash import xxh3_128_digest

from layertui.blob import BytesBlob
from layertui.errors import CancelledError
from layertui.layers.indexing import index_layer
from layertui.limits import Limits
from tests.builders import BLOCK, directory, file, layer
from tests.layers import codes, paths

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.layers.index import LayerIndex

NOISE = bytes(zlib.crc32(b"%d" % number) & 0xFF for number in range(9000))
PLAIN = layer(
    directory("d"),
    file("d/a", NOISE[:5000]),
    file("d/b", b"b"),
    file("e", b""),
    file("f", NOISE[5000:]),
)
SKIPPABLE = struct.pack("<II", 0x184D2A50, 40) + b"s" * 40
HALF = len(PLAIN) // 2

STORED = {
    "plain": PLAIN,
    "gzip": gzip.compress(PLAIN),
    "gzip of several members": gzip.compress(PLAIN[:HALF]) + gzip.compress(PLAIN[HALF:]),
    "gzip of tiny members": b"".join(
        gzip.compress(PLAIN[start : start + 100]) for start in range(0, len(PLAIN), 100)
    ),
    "gzip with zeros behind": gzip.compress(PLAIN) + bytes(700),
    "zstd": zstd.compress(PLAIN),
    "zstd of several frames": zstd.compress(PLAIN[:HALF]) + SKIPPABLE + zstd.compress(PLAIN[HALF:]),
    "zstd that starts with a skippable frame": SKIPPABLE + zstd.compress(PLAIN),
    "zstd:chunked": zstd.compress(PLAIN) + SKIPPABLE * 3,
    "xz": lzma.compress(PLAIN),
    "bzip2": bz2.compress(PLAIN),
}


def indexed(data: bytes, limits: Limits | None = None) -> LayerIndex:
    return index_layer(BytesBlob(data), limits=limits)


@pytest.mark.parametrize("stored", STORED.values(), ids=STORED)
def test_a_layer_has_the_same_index_however_it_is_stored(stored: bytes) -> None:
    plain, found = indexed(PLAIN), indexed(stored)
    assert found.complete
    assert found.notices == ()
    assert found.keys == plain.keys
    assert list(found.payloads) == list(plain.payloads)
    for row in range(len(found)):
        assert found.digest(row) == plain.digest(row)
        assert found.same_content(row, plain, row)
        assert plain.same_content(row, found, row)


def test_digests_are_of_the_content() -> None:
    found = indexed(STORED["gzip"])
    row = paths(found).index(b"d/a")
    assert found.digest(row) == xxh3_128_digest(NOISE[:5000])
    assert found.digest(paths(found).index(b"e")) == bytes(16)


def test_files_of_one_size_with_other_bytes_do_not_have_the_same_content() -> None:
    changed = PLAIN.replace(b"b" + bytes(511), b"c" + bytes(511))
    for first in (PLAIN, STORED["gzip"]):
        for second in (changed, gzip.compress(changed)):
            found, other = indexed(first), indexed(second)
            row = paths(found).index(b"d/b")
            assert not found.same_content(row, other, row)
            assert not other.same_content(row, found, row)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        bytes(1024),
        bytes(512),
        bytes(10_240),
        gzip.compress(bytes(1024), mtime=0),
        gzip.compress(b"", mtime=0),
    ],
)
def test_an_empty_layer_is_a_layer_without_entries(stored: bytes) -> None:
    found = indexed(stored)
    assert (len(found), found.complete, found.notices, found.size) == (0, True, (), 0)


def test_the_filler_of_old_manifests_is_an_empty_layer() -> None:
    filler = bytes.fromhex("1f8b080000096e8800ff621805a360148c5800080000ffff2eafb5ef00040000")
    assert len(filler) == 32
    found = indexed(filler)
    assert (len(found), found.complete, found.notices) == (0, True, ())


@pytest.mark.parametrize("name", ["gzip", "gzip of several members", "zstd", "xz", "bzip2"])
def test_a_layer_that_is_cut_off_is_shown_in_part_with_the_offset(name: str) -> None:
    stored = STORED[name]
    found = indexed(stored[: len(stored) * 9 // 10])
    assert not found.complete
    assert codes(found) == ["damaged-layer"]
    assert re.fullmatch(
        r"the data is cut off at compressed offset \d+; .*", found.notices[0].message
    )
    assert set(paths(found)) <= set(paths(indexed(PLAIN)))


def test_a_plain_layer_that_is_cut_off_is_shown_in_part_with_the_offset() -> None:
    found = indexed(PLAIN[:3000])
    assert paths(found) == [b"d", b"d/a"]
    assert not found.complete
    assert "at offset 3000" in found.notices[0].message


def test_a_wrong_checksum_of_the_stream_is_told_after_all_entries() -> None:
    stored = bytearray(STORED["gzip"])
    stored[-6] ^= 1
    found = indexed(bytes(stored))
    assert paths(found) == paths(indexed(PLAIN))
    assert not found.complete
    assert codes(found) == ["damaged-layer"]
    assert re.fullmatch(r"the checksum is wrong at compressed offset \d+", found.notices[0].message)


def test_garbage_behind_the_stream_is_noted_and_nothing_is_missing() -> None:
    found = indexed(STORED["gzip"] + b"garbage")
    assert paths(found) == paths(indexed(PLAIN))
    assert found.complete
    assert codes(found) == ["trailing-garbage"]


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstd.compress])
def test_a_second_archive_behind_the_first_is_noted_and_not_read(
    compress: Callable[[bytes], bytes],
) -> None:
    found = indexed(compress(PLAIN) + compress(layer(file("evil"))))
    assert paths(found) == paths(indexed(PLAIN))
    assert codes(found) == ["data-after-end"]
    assert found.complete


def test_a_bomb_behind_the_end_of_the_archive_is_a_notice() -> None:
    found = indexed(gzip.compress(PLAIN + bytes(1 << 20)), Limits(layer_size=1 << 19))
    assert paths(found) == paths(indexed(PLAIN))
    assert not found.complete
    assert codes(found) == ["limit-exceeded"]


def test_a_bad_header_ends_the_layer_there() -> None:
    data = bytearray(PLAIN)
    place = PLAIN.index(b"d/b")
    data[place] ^= 1
    for stored in (bytes(data), gzip.compress(bytes(data))):
        found = indexed(stored)
        assert paths(found) == [b"d", b"d/a"]
        assert not found.complete
        assert f"at offset {place}" in found.notices[0].message


def test_something_else_than_a_layer_is_told_at_offset_0() -> None:
    found = indexed(b"\x89PNG\r\n\x1a\n" + NOISE)
    assert (len(found), found.complete) == (0, False)
    assert "offset 0" in found.notices[0].message


def test_reading_is_told_and_can_be_stopped() -> None:
    progress: list[int] = []
    indexed_layer = index_layer(BytesBlob(STORED["gzip"]), progress=progress.append)
    assert indexed_layer.complete
    assert max(progress) == len(STORED["gzip"])
    for stored in (PLAIN, STORED["gzip"]):
        with pytest.raises(CancelledError):
            index_layer(BytesBlob(stored), cancelled=lambda: True)


def test_stopping_is_asked_for_between_reads() -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 5

    blob = BytesBlob(gzip.compress(layer(file("f", NOISE * 500)), 0))
    with pytest.raises(CancelledError):
        index_layer(blob, cancelled=cancelled)
    assert len(asked) == 6


def test_an_archive_without_an_end_marker_is_noted_and_complete() -> None:
    found = indexed(PLAIN[: -2 * BLOCK])
    assert paths(found) == paths(indexed(PLAIN))
    assert (found.complete, codes(found)) == (True, ["no-end-marker"])
