"""Files with holes: old GNU headers and PAX 0.0, 0.1 and 1.0."""

from __future__ import annotations

import pytest

from layertui.errors import LimitExceededError
from layertui.layers.entries import NO_DIGEST, Header
from layertui.layers.tar import TarError
from layertui.layers.window import StreamWindow
from layertui.limits import Limits
from tests import builders
from tests.builders import header, layer, padded, special
from tests.layers import Reading, pieces, read_archive, read_window

PIECES = ((0, 10), (100, 20), (150, 5))
DATA = b"d" * 35
REAL_SIZE = 200


def numbers(pairs: tuple[tuple[int, int], ...]) -> list[int]:
    return [number for pair in pairs for number in pair]


def gnu(
    pairs: tuple[tuple[int, int], ...] = PIECES,
    *,
    real_size: int = REAL_SIZE,
    data: bytes = DATA,
    name: bytes = b"f",
) -> bytes:
    """Return an old GNU sparse file, with as many extension blocks as its map needs."""
    fields = [builders.octal(number, 12) for number in numbers(pairs)]
    head, rest = fields[:8], fields[8:]
    extensions = []
    while rest:
        part, rest = rest[:42], rest[42:]
        extensions.append(b"".join(part).ljust(504, b"\0") + bytes((bool(rest),)) + bytes(7))
    block = bytearray(header(name, kind=b"S", size=len(data), magic=b"ustar  \0"))
    block[386:482] = b"".join(head).ljust(96, b"\0")
    block[482] = bool(extensions)
    block[483:495] = builders.octal(real_size, 12)
    return builders.with_checksum(bytes(block)) + b"".join(extensions) + padded(data)


def pax_file(
    records: list[tuple[str, bytes]], data: bytes = DATA, name: bytes = b"GNUSparse/f"
) -> bytes:
    lines = b"".join(builders.pax_records({key: value}) for key, value in records)
    return special(b"x", lines, b"PaxHeaders/1") + header(name, size=len(data)) + padded(data)


def pax_0_0(pairs: tuple[tuple[int, int], ...] = PIECES, real_size: int = REAL_SIZE) -> bytes:
    records = [("GNU.sparse.size", b"%d" % real_size), ("GNU.sparse.numblocks", b"%d" % len(pairs))]
    for offset, length in pairs:
        records += [("GNU.sparse.offset", b"%d" % offset), ("GNU.sparse.numbytes", b"%d" % length)]
    return pax_file(records, name=b"f")


def pax_0_1(text: bytes = b"0,10,100,20,150,5", real_size: bytes = b"200") -> bytes:
    return pax_file([
        ("GNU.sparse.size", real_size), ("GNU.sparse.numblocks", b"3"),
        ("GNU.sparse.name", b"f"), ("GNU.sparse.map", text),
    ])  # fmt: skip


def pax_1_0(
    text: bytes = b"3\n0\n10\n100\n20\n150\n5\n",
    *,
    real_size: bytes = b"200",
    extra: tuple[tuple[str, bytes], ...] = (),
    name: bytes = b"f",
) -> bytes:
    return pax_file(
        [
            ("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.name", name),
            ("GNU.sparse.realsize", real_size), *extra,
        ],
        padded(text) + DATA,
    )  # fmt: skip


def sparse_of(reading: Reading) -> tuple[int, tuple[tuple[int, int], ...]]:
    assert reading.error is None
    holes = reading.headers[0].sparse
    assert holes is not None
    return holes.real_size, holes.pieces


FORMATS = {
    "old GNU": gnu(),
    "PAX 0.0": pax_0_0(),
    "PAX 0.1": pax_0_1(),
    "PAX 1.0": pax_1_0(),
}


@pytest.mark.parametrize("entry", FORMATS.values(), ids=FORMATS)
def test_name_size_and_pieces_are_those_of_the_file_with_its_holes(entry: bytes) -> None:
    reading = read_archive(layer(entry, header(b"next")))
    assert sparse_of(reading) == (REAL_SIZE, PIECES)
    assert reading.names == [b"f", b"next"]


@pytest.mark.parametrize("entry", FORMATS.values(), ids=FORMATS)
def test_the_size_of_the_entry_is_what_is_stored(entry: bytes) -> None:
    stored = len(DATA) + (512 if entry is FORMATS["PAX 1.0"] else 0)
    assert read_archive(layer(entry)).headers[0].size == stored


def test_one_and_many_extension_blocks_are_read() -> None:
    for count in (4, 5, 25, 26, 46, 47, 500):
        pairs = tuple((10 * number, 3) for number in range(count))
        data = b"x" * 3 * count
        reading = read_archive(layer(gnu(pairs, real_size=10_000, data=data), header(b"next")))
        assert sparse_of(reading) == (10_000, pairs)
        assert reading.names == [b"f", b"next"]
        assert reading.headers[0].size == len(data)


def test_the_payload_begins_behind_the_extension_blocks() -> None:
    pairs = tuple((10 * number, 3) for number in range(30))
    [entry] = read_archive(layer(gnu(pairs, real_size=300, data=b"x" * 90))).headers
    assert entry.payload == 512 * 3


def test_sparse_files_of_more_than_8_gib_are_exact() -> None:
    size = (8 << 30) + 1
    assert sparse_of(read_archive(layer(gnu(((size - 5, 5),), real_size=size, data=b"12345")))) == (
        size, ((size - 5, 5),),
    )  # fmt: skip
    assert sparse_of(read_archive(layer(pax_0_1(b"0,35", b"60000000000"))))[0] == 60_000_000_000


def test_a_realsize_goes_with_a_size_record_of_what_is_stored() -> None:
    stored = b"%d" % (512 + len(DATA))
    reading = read_archive(layer(pax_1_0(extra=(("size", stored),)), header(b"next")))
    assert sparse_of(reading) == (REAL_SIZE, PIECES)
    assert [entry.size for entry in reading.headers] == [512 + len(DATA), 0]


def test_a_file_that_is_one_hole_stores_nothing() -> None:
    for entry in (gnu((), real_size=1000, data=b""), pax_0_1(b"", b"1000")):
        assert sparse_of(read_archive(layer(entry, header(b"next")))) == (1000, ())


def test_an_empty_sparse_name_leaves_the_name_of_the_header() -> None:
    assert read_archive(layer(pax_1_0(name=b""))).names == [b"GNUSparse/f"]


def test_a_map_of_many_blocks_is_read_and_the_next_header_found() -> None:
    pairs = tuple((10 * number, 1) for number in range(4000))
    text = b"4000\n" + b"".join(b"%d\n%d\n" % pair for pair in pairs)
    reading = read_archive(layer(pax_1_0(text, real_size=b"40000"), header(b"next")))
    assert sparse_of(reading) == (40_000, pairs)
    assert reading.names == [b"f", b"next"]


def test_a_stored_map_takes_whole_blocks() -> None:
    for padding, stored in ((0, 512), (16, 512), (17, 1024)):
        text = b"082\n" + b"150\n0\n" * 81 + b"150\n" + b"0" * padding + b"0\n"
        assert len(text) == 496 + padding
        [entry] = read_archive(layer(pax_1_0(text))).headers
        assert entry.sparse is not None
        assert (entry.sparse.stored, entry.sparse.pieces) == (stored, ((150, 0),) * 82)


@pytest.mark.parametrize(
    "text",
    [
        b"0,10,5,20",  # they overlap
        b"100,20,0,10",  # out of order
        b"0,201",
        b"190,20",
        b"200,1",
        b"0,10,100",
        b"0,-1",
        b"a,b",
        b"0,10,nan,5",
        b"9223372036854775807,1",
        b"9" * 400 + b",1",
    ],
)
def test_a_map_out_of_order_or_beyond_the_file_ends_the_layer(text: bytes) -> None:
    before = header(b"before")
    pairs = text.split(b",")
    lines = b"%d\n" % (-(-len(pairs) // 2)) + b"".join(pair + b"\n" for pair in pairs)
    for entry in (pax_0_1(text), pax_1_0(lines)):
        reading = read_archive(layer(before, entry, header(b"next")))
        assert isinstance(reading.error, TarError)
        assert reading.names == [b"before"]


@pytest.mark.parametrize("real_size", [-1, -(1 << 60), 1 << 63, 1 << 80])
def test_a_real_size_that_is_negative_or_beyond_63_bits_ends_the_layer(real_size: int) -> None:
    reading = read_archive(layer(gnu((), real_size=real_size, data=b"")))
    assert isinstance(reading.error, TarError)
    reading = read_archive(layer(pax_0_1(b"", b"%d" % real_size)))
    assert isinstance(reading.error, TarError)


@pytest.mark.parametrize(
    "pairs", [((5, -1),), ((-5, 1),), ((0, 10), (5, 10)), ((0, 1 << 62), (1 << 62, 1 << 62))]
)
def test_a_bad_old_gnu_map_ends_the_layer(pairs: tuple[tuple[int, int], ...]) -> None:
    assert isinstance(read_archive(layer(gnu(pairs))).error, TarError)


@pytest.mark.parametrize(
    "text",
    [b"", b"x\n", b"3\n0\n10\n", b"-1\n", b"1\n0\nx\n", b"\n", b"9" * 5000 + b"\n", b"2\n" * 3],
)
def test_a_stored_map_that_is_no_map_ends_the_layer(text: bytes) -> None:
    assert isinstance(read_archive(layer(pax_1_0(text))).error, TarError)


def test_a_map_of_ten_million_pieces_is_refused() -> None:
    claimed = read_archive(layer(pax_1_0(b"10000000\n0\n1\n")))
    assert isinstance(claimed.error, TarError)
    text = b"200000\n" + b"".join(b"%d\n1\n" % (10 * number) for number in range(200_000))
    given = read_archive(layer(pax_1_0(text, real_size=b"2000000")))
    assert isinstance(given.error, TarError)


def test_the_size_of_a_map_is_a_setting() -> None:
    pairs = tuple((10 * number, 3) for number in range(30))
    entry = gnu(pairs, real_size=300, data=b"x" * 90)
    assert read_archive(layer(entry), Limits(special_header_size=1024)).error is None
    refused = read_archive(layer(entry), Limits(special_header_size=1023)).error
    assert isinstance(refused, (TarError, LimitExceededError))


def test_extension_blocks_without_end_are_refused() -> None:
    block = bytearray(gnu((), data=b""))
    block[482] = 1
    endless = (builders.octal(0, 12) * 42).ljust(504, b"\0") + b"\1" + bytes(7)
    reading = read_archive(layer(builders.with_checksum(bytes(block)), endless * 5000))
    assert isinstance(reading.error, TarError)
    assert "too large" in str(reading.error)


def test_extension_blocks_that_are_cut_off_are_an_error() -> None:
    entry = gnu(tuple((10 * number, 3) for number in range(30)), real_size=300, data=b"x" * 90)
    reading = read_archive(entry[: 512 + 600])
    assert isinstance(reading.error, TarError)
    assert "cut off" in str(reading.error)


def digest_of(entry: bytes) -> bytes:
    header_read: Header = read_window(StreamWindow(pieces(layer(entry), 333))).headers[0]
    assert read_archive(layer(entry)).headers[0].digest == header_read.digest
    return header_read.digest


@pytest.mark.parametrize("entry", FORMATS.values(), ids=FORMATS)
def test_the_digest_is_taken_in_a_plain_layer_too(entry: bytes) -> None:
    assert digest_of(entry) != NO_DIGEST


def test_files_whose_data_lies_elsewhere_have_other_digests() -> None:
    moved = ((0, 10), (101, 20), (150, 5))
    assert digest_of(gnu()) == digest_of(gnu(name=b"other"))
    assert len({digest_of(gnu()), digest_of(gnu(moved)), digest_of(gnu(real_size=201))}) == 3
