"""Lines of two texts that differ, drawn below one another or side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from layertui.contents.difference_rows import DifferenceRows, RowKind
from layertui.display import printable
from layertui.ui.drawing.cells import cut, left, right
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from layertui.contents.comparing import TextDifference

_TAB = 4
_LONGEST = 16_384
"""Bytes of a line that are looked at to draw it."""

_MARKS = {RowKind.REMOVED: "-", RowKind.ADDED: "+", RowKind.CHANGED: "~"}
_PARTS = {RowKind.REMOVED: "removed", RowKind.ADDED: "added", RowKind.SAME: ""}
_END_MISSING = "\u2026 no line break at the end"


_Bounds = tuple[int, int]


class _Half(NamedTuple):
    """The half of a row that shows a line.

    Attributes:
        number: Of the line, from 0, or -1 for none.
        line: The line.
        part: What it looks like.
        bounds: The characters that differ from the other line, or None.
    """

    number: int
    line: bytes
    part: str
    bounds: _Bounds | None


class TextLines(Sequence[Line]):
    """The rows of a difference.

    Args:
        found: The texts.
        rows: Their rows.
        width: Cells of a line.
        beside: Whether the texts stand side by side.
        shift: Characters of the texts at the left that are out of sight.
    """

    def __init__(
        self, found: TextDifference, rows: DifferenceRows, width: int, *, beside: bool, shift: int
    ) -> None:
        self._found = found
        self._rows = rows
        self._width = width
        self._beside = beside
        self._shift = shift
        last = found.first_line + max(len(found.old), len(found.new))
        self._digits = max(3, len(str(last)))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> Line:  # type: ignore[override]
        row = self._rows[number]
        if row.kind is RowKind.HUNK:
            return self._heading(row.old)
        return self._side_by_side(number) if self._beside else self._below(number)

    def _heading(self, number: int) -> Line:
        hunk = self._rows.hunks[number]
        words = f" {hunk.heading} "
        return (Span(words, "keyword"), Span("\u2500" * (self._width - cell_len(words)), "bar"))

    def _number(self, line: int) -> str:
        """Return the number of a line as people count; nothing where there is no line."""
        return right(str(self._found.first_line + line + 1) if line >= 0 else "", self._digits)

    def _below(self, number: int) -> Line:
        kind, old, new = self._rows[number]
        digits, part = self._digits, _PARTS[kind]
        numbers = f"{self._number(old)} {self._number(new)} "
        line = self._found.new[new] if old < 0 else self._found.old[old]
        text = shown_line(line)[self._shift :]
        mark = _MARKS.get(kind, " ")
        room = self._width - 2 * digits - 4
        return (Span(numbers, "dim"), Span(f"{mark} ", part), Span(cut(text, room), part))

    def _side_by_side(self, number: int) -> Line:
        kind, old, new = self._rows[number]
        before = self._found.old[old] if old >= 0 else b""
        after = self._found.new[new] if new >= 0 else b""
        parts = ("", "") if kind is RowKind.SAME else ("removed", "added")
        inner: tuple[_Bounds | None, _Bounds | None] = (None, None)
        if kind is RowKind.CHANGED:
            inner = _differing(shown_line(before), shown_line(after))
        room = (self._width - 3) // 2
        return (
            *self._half(_Half(old, before, parts[0], inner[0]), room),
            Span(f" {_MARKS.get(kind, chr(0x2502))} ", "dim" if kind is RowKind.SAME else ""),
            *self._half(_Half(new, after, parts[1], inner[1]), room),
        )

    def _half(self, half: _Half, width: int) -> Line:
        if half.number < 0:
            return (Span(" " * width),)
        numbers = self._number(half.number) + " "
        room = width - len(numbers)
        text = left(shown_line(half.line)[self._shift :], room)
        if half.bounds is None:
            return Span(numbers, "dim"), Span(text, half.part)
        first, last = (max(0, bound - self._shift) for bound in half.bounds)
        strong = f"{half.part} strong"
        return (
            Span(numbers, "dim"), Span(text[:first], half.part),
            Span(text[first:last], strong), Span(text[last:], half.part),
        )  # fmt: skip


def shown_line(line: bytes) -> str:
    """Return a line of a text, printable, tabs as spaces; whether its end is missing is told."""
    text = line[:_LONGEST].removesuffix(b"\n").decode("utf-8", "surrogateescape")
    shown = printable(text.expandtabs(_TAB))
    return shown if line.endswith(b"\n") else f"{shown} {_END_MISSING}"


def _differing(old: str, new: str) -> tuple[_Bounds, _Bounds]:
    """Return the characters between what two lines begin and end with."""
    most = min(len(old), len(new))
    first = next((n for n in range(most) if old[n] != new[n]), most)
    rest = most - first
    last = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return (first, len(old) - last), (first, len(new) - last)
