"""Comparing texts line by line, on random texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.contents.line_diff import line_difference

LINES = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"e", b"f"]), max_size=14)


@settings(max_examples=500)
@given(LINES, LINES)
def test_what_lies_between_the_blocks_is_the_same(old: list[bytes], new: list[bytes]) -> None:
    first = second = 0
    for block in line_difference(old, new).blocks:
        assert old[first : block.old_start] == new[second : block.new_start]
        assert (block.old_end, block.new_end) != (block.old_start, block.new_start)
        first, second = block.old_end, block.new_end
    assert old[first:] == new[second:]


@settings(max_examples=500)
@given(LINES, LINES)
def test_putting_the_new_lines_in_the_place_of_the_old_gives_the_new_text(
    old: list[bytes], new: list[bytes]
) -> None:
    made = list(old)
    for block in reversed(line_difference(old, new).blocks):
        made[block.old_start : block.old_end] = new[block.new_start : block.new_end]
    assert made == new
