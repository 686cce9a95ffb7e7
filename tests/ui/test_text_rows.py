"""Text in rows of some width, as it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from layertui.contents.encodings import TextEncoding
from layertui.ui.viewer.cells import expanded
from layertui.ui.viewer.text_rows import TextRows


def _rows(data: bytes, width: int = 10, *, pieces: int = 1 << 20) -> TextRows:
    rows = TextRows(TextEncoding.UTF_8, width)
    for start in range(0, len(data) or 1, pieces):
        rows.feed(data[start : start + pieces], is_last=start + pieces >= len(data))
    return rows


def _told(rows: TextRows) -> list[tuple[int, bool, bytes]]:
    found = (rows.row(each) for each in range(len(rows)))
    return [(row.number, row.goes_on, row.data) for row in found]


def test_each_line_is_a_row_without_its_end() -> None:
    rows = _rows(b"one\ntwo\r\n\nfour")
    assert _told(rows) == [(1, False, b"one"), (2, False, b"two"), (3, False, b""),
                           (4, False, b"four")]  # fmt: skip
    assert rows.line_count == 4


def test_a_line_that_ends_with_the_file_is_followed_by_none() -> None:
    assert len(_rows(b"one\n")) == 1
    assert len(_rows(b"")) == 0


def test_a_line_wider_than_a_row_goes_on_in_the_next_ones() -> None:
    rows = _rows(b"0123456789abcdefghijXY\nz")
    assert _told(rows) == [(1, False, b"0123456789"), (1, True, b"abcdefghij"), (1, True, b"XY"),
                           (2, False, b"z")]  # fmt: skip


def test_wide_characters_and_escapes_count_as_the_cells_they_take() -> None:
    assert [row[2].decode() for row in _told(_rows("日本語日本語".encode()))] == [
        "日本語日本",
        "語",
    ]
    assert [row[2] for row in _told(_rows(b"abcdefgh\x1bz"))] == [b"abcdefgh", b"\x1bz"]


def test_tabs_go_to_the_next_stop() -> None:
    assert expanded(b"a\tb\t\tc") == "a       b               c"
    assert [row[2] for row in _told(_rows(b"abc\tdefgh"))] == [b"abc\tde", b"fgh"]


@pytest.mark.parametrize("pieces", [1, 2, 3, 7])
def test_it_does_not_matter_in_which_pieces_the_bytes_come(pieces: int) -> None:
    data = "eins\nzwei und mehr als das\n\tdrei €uro\r\n\n\nfünf".encode()
    assert _told(_rows(data, pieces=pieces)) == _told(_rows(data))


def test_bytes_that_are_no_text_stay_and_are_escaped() -> None:
    row = _rows(b"a\xff\xfeb").row(0)
    assert row.data == b"a\xff\xfeb"
    assert expanded(row.data) == "a\\xff\\xfeb"


def test_utf_16_and_latin_1_become_utf_8() -> None:
    wide = TextRows(TextEncoding.UTF_16_LITTLE)
    wide.feed(b"\xff\xfea\0\n", is_last=False)
    wide.feed(b"\0\xe4\0", is_last=True)
    assert wide.data == "a\nä".encode()
    single = TextRows(TextEncoding.LATIN_1)
    single.feed(b"f\xfcr", is_last=True)
    assert single.data == "für".encode()


def test_a_byte_order_mark_is_not_shown() -> None:
    rows = TextRows(TextEncoding.UTF_8_MARKED)
    rows.feed(b"\xef\xbb\xbfa", is_last=True)
    assert rows.row(0).data == b"a"


def test_a_line_that_does_not_end_is_shown_before_it_has_come() -> None:
    rows = TextRows(TextEncoding.UTF_8, 100)
    rows.feed(b"x" * 200_000, is_last=False)
    assert len(rows) > 1_900
    rows.feed(b"x" * 1_000 + b"\nnext\n", is_last=True)
    assert b"".join(row for _, _, row in _told(rows)) == b"x" * 201_000 + b"next"
    assert rows.row(len(rows) - 1).number == 2


def test_there_are_never_more_rows_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layertui.ui.viewer.text_rows.MOST_ROWS", 10)
    rows = _rows(b"\n" * 1_000)
    assert (len(rows), rows.is_full) == (10, True)
    rows = _rows(b"x" * 1_000)
    assert (len(rows), rows.is_full) == (10, True)


def test_places_and_lines_lead_to_their_rows() -> None:
    rows = _rows(b"0123456789abc\nnext\nlast")
    assert [rows.row_at(offset) for offset in (0, 9, 10, 13, 14, 20)] == [0, 0, 1, 1, 2, 3]
    assert [rows.row_of_line(line) for line in (1, 2, 3, 9)] == [0, 2, 3, 3]


def test_the_same_text_is_laid_out_anew_for_another_width() -> None:
    rows = _rows(b"0123456789abc\nnext")
    assert [row[2] for row in _told(rows.laid_anew(20, is_last=True))] == [
        b"0123456789abc",
        b"next",
    ]


@given(st.binary(max_size=300), st.integers(10, 40), st.integers(1, 50))
def test_no_byte_is_lost_and_no_row_is_wider_than_it_may_be(
    data: bytes, width: int, pieces: int
) -> None:
    rows = _rows(data, width, pieces=pieces)
    told = [rows.row(each) for each in range(len(rows))]
    assert all(cell_len(expanded(row.data)) <= width for row in told)
    shown = b"".join(row.data for row in told)
    kept = data.replace(b"\r\n", b"\n").replace(b"\n", b"")
    assert shown.replace(b"\r", b"") == kept.replace(b"\r", b"")
