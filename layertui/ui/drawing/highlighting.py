r"""A Dockerfile instruction as highlighted lines: scanned, broken where it reads best, wrapped.

    RUN apt-get update && rm -rf /x     ->    RUN apt-get update
                                                  && rm -rf /x

Text goes along with its looks, a string of the same length that has a letter for what each
character is part of. The scanner never goes back over what it has read: text of an image may be
made to keep a scanner busy, and Pygments can be (2,000 spaces after `CMD` take it 9 seconds).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells

from layertui.display import count, printable_lines
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT_LIMIT = 64 << 10
"""Characters of an instruction that are shown."""

LINES_LIMIT = 4_000
"""Lines of an instruction that are shown, before they are wrapped."""

SCAN_LIMIT = 8 << 10
"""Characters of an instruction that are highlighted."""

_PARTS = {
    "k": "keyword",
    "s": "string",
    "c": "comment",
    "o": "operator",
    "d": "dim",
    "b": "strong",
    " ": "",
}
_OF_SHELL = frozenset({"RUN", "CMD", "ENTRYPOINT"})
_LEADING = frozenset({"ONBUILD", "HEALTHCHECK"})
"""Keywords that another one may follow."""

_KEYWORDS = frozenset(
    {"FROM", "ADD", "COPY", "ENV", "ARG", "LABEL", "USER", "WORKDIR", "VOLUME", "EXPOSE"}
    | {"SHELL", "STOPSIGNAL", "MAINTAINER"}
    | _OF_SHELL
    | _LEADING
)
_BEFORE_COMMAND = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!"})
_SHELL_WORDS = frozenset({"fi", "for", "done", "case", "esac"} | _BEFORE_COMMAND)
_INDENT = 4
_AFTER_OPERATOR = 3
_TOKEN = re.compile(
    r"""(?P<blank>\s+)
      | (?P<string>"(?:[^"\\]|\\.)*+(?:"|\\?$) | '[^']*+(?:'|$))
      | (?P<variable>\$(?:\{[^\s}]*+\}? | \w++ | [?@*\#!$-])?)
      | (?P<comment>(?<!\S)\#.*)
      | (?P<operator>&&|\|\||[|;&<>]++)
      | (?P<escape>\\.?)
      | (?P<word>[^\s"'$\\|;&<>]++)
    """,
    re.VERBOSE,
)
_LOOKS = {"string": "s", "variable": "s", "comment": "c", "operator": "o"}
_SAME = re.compile(r"(.)\1*")
_WORD = re.compile(r"(\s*)(\S+)")


class _Row(NamedTuple):
    """A piece of an instruction that starts a line of its own.

    Attributes:
        text: What it says.
        looks: A key of `_PARTS` for every character.
        indent: Cells before it.
        hanging: Cells before what does not fit on its first line.
    """

    text: str
    looks: str
    indent: int = 0
    hanging: int = _INDENT


def instruction_lines(text: str, width: int) -> list[Line]:
    """Return an instruction as lines of at most `width` cells.

    Args:
        text: Raw, as `History.instruction` returns it; may have several lines.
        width: Cells of a line.
    """
    shown = "\n".join(text[:TEXT_LIMIT].split("\n", LINES_LIMIT)[:LINES_LIMIT])
    lines = list(_lines(shown, max(width, 2)))
    if len(text) > len(shown):
        more = f"and {count(len(text) - len(shown))} more characters, not shown here"
        lines += [(Span(piece, "dim"),) for piece in chop_cells(more, max(width, 2))]
    return lines


@lru_cache(maxsize=64)
def _lines(text: str, width: int) -> tuple[Line, ...]:
    first, *heredoc = printable_lines(text, TEXT_LIMIT)
    rows = [*_rows(first)]
    left = SCAN_LIMIT - len(first)
    for line in heredoc:
        rows.append(_kept(line, max(left, 0)))
        left -= len(line)
    return tuple(line for row in rows for line in _wrapped(row, width))


def _kept(line: str, limit: int) -> _Row:
    """Return a line of a heredoc, which stays as it is, this many characters of it scanned."""
    looks = "".join(look * len(token) for token, look in _scan_shell(line[:limit]))
    own = len(line) - len(line.lstrip())
    return _Row(line, looks.ljust(len(line)), hanging=own + _INDENT)


def _rows(line: str) -> Iterator[_Row]:
    """Yield an instruction broken before `&&` and after `;` where it was several lines once."""
    tokens = [*_scan(line[:SCAN_LIMIT]), (line[SCAN_LIMIT:], " ")]
    text = looks = ""
    indent, hanging = 0, _INDENT
    for token, look in tokens:
        gap = token.isspace()
        after = gap and len(token) > 1 and text.endswith(";") and looks.endswith("o")
        before = token == "&&" and look == "o"
        if (before or after) and text.strip():
            yield _Row(text.rstrip(), looks[: len(text.rstrip())], indent, hanging)
            text = looks = ""
            indent, hanging = _INDENT, _INDENT + (_AFTER_OPERATOR if before else _INDENT)
        if gap:
            token = " " if text else ""  # noqa: PLW2901
        text += token
        looks += look * len(token)
    yield _Row(text, looks, indent, hanging)


def _scan(line: str) -> Iterator[tuple[str, str]]:
    """Yield the tokens of an instruction and their looks."""
    place, keyword = 0, ""
    for match in _TOKEN.finditer(line):
        token = match[0]
        flag = token.startswith("--")
        if token in _KEYWORDS and (not keyword or keyword in _LEADING):
            keyword = token
            yield token, "k"
        elif match.lastgroup == "blank" or (keyword and flag):
            yield token, "d" if flag else " "
        else:
            break
        place = match.end()
    scan = _scan_shell if keyword in _OF_SHELL else _scan_plain
    yield from scan(line[place:])


def _scan_plain(text: str) -> Iterator[tuple[str, str]]:
    """Yield the tokens of what is no command, and their looks."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        known = kind in ("string", "variable")
        yield match[0], _LOOKS[kind] if known else " "


def _scan_shell(text: str) -> Iterator[tuple[str, str]]:
    """Yield the tokens of commands and their looks."""
    is_command = True
    for match in _TOKEN.finditer(text):
        token, kind = match[0], match.lastgroup or ""
        look = _LOOKS.get(kind, " ")
        if kind == "word":
            look = _look_of_word(token, is_command=is_command)
            is_command = is_command and ("=" in token or token in _BEFORE_COMMAND)
        elif kind == "operator":
            is_command = token[0] in "&|;"
        elif kind != "blank":
            is_command = False
        yield token, look


def _look_of_word(word: str, *, is_command: bool) -> str:
    if is_command and word in _SHELL_WORDS:
        return "k"
    if is_command and "=" not in word and not word.startswith(("[", "(", "{")):
        return "b"
    return "d" if word.startswith("-") else " "


def _wrapped(row: _Row, width: int) -> Iterator[Line]:
    indent, hanging = (min(cells, max(width - 7, 0)) for cells in (row.indent, row.hanging))
    for start, end in _slices(row.text, width - indent, width - hanging):
        yield _spans(row.text[start:end], row.looks[start:end], indent)
        indent = hanging


def _spans(text: str, looks: str, indent: int) -> Line:
    before = (Span(" " * indent),) if indent else ()
    runs = _SAME.finditer(looks)
    return (*before, *(Span(text[run.start() : run.end()], _PARTS[run[1]]) for run in runs))


def _slices(text: str, first: int, later: int) -> Iterator[tuple[int, int]]:
    """Yield where lines start and end, the first and later ones of at most so many cells."""
    room, start, end, used = first, 0, 0, 0
    for word in _WORD.finditer(text):
        cells = cell_len(word[0])
        if used and used + cells > room:
            yield start, end
            room, start, used = later, word.start(2), 0
            cells = cell_len(word[2])
        if used + cells > room:
            *full, rest = _chopped(text[start : word.end()], room, later)
            for piece in full:
                yield start, start + len(piece)
                start += len(piece)
            room, used, cells = later, 0, cell_len(rest)
        end, used = word.end(), used + cells
    yield start, end


def _chopped(text: str, first: int, later: int) -> list[str]:
    """Return text in pieces, the first and later ones of at most so many cells."""
    head = chop_cells(text[:first], max(first, 2))[0] if text else ""
    return [head, *chop_cells(text[len(head) :], max(later, 2))]
