"""What is told of ghosts, and in which columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.display import count, percent, printable, size
from layertui.ui.drawing.cells import cut, left
from layertui.ui.tables.columns import Column, Order
from layertui.ui.waste.causes import CAUSE_WORDS, SHORT_CAUSE_WORDS
from layertui.ui.waste.text import cut_middle, instruction_of
from layertui.ui.widgets.line_view import Line, Span
from layertui.ui.widgets.title_line import Title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.analysis.ghosts import Ghost
    from layertui.analysis.waste import Accounting
    from layertui.image import Image

LARGEST_FIRST = Order("bytes", falling=True)

_DEEDS = {"removed": "removes it", "rewritten": "rewrites it"}
_LABEL_WIDTH = 26
_CAUSE_WIDTH = 11


def ghost_columns() -> tuple[Column[Ghost], ...]:
    """Return the columns of the ghosts."""
    return (
        Column(name="bytes", title="bytes", width=8, numbers=True, falling=True, priority=6,
               cell=lambda ghost, _width: Span(size(ghost.size)),
               key=lambda ghost: ghost.size),
        Column(name="cause", title="why", width=_CAUSE_WIDTH, priority=2,
               cell=lambda ghost, _width: Span(SHORT_CAUSE_WORDS[ghost.cause], _part(ghost)),
               key=lambda ghost: SHORT_CAUSE_WORDS[ghost.cause]),
        Column(name="shipped", title="shipped by", width=10, priority=3,
               cell=lambda ghost, _width: Span(f"layer {ghost.layer}"),
               key=lambda ghost: ghost.layer),
        Column(name="gone", title="hidden by", width=9, priority=4,
               cell=lambda ghost, _width: Span(f"layer {ghost.superseded_by}"),
               key=lambda ghost: ghost.superseded_by),
        Column(name="path", title="path", width=22, flexible=True, priority=5,
               cell=lambda ghost, width: Span(cut_middle(printable(ghost.path), width)),
               key=lambda ghost: ghost.path),
    )  # fmt: skip


def _part(ghost: Ghost) -> str:
    return "removed" if ghost.is_deleted else "modified"


def ghost_texts(ghost: Ghost) -> Iterator[str]:
    """Yield what a filter looks at: the paths, then why, then the layers."""
    yield printable(ghost.path)
    if ghost.last_path != ghost.path:
        yield printable(ghost.last_path)
    yield CAUSE_WORDS[ghost.cause]
    yield f"layer {ghost.layer}"
    yield f"layer {ghost.superseded_by}"


def ghosts_title(image: Image, accounting: Accounting) -> Title:
    """Return how much of an image is shipped and not shown."""
    name = printable(image.tags[0] if image.tags else image.reference, 200)
    wasted = accounting.wasted_size
    short = (
        Span("shipped and not shown ", "dim"),
        Span(size(wasted), "waste" if wasted else ""),
    )
    share = percent(wasted / accounting.size) if accounting.size else "0 %"
    of_size = (Span(f" of {size(accounting.size)}   ", "dim"), Span(share))
    return Title(kind="ghosts", name=name, right=((*short, *of_size), short))


def shown_words(shown: int, there: int, total: int) -> str:
    """Return how many ghosts are shown, and their bytes."""
    number = count(shown) if shown == there else f"{count(shown)} of {count(there)}"
    return f"{number} {'file' if there == 1 else 'files'}  {size(total)}"


def hidden_words(ghost: Ghost) -> str:
    """Return why a ghost is not shown, and which layer did that."""
    return f"{CAUSE_WORDS[ghost.cause]}: layer {ghost.superseded_by}"


def ghost_lines(image: Image, ghost: Ghost, width: int) -> list[Line]:
    """Return which layer ships a ghost and which hides it, with their instructions."""
    deed = _DEEDS.get(ghost.cause, "writes it again")
    if ghost.layer == ghost.superseded_by:
        deed = "does so itself"
    lines = [
        _step(image, ghost.layer, "ships it", width),
        _step(image, ghost.superseded_by, deed, width),
    ]
    if ghost.last_path != ghost.path:
        last = cut_middle(printable(ghost.last_path), max(8, width - _LABEL_WIDTH))
        lines.append((Span(left("shown last as", _LABEL_WIDTH), "dim"), Span(last)))
    return lines


def _step(image: Image, layer: int, deed: str, width: int) -> Line:
    label = left(f"layer {layer} {deed}", _LABEL_WIDTH)
    return Span(label, "dim"), Span(cut(instruction_of(image, layer), width - _LABEL_WIDTH))
