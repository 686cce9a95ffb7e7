"""What a line of the filter asks for, and how it is refused."""

from __future__ import annotations

import pytest

from layertui.errors import QueryError
from layertui.filesystem.query import Query, Syntax, parse_query


def refusal(line: str, syntax: Syntax = Syntax.TEXT) -> QueryError:
    with pytest.raises(QueryError) as raised:
        parse_query(line, syntax)
    return raised.value


@pytest.mark.parametrize("line", ["", " ", "   "])
def test_an_empty_line_asks_for_nothing(line: str) -> None:
    query = parse_query(line)
    assert query == Query()
    assert not query


def test_a_pattern_keeps_the_spaces_inside_it() -> None:
    assert parse_query(" my  file ").text == "my  file"
    assert parse_query("my >1k file").text == "my file"


@pytest.mark.parametrize(
    ("line", "least", "most"),
    [
        (">10MB", 10_000_001, None),
        (">=5MiB", 5 * 1024**2, None),
        ("<1k", None, 999),
        ("<=1kB", None, 1000),
        ("=0", 0, 0),
        (">1k <2k", 1001, 1999),
        (">1k >5 <9k <=10k", 1001, 8999),
        ("=1.5Ki", 1536, 1536),
    ],
)
def test_words_bound_the_size_in_decimal_and_binary_units(
    line: str, least: int | None, most: int | None
) -> None:
    query = parse_query(line)
    assert (query.text, query.least, query.most) == ("", least, most)
    assert query.judges


def test_words_name_types() -> None:
    assert parse_query("type:file,dir").kinds == {"file", "dir"}
    assert parse_query("lib type:link type:FIFO,") == Query(
        "lib", kinds=frozenset(("link", "fifo"))
    )


def test_a_pattern_alone_judges_no_version() -> None:
    query = parse_query("lib")
    assert query
    assert not query.judges


@pytest.mark.parametrize("word", [">10MB", "<1", "=0", "type:file", "type:", ">"])
@pytest.mark.parametrize("syntax", Syntax)
def test_a_backslash_makes_such_a_word_part_of_the_pattern(word: str, syntax: Syntax) -> None:
    assert parse_query("a \\" + word, syntax) == Query("a " + word, syntax)


@pytest.mark.parametrize(
    "word", ["a>1", "=a", "==", "<a>", "->", "typ:file", ">=huge", "xtype:a", "\\d"]
)
def test_words_that_only_resemble_such_words_are_part_of_the_pattern(word: str) -> None:
    assert parse_query(word).text == word


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (">", "> needs a size"),
        ("lib <=", "<= needs a size"),
        (">10XB", ">10XB is not a size"),
        ("=1\x1b[2J", "=1\\x1b[2J is not a size"),
        ("type:", "type: needs a type"),
        ("type:foo", "no type 'foo'; did you mean fifo?"),
        ("type:h", "no type 'h'; did you mean hardlink?"),
        ("type:directory", "no type 'directory'; did you mean dir?"),
        ("type:\u202e", "no type '\\u202e'; did you mean link?"),
    ],
)
def test_a_word_that_is_wrong_is_named(line: str, message: str) -> None:
    assert refusal(line).message.replace("\\\\", "\\") == message
    assert refusal(line).hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a(b", "missing ), unterminated subpattern at character 2"),
        ("a/(b", "missing ), unterminated subpattern at character 3"),
        ("*", "nothing to repeat at character 1"),
        ("a{99999999999999}", "it asks for too much"),
        ("(" * 20_000, "it asks for too much"),
        ("(a/*)*)+(", "unbalanced parenthesis at character 7"),
        ("a(?i)", "global flags not at the start of the expression at character 2"),
    ],
)
def test_what_is_wrong_in_a_regular_expression_is_told_with_its_place(
    text: str, message: str
) -> None:
    assert refusal(text, Syntax.REGEX).message == f"regular expression: {message}"


@pytest.mark.parametrize(
    "text",
    [r"(a+)+$", r"(?:\w*-)*x", r"((a|b)+c?){2,}", r"([a-z]+[)]){1,99}", r"(a{2,9})*", "((a*))+"],
)
def test_a_repeat_of_a_repeat_is_refused_because_it_might_not_end(text: str) -> None:
    error = refusal(text, Syntax.REGEX)
    assert "repeats a repeat and might not end" in error.message
    assert "never goes back" in error.hint


@pytest.mark.parametrize(
    "text",
    [r"(a++)+$", r"(foo|bar)*\.so", r"(\+\*)+", r"([*+])+", r"(a+)(b+)", r"(a+)?", r"(?:a*+b)*"],
)
def test_other_repeats_are_fine(text: str) -> None:
    assert parse_query(text, Syntax.REGEX).text == text


@pytest.mark.parametrize(
    ("line", "syntax", "core"),
    [
        ("(", Syntax.REGEX, "missing )"),
        ("*", Syntax.REGEX, "nothing to repeat"),
        ("(a+)+", Syntax.REGEX, "it repeats a repeat"),
        ("[z-a]", Syntax.GLOB, "bad character range z-a"),
        (">", Syntax.TEXT, "needs a size"),
        (">10XB", Syntax.TEXT, "is not a size"),
        ("type:", Syntax.TEXT, "needs a type"),
        ("type:sock", Syntax.TEXT, "link?"),
    ],
)
def test_what_is_wrong_is_told_in_ever_fewer_words_down_to_its_core(
    line: str, syntax: Syntax, core: str
) -> None:
    error = refusal(line, syntax)
    told = [error.message, *error.brief]
    assert told[-1] == core
    assert [len(words) for words in told] == sorted(map(len, told), reverse=True)


def test_a_glob_with_a_range_that_is_none_is_refused() -> None:
    assert refusal("[z-a]", Syntax.GLOB).message == "glob: bad character range z-a"
    assert parse_query("[z-a](", Syntax.TEXT).text == "[z-a]("
