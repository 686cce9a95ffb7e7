"""Large texts are compared by the part in which they differ, as if all of them was."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.blob import BytesBlob
from layertui.contents import comparing, middles
from layertui.contents.comparing import TextDifference, content_difference
from layertui.contents.difference_rows import DifferenceRows, hunks
from layertui.contents.middles import middle_of

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"c", b"dd\n"]), max_size=12).map(b"".join)


@settings(max_examples=400)
@given(LINES, LINES, LINES, LINES)
def test_the_middle_is_what_is_left_of_equal_lines_around(
    start: bytes, one: bytes, other: bytes, end: bytes
) -> None:
    old, new = start + one + end, start + other + end
    if old == new:
        return
    with (
        patch.object(middles, "CHUNK_SIZE", 3),
        patch.object(middles, "_STEP", 5),
        patch.object(middles, "_LINES_AROUND", 2),
    ):
        middle = middle_of(BytesBlob(old), BytesBlob(new), 10_000)
    assert middle is not None
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head = b"".join(lines[: middle.first_line])
    assert head == b"".join(others[: middle.first_line])
    assert old.startswith(head + middle.old)
    assert new.startswith(head + middle.new)
    assert old[len(head + middle.old) :] == new[len(head + middle.new) :]


def rows_of(old: bytes, new: bytes) -> list[tuple[object, ...]]:
    found = content_difference(BytesBlob(old), BytesBlob(new))
    assert isinstance(found, TextDifference)
    groups = hunks(found.lines.blocks, len(found.old), 1, found.first_line)
    rows = DifferenceRows(groups, beside=False)
    return [
        (row.kind, groups[row.old].heading if row.kind.value == "hunk" else
         (found.new[row.new] if row.old < 0 else found.old[row.old]))
        for row in rows
    ]  # fmt: skip


@settings(max_examples=200)
@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([b"x\n", b"", b"x\ny\n", b"x"]))
def test_differences_of_the_middle_are_those_of_the_whole(
    start: int, end: int, put_in: bytes
) -> None:
    head = b"".join(b"line %d\n" % number for number in range(start))
    tail = b"".join(b"more %d\n" % number for number in range(end))
    old, new = head + b"old\n" + tail, head + put_in + tail
    whole = rows_of(old, new)
    with patch.object(comparing, "TEXT_SIZE", 60), patch.object(middles, "_LINES_AROUND", 2):
        assert rows_of(old, new) == whole
