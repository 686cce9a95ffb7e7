"""The part in which two large texts differ: when there is none to be had."""

from __future__ import annotations

import pytest

from layertui.blob import BytesBlob
from layertui.contents.middles import Middle, middle_of
from layertui.errors import CancelledError

LOG = b"".join(b"line %d\n" % number for number in range(50_000))


def test_what_is_put_at_the_end_is_found_with_a_hundred_lines_before_it() -> None:
    middle = middle_of(BytesBlob(LOG), BytesBlob(LOG + b"one more\n"), 10_000)
    assert middle is not None
    assert middle.first_line in (49_900, 49_901)
    assert middle.new == middle.old + b"one more\n"


def test_what_is_changed_within_is_found_with_lines_around_it() -> None:
    new = LOG.replace(b"line 777\n", b"other\nlines\n")
    middle = middle_of(BytesBlob(LOG), BytesBlob(new), 10_000)
    assert middle is not None
    assert middle.old.splitlines()[0] == b"line %d" % middle.first_line
    assert middle.old.splitlines()[-1] in (b"line 876", b"line 877")


def test_a_part_that_is_too_large_is_none() -> None:
    assert middle_of(BytesBlob(LOG), BytesBlob(b"a" + LOG + b"z"), 10_000) is None
    assert middle_of(BytesBlob(LOG), BytesBlob(LOG * 2), 10_000) is None


def test_lines_whose_ends_are_far_away_are_none() -> None:
    long = b"x" * 200_000
    assert middle_of(BytesBlob(long + b"a" + long), BytesBlob(long + b"b" + long), 1 << 20) is None


def test_lines_that_are_the_whole_text_are_all_of_it() -> None:
    assert middle_of(BytesBlob(b"ab"), BytesBlob(b"ac"), 10) == Middle(b"ab", b"ac", 0)


def test_looking_for_it_is_stopped_by_being_asked() -> None:
    with pytest.raises(CancelledError):
        middle_of(BytesBlob(b"a"), BytesBlob(b"b"), 10, cancelled=lambda: True)
