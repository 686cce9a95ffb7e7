"""A raw document on lines: all of it, as it stands, and nothing that steers a terminal."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from layertui.errors import CancelledError
from layertui.ui.image.json_lines import JsonIndex, JsonLines

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def lines(data: bytes | str, width: int = 10_000) -> list[str]:
    made = laid_out(data, width)
    return ["".join(span.text for span in made.line(n)) for n in range(made.line_count)]


def laid_out(data: bytes | str, width: int = 10_000) -> JsonLines:
    return JsonLines(JsonIndex(data.encode() if isinstance(data, str) else data), width)


@given(VALUES, st.sampled_from([None, 0, 3]))
def test_json_is_indented_as_python_indents_it(value: Any, indent: int | None) -> None:
    assert lines(json.dumps(value, indent=indent)) == json.dumps(value, indent=2).split("\n")


@given(VALUES, st.integers(min_value=10, max_value=70))
def test_wrapped_lines_fit_and_hold_every_character(value: Any, width: int) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    made = lines(text.encode("utf-8", "surrogatepass"), width)
    assert all(cell_len(line) <= max(width, 10) for line in made)
    whole = "".join(lines(text.encode("utf-8", "surrogatepass")))
    assert "".join("".join(made).split()) == "".join(whole.split())


@given(st.binary(max_size=200), st.integers(min_value=10, max_value=40))
def test_no_bytes_steer_the_terminal(data: bytes, width: int) -> None:
    bad = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    for line in lines(data, width):
        assert not [each for each in line if unicodedata.category(each) in bad]


@given(st.binary(max_size=300), st.integers(min_value=10, max_value=40))
def test_every_line_belongs_to_an_item(data: bytes, width: int) -> None:
    made = laid_out(data, width)
    at = 0
    for item in range(made.item_count):
        first, end = made.bounds(item)
        assert (first, len(made.block(item).lines)) == (at, end - first)
        assert all(made.item_at(line) == item for line in range(first, end))
        at = end
    assert at == made.line_count


def test_keys_that_stand_twice_stay() -> None:
    assert lines('{"a":1,"a":2}') == ["{", '  "a": 1,', '  "a": 2', "}"]


def test_numbers_and_escapes_stay_as_they_are_written() -> None:
    assert lines('[1.0e5,"\\u0041"]') == ["[", "  1.0e5,", '  "\\u0041"', "]"]


@pytest.mark.parametrize(
    "text", ["", "no json", '{"a":1', "[1]]", "[1}", '{"a": nan}', '["a\nb"]', "[1] x"]
)
def test_what_is_not_json_stays_as_it_is(text: str) -> None:
    assert not JsonIndex(text.encode()).is_json
    assert lines(text) == [line for line in text.split("\n") if text]


def test_a_value_is_what_stands_behind_its_key() -> None:
    made = laid_out('{"digest":"sha256:1\\n2","size":17,"more":{"a":[]}}')
    values = [made.block(item).value for item in range(made.item_count)]
    assert values == ["", "sha256:1\n2", "17", "", "", "", ""]


def test_a_long_string_is_wrapped_below_its_key() -> None:
    assert lines('{"a":"0123456789"}', 14) == ["{", '  "a": "012345', '      6789"', "}"]


def test_a_huge_string_is_cut_and_says_so() -> None:
    made = lines(json.dumps("x" * 100_000), 80)
    assert len(made) < 1_000
    assert "more characters, not shown here" in "".join(made[-2:])


def test_deep_nesting_keeps_room_for_text() -> None:
    made = lines("[" * 5_000 + "]" * 5_000, 40)
    assert all(len(line) <= 40 for line in made)


def test_the_work_stops_when_it_is_asked_to() -> None:
    with pytest.raises(CancelledError):
        JsonIndex(b"[1]", lambda: True)
    with pytest.raises(CancelledError):
        JsonLines(JsonIndex(b"[1]"), 80, lambda: True)
