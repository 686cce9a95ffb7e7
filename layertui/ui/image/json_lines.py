r"""A JSON document as it stands, on lines of its own: nothing is read into it, nothing left out.

The document is gone through once to find where its lines start; a line is made when it is seen.
Twenty million bytes take seconds, so that is done beside the screen. What is not JSON stays as
it is, line by line.

    {"a":[1,{}]}     ->     {
                              "a": [
                                1,
                                {}
                              ]
                            }
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells

from layertui.display import count, printable
from layertui.errors import CancelledError
from layertui.ui.drawing.blocks import VALUE_LIMIT, Block
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.blob import Cancelled

_TOKEN = re.compile(
    r"""[ \t\r\n]++
      | "[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"
      | [{}\[\],:]
      | [-+.\w]++
      | .
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_RAW_LINE = re.compile(r"[^\n]*(?:\n|$)")
_BLANKS = " \t\r\n"
_CLOSING = {"}": "{", "]": "["}
_DEEPEST = 60_000
_ASKED_EVERY = 1 << 14
_INDENT = 2
_HANGING = 4


class _NotJsonError(Exception):
    """The text is not JSON."""


class JsonIndex:
    """Where the lines of a document start, whatever the width.

    Args:
        data: The document.
        cancelled: Asked now and then; True stops the work.

    Attributes:
        is_json: Whether the document is JSON, as far as its tokens and brackets tell.

    Raises:
        CancelledError: The work was stopped.
    """

    def __init__(self, data: bytes, cancelled: Cancelled = lambda: False) -> None:
        self.text = data.decode("utf-8", "surrogateescape")
        self.is_json = True
        self._clear()
        try:
            self._lay_out(cancelled)
        except _NotJsonError:
            self.is_json = False
            self._clear()
            self._keep(cancelled)

    def __len__(self) -> int:
        """Return how many lines there are, before they are wrapped."""
        return len(self.starts)

    def tokens(self, line: int) -> Iterator[str]:
        """Yield what a line is made of, raw."""
        start, end = self.starts[line], self.ends[line]
        if not self.is_json:
            yield self.text[start:end]
            return
        for match in _TOKEN.finditer(self.text, start, end):
            if match[0][0] not in _BLANKS:
                yield match[0]

    def _clear(self) -> None:
        self.starts, self.ends = array("I"), array("I")
        self.lengths, self.depths = array("I"), array("H")

    def _lay_out(self, cancelled: Cancelled) -> None:
        """Note a line for every member and item, and for every bracket that holds some."""
        finder = _Finder(self._add)
        for number, match in enumerate(_TOKEN.finditer(self.text)):
            if not number % _ASKED_EVERY:
                _stop_if(cancelled)
            token = match[0]
            if token[0] not in _BLANKS:
                finder.take(token, match.start(), match.end())
        finder.end()
        if not len(self):
            raise _NotJsonError

    def _keep(self, cancelled: Cancelled) -> None:
        """Note the lines that the document has."""
        for number, match in enumerate(_RAW_LINE.finditer(self.text)):
            if not number % _ASKED_EVERY:
                _stop_if(cancelled)
            start, end = match.start(), match.end() - match[0].endswith("\n")
            if start < len(self.text):
                self._add(start, end, end - start, 0)

    def _add(self, start: int, end: int, length: int, depth: int) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.lengths.append(length)
        self.depths.append(min(depth, _DEEPEST))


class _Finder:
    """Finds the lines that tokens make up.

    Args:
        add: Told where a line starts and ends, its length, and how deep it is.
    """

    def __init__(self, add: Callable[[int, int, int, int], None]) -> None:
        self._add = add
        self._brackets: list[str] = []
        self._opened = False
        self._start, self._end, self._length = -1, 0, 0

    def take(self, token: str, start: int, end: int) -> None:
        """Go on to the next token, none of which is blank."""
        first = token[0]
        if first in _CLOSING:
            self._close(first)
        elif self._opened:
            self._finish(len(self._brackets) - 1)
        if first not in '{}[],:"' and not _WORD.fullmatch(token):
            raise _NotJsonError
        if self._start < 0:
            self._start = start
        self._end = end
        self._length += len(token) + (first == ":")
        self._opened = first in "{["
        if self._opened:
            self._brackets.append(first)
        elif first == ",":
            self._finish(len(self._brackets))

    def end(self) -> None:
        """Note the last line."""
        if self._brackets:
            raise _NotJsonError
        self._finish(0)

    def _close(self, bracket: str) -> None:
        """Leave an object or array; what is empty stays on the line of its opening bracket."""
        if not self._brackets or self._brackets[-1] != _CLOSING[bracket]:
            raise _NotJsonError
        if not self._opened:
            self._finish(len(self._brackets))
        self._brackets.pop()

    def _finish(self, depth: int) -> None:
        if self._start >= 0:
            self._add(self._start, self._end, self._length, depth)
        self._start, self._length = -1, 0


class JsonLines:
    """A document wrapped to a width; each of its lines is an item.

    Args:
        index: Its lines.
        width: Cells.
        cancelled: Asked now and then; True stops the work.

    Raises:
        CancelledError: The work was stopped.
    """

    def __init__(self, index: JsonIndex, width: int, cancelled: Cancelled = lambda: False) -> None:
        self._index = index
        self._width = max(width, 10)
        self._made: tuple[int, list[Line]] = (-1, [])
        self._firsts = array("I", [0])
        rows = 0
        for line in range(len(index)):
            if not line % _ASKED_EVERY:
                _stop_if(cancelled)
            rows += self._height(line)
            self._firsts.append(rows)

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return self._firsts[-1]

    @property
    def item_count(self) -> int:
        """How many lines there are before they are wrapped."""
        return len(self._index)

    def line(self, number: int, /) -> Line:
        """Return a line."""
        item = self.item_at(number)
        return self._rows(item)[number - self._firsts[item]]

    def bounds(self, item: int, /) -> tuple[int, int]:
        """Return the first line of an item and the one after its last."""
        return self._firsts[item], self._firsts[item + 1]

    def item_at(self, line: int, /) -> int:
        """Return the item that a line is part of."""
        return bisect_right(self._firsts, line) - 1

    def block(self, item: int, /) -> Block:
        """Return an item; its value is what stands behind its key."""
        return Block(lines=tuple(self._rows(item)), value=self._value(item))

    def _height(self, line: int) -> int:
        """Return how many rows a line takes; only what is not plain ASCII has to be made for that.

        A control character is drawn as an escape, which is longer.
        """
        length = self._index.lengths[line]
        room, later = self._rooms(line)
        longest = length * 10 <= room
        if longest:
            return 1
        text = self._index.text[self._index.starts[line] : self._index.ends[line]]
        plain = text.isascii() and (self._index.is_json or text.isprintable())
        if length > VALUE_LIMIT or not plain or "\x7f" in text:
            return len(self._rows(line))
        return 1 if length <= room else 1 - -(length - room) // later

    def _rooms(self, line: int) -> tuple[int, int]:
        """Return the cells for text on the first row of a line, and on later rows."""
        indent = self._indent(line)
        return self._width - indent, self._width - indent - _HANGING

    def _indent(self, line: int) -> int:
        return min(self._index.depths[line] * _INDENT, self._width // 2 - _HANGING)

    def _rows(self, line: int) -> list[Line]:
        if self._made[0] != line:
            self._made = (line, list(self._make(line)))
        return self._made[1]

    def _make(self, line: int) -> Iterator[Line]:
        indent = max(self._indent(line), 0)
        room, later = self._rooms(line)
        row: list[Span] = [Span(" " * indent)] if indent else []
        for text, part in self._pieces(line):
            rest = text
            while rest:
                head = _head(rest, room)
                if head:
                    row.append(Span(head, part))
                    room -= cell_len(head)
                    rest = rest[len(head) :]
                if rest:
                    yield tuple(row)
                    row, room = [Span(" " * (indent + _HANGING))], later
        yield tuple(row)

    def _pieces(self, line: int) -> Iterator[tuple[str, str]]:
        """Yield the printable text of a line and what it looks like."""
        tokens = list(self._index.tokens(line))
        left = VALUE_LIMIT
        for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
            if left <= 0:
                break
            shown = printable(token[:left], VALUE_LIMIT)
            yield shown + (" " if token == ":" else ""), self._part(token, following)
            left -= len(token)
        if left <= 0:
            beyond = self._index.lengths[line] - VALUE_LIMIT
            yield f" and {count(max(beyond, 1))} more characters, not shown here", "dim"

    def _part(self, token: str, following: str) -> str:
        if not self._index.is_json:
            return ""
        if token[0] == '"':
            return "key" if following == ":" else ""
        return "dim" if token in "{}[],:" else "number"

    def _value(self, line: int) -> str:
        tokens = list(self._index.tokens(line))
        if not self._index.is_json:
            return "".join(tokens)
        if tokens[-1] == ",":
            del tokens[-1]
        last = tokens[-1] if tokens else ""
        if last in ("", "{", "[", "}", "]"):
            return ""
        return _unquoted(last) if last[0] == '"' else last


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token


def _head(text: str, room: int) -> str:
    """Return the start of printable text that fits in cells; may be empty."""
    if room <= 0:
        return ""
    head = text[:room]
    if head.isascii() or cell_len(head) <= room:
        return head
    return chop_cells(head, room)[0] if room > 1 or cell_len(head[0]) <= room else ""


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise CancelledError("the reading was stopped")
