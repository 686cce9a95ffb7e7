"""Names and links: V7, ustar with a prefix, GNU `L` and `K`, PAX `path` and `linkpath`."""

from __future__ import annotations

import pytest

from layertui.errors import LimitExceededError
from layertui.layers.entries import DIRECTORY, FILE, HARDLINK, SYMLINK
from layertui.layers.tar import TarError
from layertui.limits import Limits
from tests import builders
from tests.builders import header, layer, special
from tests.layers import read_archive

LONG = b"d/" * 149 + b"na"


def pax(records: dict[str, bytes]) -> bytes:
    return special(b"x", builders.pax_records(records), b"PaxHeaders/1")


def only_name(*blocks: bytes) -> bytes:
    reading = read_archive(layer(*blocks))
    assert reading.error is None
    [name] = reading.names
    return name


def test_a_name_ends_at_its_first_nul() -> None:
    assert only_name(header(b"a\0b")) == b"a"


def test_a_name_of_one_hundred_bytes_needs_no_nul() -> None:
    name = b"n" * 100
    assert only_name(header(name)) == name


def test_a_name_of_no_bytes_is_the_empty_name() -> None:
    assert only_name(header(b"")) == b""


@pytest.mark.parametrize("name", [b"\xff\xfe", b"caf\xe9", b"\x1b[31m", "e\u0301".encode()])
def test_bytes_of_a_name_are_kept_as_they_are(name: bytes) -> None:
    assert only_name(header(name)) == name


def test_a_ustar_prefix_goes_before_the_name() -> None:
    assert only_name(header(b"name", prefix=b"some/where")) == b"some/where/name"


def test_a_ustar_prefix_and_name_may_fill_their_fields() -> None:
    name, prefix = b"n" * 100, b"p" * 155
    assert only_name(header(name, prefix=prefix)) == prefix + b"/" + name


def test_the_prefix_of_star_headers_ends_before_their_times() -> None:
    block = bytearray(header(b"name", prefix=b"p" * 155))
    block[476:512] = b"00000000000\x0000000000000\0" + bytes(8) + b"tar\0"
    assert only_name(builders.with_checksum(bytes(block))) == b"p" * 131 + b"/name"


def test_gnu_headers_have_no_prefix() -> None:
    assert only_name(header(b"name", magic=b"ustar  \0", prefix=b"12345670000")) == b"name"


def test_v7_headers_have_no_prefix() -> None:
    assert only_name(header(b"name", magic=bytes(8), prefix=b"junk")) == b"name"


def test_a_gnu_long_name_of_300_bytes_is_exact() -> None:
    assert len(LONG) == 300
    assert only_name(special(b"L", LONG + b"\0"), header(b"short")) == LONG


def test_a_gnu_long_name_is_exact_without_its_nul() -> None:
    assert only_name(special(b"L", LONG), header(b"short")) == LONG


def test_an_empty_gnu_long_name_changes_nothing() -> None:
    assert only_name(special(b"L", b"\0"), header(b"short")) == b"short"


def test_a_pax_path_of_5000_bytes_is_exact() -> None:
    name = b"0123456789" * 500
    assert only_name(pax({"path": name}), header(b"short")) == name


def test_a_pax_path_goes_before_name_and_prefix() -> None:
    assert only_name(pax({"path": b"new"}), header(b"n", prefix=b"p")) == b"new"


@pytest.mark.parametrize("gnu_first", [True, False])
def test_the_gnu_name_wins_over_the_pax_path(gnu_first: bool) -> None:
    special_headers = [special(b"L", b"gnu\0"), pax({"path": b"pax"})]
    assert only_name(*special_headers[:: 1 if gnu_first else -1], header(b"short")) == b"gnu"


def test_the_last_gnu_name_wins() -> None:
    assert only_name(special(b"L", b"1\0"), special(b"L", b"2\0"), header(b"short")) == b"2"


def test_an_empty_pax_path_leaves_the_name_of_the_header() -> None:
    assert only_name(pax({"path": b""}), header(b"name", prefix=b"p")) == b"p/name"


def test_a_long_name_is_that_of_one_entry_only() -> None:
    reading = read_archive(layer(special(b"L", LONG), header(b"a"), header(b"b"), header(b"c")))
    assert reading.names == [LONG, b"b", b"c"]


def test_long_names_do_not_cost_an_entry_its_other_fields() -> None:
    [entry] = read_archive(layer(builders.file(LONG, b"four", mode=0o750, uid=7, mtime=9))).headers
    assert (entry.kind, entry.size, entry.owner.mode, entry.owner.uid) == (FILE, 4, 0o750, 7)
    assert entry.mtime == 9_000_000_000


def test_a_directory_loses_the_slash_at_its_end_and_a_file_keeps_it() -> None:
    entries = read_archive(layer(header(b"d//", kind=b"5"), header(b"f/"))).headers
    assert [(entry.name, entry.kind) for entry in entries] == [(b"d", DIRECTORY), (b"f/", FILE)]


def test_a_long_directory_name_loses_the_slash_at_its_end() -> None:
    assert only_name(special(b"L", LONG + b"/\0"), header(b"short", kind=b"5")) == LONG
    assert only_name(pax({"path": LONG + b"/"}), header(b"short", kind=b"5")) == LONG


def test_a_prefix_goes_before_a_directory_too() -> None:
    assert only_name(header(b"name/", kind=b"5", prefix=b"p")) == b"p/name"


@pytest.mark.parametrize(("kind", "number"), [(b"1", HARDLINK), (b"2", SYMLINK)])
def test_a_gnu_long_link_is_exact(kind: bytes, number: int) -> None:
    [entry] = read_archive(layer(special(b"K", LONG + b"\0"), header(b"l", kind=kind))).headers
    assert (entry.kind, entry.link) == (number, LONG)


def test_a_link_of_one_hundred_bytes_needs_no_nul() -> None:
    [entry] = read_archive(layer(header(b"l", kind=b"2", link=b"t" * 100))).headers
    assert entry.link == b"t" * 100


def test_a_pax_linkpath_is_exact_and_the_gnu_long_link_wins_over_it() -> None:
    link = header(b"l", kind=b"2", link=b"t")
    entries = read_archive(layer(
        pax({"linkpath": LONG}), link,
        special(b"K", b"gnu"), pax({"linkpath": LONG}), link,
        pax({"linkpath": b""}), link,
    )).headers  # fmt: skip
    assert [entry.link for entry in entries] == [LONG, b"gnu", b"t"]


def test_a_long_link_does_not_reach_the_next_entry() -> None:
    entries = read_archive(
        layer(special(b"K", LONG), header(b"f"), header(b"l", kind=b"2", link=b"t"))
    ).headers
    assert [entry.link for entry in entries] == [b"", b"t"]


def test_long_names_and_links_go_together() -> None:
    [entry] = read_archive(layer(builders.symlink(LONG, LONG[::-1]))).headers
    assert (entry.name, entry.link) == (LONG, LONG[::-1])


def test_a_symlink_keeps_its_text_as_written() -> None:
    [entry] = read_archive(layer(builders.symlink("l", "/../a//./b\x1b"))).headers
    assert entry.link == b"/../a//./b\x1b"


def test_a_hundred_thousand_special_headers_end_in_an_error() -> None:
    for one in (
        special(b"L", b"n\0"),
        pax({"uid": b"1"}),
        special(b"g", b""),
        header(b"v", kind=b"V"),
    ):
        reading = read_archive(one * 100_000 + layer(header(b"f")))
        assert isinstance(reading.error, LimitExceededError)
        assert reading.headers == []
        assert f"at offset {64 * len(one)}" in str(reading.error)


def test_as_many_special_headers_as_are_allowed_are_read() -> None:
    chain = special(b"L", b"n\0") * 3
    allowed = read_archive(layer(chain, header(b"f")), Limits(special_header_chain=3))
    refused = read_archive(layer(chain, header(b"f")), Limits(special_header_chain=2))
    assert allowed.names == [b"n"]
    assert isinstance(refused.error, LimitExceededError)
    assert "special_header_chain" in refused.error.hint


def test_the_chain_is_counted_anew_for_every_entry() -> None:
    entry = special(b"L", b"n\0") * 2 + header(b"f")
    assert len(read_archive(layer(entry * 5), Limits(special_header_chain=2)).headers) == 5


def test_a_long_name_that_is_cut_off_is_an_error_with_the_offset() -> None:
    data = builders.file("before", b"") + special(b"L", b"n" * 600)[:-500]
    reading = read_archive(data)
    assert isinstance(reading.error, TarError)
    assert reading.error.offset == len(data)
    assert reading.names == [b"before"]
