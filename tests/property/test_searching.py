"""Searching what passes by in pieces finds what looking at each line finds."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from layertui.contents import expressions, lines
from layertui.contents.expressions import encoded, sought
from layertui.contents.lines import hits

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = st.text("aAbB \n\n.ä", max_size=80).map(str.encode)
SHORT = [
    "a{3}b", "^b", "a$", "[ab] ", r"\ba", "b ?a", "^ab|ba$", r"b(?!a)", r"(?<=a)b", "^aa|bbb$",
    r" ab\b", "(ab){3}$", r"b\B",
]  # fmt: skip
"""Expressions whose matches are shorter than an overlap."""
CUTS = st.lists(st.integers(1, 12), min_size=1, max_size=30)
TEXTS = st.text("aAb .ä", min_size=1, max_size=4)
EXPRESSIONS = st.sampled_from([
    "a", "a.b", "^a", "b$", "^$", "^", "$", "a*", "[^a]b", r"a\sb", r"\Wb", r"a\D", r"(a|b)+\.",
    r"a(?!\s)", r"(?<!a)b", r"\bab\b", r"a\Z", r"\Ab", "a.*b", "a.*b.*a", "[^b]*+$", "a?b?", "A",
    "(?i)AB", "ä+", "a|b ", "[[:space:]]b", r"[\s.]a", r"(a)\1", r"b{2}", r"a{0,2}b", r".", r"a\nb",
    r"[^\]]a", r"\.", r"a(?=b)", r"a(b|)$",
])  # fmt: skip


def long_lines(seed: int) -> bytes:
    chance = random.Random(seed)
    ends = [chance.randrange(200) for _ in range(chance.randrange(4))]
    return b"\n".join(bytes(chance.choices(b"aab ", k=length)) for length in ends)


LONG = st.integers(0, 1 << 30).map(long_lines)


def pieces(content: bytes, cuts: list[int]) -> Iterator[tuple[int, bytes]]:
    """Cut content into pieces of these lengths, over and over."""
    offset, turn = 0, 0
    while offset < len(content):
        length = cuts[turn % len(cuts)]
        yield offset, content[offset : offset + length]
        offset, turn = offset + length, turn + 1


def line_by_line(content: bytes, pattern: re.Pattern[bytes]) -> list[tuple[int, int, bytes]]:
    """Return number, offset of the first match and text of each line that matches."""
    found, offset = [], 0
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        text = line.removesuffix(b"\n")
        if match := pattern.search(text):
            found.append((number, offset + match.start(), text))
        offset += len(line)
    return found


def passing(
    content: bytes, cuts: list[int], text: str, *, is_regex: bool, folded: bool
) -> list[tuple[int, int, bytes]]:
    found = sought(text, is_regex=is_regex, folded=folded)
    return [(hit.line, hit.offset, hit.text) for hit in hits(found, pieces(content, cuts))]


@given(CONTENT, CUTS, TEXTS, st.booleans())
def test_text_is_found_in_the_lines_that_have_it(
    content: bytes, cuts: list[int], text: str, folded: bool
) -> None:
    spelt = re.escape(text).replace("ä", "(?:ä|Ä)" if folded else "ä")
    pattern = re.compile(encoded(spelt), re.IGNORECASE if folded else 0)
    expected = line_by_line(content, pattern)
    with patch.object(lines, "HEAD", 1):
        assert passing(content, cuts, text, is_regex=False, folded=folded) == expected


@settings(max_examples=400)
@given(CONTENT, CUTS, EXPRESSIONS, st.booleans())
@example(b"a\n\nb", [1], "^$", False)
def test_expressions_match_the_lines_that_they_match_alone(
    content: bytes, cuts: list[int], text: str, folded: bool
) -> None:
    spelt = text.replace("[[:space:]]", r"\s").replace("ä+", "(?:ä)+")
    pattern = re.compile(encoded(spelt), re.IGNORECASE if folded else 0)
    expected = line_by_line(content, pattern)
    with patch.object(lines, "HEAD", 1):
        assert passing(content, cuts, text, is_regex=True, folded=folded) == expected


@given(LONG, CUTS, st.sampled_from(["ab", "b", "aaa", "bbabb"]))
def test_long_lines_are_searched_in_parts_and_told_once(
    content: bytes, cuts: list[int], text: str
) -> None:
    expected = [each[:2] for each in line_by_line(content, re.compile(text.encode()))]
    with patch.multiple(lines, HEAD=1, LONGEST_LINE=10, SHOWN=8, _BEFORE=2):
        found = passing(content, cuts, text, is_regex=False, folded=False)
    assert [each[:2] for each in found] == expected
    for number, _, shown in found:
        assert len(shown) <= 8
        assert text.encode() in shown
        assert shown in content.splitlines()[number - 1]


@settings(max_examples=400)
@given(
    LONG,
    CUTS,
    st.sampled_from(SHORT),
)
def test_expressions_that_reach_no_further_than_an_overlap_are_found_in_long_lines(
    content: bytes, cuts: list[int], text: str
) -> None:
    expected = [each[0] for each in line_by_line(content, re.compile(text.encode()))]
    with (
        patch.multiple(lines, HEAD=1, LONGEST_LINE=30),
        patch.multiple(expressions, STRETCH=20, OVERLAP=8),
    ):
        found = passing(content, cuts, text, is_regex=True, folded=False)
    assert [each[0] for each in found] == expected
