"""What is told about one layer: in full, and in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.display import count, printable, time
from layertui.ui.drawing.cells import cut, left, wrap
from layertui.ui.drawing.highlighting import instruction_lines
from layertui.ui.layers.figures import (
    Telling,
    problem_lines,
    size_lines,
    tally_line,
    tally_lines,
    waste_lines,
)
from layertui.ui.layers.row import LayerRow, LayerSize
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.tallies import LayerTally
    from layertui.analysis.waste import LayerAccount
    from layertui.image import Image, Layer
    from layertui.notices import Notice

_LABEL_WIDTH = 14
_STEPS_SHOWN = 50
_CONTINUATION = "    "


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerReport:
    """What is known about a layer.

    Attributes:
        image: The image.
        layer: The layer.
        row: What the list says about it.
        tally: What it added, changed and removed, or None as long as that is not known.
        account: Its bytes, or None as long as that is not known.
        notices: What is odd about it.
        steps: Instructions after it that made no layer, raw.
    """

    image: Image
    layer: Layer
    row: LayerRow
    tally: LayerTally | None = None
    account: LayerAccount | None = None
    notices: Sequence[Notice] = ()
    steps: Sequence[str] = ()


def tell_layer(report: LayerReport) -> Telling:
    """Return what is told about a layer."""
    return Telling(
        title=f"Layer {report.layer.index}",
        summary=lambda width: [_summary(report, width)],
        details=lambda width: _details(report, width),
    )


def _summary(report: LayerReport, width: int) -> Line:
    if report.tally is None:
        return (Span(" " + (report.row.problem or "is being read"), "dim"),)
    return tally_line(report.tally, width)


def _details(report: LayerReport, width: int) -> list[Line]:
    return [
        *_instruction(report, width),
        (),
        *problem_lines(problems_of(report), width),
        *_counts(report),
        *_waste(report, width),
        (),
        *_sizes(report, width),
        *_facts(report, width),
        *_steps(report, width),
    ]


def _instruction(report: LayerReport, width: int) -> list[Line]:
    history = report.layer.history
    text = history.instruction if history else ""
    return instruction_lines(text, width) if text else [(Span("(no history)", "dim"),)]


def problems_of(report: LayerReport) -> list[str]:
    """Return what is wrong with a layer."""
    trouble = [report.row.trouble] if report.row.trouble else []
    return [*trouble, *(notice.message for notice in report.notices)]


def _counts(report: LayerReport) -> Iterator[Line]:
    if report.tally is None:
        yield (Span("" if report.row.problem else _reading(report.row), "dim"),)
        return
    if report.row.listed:
        yield (Span(f"listed, not verified: {_reading(report.row)}", "mark"),)
    yield from tally_lines(report.tally)


def _reading(row: LayerRow) -> str:
    """Say how far the reading of a layer is, and how fast it comes from elsewhere."""
    return "  ".join(filter(None, ("is being read", row.progress_words, row.arrival)))


def _waste(report: LayerReport, width: int) -> Iterator[Line]:
    account = report.account
    if account is None:
        return
    told = (
        (account.wasted_size, "of it is not shown in the image"),
        (account.superseded_size, "below made waste by this layer"),
        (account.repeated_size, "of it repeats bytes below"),
    )
    yield from waste_lines(told, width)


def _sizes(report: LayerReport, width: int) -> Iterator[Line]:
    """Tell all sizes of the layer, as far as they are known."""
    words = {
        LayerSize.STORED: "size of its files",
        LayerSize.COMPRESSED: stored_words(report.layer.stored_size, report.row.size),
        LayerSize.NET: "net effect on what is shown",
        LayerSize.TOTAL: "running total up to this layer",
    }
    told = ((kind, report.row.bytes_of(kind), each) for kind, each in words.items())
    yield from size_lines(told, width)


def stored_words(stored: int | None, files: int | None) -> str:
    """Say what bytes in the image are: a layer in a plain archive is not compressed.

    Args:
        stored: Bytes as the image has them.
        files: Bytes of the files in them.
    """
    plain = stored is not None and files is not None and stored >= files
    return "in the image, not compressed" if plain else "compressed, as the image has it"


def _facts(report: LayerReport, width: int) -> Iterator[Line]:
    layer, history = report.layer, report.layer.history
    yield ()
    created = time(history.created_ns) if history else None
    checks = {True: "yes, digests are right", False: "NO, a digest is wrong", None: "not yet"}
    facts = (
        ("created", (created or "unknown")[:19].replace("T", " ")),
        ("part of", "the base image" if layer.base else "your own layers"),
        ("media type", printable(layer.media_type, 200)),
        ("verified", "no, only listed" if report.row.listed else checks[report.row.verified]),
        ("known", "yes, it was not read again" if report.row.known else ""),
        ("DiffID", layer.diff_id or "unknown"),
        ("layer digest", layer.digest or "unknown"),
        ("ChainID", layer.chain_id or "unknown"),
        ("ImageID", report.image.image_id or "unknown"),
        ("comment", printable(history.comment, 500) if history else ""),
    )
    for label, value in facts:
        if value:
            text = cut(printable(value), width - _LABEL_WIDTH)
            yield (Span(left(label, _LABEL_WIDTH), "dim"), Span(text))


def _steps(report: LayerReport, width: int) -> Iterator[Line]:
    if not report.steps:
        return
    yield ()
    yield (Span("then, without a layer of their own", "dim"),)
    for step in report.steps[:_STEPS_SHOWN]:
        text = printable(" ".join(step[:4096].split()))
        for piece in wrap(text, width, indent=_CONTINUATION):
            yield (Span(piece, "dim"),)
    if len(report.steps) > _STEPS_SHOWN:
        yield (Span(f"and {count(len(report.steps) - _STEPS_SHOWN)} more", "dim"),)
