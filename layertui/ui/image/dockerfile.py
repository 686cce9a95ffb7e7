r"""A Dockerfile rebuilt from the history of an image.

A long command is broken where a person would break it, with a backslash where it goes on:

    RUN apt-get update \
        && apt-get install -y curl
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from layertui.display import count, printable, size
from layertui.notices import BASE_MISMATCH
from layertui.oci.descriptor import ANNOTATION_BASE_NAME
from layertui.ui.drawing.blocks import Block, note
from layertui.ui.drawing.cells import bar, right, wrap
from layertui.ui.drawing.highlighting import instruction_lines
from layertui.ui.image.build_steps import build_steps, steps_left_out
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.ui.image.build_steps import BuildStep
    from layertui.ui.image.report import ImageReport

_WIDE = 90
_ENDLESS = 1 << 16
_GOES_ON = " \\"


def dockerfile_blocks(report: ImageReport, width: int) -> Iterator[Block]:
    """Yield the instructions, each behind the number of its layer, its bytes and a bar."""
    steps = build_steps(report)
    gutter = _Gutter(steps, width)
    for number, (title, part) in enumerate(_parts(report, steps)):
        if title:
            yield _comment(title, gutter, width)
        if number == 0:
            yield _from(report, gutter, width)
        for step in part:
            yield _block(step, gutter, width)
        yield Block(lines=((),), fixed=True)
    left_out = steps_left_out(report)
    if left_out:
        yield note(f"# and {count(left_out)} more steps", width, indent=" " * gutter.width)
    if not steps:
        yield note("The image tells nothing of how it was built.", width)


def dockerfile(report: ImageReport) -> str:
    """Return the Dockerfile as text to be written to a file, printable lines.

    Where the base has a name, `FROM` stands for its steps, which are comments; where it has none,
    `FROM` is a comment.
    """
    named = report.image.base_image is not None
    rows: list[str] = []
    for title, part in _parts(report, build_steps(report)):
        first = not rows
        rows += [title] if title else []
        rows += [printable(_from_line(report))] if first else []
        for step in part:
            written = written_out(step)
            rows += [f"# {row}" for row in written] if step.base and named else written
        rows.append("")
    return "\n".join(rows or [""])


def written_out(step: BuildStep) -> list[str]:
    """Return a step as printable lines of a Dockerfile, however wide."""
    if not step.instruction:
        return [_untold(step)]
    lines = _instruction(step.instruction, _ENDLESS)
    return ["".join(span.text for span in line) for line in lines]


def totals(report: ImageReport) -> str:
    """Return how many instructions and layers there are, and their bytes."""
    steps, layers = len(report.image.config.history), len(report.image.layers)
    words = f"{count(steps)} {'step' if steps == 1 else 'steps'}"
    words += f", {count(layers)} {'layer' if layers == 1 else 'layers'}"
    known = [each for each in report.sizes if each is not None]
    return f"{words}, {size(sum(known))}" if known else words


class _Gutter:
    """What stands before the instructions: layer, bytes, and a bar that all share the scale of."""

    def __init__(self, steps: Sequence[BuildStep], width: int) -> None:
        self._largest = max((step.size or 0 for step in steps), default=0)
        self._bar_width = 8 if width >= _WIDE else 4
        self._number_width = max(2, *(len(str(step.layer or 0)) for step in steps), 0)
        self.width = self._number_width + 1 + 8 + 1 + self._bar_width + 2

    def of(self, step: BuildStep) -> Line:
        """Return what stands before the first line of a step."""
        if step.layer is None:
            return (Span(" " * self.width),)
        part = "dim" if step.base else ""
        share = (step.size or 0) / self._largest if self._largest else 0
        amount = "" if step.size is None else size(step.size)
        return (
            Span(f"{right(str(step.layer), self._number_width)} {right(amount, 8)} ", part),
            Span(f"{bar(share, self._bar_width)}  ", "bar"),
        )


def _parts(
    report: ImageReport, steps: Sequence[BuildStep]
) -> Iterator[tuple[str, Sequence[BuildStep]]]:
    """Yield the base and the user's own part, each with a comment that says what it is."""
    base = [step for step in steps if step.base]
    own = [step for step in steps if not step.base]
    layers, every = report.base_layers, len(report.image.layers)
    if base:
        yield _base_title(report), base
    if own:
        yield _own_title(layers, every) if base else "", own


def _base_title(report: ImageReport) -> str:
    layers = _numbers(0, report.base_layers - 1)
    base = report.image.base_image
    if base is not None:
        return f"# base image: {printable(base.name, 200)}, {layers}"
    called = _called(report)
    if called:
        return f"# base image: {layers}, as far as can be told; called {printable(called, 200)}"
    return f"# base image: {layers}"


def _called(report: ImageReport) -> str:
    """Return what the image calls its base, raw, or empty where that is known not to be so."""
    name = report.image.annotations.get(ANNOTATION_BASE_NAME, "")
    wrong = any(notice.code == BASE_MISMATCH for notice in report.image.notices)
    return "" if wrong or name in report.image.tags else name


def _own_title(base_layers: int, layers: int) -> str:
    if base_layers >= layers:
        return "# your own: no layer"
    return f"# your own: {_numbers(base_layers, layers - 1)}"


def _numbers(low: int, high: int) -> str:
    return f"layer {low}" if low == high else f"layers {low} to {high}"


def _from_line(report: ImageReport) -> str:
    """Return what the steps start from, raw: a comment where the image does not tell."""
    image, layers = report.image, report.base_layers
    if image.base_image is not None:
        return f"FROM {image.base_image.name}"
    if called := _called(report):
        return f"# FROM {called}"
    if layers:
        return f"# FROM unknown base ({count(layers)} {'layer' if layers == 1 else 'layers'})"
    return "# FROM scratch, or an unknown base"


def _from(report: ImageReport, gutter: _Gutter, width: int) -> Block:
    text = _from_line(report)
    if text.startswith("#"):
        return _comment(printable(text, 200), gutter, width)
    (line, *_) = instruction_lines(text, _ENDLESS)
    return Block(lines=((Span(" " * gutter.width), *line),), value=text)


def _comment(text: str, gutter: _Gutter, width: int) -> Block:
    """Return a printable comment that the cursor passes over."""
    rows = wrap(text, width - gutter.width, indent="# ")
    lines = tuple((Span(" " * gutter.width), Span(row, "comment")) for row in rows)
    return Block(lines=lines, fixed=True)


def _block(step: BuildStep, gutter: _Gutter, width: int) -> Block:
    room = max(width - gutter.width, 8)
    if step.instruction:
        lines = _instruction(step.instruction, room)
    else:
        lines = [(Span(row, "comment"),) for row in wrap(_untold(step), room, indent="# ")]
    if step.layer is None or step.base:
        lines = [tuple(span._replace(part="dim") for span in line) for line in lines]
    first, *rest = lines
    blank = Span(" " * gutter.width)
    drawn = ((*gutter.of(step), *first), *((blank, *line) for line in rest))
    return Block(lines=drawn, value="\n".join(written_out(step)), layer=step.layer)


def _untold(step: BuildStep) -> str:
    return f"# layer {step.layer}: no step of the history tells of it"


def _instruction(text: str, width: int) -> list[Line]:
    """Return an instruction with backslashes where it goes on; a heredoc needs none.

    A word that is too long for a line is cut without one, as there it would part the word.
    """
    if "\n" in text:
        return instruction_lines(_heredoc(text), width)
    *first, last = instruction_lines(text, width - len(_GOES_ON))
    gaps = _gaps(printable(text, len(text)))
    written, lines = 0, []
    for line in first:
        written += sum(len("".join(span.text.split())) for span in line)
        lines.append((*line, Span(_GOES_ON, "dim")) if written in gaps else line)
    return [*lines, last]


def _heredoc(text: str) -> str:
    """Return a command of several lines as the heredoc that it was: builders leave out its ends."""
    first, *rest = text.removeprefix("RUN ").split("\n")
    if not text.startswith("RUN ") or "<<" in first:
        return text
    end, taken = "EOF", {first, *rest}
    while end in taken:
        end += "_"
    return "\n".join((f"RUN <<{end}", first, *rest, end))


def _gaps(text: str) -> set[int]:
    """Return after how many characters that are not blank a text has a blank."""
    return set(accumulate(len(word) for word in text.split()))
