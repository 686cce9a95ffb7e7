"""No text of an image can do anything to a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from layertui.display import printable, printable_lines

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def check(shown: str) -> None:
    for character in shown:
        code = ord(character)
        assert not (code < 0x20)
        assert not (0x7F <= code < 0xA0)
        assert character not in BIDI | LINE_BREAKS
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    assert shown.splitlines() == ([shown] if shown else [])
    assert shown.encode("utf-8").decode() == shown


@given(st.one_of(ANY_TEXT, st.binary(max_size=60)))
@example("\x1b]0;title\x07")
@example("\u202egpj.exe")
@example(b"\xff\x9b31m")
@example("\U000e0041\ufeff\u200b")
def test_printable_text_is_one_line_without_controls(text: str | bytes) -> None:
    check(printable(text))
    assert printable(printable(text)) == printable(text)


@given(st.one_of(ANY_TEXT, st.binary(max_size=60)), st.integers(0, 50))
def test_printable_text_is_no_longer_than_its_limit_allows(text: str | bytes, limit: int) -> None:
    shown = printable(text, limit)
    check(shown)
    assert len(shown) <= 10 * limit + 1


@given(ANY_TEXT)
def test_lines_of_text_are_printable(text: str) -> None:
    for line in printable_lines(text):
        check(line)


@given(st.binary(max_size=40))
def test_the_start_of_bytes_is_shown_as_the_whole_of_them(data: bytes) -> None:
    assert printable(data * 200, 40)[:40] == printable(data * 200)[:40]
