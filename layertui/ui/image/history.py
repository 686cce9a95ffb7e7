"""The history of an image, every step of it, on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from layertui.display import count, printable, size
from layertui.ui.drawing.blocks import Block, note
from layertui.ui.drawing.cells import right, wrap
from layertui.ui.drawing.highlighting import instruction_lines
from layertui.ui.image.build_steps import build_steps, steps_left_out
from layertui.ui.image.pages import created
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layertui.ui.image.build_steps import BuildStep
    from layertui.ui.image.report import ImageReport

_BESIDE = 100
"""From this width on, what a step says stands beside its figures and not below them."""

_INDENT = 6
_FACT_LIMIT = 2_000
_GAP = 4
_RIGHT = 90
"""Cells after which what is told of a step ends, where it stands behind what the step says."""

_SEVERAL = 2


def history_page(report: ImageReport, width: int) -> Iterator[Block]:
    """Yield every step: its number, layer, bytes and time, what it says, and who says so."""
    steps = build_steps(report)
    common = _common(steps)
    for label, value in common.items():
        text = f"{label} of every step: {printable(value, _FACT_LIMIT)}"
        yield note(text, width, indent=" " * _INDENT)
    if common:
        yield Block(lines=((),), fixed=True)
    for step in steps:
        yield _block(step, common, width)
    left_out = steps_left_out(report)
    if left_out:
        yield note(f"and {count(left_out)} more steps, all of them in the raw config", width)
    if not steps:
        yield note("The image tells nothing of how it was built.", width)


def _common(steps: Sequence[BuildStep]) -> dict[str, str]:
    """Return what is told of all steps in the same words."""
    told = [_facts(step) for step in steps]
    if len(told) < _SEVERAL:
        return {}
    return {
        label: value
        for label, value in told[0].items()
        if all(each.get(label) == value for each in told)
    }


def _facts(step: BuildStep) -> dict[str, str]:
    """Return what is told of a step besides what it says, by what it is."""
    history = step.history
    if history is None:
        return {}
    facts = {"comment": history.comment, "author": history.author}
    return {
        label: value
        for label, value in facts.items()
        if value and value.strip() != step.instruction
    }


def _block(step: BuildStep, common: Mapping[str, str], width: int) -> Block:
    figures = _figures(step)
    used = sum(len(span.text) for span in figures)
    beside = width >= _BESIDE
    indent = used if beside else _INDENT
    text = _text(step, common, width - indent)
    first: Line = figures
    if beside:
        first, text = (*figures, *text[0]), text[1:]
    lines = (first, *((Span(" " * indent), *line) for line in text))
    return Block(lines=lines, value=step.instruction, layer=step.layer)


def _figures(step: BuildStep) -> Line:
    number = "" if step.number is None else str(step.number)
    layer = "no layer" if step.layer is None else f"layer {step.layer}"
    amount = "" if step.size is None else size(step.size)
    when = created(step.history) if step.history else ""
    part = "dim" if step.layer is None else ""
    return (
        Span(f"{right(number, 4)}  ", "dim"),
        Span(f"{layer:<10}", part),
        Span(f"{right(amount, 8)}  ", part),
        Span(f"{when:<19}  ", "dim"),
    )


def _text(step: BuildStep, common: Mapping[str, str], width: int) -> list[Line]:
    """Return what a step says, then what else is told of it."""
    if not step.instruction:
        lines: list[Line] = [(Span("no step of the history tells of it", "dim"),)]
    else:
        lines = instruction_lines(step.instruction, width)
    if step.layer is None:
        lines = [tuple(span._replace(part="dim") for span in line) for line in lines]
    for label, value in _facts(step).items():
        if label not in common:
            lines = _with_fact(lines, f"{label} {printable(value, _FACT_LIMIT)}", width)
    return lines


def _with_fact(lines: list[Line], fact: str, width: int) -> list[Line]:
    """Put what is told of a step at the end of its last line, or below it where it is long."""
    used = sum(cell_len(span.text) for span in lines[-1])
    room = min(width, _RIGHT) - used - cell_len(fact)
    if room >= _GAP:
        return [*lines[:-1], (*lines[-1], Span(" " * room + fact, "dim"))]
    return [*lines, *((Span(row, "dim"),) for row in wrap(fact, width, indent="  "))]
