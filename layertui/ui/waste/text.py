"""What the waste screen says, and in which columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from layertui.display import count, percent, printable, size
from layertui.ui.drawing.cells import bar, cut_start, left, wrap
from layertui.ui.tables.columns import Column, Order
from layertui.ui.waste.causes import CAUSE_WIDTH, CAUSE_WORDS, EXPLANATIONS, SHORT_CAUSE_WORDS
from layertui.ui.widgets.line_view import Line, Span
from layertui.ui.widgets.title_line import Title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.gathering import CauseWaste, LayerWaste, PathWaste
    from layertui.analysis.waste import Accounting
    from layertui.image import Image
    from layertui.ui.waste.figures import Overview, Scope

LARGEST_FIRST = Order("bytes", falling=True)
BY_LAYER = Order("layer", falling=False)
_INSTRUCTION_LIMIT = 512
_LAYERS_NAMED = 8


def path_columns() -> tuple[Column[PathWaste], ...]:
    """Return the columns of the wasted paths."""
    return (
        Column(name="bytes", title="bytes", width=8, numbers=True, falling=True, priority=6,
               cell=lambda waste, _width: Span(size(waste.wasted_size)),
               key=lambda waste: waste.wasted_size),
        Column(name="copies", title="copies", width=8, numbers=True, falling=True, priority=1,
               cell=lambda waste, _width: Span(count(len(waste.copies)), "dim"),
               key=lambda waste: len(waste.copies)),
        Column(name="cause", title="why", width=CAUSE_WIDTH + 3, priority=4,
               cell=lambda waste, _width: Span(cause_of(waste)), key=cause_of),
        Column(name="shipped", title="shipped by", width=14, priority=2,
               cell=lambda waste, _width: Span(layers_named(waste.summary.layers)),
               key=lambda waste: waste.summary.layers),
        Column(name="wasted", title="wasted by", width=14, priority=3,
               cell=lambda waste, _width: Span(layers_named(waste.summary.superseded_by)),
               key=lambda waste: waste.summary.superseded_by),
        Column(name="path", title="path", width=22, flexible=True, priority=5,
               cell=lambda waste, width: Span(cut_middle(printable(waste.path), width)),
               key=lambda waste: waste.path),
    )  # fmt: skip


def cause_columns(whole: int) -> tuple[Column[CauseWaste], ...]:
    """Return the columns of the causes; `whole` is the bytes of all of them."""

    def share(cause: CauseWaste, _width: int) -> Span:
        text = percent(cause.wasted_size / whole) if cause.wasted_size else ""
        return Span(text, "dim")

    def drawn(cause: CauseWaste, width: int) -> Span:
        return Span(bar(cause.wasted_size / whole, width) if cause.wasted_size else "", "bar")

    return (
        Column(name="cause", title="why", width=CAUSE_WIDTH, priority=6,
               cell=lambda cause, _width: _quiet(CAUSE_WORDS[cause.cause], cause.wasted_size),
               key=lambda cause: CAUSE_WORDS[cause.cause]),
        Column(name="copies", title="copies", width=7, numbers=True, falling=True, priority=2,
               cell=lambda cause, _width: Span(count(cause.copies) if cause.copies else "", "dim"),
               key=lambda cause: cause.copies or 0),
        Column(name="bytes", title="bytes", width=8, numbers=True, falling=True, priority=5,
               cell=lambda cause, _width: _amount(cause.wasted_size),
               key=lambda cause: cause.wasted_size),
        Column(name="share", title="share", width=7, numbers=True, priority=3, cell=share),
        Column(name="bar", title="", width=3, flexible=True, priority=4, cell=drawn),
    )  # fmt: skip


def layer_columns(image: Image) -> tuple[Column[LayerWaste], ...]:
    """Return the columns of the layers of an image."""
    return (
        Column(name="layer", title="layer", width=6, numbers=True, priority=5,
               cell=lambda waste, _width: Span(str(waste.layer)), key=lambda waste: waste.layer),
        Column(name="shipped", title="unseen", width=8, numbers=True, falling=True, priority=4,
               cell=lambda waste, _width: _amount(waste.wasted_size),
               key=lambda waste: waste.wasted_size),
        Column(name="superseded", title="wastes", width=8, numbers=True, falling=True, priority=3,
               cell=lambda waste, _width: _amount(waste.superseded_size),
               key=lambda waste: waste.superseded_size),
        Column(name="instruction", title="instruction", width=12, flexible=True, priority=2,
               cell=lambda waste, _width: Span(instruction_of(image, waste.layer))),
    )  # fmt: skip


def instruction_of(image: Image, layer: int) -> str:
    """Return what made a layer, as one printable line."""
    history = image.layers[layer].history
    text = history.instruction[:_INSTRUCTION_LIMIT] if history else ""
    return printable(" ".join(text.split())) or "(no history)"


def cause_of(waste: PathWaste) -> str:
    """Return why most bytes of a path are wasted, and how many more causes there are."""
    if len(waste.copies) == 1:
        return CAUSE_WORDS[waste.copies[0].cause]
    causes = waste.summary.causes
    most = CAUSE_WORDS[max(causes, key=lambda cause: causes[cause])]
    return most if len(causes) == 1 else f"{most} +{len(causes) - 1}"


def layers_named(layers: Sequence[int]) -> str:
    """Return layers as words: `layer 3`, `layers 1, 2`."""
    numbers = ", ".join(str(layer) for layer in layers[:_LAYERS_NAMED])
    more = ", \u2026" if len(layers) > _LAYERS_NAMED else ""
    return f"{'layer' if len(layers) == 1 else 'layers'} {numbers}{more}"


def copies_told(waste: PathWaste) -> tuple[str, str]:
    """Return which layers ship the copies of a path and which made them waste; then less of it."""
    summary = waste.summary
    wasted = f"wasted by {layers_named(summary.superseded_by)}"
    return f"shipped by {layers_named(summary.layers)}, {wasted}", wasted


def texts_of(waste: PathWaste) -> Iterator[str]:
    """Yield what a filter looks at: the path, then why, then the layers."""
    yield printable(waste.path)
    causes, layers, superseded_by, _ = waste.summary
    for cause in causes:
        yield CAUSE_WORDS[cause]
    for layer in sorted({*layers, *superseded_by}):
        yield f"layer {layer}"


def cut_middle(text: str, width: int) -> str:
    """Return text in at most `width` cells, its start and its end where it is longer."""
    if cell_len(text) <= width:
        return text
    start = set_cell_size(text, width // 3).rstrip()
    return start + cut_start(text, width - cell_len(start))


def explanation(cause: str, width: int) -> list[Line]:
    """Return what a cause means, and the cure."""
    return [(Span(line, "dim"),) for line in wrap(EXPLANATIONS[cause], width)]


def explanations(causes: Sequence[str], width: int) -> list[Line]:
    """Return what causes mean, and the cures, beside their names."""
    lines: list[Line] = []
    for cause in causes:
        names = [CAUSE_WORDS[cause]]
        for number, line in enumerate(wrap(EXPLANATIONS[cause], width - CAUSE_WIDTH - 2)):
            name = names[number] if number < len(names) else ""
            lines.append((Span(left(name, CAUSE_WIDTH + 2)), Span(line, "dim")))
    return lines


def waste_title(name: str, accounting: Accounting, overview: Overview, *, user: bool) -> Title:
    """Return how much of an image is wasted.

    Args:
        name: Of the image, printable.
        accounting: Where its bytes went.
        overview: Its waste.
        user: Whether that of the user's own layers is looked at.
    """
    if user != overview.user:
        return Title(kind="waste", name=name, right=((Span("adding up", "dim"),),))
    wasted, whole = overview.wasted_size, accounting.user_size if user else accounting.size
    short = (
        Span("wasted ", "dim"),
        Span(size(wasted), "waste" if wasted else ""),
        Span(f" of {size(whole)}{' in your layers' if user else ''}   ", "dim"),
        Span(percent(wasted / whole) if whole else "0 %", "waste" if wasted else ""),
    )
    efficiency = (Span("   efficiency ", "dim"), Span(percent(accounting.efficiency)))
    return Title(kind="waste", name=name, right=(short,) if user else (short + efficiency, short))


def cause_chips(overview: Overview, chosen: str) -> Iterator[Span]:
    """Yield the causes there are in one line, the most bytes first; each is a target."""
    causes = sorted(overview.causes, key=lambda cause: -cause.wasted_size)
    for waste in causes:
        if waste.wasted_size:
            mark = "\u2713" if waste.cause == chosen else " "
            part = "strong" if waste.cause == chosen else ""
            yield Span(mark, "mark")
            yield Span(f"{SHORT_CAUSE_WORDS[waste.cause]} ", part or "dim", waste.cause)
            yield Span(size(waste.wasted_size), "waste", waste.cause)
            yield Span("  ")


def scope_words(scope: Scope, text: str) -> str:
    """Return which of the wasted paths are shown, the active filters by name."""
    words = ["Wasted paths of your layers" if scope.user else "Wasted paths"]
    if scope.cause:
        words.append(CAUSE_WORDS[scope.cause])
    if scope.layer is not None:
        words.append(f"layer {scope.layer}")
    if text:
        words.append(f"/{printable(text, 40)}")
    return "   ".join(words)


def _amount(amount: int) -> Span:
    return Span(size(amount), "waste") if amount else Span("-", "dim")


def _quiet(text: str, amount: int) -> Span:
    return Span(text, "" if amount else "dim")
