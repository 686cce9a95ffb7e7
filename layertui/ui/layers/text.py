"""What is told about one layer: in full, and in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.display import count, printable, size, time
from layertui.ui.drawing.cells import cut, left, right, wrap
from layertui.ui.drawing.highlighting import instruction_lines
from layertui.ui.layers.row import LayerRow, LayerSize
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.tallies import LayerTally, Tally
    from layertui.analysis.waste import LayerAccount
    from layertui.image import Image, Layer
    from layertui.notices import Notice

_LABEL_WIDTH = 14
_AMOUNT_WIDTH = 8
_BESIDE_AMOUNT = " " * (_AMOUNT_WIDTH + 2)
_NOTICES_SHOWN = 20
_STEPS_SHOWN = 50
_CONTINUATION = "    "
_WORDS = {"added": "added", "modified": "changed", "removed": "removed"}


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


def summary(report: LayerReport) -> Line:
    """Return the counts of a layer as one line."""
    if report.tally is None:
        return (Span(" " + (report.row.problem or "is being read"), "dim"),)
    spans = []
    for mark, part, tally in _tallies(report.tally):
        amount = f"  {size(tally.size)}" if tally.size else ""
        spans.append(Span(f" {mark}{count(tally.files)}{amount} ", part if tally.files else "dim"))
    return tuple(spans)


def details(report: LayerReport, width: int) -> list[Line]:
    """Return everything about a layer."""
    return [
        *_instruction(report, width),
        (),
        *_problems(report, width),
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


def _problems(report: LayerReport, width: int) -> Iterator[Line]:
    problems = [report.row.trouble] if report.row.trouble else []
    problems += [printable(notice.message) for notice in report.notices[:_NOTICES_SHOWN]]
    if len(report.notices) > _NOTICES_SHOWN:
        problems.append(f"and {count(len(report.notices) - _NOTICES_SHOWN)} more like these")
    for problem in problems:
        for piece in wrap(f"! {problem}", width, indent="  "):
            yield (Span(piece, "error"),)
    if problems:
        yield ()


def _tallies(tally: LayerTally) -> Iterator[tuple[str, str, Tally]]:
    yield "+", "added", tally.added
    yield "~", "modified", tally.modified
    yield "-", "removed", tally.removed


def _counts(report: LayerReport) -> Iterator[Line]:
    if report.tally is None:
        yield (Span("" if report.row.problem else _reading(report.row), "dim"),)
        return
    if report.row.listed:
        yield (Span(f"listed, not verified: {_reading(report.row)}", "mark"),)
    for mark, part, tally in _tallies(report.tally):
        word = "file " if tally.files == 1 else "files"
        amount = f"{right(count(tally.files), 9)} {word}  {right(size(tally.size), 8)}"
        yield (Span(f"{mark} {_WORDS[part]:<8}{amount}", part if tally.files else "dim"),)


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
    for amount, words in told:
        if amount:
            yield from _amount(size(amount), words, "waste", width)


def _sizes(report: LayerReport, width: int) -> Iterator[Line]:
    """Tell all sizes of the layer, as far as they are known."""
    row = report.row
    told = (
        (LayerSize.STORED, "size of its files"),
        (LayerSize.COMPRESSED, _stored_words(report)),
        (LayerSize.NET, "net effect on what is shown"),
        (LayerSize.TOTAL, "running total up to this layer"),
    )
    for kind, words in told:
        known = row.bytes_of(kind)
        sign = "+" if kind is LayerSize.NET and known and known > 0 else ""
        amount = "-" if known is None else f"{sign}{size(known)}"
        part = "removed" if known and known < 0 else "dim" if known is None else "strong"
        yield from _amount(amount, words, part, width)


def _stored_words(report: LayerReport) -> str:
    """Say what the stored size is: a layer in a plain archive is not compressed."""
    stored, files = report.layer.stored_size, report.row.size
    plain = stored is not None and files is not None and stored >= files
    return "in the image, not compressed" if plain else "compressed, as the image has it"


def _amount(amount: str, words: str, part: str, width: int) -> Iterator[Line]:
    """Say what a number of bytes is, the words beside it."""
    first, *rest = wrap(f"{right(amount, _AMOUNT_WIDTH)}  {words}", width, indent=_BESIDE_AMOUNT)
    yield (Span(first[:_AMOUNT_WIDTH], part), Span(first[_AMOUNT_WIDTH:]))
    yield from ((Span(line),) for line in rest)


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
