"""What is looked for: what is refused, what is found first, and when case matters."""

from __future__ import annotations

from time import perf_counter

import pytest

from layertui.contents.expressions import LONGEST, sought
from layertui.contents.lines import LONGEST_LINE, SHOWN, hits
from layertui.errors import QueryError


def found(
    text: str, content: bytes, *, is_regex: bool = True, folded: bool | None = None
) -> list[bytes]:
    looked_for = sought(text, is_regex=is_regex, folded=folded)
    return [hit.text for hit in hits(looked_for, [(0, content)])]


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+b", r"(\w+\s*)*x", "(a|a)*b", "(a?){30}a{30}", "((a,)+b)*", "(,?[a-z]+)*$",
        "(a|ab)+c", "(.*)*", "(a*a*,)*", "(?:a+)+", "(?P<n>a+){5,}", "(a+b*)*", "(a{1,2}){9}",
        "((a)|b+)*", r"(.\d*)+x", "(a*b?)*",
    ],
)  # fmt: skip
def test_an_expression_that_might_not_end_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="might not end"):
        sought(text, is_regex=True)


@pytest.mark.parametrize(
    "text",
    [
        r"[0-9]+(\.[0-9]+)+", r"(\w+\s)*x", "(foo|bar)+", "([a-z]+/)*lib", r"(\d{1,3}\.){3}\d",
        "(a++)*b", "(?:[0-9a-f]{2}:){19}", r"(\w+\s+)+x", "(a|b|cd)*e", "(,a*b*)*", "a{0,1000}",
        "(abc)*", "((ab)c)*d", "(a+){2}", r"(\\.|[^\\x])*z", "[(a+)]+", r"\(a+\)+", "(=[^=]*)*",
    ],
)  # fmt: skip
def test_an_expression_whose_repeats_are_told_apart_is_tried(text: str) -> None:
    started = perf_counter()
    found(text, b"a1.,b/:= (" * 2_000 + b"\n" + b"ab" * 5_000)
    assert perf_counter() - started < 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(", "missing"), ("[", "unterminated"), ("*", "nothing to repeat"), ("[ä]", "ASCII"),
        ("(?s)a", "not to be had"), ("a(?x:b)", "not to be had"), ("", "nothing to look for"),
        ("a" * (LONGEST + 1), "more than"), ("a{99999999999999999999}", "too much"),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        sought(text, is_regex=True)


def test_a_text_with_a_line_break_is_refused() -> None:
    with pytest.raises(QueryError):
        sought("a\nb")


def test_case_matters_where_an_upper_case_letter_is_looked_for() -> None:
    content = b"key\nKey\nKEY"
    assert found("key", content, is_regex=False) == [b"key", b"Key", b"KEY"]
    assert found("Key", content, is_regex=False) == [b"Key"]
    assert found("key", content, is_regex=False, folded=False) == [b"key"]
    assert found(r"k\S+", content) == [b"key", b"Key", b"KEY"]
    assert found("(?i)KEY", content, folded=False) == [b"key", b"Key", b"KEY"]


def test_case_of_letters_beyond_ascii_is_folded_too() -> None:
    content = "Übung\nÜBUNG\nübung".encode()
    assert len(found("übung", content, is_regex=False)) == 3
    assert len(found("ü+bung", content)) == 3
    assert len(found("Übung", content, is_regex=False)) == 1


@pytest.mark.parametrize(
    ("text", "needles"),
    [
        ("foo.*bar", (b"foo", b"bar")), ("AKIA[0-9A-Z]{16}", (b"AKIA",)),
        ("colou?r", (b"colo", b"r")),
        ("a+b", (b"a", b"b")), ("a|b", ()), ("(ab)+c", (b"c",)), (r"\.conf$", (b".conf",)),
        ("x{0,3}y", (b"y",)), (r"\d", ()), ("a(b|c)d", (b"a", b"d")),
    ],
)  # fmt: skip
def test_texts_that_every_match_holds_are_found_first(
    text: str, needles: tuple[bytes, ...]
) -> None:
    assert sought(text, is_regex=True, folded=False).needles == needles


def test_an_expression_of_nothing_but_text_is_a_text() -> None:
    assert sought(r"a\.b", is_regex=True).expression is None
    assert found(r"a\.b", b"a.b\naxb") == [b"a.b"]


@pytest.mark.parametrize(
    "text",
    ["[^x]y", r"a\sb", r"a\Wb", r"a[\s\S]b", r"a\x0ab", r"a\nb", r"a\012b", r"[^\]]y", "a\nb"],
)
def test_no_match_goes_over_the_end_of_a_line(text: str) -> None:
    assert found(text, b"a\nb\n\ny") == []


def test_names_of_characters_are_understood_as_grep_has_them() -> None:
    assert found("[[:alpha:]_]+[^[:space:]]", b"1\nab \n_1") == [b"ab ", b"_1"]


def test_spots_are_the_matches_in_a_line() -> None:
    assert sought("an", folded=False).spots(b"banana") == [(1, 3), (3, 5)]
    assert sought("a.", is_regex=True).spots(b"banana") == [(1, 3), (3, 5)]
    assert sought("x*", is_regex=True).spots(b"ab") == []
    assert sought("^b|a$", is_regex=True).spots(b"banana") == [(0, 1), (5, 6)]


def test_a_line_of_megabytes_is_told_once_with_a_part_that_holds_the_match() -> None:
    content = b"x" * 3_000_000 + b"needle" + b"y" * 1_000_000 + b" needle\nneedle"
    pieces = [(at, content[at : at + 500_000]) for at in range(0, len(content), 500_000)]
    first, second = hits(sought("needle"), pieces)
    assert (first.line, first.offset, first.length) == (1, 3_000_000, 6)
    assert b"needle" in first.text
    assert len(first.text) <= SHOWN < LONGEST_LINE
    assert content[first.lead :].startswith(first.text)
    assert (second.line, second.text) == (2, b"needle")


def test_a_file_with_a_nul_in_its_head_is_passed_over_unless_asked_for() -> None:
    looked_for = sought("a")
    assert list(hits(looked_for, [(0, b"a\0")])) == []
    assert [hit.text for hit in hits(looked_for, [(0, b"a\0")], as_text=True)] == [b"a\0"]
    assert len(list(hits(looked_for, [(0, b"a\n" * 5_000 + b"\0")]))) == 5_000


def test_what_is_on_both_sides_of_a_hole_is_not_one_line() -> None:
    found_lines = list(hits(sought("ab"), [(0, b"xab a"), (1000, b"b\nab")], as_text=True))
    assert [(hit.line, hit.offset, hit.text) for hit in found_lines] == [
        (1, 1, b"xab a"), (3, 1002, b"ab"),
    ]  # fmt: skip


def test_an_empty_file_has_no_lines() -> None:
    assert list(hits(sought("^", is_regex=True), [])) == []
    assert list(hits(sought("$", is_regex=True), [(0, b"")])) == []


def test_backslashes_in_texts_are_what_they_are() -> None:
    assert found("\\d", b"\\d\n1", is_regex=False) == [b"\\d"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (r"\<the\>", [b"the end", b"to the"]), (r"\<the", [b"the end", b"to the", b"then"]),
        (r"the\>", [b"the end", b"to the", b"bathe"]), (r"o\>", [b"to the"]),
        (r"^\<t.*\>$", [b"the end", b"to the", b"then"]), (r"[\<]", [b"<the>"]),
    ],
)  # fmt: skip
def test_the_start_and_end_of_a_word_are_as_in_grep(text: str, lines: list[bytes]) -> None:
    content = b"the end\nto the\nthen\nbathe\nlathed\n"
    content = b"<the>\n" if lines == [b"<the>"] else content
    assert found(text, content) == lines


def test_the_end_of_a_word_is_seen_over_parts_of_a_file() -> None:
    looked_for = sought(r"\<the\>", is_regex=True)
    assert [hit.text for hit in hits(looked_for, [(0, b"a the"), (5, b"n\nthe"), (10, b"\n")])] == [
        b"the"
    ]


@pytest.mark.parametrize(
    "text",
    [
        r"\`a", r"a\'", "[[.x.]]", "[[=a=]]", "[^[=a=]b]", "[a[.-.]]", "[[:foo:]]", "[:alpha:]",
        "[[:^alpha:]]", "[[.ä.]]",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_never_taken_for_something_else(text: str) -> None:
    with pytest.raises(QueryError, match="is not understood"):
        sought(text, is_regex=True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[.]x", b"[x"), ("[=.]+x", b"=.x"), (r"[\[=x=]+y", b"[=y"), ("[][.]x", b"]x"),
        ("a[[:cntrl:]]b", b"a\x01b"), ("^[[:graph:]]+$", b"a!"), ("^[[:print:]]+$", b"a !"),
        ("[[:alpha:]][[:digit:]]", b"a1"), (r"[!-/:-@\[-`{-~]", b"!"),
    ],
)  # fmt: skip
def test_brackets_that_are_alike_are_characters(text: str, line: bytes) -> None:
    assert found(text, line + b"\n") == [line]
