"""Bytes in rows, the pages they come in, and looking for some of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layertui.blob import BytesBlob
from layertui.contents.byte_search import find_bytes, wanted_bytes
from layertui.contents.hexadecimal import ByteClass, bytes_per_row, offset_digits, row_cells, runs
from layertui.contents.pages import PAGE, Pages
from layertui.errors import CancelledError


def _never() -> bool:
    return False


def _row(data: bytes) -> tuple[str, str]:
    found = runs(data)
    return "".join(run.digits for run in found), "".join(run.characters for run in found)


def test_a_row_has_digits_in_groups_and_characters() -> None:
    assert _row(b"\x7fELF\0\0\0\0ab \n\xff") == (
        "7f 45 4c 46 00 00 00 00  61 62 20 0a ff",
        ".ELF....ab ..",
    )
    assert _row(b"") == ("", "")


def test_bytes_of_a_class_stand_together() -> None:
    kinds = [run.kind for run in runs(b"\0\0ab \1\xff")]
    assert kinds == [
        ByteClass.ZERO, ByteClass.TEXT, ByteClass.SPACE, ByteClass.CONTROL, ByteClass.HIGH,
    ]  # fmt: skip


def test_a_run_ends_where_what_is_marked_begins_and_ends() -> None:
    assert [run.characters for run in runs(b"abcdef", range(2, 4))] == ["ab", "cd", "ef"]


@pytest.mark.parametrize(("width", "count"), [(0, 1), (46, 8), (75, 8), (76, 16), (142, 32)])
def test_a_row_has_as_many_bytes_as_there_is_room_for(width: int, count: int) -> None:
    assert bytes_per_row(width, 1_000) == count


def test_offsets_have_as_many_digits_as_the_file_needs() -> None:
    assert [offset_digits(size) for size in (0, 1 << 32, (1 << 32) + 1)] == [8, 8, 9]


@given(st.binary(min_size=1, max_size=64))
def test_a_row_takes_the_cells_that_are_planned_for_it(data: bytes) -> None:
    digits, characters = _row(data)
    assert len(digits) + len(characters) + 2 == row_cells(len(data)) + 0


def test_pages_are_looked_at_once_they_are_there() -> None:
    data = bytes(each % 251 for each in range(2 * PAGE + 10))
    pages = Pages(len(data))
    assert pages.look(PAGE - 2, PAGE + 2) is None
    assert pages.missing(PAGE - 2, PAGE + 2) == [0, 1]
    for page in (0, 1, 2):
        pages.keep(page, data[page * PAGE : (page + 1) * PAGE])
    assert pages.look(PAGE - 2, PAGE + 2) == data[PAGE - 2 : PAGE + 2]
    assert pages.look(len(data) - 3, len(data) + 99) == data[-3:]
    assert pages.look(len(data), len(data) + 9) == b""
    assert pages.missing(0, 1 << 50) == []


def test_pages_that_were_looked_at_longest_ago_are_given_up() -> None:
    pages = Pages(1 << 40)
    for page in range(200):
        pages.keep(page, bytes(PAGE))
        pages.look(0, 1)
    assert pages.missing(0, 1) == []
    assert pages.missing(PAGE, PAGE + 1) == [1]


def test_what_is_typed_is_text_or_pairs_of_digits() -> None:
    assert wanted_bytes("7f 45 4C") == b"\x7fEL"
    assert wanted_bytes("0x7f45") == b"\x7fE"
    assert wanted_bytes("cafe") == b"cafe"
    assert wanted_bytes("7f 4") == b"7f 4"
    assert wanted_bytes("\u20ac") == "\u20ac".encode()


@given(st.binary(max_size=60), st.binary(min_size=1, max_size=3), st.integers(0, 70))
def test_bytes_are_found_as_if_all_of_it_were_at_hand(
    data: bytes, needle: bytes, start: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("layertui.contents.byte_search._STRETCH", 7)
        after = find_bytes(BytesBlob(data), needle, start, _never)
        before = find_bytes(BytesBlob(data), needle, start, _never, backwards=True)
    forwards = data.find(needle, start)
    backwards = data.rfind(needle, 0, start + len(needle))
    assert after == (forwards if forwards >= 0 else None)
    assert before == (backwards if backwards >= 0 else None)


def test_a_search_stops_when_it_is_asked_to() -> None:
    with pytest.raises(CancelledError):
        find_bytes(BytesBlob(b"x"), b"y", 0, lambda: True)
