"""PAX headers: what they override, for whom, and what is wrong with some of them."""

from __future__ import annotations

import pytest

from layertui.errors import DamagedImageError, LimitExceededError
from layertui.layers.entries import DIRECTORY, FILE, SYMLINK
from layertui.layers.fields import UNKNOWN_TIME, pax_records, timestamp
from layertui.layers.tar import TarError
from layertui.layers.window import StreamWindow
from layertui.limits import MIB, Limits
from tests import builders
from tests.builders import file, header, layer, padded, special
from tests.layers import Reading, pieces, read_archive, read_window

SECOND = 1_000_000_000


def pax(records: dict[str, bytes], kind: bytes = b"x") -> bytes:
    return special(kind, builders.pax_records(records), b"PaxHeaders/1")


def read_one(records: dict[str, bytes], block: bytes | None = None) -> Reading:
    return read_archive(layer(pax(records), block or header(b"f", uid=5, gid=6, mtime=7)))


def test_every_override_is_applied_to_one_entry_only() -> None:
    overrides = pax(
        {"path": b"p", "linkpath": b"l", "size": b"3", "uid": b"8", "gid": b"9", "mtime": b"1.5"}
    )
    plain = header(b"name", size=1, uid=1, gid=2, mtime=4)
    first, second = read_archive(
        layer(overrides, plain, padded(b"abc"), plain, padded(b"a"))
    ).headers
    assert (first.name, first.size, first.owner[1:3], first.mtime) == (
        b"p",
        3,
        (8, 9),
        1.5 * SECOND,
    )
    assert (second.name, second.size) == (b"name", 1)
    assert (second.owner[1:3], second.mtime) == ((1, 2), 4 * SECOND)


def test_overrides_do_not_reach_the_next_entry_of_an_uncommon_kind() -> None:
    _, second = read_archive(
        layer(pax({"uid": b"8"}), header(b"a"), header(b"b", kind=b"7", uid=1))
    ).headers
    assert second.owner.uid == 1


def test_solaris_extended_headers_are_pax_headers() -> None:
    [entry] = read_archive(layer(pax({"path": b"new"}, b"X"), header(b"old"))).headers
    assert entry.name == b"new"


@pytest.mark.parametrize("records", [{"path": b"evil", "uid": b"9", "size": b"5"}, {}])
def test_global_headers_change_nothing(records: dict[str, bytes]) -> None:
    entries = read_archive(layer(pax(records, b"g"), file("a", b"x"), file("b", b"yz"))).headers
    assert [(entry.name, entry.owner.uid, entry.size) for entry in entries] == [
        (b"a", 0, 1),
        (b"b", 0, 2),
    ]


def test_a_global_header_that_is_no_pax_at_all_is_passed_over() -> None:
    reading = read_archive(layer(special(b"g", b"\xff" * 700), header(b"a")))
    assert (reading.names, reading.error, reading.notices) == ([b"a"], None, [])


def test_a_size_override_tells_where_the_next_header_is() -> None:
    reading = read_archive(layer(
        pax({"size": b"1000"}), header(b"big"), padded(b"x" * 1000), header(b"next")
    ))  # fmt: skip
    assert [(entry.name, entry.size) for entry in reading.headers] == [(b"big", 1000), (b"next", 0)]


def test_a_size_override_of_a_link_is_not_a_payload() -> None:
    reading = read_archive(
        layer(pax({"size": b"512"}), header(b"l", kind=b"1", link=b"t"), header(b"next"))
    )
    assert [(entry.name, entry.size) for entry in reading.headers] == [(b"l", 0), (b"next", 0)]


@pytest.mark.parametrize(
    "size", [b"-2048", b"9" * 19, b"9" * 5000, b"1.5", b"0x10", b" 5", b"\xd9\xa3", b"1e3"]
)
def test_a_size_that_is_no_size_ends_the_layer_at_its_header(size: bytes) -> None:
    before = file("before", b"x")
    special_header = pax({"size": size})
    reading = read_archive(layer(before, special_header, header(b"f"), header(b"next")))
    assert isinstance(reading.error, TarError)
    assert reading.error.offset == len(before) + len(special_header)
    assert reading.names == [b"before"]


@pytest.mark.parametrize("key", ["size", "uid", "gid", "mtime", "path", "linkpath"])
def test_an_empty_value_takes_an_override_back(key: str) -> None:
    block = header(b"name", kind=b"0", size=3, uid=5, gid=6, mtime=7) + padded(b"abc")
    reading = read_archive(layer(pax({key: b"", "comment": b"c"}), block, header(b"next")))
    first = reading.headers[0]
    assert (first.name, first.size, first.owner[1:3], first.mtime) == (
        b"name", 3, (5, 6), 7 * SECOND,
    )  # fmt: skip
    assert reading.names == [b"name", b"next"]
    assert reading.notices == []


def test_the_last_of_several_records_wins() -> None:
    data = builders.pax_records({"path": b"1"}) + builders.pax_records({"path": b"2"})
    assert read_archive(layer(special(b"x", data), header(b"f"))).names == [b"2"]


def test_the_last_of_several_headers_wins_as_a_whole() -> None:
    reading = read_archive(
        layer(pax({"uid": b"8", "path": b"1"}), pax({"path": b"2"}), header(b"f", uid=5))
    )
    assert [(entry.name, entry.owner.uid) for entry in reading.headers] == [(b"2", 5)]


def test_a_value_may_hold_equals_signs_newlines_and_nul_bytes() -> None:
    data = builders.pax_records({"a": b"b=c\nd\0e", "comment": b""})
    assert list(pax_records(data)) == [(b"a", b"b=c\nd\0e"), (b"comment", b"")]


@pytest.mark.parametrize(
    "data",
    [
        b"999999 path=a\n",
        b"8 path=a\n",
        b"10 path=ab\n",
        b"12 path=ab\n",
        b"11 path=ab\n\0",
        b"0 path=a\n",
        b"-10 path=a\n",
        b"x path=a\n",
        b"path=a\n",
        b" 10 path=a\n",
        b"3 \n",
        b"5 =a\n",
        b"7 path\n",
        b"9" * 5000 + b" a=b\n",
        b"\0",
    ],
)
def test_a_record_of_a_wrong_length_ends_the_layer_at_its_header(data: bytes) -> None:
    before = file("before", b"x")
    reading = read_archive(layer(before, special(b"x", data), header(b"f")))
    assert isinstance(reading.error, TarError)
    assert reading.error.offset == len(before)
    assert reading.names == [b"before"]


@pytest.mark.parametrize("key", ["path", "linkpath", "uname", "gname", "GNU.sparse.name", "a\0b"])
def test_a_nul_byte_where_none_can_be_ends_the_layer(key: str) -> None:
    reading = read_archive(layer(pax({key: b"a\0b"}), header(b"f")))
    assert isinstance(reading.error, TarError)
    assert "NUL" in str(reading.error)


@pytest.mark.parametrize(
    ("value", "nanoseconds"),
    [
        (b"0", 0),
        (b"1.5", 1_500_000_000),
        (b"1.", SECOND),
        (b"1.000000001", SECOND + 1),
        (b"1.0000000019", SECOND + 1),
        (b"-1.5", -1_500_000_000),
        (b"1700000000.123456789", 1_700_000_000_123_456_789),
    ],
)
def test_times_are_exact_to_the_nanosecond(value: bytes, nanoseconds: int) -> None:
    assert timestamp(value) == nanoseconds
    assert read_one({"mtime": value}).headers[0].mtime == nanoseconds


@pytest.mark.parametrize(
    "value",
    [b"nan", b"inf", b"-inf", b"1e300", b"9" * 300, b"1_0", b"1,5", b".5", b"--1", b"9" * 18],
)
def test_a_time_that_is_no_time_is_unknown_with_a_notice(value: bytes) -> None:
    reading = read_one({"mtime": value})
    assert reading.headers[0].mtime == UNKNOWN_TIME
    assert reading.notices == [("bad-number", b"f")]
    assert reading.error is None


@pytest.mark.parametrize("value", [b"9" * 1000, b"-1", b"1.0", b"root"])
def test_an_owner_that_is_no_number_is_0_with_a_notice(value: bytes) -> None:
    reading = read_one({"uid": value, "gid": b"77", "path": b"new/name"})
    assert reading.headers[0].owner[1:3] == (0, 77)
    assert reading.notices == [("bad-number", b"new/name")]


def test_an_owner_may_have_63_bits() -> None:
    assert read_one({"uid": b"%d" % ((1 << 63) - 1)}).headers[0].owner.uid == (1 << 63) - 1


def test_extended_attributes_are_raw_and_sorted_by_name() -> None:
    capability = bytes.fromhex("0100000200200000000000000000000000000000")
    reading = read_one(
        {
            "SCHILY.xattr.user.b": b"\0=\n",
            "SCHILY.xattr.security.capability": capability,
            "LIBARCHIVE.xattr.user.c": b"AAAA",
            "comment": b"none of them",
        }
    )
    assert reading.headers[0].owner.xattrs == (
        (b"security.capability", capability),
        (b"user.b", b"\0=\n"),
    )


def test_directories_and_links_have_overrides_too() -> None:
    reading = read_archive(
        layer(
            pax({"uid": b"3", "path": b"dir/"}), header(b"d/", kind=b"5"),
            pax({"mtime": b"2"}), header(b"l", kind=b"2", link=b"t"),
        )
    )  # fmt: skip
    assert [(entry.name, entry.kind) for entry in reading.headers] == [
        (b"dir", DIRECTORY),
        (b"l", SYMLINK),
    ]
    assert reading.headers[0].owner.uid == 3
    assert (reading.headers[1].mtime, reading.headers[1].link) == (2 * SECOND, b"t")


def test_a_pax_header_without_records_changes_nothing() -> None:
    [entry] = read_archive(layer(special(b"x", b""), header(b"f", uid=5))).headers
    assert (entry.name, entry.kind, entry.owner.uid) == (b"f", FILE, 5)


@pytest.mark.parametrize("kind", [b"x", b"L", b"K"])
def test_a_special_header_of_64_mib_is_refused_and_not_read(kind: bytes) -> None:
    class Counting:
        """A window that tells how much it was asked to read at once."""

        hashes = True
        failure: DamagedImageError | None = None

        def __init__(self, data: bytes) -> None:
            self.end = 64 * MIB + 512
            self.data = data
            self.most = 0

        def view(self, position: int) -> tuple[bytes, int]:
            return self.data[position:], position

        def read(self, position: int, length: int) -> bytes:
            self.most = max(self.most, length)
            return bytes(length)

        def digest(self, position: int, size: int, *, wanted: bool = False) -> bytes:
            raise AssertionError("a special header has no digest")

        def data_after(self, position: int) -> int | None:
            raise AssertionError("the end was not reached")

    window = Counting(header(b"big", kind=kind, size=64 * MIB))
    reading = read_window(window)
    assert isinstance(reading.error, LimitExceededError)
    assert "at offset 0" in str(reading.error)
    assert window.most == 0


def test_the_size_of_special_headers_is_a_setting() -> None:
    data = layer(pax({"path": b"n" * 600}), header(b"f"))
    assert read_archive(data, Limits(special_header_size=610)).error is None
    error = read_archive(data, Limits(special_header_size=609)).error
    assert isinstance(error, LimitExceededError)
    assert "special_header_size" in error.hint


def test_the_largest_special_header_comes_through_a_stream_byte_by_byte() -> None:
    data = layer(special(b"L", b"n" * 60_000), header(b"f"))
    assert read_window(StreamWindow(pieces(data, 1))).names == [b"n" * 60_000]
