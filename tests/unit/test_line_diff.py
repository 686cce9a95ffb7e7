"""Comparing texts line by line: right on every text, and quick on every text."""

from __future__ import annotations

from time import process_time

import pytest

from layertui.contents import line_diff
from layertui.contents.line_diff import Block, line_difference
from layertui.errors import CancelledError

COUNT = 60_000
NUMBERS = [b"%d" % number for number in range(COUNT)]


def test_equal_texts_differ_nowhere() -> None:
    assert line_difference([b"a", b"b"], [b"a", b"b"]) == ((), False)
    assert line_difference([], []) == ((), False)


def test_a_changed_line_is_told_alone() -> None:
    found = line_difference([b"a", b"b", b"c"], [b"a", b"x", b"c"])
    assert found.blocks == (Block(1, 2, 1, 2),)


def test_what_is_put_in_and_taken_out_is_told_where_it_is() -> None:
    found = line_difference([b"a", b"b", b"c", b"d"], [b"b", b"c", b"x", b"y", b"d"])
    assert found.blocks == (Block(0, 1, 0, 0), Block(3, 3, 2, 4))


def test_a_text_against_nothing_is_one_block() -> None:
    assert line_difference([], [b"a", b"b"]).blocks == (Block(0, 0, 0, 2),)
    assert line_difference([b"a", b"b"], []).blocks == (Block(0, 2, 0, 0),)


def test_lines_that_stand_once_hold_a_text_together() -> None:
    braces = [b"{", b"}"]
    old = [*braces, b"one", *braces, b"two", *braces]
    new = [*braces, b"zero", *braces, b"one", *braces, b"two", *braces]
    found = line_difference(old, new)
    assert [each.old_end - each.old_start for each in found.blocks] == [0]
    assert [each.new_end - each.new_start for each in found.blocks] == [3]


HOSTILE = {
    "turned round": (NUMBERS, NUMBERS[::-1]),
    "no line in common": (NUMBERS, [b"x" + line for line in NUMBERS]),
    "two lines in turn": ([b"a", b"b"] * COUNT, [b"b", b"a", b"b"] * COUNT),
    "every line twice, turned round": (
        [line for line in NUMBERS for _ in range(2)],
        [line for line in NUMBERS[::-1] for _ in range(2)],
    ),
    "one line only": ([b"a"] * COUNT, [b"b", b"a"] * COUNT),
}


@pytest.mark.parametrize(("old", "new"), HOSTILE.values(), ids=HOSTILE)
def test_no_text_makes_it_long(old: list[bytes], new: list[bytes]) -> None:
    started = process_time()
    line_difference(old, new)
    assert process_time() - started < 8


def test_it_says_where_it_gave_up_looking_for_the_fewest_changes() -> None:
    old, new = HOSTILE["two lines in turn"]
    assert line_difference(old, new).is_rough
    assert not line_difference(*HOSTILE["no line in common"]).is_rough


def test_it_is_rough_where_the_steps_do_not_last(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = [b"a", b"b", b"c", b"d"], [b"a", b"x", b"c", b"y"]
    assert line_difference(old, new) == ((Block(1, 2, 1, 2), Block(3, 4, 3, 4)), False)
    monkeypatch.setattr(line_diff, "_STEPS", 0)
    monkeypatch.setattr(line_diff, "_STEPS_A_LINE", 0)
    assert line_difference(old, new) == ((Block(1, 4, 1, 4),), True)


def test_it_is_stopped_by_being_asked() -> None:
    with pytest.raises(CancelledError):
        line_difference([b"a"], [b"b"], cancelled=lambda: True)
