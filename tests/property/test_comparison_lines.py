"""Comparisons drawn: on random contents and widths every row fits, and no difference is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from layertui.blob import BytesBlob
from layertui.contents.byte_parts import byte_parts
from layertui.contents.comparing import BinaryDifference, TextDifference, content_difference
from layertui.contents.difference_rows import DifferenceRows, hunks
from layertui.ui.comparing.byte_lines import byte_lines
from layertui.ui.comparing.text_lines import TextLines
from tests.ui.driving import raw_characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.ui.widgets.line_view import Line

PIECES = st.sampled_from(
    [
        b"a\n",
        b"\n",
        b"\tb\r\n",
        b"\x1b[31m",
        b"\xff\n",
        "\u6587\u5b57\n".encode(),
        b"x" * 90,
        b"}\n",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map(b"".join)
BYTES = st.lists(st.tuples(st.binary(max_size=3), st.integers(0, 300)), max_size=9).map(
    lambda parts: b"\0" + b"".join(part * times for part, times in parts)
)


def check(lines: Sequence[Line], width: int) -> str:
    shown = ["".join(span.text for span in line) for line in lines]
    assert all(cell_len(line) <= width for line in shown)
    assert not raw_characters("".join(shown))
    return "\n".join(shown)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.integers(30, 160), st.booleans(), st.integers(0, 99))
def test_rows_of_texts_fit(old: bytes, new: bytes, width: int, beside: bool, shift: int) -> None:
    found = content_difference(BytesBlob(old), BytesBlob(new))
    if old == new:
        assert found is None
        return
    assert isinstance(found, TextDifference)
    rows = DifferenceRows(hunks(found.lines.blocks, len(found.old), 3), beside=beside)
    check(TextLines(found, rows, width, beside=beside, shift=shift), width)
    assert len(rows.differences) == len(found.lines.blocks)


@settings(max_examples=150, deadline=None)
@given(BYTES, BYTES, st.integers(93, 170), st.booleans())
def test_rows_of_bytes_fit(old: bytes, new: bytes, width: int, beside: bool) -> None:
    found = content_difference(BytesBlob(old), BytesBlob(new))
    if found is None:
        assert old == new
        return
    assert isinstance(found, BinaryDifference)
    parts = byte_parts(found.old, found.new, found.bytes.runs)
    lines, starts = byte_lines(parts, width, beside=beside)
    check(lines, width)
    assert starts == sorted(set(starts))
    assert len(starts) == len(found.bytes.runs)
    assert all(any(part.start <= run.start < part.end for part in parts)
               for run in found.bytes.runs)  # fmt: skip
    assert [run for part in parts for run in part.runs] == list(found.bytes.runs)
