"""The type flags: what is an entry, what has a payload, and what is passed over."""

from __future__ import annotations

import pytest

from layertui.layers.entries import BLOCKDEV, CHARDEV, DIRECTORY, FIFO, FILE, HARDLINK, SYMLINK
from tests import builders
from tests.builders import header, layer, padded, special
from tests.layers import read_archive


@pytest.mark.parametrize(
    ("flag", "kind"),
    [
        (b"0", FILE),
        (b"\0", FILE),
        (b"7", FILE),
        (b"1", HARDLINK),
        (b"2", SYMLINK),
        (b"3", CHARDEV),
        (b"4", BLOCKDEV),
        (b"5", DIRECTORY),
        (b"6", FIFO),
    ],
)
def test_a_flag_tells_the_kind(flag: bytes, kind: int) -> None:
    reading = read_archive(layer(header(b"e", kind=flag), header(b"next")))
    assert [(entry.name, entry.kind) for entry in reading.headers] == [
        (b"e", kind),
        (b"next", FILE),
    ]
    assert reading.notices == []


@pytest.mark.parametrize("flag", [b"0", b"\0", b"7"])
def test_files_have_a_payload(flag: bytes) -> None:
    reading = read_archive(layer(header(b"f", kind=flag, size=600), bytes(1024), header(b"next")))
    assert [(entry.name, entry.size, entry.payload) for entry in reading.headers] == [
        (b"f", 600, 512),
        (b"next", 0, 512 * 4),
    ]


@pytest.mark.parametrize("flag", [b"1", b"2", b"3", b"4", b"5", b"6"])
def test_a_size_without_a_payload_does_not_hide_the_next_entry(flag: bytes) -> None:
    reading = read_archive(
        layer(header(b"e", kind=flag, size=512, link=b"t"), header(b"next", size=1), padded(b"x"))
    )
    assert [(entry.name, entry.size) for entry in reading.headers] == [(b"e", 0), (b"next", 1)]


def test_an_old_file_whose_name_ends_in_a_slash_is_a_directory() -> None:
    [entry] = read_archive(layer(header(b"d/", kind=b"\0"))).headers
    assert (entry.name, entry.kind) == (b"d", DIRECTORY)


def test_an_old_directory_may_have_a_payload_which_is_skipped() -> None:
    reading = read_archive(layer(header(b"d/", kind=b"\0", size=600), b"x" * 1024, header(b"next")))
    assert [(entry.name, entry.kind, entry.size) for entry in reading.headers] == [
        (b"d", DIRECTORY, 0),
        (b"next", FILE, 0),
    ]


def test_the_name_that_counts_tells_an_old_file_from_an_old_directory() -> None:
    entries = read_archive(layer(
        special(b"L", b"f\0"), header(b"d/", kind=b"\0"),
        special(b"L", b"d/\0"), header(b"f", kind=b"\0"),
    )).headers  # fmt: skip
    assert [(entry.name, entry.kind) for entry in entries] == [(b"f", FILE), (b"d", DIRECTORY)]


def test_a_file_whose_name_ends_in_a_slash_stays_a_file() -> None:
    [entry] = read_archive(layer(header(b"f/", kind=b"0", size=3), padded(b"abc"))).headers
    assert (entry.kind, entry.size) == (FILE, 3)


@pytest.mark.parametrize("flag", [b"V", b"N", b"A", b"g"])
def test_labels_old_names_and_solaris_lists_are_passed_over_with_their_payload(flag: bytes) -> None:
    reading = read_archive(layer(special(flag, b"p" * 700), header(b"next")))
    assert (reading.names, reading.notices, reading.error) == ([b"next"], [], None)


def test_a_dumpdir_is_passed_over_with_its_payload() -> None:
    reading = read_archive(
        layer(header(b"d", kind=b"D", size=9), padded(b"Yf\0Nf\0\0xx"), header(b"n"))
    )
    assert (reading.names, reading.notices) == ([b"n"], [])


@pytest.mark.parametrize("flag", [b"M", b"Z", b"8", b"\xff", b"\x1b"])
def test_an_unknown_kind_is_skipped_by_its_size_with_a_notice(flag: bytes) -> None:
    reading = read_archive(layer(header(b"e", kind=flag, size=600), b"x" * 1024, header(b"next")))
    assert reading.names == [b"next"]
    assert reading.notices == [("unknown-type", b"e")]
    assert reading.error is None


def test_an_unknown_kind_uses_up_the_special_headers_before_it() -> None:
    reading = read_archive(
        layer(special(b"L", b"long\0"), header(b"e", kind=b"Z"), header(b"next"))
    )
    assert reading.names == [b"next"]
    assert reading.notices == [("unknown-type", b"long")]


def test_an_entry_with_everything_keeps_everything() -> None:
    block = builders.file(
        "a/" * 60 + "f", b"data", mode=0o4711, uid=1, gid=2, mtime=3,
        pax={"SCHILY.xattr.user.x": b"1"},
    )  # fmt: skip
    [entry] = read_archive(layer(block)).headers
    assert entry.name == b"a/" * 60 + b"f"
    assert entry.owner == (0o4711, 1, 2, ((b"user.x", b"1"),))
    assert (entry.size, entry.mtime) == (4, 3_000_000_000)
