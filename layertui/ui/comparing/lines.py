"""A comparison as lines: what the versions are, then how their contents differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.contents.comparing import TEXT_SIZE, TextDifference
from layertui.contents.difference_rows import DifferenceRows, hunks
from layertui.display import count, size
from layertui.ui.comparing.byte_lines import byte_lines
from layertui.ui.comparing.field_lines import field_lines
from layertui.ui.comparing.text_lines import TextLines
from layertui.ui.drawing.cells import wrap
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.contents.byte_parts import BytePart
    from layertui.contents.comparing import BinaryDifference, Comparison
    from layertui.image import Image

AROUND = 3
"""Lines that are the same before and after those that differ."""

_MARGIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a comparison is drawn.

    Attributes:
        beside: Whether contents stand side by side.
        whole: Whether all lines are shown, not only those around differences.
        shift: Characters of texts at the left that are out of sight.
    """

    beside: bool
    whole: bool = False
    shift: int = 0


class ComparisonLines(Sequence[Line]):
    """The lines, the ones of the difference gone to marked.

    Args:
        image: Its layers have instructions.
        comparison: What is compared.
        parts: The bytes around the differences of contents that are no texts.
        look: How it is drawn.
        width: Cells of a line.

    Attributes:
        differences: The lines at which the differences of contents begin.
        current: The number of the difference gone to, or -1.
    """

    def __init__(
        self,
        image: Image,
        comparison: Comparison,
        parts: Sequence[BytePart],
        look: Look,
        width: int,
    ) -> None:
        inner = max(1, width - _MARGIN)
        self._head = [
            *field_lines(image, comparison, inner),
            (),
            *((Span(line, "strong"),) for line in wrap(content_words(comparison), inner)),
        ]
        self._tail, starts = _content(comparison, parts, look, inner)
        self.differences = [len(self._head) + start for start in starts]
        self.current = -1

    def __len__(self) -> int:
        return len(self._head) + len(self._tail)

    def __getitem__(self, number: int) -> Line:  # type: ignore[override]
        head = len(self._head)
        line = self._head[number] if number < head else self._tail[number - head]
        is_current = self.current >= 0 and number == self.differences[self.current]
        return (Span("\u258c " if is_current else "  ", "mark"), *line)


def _content(
    comparison: Comparison, parts: Sequence[BytePart], look: Look, width: int
) -> tuple[Sequence[Line], list[int]]:
    """Return the lines of the contents, and at which of them differences begin."""
    found = comparison.content
    if found is None:
        return (), []
    if not isinstance(found, TextDifference):
        return byte_lines(parts, width, beside=look.beside)
    context = max(len(found.old), len(found.new)) if look.whole else AROUND
    groups = hunks(found.lines.blocks, len(found.old), context, found.first_line)
    rows = DifferenceRows(groups, beside=look.beside)
    lines = TextLines(found, rows, width, beside=look.beside, shift=look.shift)
    return lines, rows.differences


def content_words(comparison: Comparison) -> str:
    """Return how contents differ, in a sentence."""
    found = comparison.content
    if not comparison.is_known:
        return "The contents are not compared: where one of them lies is not known."
    if found is None:
        if comparison.old.place is None and comparison.new.place is None:
            return "Neither has contents."
        return "The contents are the same."
    if isinstance(found, TextDifference):
        return ", ".join(_text_words(found))
    if (only := comparison.only_content(found)) is not None:
        side, blob = only
        return f"Only the version after layer {side.layer} has a content, {size(blob.size)}."
    return ", ".join(_binary_words(found))


def _text_words(found: TextDifference) -> Iterator[str]:
    blocks = found.lines.blocks
    removed = sum(block.old_end - block.old_start for block in blocks)
    added = sum(block.new_end - block.new_start for block in blocks)
    yield _counted(len(blocks), "difference")
    if removed:
        yield f"{_counted(removed, 'line')} removed"
    if added:
        yield f"{_counted(added, 'line')} added"
    if found.lines.is_rough:
        yield "compared roughly: there may be fewer differences"


def _binary_words(found: BinaryDifference) -> Iterator[str]:
    if found.are_texts:
        yield f"Texts that differ over more than {size(TEXT_SIZE)}, compared byte by byte"
    else:
        yield "Binary contents"
    number, more = len(found.bytes.runs), "" if found.bytes.is_all else "at least "
    yield f"{more}{_counted(number, 'difference')}"
    yield f"the first at offset {count(found.bytes.first or 0)}"


def _counted(number: int, word: str) -> str:
    return f"{count(number)} {word}{'' if number == 1 else 's'}"
