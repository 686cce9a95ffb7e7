"""The line at the top of a screen: what gives way to what."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from layertui.ui.widgets.line_view import Span
from layertui.ui.widgets.title_line import Title, TitleLine

TITLE = Title(
    kind="waste",
    name="shop/api:2.4",
    words="linux/amd64",
    right=((Span("wasted 3 MB of 6 MB"),), (Span("wasted 3 MB"),)),
)
BRAND = replace(TITLE, kind="layertui", kind_stays=False)


def told(title: Title, width: int) -> str:
    return "".join(span.text for span in TitleLine(title).line(0, width))


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (70, ("waste", "shop/api:2.4", "linux/amd64", "wasted 3 MB of 6 MB")),
        (58, ("waste", "shop/api:2.4", "linux/amd64", "wasted 3 MB of 6 MB")),
        (57, ("waste", "shop/api:2.4", "wasted 3 MB of 6 MB")),
        (44, ("waste", "shop/api:2.4", "wasted 3 MB of 6 MB")),
        (43, ("waste", "shop/api:2.4", "wasted 3 MB")),
        (30, ("waste", "shop/\u2026", "wasted 3 MB")),
    ],
)
def test_words_give_way_first_then_what_is_at_the_right_then_the_name(
    width: int, words: tuple[str, ...]
) -> None:
    assert tuple(re.split("   +", told(TITLE, width).strip())) == words


def test_what_is_at_the_right_ends_a_cell_before_the_edge() -> None:
    assert {cell_len(told(TITLE, width)) - width for width in range(30, 200)} == {-1}


def test_the_name_of_the_program_gives_way_to_the_name_and_to_what_came_out() -> None:
    assert told(BRAND, 50).startswith(" layertui   shop/api:2.4")
    assert re.split("   +", told(BRAND, 40).strip()) == ["shop/api:2.4", "wasted 3 MB of 6 MB"]


def test_nothing_needs_to_be_at_the_right() -> None:
    title = replace(TITLE, right=((Span("6 MB"),), ()))
    assert told(title, 60).endswith("6 MB")
    assert told(title, 26) == " waste   shop/api:2.4"


def test_a_long_name_leaves_room_for_what_came_out() -> None:
    assert told(replace(TITLE, name="n" * 200), 60).endswith("n\u2026   wasted 3 MB of 6 MB")
