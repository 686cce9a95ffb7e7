"""The bytes around differences: whole rows, some around, long ones cut off."""

from __future__ import annotations

import pytest

from layertui.blob import BytesBlob
from layertui.contents.byte_diff import byte_difference
from layertui.contents.byte_parts import BytePart, byte_parts
from layertui.errors import CancelledError

SAME = bytes(2_000)


def parts_of(new: bytes, old: bytes = SAME) -> list[BytePart]:
    blobs = BytesBlob(old), BytesBlob(new)
    return byte_parts(*blobs, byte_difference(*blobs).runs)


def test_a_difference_stands_between_rows_that_are_the_same() -> None:
    (part,) = parts_of(SAME[:100] + b"x" + SAME[101:])
    assert (part.start, part.end, part.hidden) == (64, 144, 0)
    assert part.new[100 - 64] == ord("x")


def test_at_the_ends_there_are_no_rows_around() -> None:
    first, last = parts_of(b"x" + SAME[1:] + b"tail")
    assert first.start == 0
    assert (last.end, last.new[-4:], len(last.old)) == (2_004, b"tail", len(last.new) - 4)


def test_differences_near_to_one_another_are_one_part() -> None:
    (part,) = parts_of(SAME[:100] + b"x" + SAME[101:150] + b"y" + SAME[151:])
    assert len(part.runs) == 2


def test_of_a_long_difference_the_first_rows_are_read() -> None:
    (part,) = parts_of(SAME[:100] + b"x" * 1_000 + SAME[1_100:])
    assert (part.start, part.end, part.hidden) == (64, 96 + 256, 1_000 - 252)


def test_what_follows_a_difference_that_is_cut_off_is_a_part_of_its_own() -> None:
    long, near = parts_of(SAME[:100] + b"x" * 1_000 + SAME[1_100:1_120] + b"y" + SAME[1_121:])
    assert (long.hidden, near.hidden) == (1_000 - 252, 0)
    assert near.start <= 1_120 < near.end


def test_reading_is_stopped_by_being_asked() -> None:
    blobs = BytesBlob(b"a"), BytesBlob(b"b")
    with pytest.raises(CancelledError):
        byte_parts(*blobs, byte_difference(*blobs).runs, cancelled=lambda: True)
