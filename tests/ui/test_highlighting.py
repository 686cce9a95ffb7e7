from __future__ import annotations

from time import perf_counter

import pytest
from rich.cells import cell_len

from layertui.ui.drawing.highlighting import LINES_LIMIT, TEXT_LIMIT, instruction_lines
from tests.ui.images import HOSTILE


def texts(text: str, width: int = 60) -> list[str]:
    return ["".join(span.text for span in line) for line in instruction_lines(text, width)]


def parts(text: str, width: int = 200) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in instruction_lines(text, width):
        for span in line:
            found.setdefault(span.part, []).append(span.text)
    return found


def test_commands_joined_by_and_are_lines_of_their_own() -> None:
    assert texts("RUN apt-get update && apt-get install -y gcc && rm -rf /x") == [
        "RUN apt-get update",
        "    && apt-get install -y gcc",
        "    && rm -rf /x",
    ]


def test_a_gap_after_a_semicolon_was_a_line_break_and_other_gaps_close_up() -> None:
    assert texts("RUN set -eux; \t\tapt-get update   -q; \trm -rf /x; done") == [
        "RUN set -eux;",
        "    apt-get update -q;",
        "    rm -rf /x; done",
    ]


def test_quoted_operators_break_nothing() -> None:
    assert texts("RUN echo 'a && b' \"c && d\" # e && f") == [
        "RUN echo 'a && b' \"c && d\" # e && f"
    ]


def test_an_escaped_semicolon_ends_no_command() -> None:
    assert texts("RUN find . -exec rm {} \\;  -print") == ["RUN find . -exec rm {} \\; -print"]


def test_a_string_that_is_cut_off_goes_to_the_end() -> None:
    assert parts('RUN echo "a && b\\')["string"] == ['"a && b\\']
    assert parts("RUN echo 'a && b")["string"] == ["'a && b"]


def test_lines_of_a_heredoc_stay_as_they_are() -> None:
    text = "RUN <<EOF\nif true\n    echo a && echo  b\nEOF"
    assert texts(text) == text.split("\n")


def test_what_is_too_long_goes_on_further_in() -> None:
    assert texts("RUN make one two && install three", 14) == [
        "RUN make one",
        "    two",
        "    && install",
        "       three",
    ]


@pytest.mark.parametrize("width", [2, 5, 9, 17, 40])
@pytest.mark.parametrize(
    "text",
    [
        "RUN 文字文字 abc && a-very-long-word-indeed 'and a string' # and more",
        "COPY --from=build --chown=1000:1000 /a/very/long/path/indeed /another",
        "RUN <<EOF\n        deep in\nEOF",
        *HOSTILE,
    ],
)
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = texts(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(texts(text, 500)).replace(" ", "")


def test_every_part_of_a_shell_step_has_its_look() -> None:
    found = parts('RUN --mount=type=cache A=1 make -j $N "a b" | cat; if x; then y; fi # why')
    assert found["keyword"] == ["RUN", "if", "then", "fi"]
    assert found["strong"] == ["make", "cat", "x", "y"]
    assert found["dim"] == ["--mount=type=cache", "-j"]
    assert found["string"] == ["$N", '"a b"']
    assert found["operator"] == ["|", ";", ";", ";"]
    assert found["comment"] == ["# why"]


def test_other_instructions_have_no_commands() -> None:
    found = parts('COPY --chown=0:0 a&b "c d" # /e')
    assert found["keyword"] == ["COPY"]
    assert found["dim"] == ["--chown=0:0"]
    assert not {"strong", "operator", "comment"} & set(found)


def test_an_instruction_may_stand_in_another() -> None:
    text = "HEALTHCHECK --interval=5m CMD curl -f localhost"
    assert parts(text)["keyword"] == ["HEALTHCHECK", "CMD"]
    assert parts(text)["strong"] == ["curl"]
    assert parts("ONBUILD RUN make")["keyword"] == ["ONBUILD", "RUN"]


def test_text_that_is_no_instruction_stays_plain() -> None:
    assert set(parts("BusyBox 1.37 (glibc), Debian 13")) == {""}
    assert instruction_lines("", 20) == [()]


def test_control_characters_become_escapes_and_markup_stays() -> None:
    assert texts("RUN echo \x1b[31m\r\u202e[red]", 80) == ["RUN echo \\x1b[31m\\r\\u202e[red]"]


def test_a_long_instruction_is_there_in_full() -> None:
    words = [f"word{number}" for number in range(5_000)]
    assert " ".join(" ".join(texts("RUN " + " ".join(words))).split()) == "RUN " + " ".join(words)


def test_what_is_beyond_all_measure_is_told() -> None:
    assert texts("RUN " + "x" * TEXT_LIMIT)[-1] == "and 4 more characters, not shown here"
    lines = texts("RUN <<EOF" + "\n1" * LINES_LIMIT)
    assert lines[-2:] == ["1", "and 2 more characters, not shown here"]


@pytest.mark.parametrize(
    "unit",
    [" ", "\"'", "\\", '"\\', "${", "$(", "&& ", ";  ", "#", " #", "\n", "\n&&", "文", "<<a", "a="],
)
@pytest.mark.parametrize("start", ["RUN ", "CMD", "ENV a=", "HEALTHCHECK --x "])
def test_no_text_keeps_the_scanner_busy(start: str, unit: str) -> None:
    began = perf_counter()
    instruction_lines(start + unit * (2 * TEXT_LIMIT // len(unit)), 60)
    assert perf_counter() - began < 2
