"""Figures about layers, drawn alike for one layer and for several: counts, bytes, troubles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from layertui.display import count, printable, size
from layertui.ui.drawing.cells import right, wrap
from layertui.ui.layers.row import LayerSize
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.tallies import LayerTally, RangeTally, Tally
    from layertui.ui.widgets.text_pane import Layout

_AMOUNT_WIDTH = 8
_BESIDE_AMOUNT = " " * (_AMOUNT_WIDTH + 2)
_PROBLEMS_SHOWN = 20
_WORDS = {"added": "added", "modified": "changed", "removed": "removed"}


class Telling(NamedTuple):
    """What is told about a layer, or about a range of them.

    Attributes:
        title: What it is about, printable.
        summary: The most important of it, in a line or two.
        details: All of it.
    """

    title: str
    summary: Layout
    details: Layout


def tally_line(tally: LayerTally | RangeTally, width: int) -> Line:
    """Return counts of files as one line; their bytes too where all of it has room."""
    full = _tally_spans(tally, with_sizes=True)
    fits = sum(cell_len(span.text) for span in full) <= width + 1
    return full if fits else _tally_spans(tally, with_sizes=False)


def _tally_spans(tally: LayerTally | RangeTally, *, with_sizes: bool) -> Line:
    spans = []
    for mark, part, each in _tallies(tally):
        amount = f"  {size(each.size)}" if each.size and with_sizes else ""
        spans.append(Span(f" {mark}{count(each.files)}{amount} ", part if each.files else "dim"))
    return tuple(spans)


def tally_lines(tally: LayerTally | RangeTally) -> Iterator[Line]:
    """Yield counts of files, one kind of change a line."""
    for mark, part, each in _tallies(tally):
        word = "file " if each.files == 1 else "files"
        amount = f"{right(count(each.files), 9)} {word}  {right(size(each.size), 8)}"
        yield (Span(f"{mark} {_WORDS[part]:<8}{amount}", part if each.files else "dim"),)


def _tallies(tally: LayerTally | RangeTally) -> Iterator[tuple[str, str, Tally]]:
    yield "+", "added", tally.added
    yield "~", "modified", tally.modified
    yield "-", "removed", tally.removed


def signed(kind: LayerSize, amount: int) -> str:
    """Return bytes with their unit, and with a plus where they make grow."""
    sign = "+" if kind is LayerSize.NET and amount > 0 else ""
    return f"{sign}{size(amount)}"


def size_lines(told: Iterable[tuple[LayerSize, int | None, str]], width: int) -> Iterator[Line]:
    """Yield sizes with what they are, a dash for one that is not known."""
    for kind, known, words in told:
        amount = "-" if known is None else signed(kind, known)
        part = "removed" if known and known < 0 else "dim" if known is None else "strong"
        yield from _amount(amount, words, part, width)


def waste_lines(told: Iterable[tuple[int, str]], width: int) -> Iterator[Line]:
    """Yield bytes that are wasted with what they are; none where there are none."""
    for amount, words in told:
        if amount:
            yield from _amount(size(amount), words, "waste", width)


def _amount(amount: str, words: str, part: str, width: int) -> Iterator[Line]:
    """Say what a number of bytes is, the words beside it."""
    first, *rest = wrap(f"{right(amount, _AMOUNT_WIDTH)}  {words}", width, indent=_BESIDE_AMOUNT)
    yield (Span(first[:_AMOUNT_WIDTH], part), Span(first[_AMOUNT_WIDTH:]))
    yield from ((Span(line),) for line in rest)


def problem_lines(problems: Sequence[str], width: int) -> Iterator[Line]:
    """Yield what is wrong, and an empty line after it; of many, the first ones."""
    told = [printable(problem) for problem in problems[:_PROBLEMS_SHOWN]]
    if len(problems) > len(told):
        told.append(f"and {count(len(problems) - len(told))} more like these")
    for problem in told:
        for piece in wrap(f"! {problem}", width, indent="  "):
            yield (Span(piece, "error"),)
    if told:
        yield ()
