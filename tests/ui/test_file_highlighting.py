"""Highlighting of files, beside the screen and in a process that may be killed."""

from __future__ import annotations

import time

import pytest

from layertui.contents.kinds import Family, Kind
from layertui.ui.viewer.highlighter import MOST, looks
from layertui.ui.viewer.row_spans import row_spans
from layertui.ui.viewer.tokens import looks_of

TEXT = Kind(Family.TEXT, "text")


def _never() -> bool:
    return False


def test_a_letter_for_each_byte_tells_what_it_is_part_of() -> None:
    assert looks(b"x.py", TEXT, "x = '\u20ac'  # y\n".encode(), _never) == b"    sssss  ccc "


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("run", "#!/bin/sh\necho 'x'\n", b"s"),
        ("run", "#!/usr/bin/env python3\nx = 1\n", b"n"),
        ("x.json", '{"a": 1}', b"k"),
        ("Dockerfile", "FROM a\n", b"k"),
    ],
)
def test_the_language_is_known_by_name_or_first_line(name: str, text: str, expected: bytes) -> None:
    found = looks_of(name, text)
    assert found is not None
    assert len(found) == len(text)
    assert expected in found


@pytest.mark.parametrize("name", ["words", "words.txt", "no.such-language"])
def test_text_in_no_language_is_not_highlighted(name: str) -> None:
    assert not looks(name.encode(), TEXT, b"just words\n", _never)


def test_json_is_highlighted_whatever_it_is_called() -> None:
    assert b"n" in looks(b"state", Kind(Family.JSON, "JSON"), b'{"a": 1}', _never)


def test_large_texts_and_long_lines_are_not_highlighted() -> None:
    assert looks(b"x.py", TEXT, b"x = 1\n" * MOST, _never) == b""
    assert looks(b"x.py", TEXT, b"x" * 5_000, _never) == b""
    assert looks(b"x.py", TEXT, b"", _never) == b""


def test_text_that_keeps_a_lexer_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layertui.ui.viewer.highlighter._PATIENCE", 0.3)
    started = time.monotonic()
    assert looks(b"Dockerfile", TEXT, b"CMD" + b" " * 4_000 + b"x\n", _never) == b""
    assert time.monotonic() - started < 5


def test_it_stops_when_it_is_asked_to() -> None:
    assert looks(b"x.py", TEXT, b"x = 1\n", lambda: True) == b""


def test_where_no_process_can_be_made_nothing_is_highlighted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    assert looks(b"x.py", TEXT, b"x = 1\n", _never) == b""


def test_a_row_has_looks_and_marks() -> None:
    spans = row_spans(b"if x:\t1", b"kk    n", [(3, 6, "match")])
    assert [(span.text, span.part) for span in spans] == [
        ("if", "keyword"),
        (" ", ""),
        ("x:   ", "match"),
        ("1", "number"),
    ]


def test_a_row_is_shown_from_a_cell_on() -> None:
    assert "".join(span.text for span in row_spans(b"0123456789", b"", [], 4)) == "456789"
    assert (
        "".join(span.text for span in row_spans("\u65e5\u672cx".encode(), b"", [], 1)) == " \u672cx"
    )
    assert [*row_spans(b"abc", b"", [], 9)] == []
