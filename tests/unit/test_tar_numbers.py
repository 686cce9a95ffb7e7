"""Numbers of a header: octal, base-256, and what is neither."""

from __future__ import annotations

import pytest

from layertui.layers.entries import CHARDEV, FILE
from layertui.layers.fields import UNKNOWN_TIME, number
from layertui.layers.tar import TarError
from layertui.layers.window import BlobWindow
from tests import builders
from tests.builders import header, layer
from tests.layers import read_archive, read_window

GIB = 1 << 30
SECOND = 1_000_000_000


class HollowBlob:
    """Bytes of which the ends are given and all between are zeros."""

    def __init__(self, head: bytes, tail: bytes, tail_at: int) -> None:
        self.size = tail_at + len(tail)
        self.read = 0
        self._head, self._tail, self._tail_at = head, tail, tail_at

    def read_at(self, offset: int, length: int) -> bytes:
        length = max(0, min(length, self.size - offset))
        self.read += length
        if offset >= self._tail_at:
            return self._tail[offset - self._tail_at :][:length]
        return (self._head[offset:] + bytes(length))[:length]


def changed(block: bytes, offset: int, field: bytes) -> bytes:
    return builders.with_checksum(block[:offset] + field + block[offset + len(field) :])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (b"0000644\0", 0o644),
        (b"   644 \0", 0o644),
        (b"644\0\0\0\0\0", 0o644),
        (b"\0\x00644\0\0\0", 0o644),
        (b"644\0junk", 0o644),
        (b"12345670", 0o12345670),
        (b"\0\0\0\0\0\0\0\0", 0),
        (b"        ", 0),
        (b"\x80\0\0\0\0\0\1\0", 256),
        (b"\x80\0\0\0\x80\0\0\0", 1 << 31),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff", -1),
        (b"\xff\xff\xff\xff\xff\xff\xfe\0", -512),
        (b"\xbf\xff\xff\xff\xff\xff\xff\xff", (1 << 62) - 1),
    ],
)
def test_numbers_are_octal_with_padding_or_base_256(field: bytes, value: int) -> None:
    assert number(field) == value


@pytest.mark.parametrize(
    "field", [b"0000648\0", b"-000644\0", b"6 44\0\0\0\0", b"0x1ff\0\0\0", b"1_0     "]
)
def test_what_is_neither_octal_nor_base_256_is_refused(field: bytes) -> None:
    with pytest.raises(ValueError, match="octal"):
        number(field)


def test_owners_and_times_are_exact() -> None:
    [entry] = read_archive(layer(header(b"f", mode=0o6755, uid=1000, gid=2000, mtime=3))).headers
    assert entry.owner == (0o6755, 1000, 2000, ())
    assert entry.mtime == 3 * SECOND


def test_the_file_type_bits_of_a_mode_are_no_part_of_it() -> None:
    [entry] = read_archive(layer(header(b"f", mode=0o107755))).headers
    assert entry.owner.mode == 0o7755


def test_base_256_owners_are_exact() -> None:
    [entry] = read_archive(layer(header(b"f", uid=1 << 31, gid=(1 << 32) + 5))).headers
    assert (entry.owner.uid, entry.owner.gid) == (1 << 31, (1 << 32) + 5)


def test_an_owner_beyond_64_bits_is_the_largest_there_is() -> None:
    block = changed(header(b"f"), 108, b"\xbf" + b"\xff" * 7)
    [entry] = read_archive(layer(block)).headers
    assert entry.owner.uid == (1 << 62) - 1
    assert read_archive(layer(header(b"t", kind=b"3"))).headers[0].device == (0, 0)


@pytest.mark.parametrize("seconds", [-1, -86_400, 8 * GIB, 1 << 33])
def test_base_256_times_are_exact_and_may_be_negative(seconds: int) -> None:
    [entry] = read_archive(layer(header(b"f", mtime=seconds))).headers
    assert entry.mtime == seconds * SECOND


@pytest.mark.parametrize("seconds", [1 << 62, -(1 << 62), 1 << 80])
def test_a_time_that_no_clock_shows_is_unknown(seconds: int) -> None:
    reading = read_archive(layer(header(b"f", mtime=seconds)))
    assert reading.headers[0].mtime == UNKNOWN_TIME
    assert reading.error is None


def test_a_size_of_8_gib_and_1_is_exact_and_skipped() -> None:
    size = 8 * GIB + 1
    blob = HollowBlob(header(b"big", size=size), layer(header(b"next")), 512 + 8 * GIB + 512)
    big, following = read_window(BlobWindow(blob)).headers
    assert (big.size, following.name) == (size, b"next")
    assert blob.read < 1 << 20


@pytest.mark.parametrize("size", [-1, -512, 1 << 63, (1 << 63) - 1, 1 << 80])
def test_a_size_that_is_negative_or_beyond_63_bits_ends_the_layer(size: int) -> None:
    before = builders.file("before", b"x")
    reading = read_archive(layer(before, header(b"bad", size=size)))
    assert isinstance(reading.error, TarError)
    assert reading.error.offset == len(before)
    assert reading.names == [b"before"]


@pytest.mark.parametrize("kind", [b"x", b"L", b"g", b"Z", b"S", b"D", b"\0"])
def test_a_negative_size_of_any_kind_with_a_payload_ends_the_layer(kind: bytes) -> None:
    reading = read_archive(layer(header(b"bad", kind=kind, size=-512), header(b"next")))
    assert isinstance(reading.error, TarError)
    assert reading.headers == []


def test_a_size_that_is_not_octal_ends_the_layer() -> None:
    reading = read_archive(layer(changed(header(b"f"), 124, b"0000000009z\0")))
    assert isinstance(reading.error, TarError)
    assert reading.error.offset == 0


@pytest.mark.parametrize(
    ("offset", "what"), [(100, "mode"), (108, "uid"), (116, "gid"), (136, "mtime")]
)
def test_a_bad_number_that_nothing_hangs_on_is_0_with_a_notice(offset: int, what: str) -> None:
    block = header(b"dir/f", mode=0, uid=0, gid=0, mtime=0)
    reading = read_archive(layer(changed(block, offset, b"99x"), header(b"next")))
    assert reading.headers[0].owner == (0, 0, 0, ())
    assert reading.headers[0].mtime == 0
    assert reading.notices == [("bad-number", b"dir/f")]
    assert reading.names == [b"dir/f", b"next"]


def test_a_bad_number_is_noted_for_every_entry_that_has_it() -> None:
    blocks = [changed(header(name), 108, b"99x") for name in (b"a", b"b", b"c")]
    blocks += [changed(header(name), 136, b"99x") for name in (b"d", b"e")]
    notices = read_archive(layer(*blocks)).notices
    assert notices == [("bad-number", name) for name in (b"a", b"b", b"c", b"d", b"e")]


def test_a_bad_number_is_noted_under_the_whole_name() -> None:
    bad = changed(header(b"short", prefix=b"where"), 108, b"99x")
    named = builders.special(b"L", b"long/name\0") + changed(header(b"short"), 136, b"99x")
    reading = read_archive(layer(bad, named))
    assert reading.notices == [("bad-number", b"where/short"), ("bad-number", b"long/name")]


def test_a_negative_owner_is_0_with_a_notice() -> None:
    reading = read_archive(layer(header(b"f", uid=-1)))
    assert reading.headers[0].owner.uid == 0
    assert reading.codes == ["bad-number"]


def test_devices_have_numbers_and_nothing_else_has() -> None:
    entries = read_archive(
        layer(
            header(b"c", kind=b"3", device=(1, 3)),
            header(b"b", kind=b"4", device=(1 << 31, 259)),
            header(b"f", device=(7, 7)),
        )
    ).headers
    assert [entry.device for entry in entries] == [(1, 3), (1 << 31, 259), None]
    assert [entry.kind for entry in entries][::2] == [CHARDEV, FILE]


def test_a_bad_device_number_is_0_with_a_notice() -> None:
    reading = read_archive(layer(changed(header(b"c", kind=b"3", device=(5, 6)), 329, b"zz")))
    assert reading.headers[0].device == (0, 6)
    assert reading.codes == ["bad-number"]
