from __future__ import annotations

import pytest
from rich.cells import cell_len

from layertui.ui.drawing.cells import bar, cut, cut_start, left, right, wrap


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("layer", 5, "layer"),
        ("layers", 5, "laye…"),
        ("文字文", 4, "文…"),
        ("ab", 1, "…"),
        ("a", 0, ""),
    ],
)
def test_what_is_too_long_ends_in_an_ellipsis(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


def test_the_end_of_a_path_is_kept() -> None:
    assert cut_start("/usr/share/doc", 6) == "…e/doc"
    assert cut_start("/文字/文字", 6) == "…/文字"
    assert cut_start("/etc", 6) == "/etc"


@pytest.mark.parametrize("text", ["", "a", "文字", "a long text"])
def test_aligned_text_has_exactly_the_width(text: str) -> None:
    assert cell_len(left(text, 7)) == cell_len(right(text, 7)) == 7


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "    "), (1e-9, "╸   "), (0.5, "━━  "), (0.6, "━━╸ "), (1, "━━━━"), (7, "━━━━")],
)
def test_a_bar_shows_halves_of_cells_and_never_nothing(share: float, shown: str) -> None:
    assert bar(share, 4) == shown


def test_text_is_wrapped_at_spaces_and_words_that_are_too_long_are_broken() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("a b c", 3, indent=" ") == ["a b", " c"]
    assert wrap("", 5) == [""]


@pytest.mark.parametrize("width", [1, 2, 5, 17])
def test_no_wrapped_line_is_too_wide(width: int) -> None:
    lines = wrap("RUN 文字文字 abc && a-very-long-word-indeed", width)
    assert all(cell_len(line) <= max(width, 2) for line in lines)
