"""Checksums, and the many ways an archive can end."""

from __future__ import annotations

import pytest

from layertui.layers.tar import TarError
from tests import builders
from tests.builders import BLOCK, END, file, header, layer
from tests.layers import Reading, read_archive

FIRST = file("first", b"x" * 600)


def with_sum(block: bytes, field: bytes) -> bytes:
    return block[:148] + field.ljust(8, b"\0") + block[156:]


def sums(block: bytes) -> tuple[int, int]:
    """Return the sum of unsigned and of signed bytes."""
    blank = block[:148] + b" " * 8 + block[156:]
    return sum(blank), sum(byte - 256 if byte > 127 else byte for byte in blank)


def damage(reading: Reading) -> tuple[list[bytes], str, int | None]:
    assert isinstance(reading.error, TarError)
    return reading.names, str(reading.error).partition(" at offset")[0], reading.error.offset


@pytest.mark.parametrize("form", [b"%06o\0 ", b"%07o\0", b"%6o \0", b"%o", b" %o "])
def test_a_checksum_may_be_padded_as_any_number(form: bytes) -> None:
    block = header(b"f")
    assert read_archive(layer(with_sum(block, form % sums(block)[0]))).names == [b"f"]


@pytest.mark.parametrize("name", [b"\xff\xfe\xe9", b"\x80" * 100, b"plain"])
def test_the_sum_may_be_of_unsigned_or_of_signed_bytes(name: bytes) -> None:
    block = header(name)
    for total in sums(block):
        reading = read_archive(layer(FIRST, with_sum(block, b"%06o\0 " % (total & 0o777777))))
        if total >= 0:
            assert reading.names == [b"first", name]
        else:
            assert isinstance(reading.error, TarError)


def test_a_negative_signed_sum_is_understood() -> None:
    block = header(b"\x80" * 100, prefix=b"\x80" * 155)
    total = sums(block)[1]
    assert total < 0
    field = (total & ((1 << 63) - 1) | 1 << 63).to_bytes(8, "big")
    assert len(read_archive(layer(with_sum(block, field))).headers) == 1


@pytest.mark.parametrize("off_by", [1, -1, 64, 256])
def test_a_wrong_checksum_is_an_error_at_the_offset_of_its_header(off_by: int) -> None:
    block = header(b"bad")
    bad = with_sum(block, b"%06o\0 " % (sums(block)[0] + off_by))
    reading = read_archive(layer(FIRST, bad, header(b"next")))
    assert damage(reading) == ([b"first"], "a header with a wrong checksum", len(FIRST))


@pytest.mark.parametrize("place", [0, 99, 100, 124, 147, 156, 157, 345, 511])
def test_any_changed_byte_of_a_header_is_noticed(place: int) -> None:
    block = bytearray(header(b"bad"))
    block[place] ^= 1
    assert damage(read_archive(layer(FIRST, bytes(block))))[2] == len(FIRST)


def test_garbage_in_place_of_a_header_is_an_error() -> None:
    reading = read_archive(FIRST + b"garbage!" * 64 + END)
    assert damage(reading) == ([b"first"], "a header with a wrong checksum", len(FIRST))


def test_a_checksum_that_is_no_number_is_an_error() -> None:
    assert damage(read_archive(layer(with_sum(header(b"f"), b"zzzzzz\0 "))))[2] == 0


def test_two_zero_blocks_end_the_archive_without_a_notice() -> None:
    for more in (0, 1, BLOCK, 20 * BLOCK, 200 * BLOCK + 7):
        reading = read_archive(FIRST + END + bytes(more))
        assert (reading.names, reading.notices, reading.error) == ([b"first"], [], None)


def test_an_archive_may_lack_its_zero_blocks_which_is_noted() -> None:
    reading = read_archive(FIRST)
    assert (reading.names, reading.error) == ([b"first"], None)
    assert reading.codes == ["no-end-marker"]


def test_an_archive_may_end_with_a_single_zero_block() -> None:
    reading = read_archive(FIRST + bytes(BLOCK))
    assert (reading.names, reading.notices, reading.error) == ([b"first"], [], None)


def test_the_padding_of_the_last_payload_may_be_missing() -> None:
    reading = read_archive(header(b"f", size=600) + b"x" * 600)
    assert (reading.names, reading.error) == ([b"f"], None)


def test_nothing_at_all_is_an_archive_without_entries() -> None:
    for data in (b"", bytes(BLOCK), END, bytes(10_240)):
        assert read_archive(data) == ([], [], None)


@pytest.mark.parametrize("zeros", [1, 2, 3, 40])
def test_what_follows_zero_blocks_is_not_read_and_noted(zeros: int) -> None:
    reading = read_archive(FIRST + bytes(zeros * BLOCK) + layer(header(b"after")))
    assert (reading.names, reading.codes, reading.error) == ([b"first"], ["data-after-end"], None)


def test_data_far_behind_the_end_is_noted_too() -> None:
    reading = read_archive(FIRST + END + bytes(3 << 20) + b"x")
    assert reading.codes == ["data-after-end"]


def test_entries_after_a_zero_block_do_not_come_back() -> None:
    reading = read_archive(layer(FIRST) + layer(header(b"second")))
    assert reading.names == [b"first"]


@pytest.mark.parametrize("cut", [1, 300, 511])
def test_a_header_that_is_cut_off_is_an_error_where_the_bytes_end(cut: int) -> None:
    reading = read_archive(FIRST + header(b"second")[:cut])
    assert damage(reading) == ([b"first"], "the tar ends within a header", len(FIRST) + cut)


@pytest.mark.parametrize("cut", [0, 1, 511, 512, 599])
def test_a_payload_that_is_cut_off_is_an_error_where_the_bytes_end(cut: int) -> None:
    data = FIRST + header(b"second", size=600) + b"x" * cut
    names, problem, offset = damage(read_archive(data))
    assert names == [b"first", b"second"]
    assert (problem, offset) == ("the tar ends within the content of an entry", len(data))


def test_the_payload_of_a_skipped_kind_that_is_cut_off_is_an_error() -> None:
    for kind in (b"g", b"Z", b"V", b"D"):
        assert isinstance(read_archive(header(b"e", kind=kind, size=600) + b"x").error, TarError)


def test_special_headers_before_the_end_are_forgotten() -> None:
    reading = read_archive(layer(FIRST, builders.special(b"L", b"name\0")))
    assert (reading.names, reading.error) == ([b"first"], None)
