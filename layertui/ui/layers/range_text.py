"""What is told about several layers together: in full, and in two lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from layertui.display import count, printable, size
from layertui.ui.drawing.cells import cut, right
from layertui.ui.layers.figures import (
    Telling,
    problem_lines,
    signed,
    size_lines,
    tally_line,
    tally_lines,
    waste_lines,
)
from layertui.ui.layers.row import LayerSize
from layertui.ui.layers.text import problems_of, stored_words
from layertui.ui.widgets.line_view import Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.analysis.tallies import RangeTally
    from layertui.ui.layers.text import LayerReport

_LAYERS_LISTED = 200
_STEPS_LISTED = 50
_GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeReport:
    """What is known about layers that follow one another.

    Attributes:
        layers: What is known about each, bottom to top, two at least.
        tally: What they added, changed and removed together, or None as long as that is not
            known.
    """

    layers: tuple[LayerReport, ...]
    tally: RangeTally | None = None

    @property
    def numbers(self) -> tuple[int, int]:
        """The number of the lowest layer, and of the highest."""
        return self.layers[0].layer.index, self.layers[-1].layer.index

    @property
    def merged(self) -> bool:
        """Whether all of them are in the filesystem."""
        return all(report.tally is not None for report in self.layers)

    @property
    def steps(self) -> int:
        """How many steps of the history they are from, those without a layer included."""
        return sum((report.layer.history is not None) + len(report.steps) for report in self.layers)

    @property
    def wasted(self) -> int | None:
        """Bytes they ship that the image does not show, or None as long as that is not known."""
        accounts = [report.account for report in self.layers if report.account is not None]
        known = len(accounts) == len(self.layers)
        return sum(account.wasted_size for account in accounts) if known else None

    def bytes_of(self, kind: LayerSize) -> int | None:
        """Return one of their sizes together; None as long as that is not known."""
        rows = [report.row for report in self.layers]
        known = [amount for row in rows if (amount := row.bytes_of(kind)) is not None]
        coming = kind is not LayerSize.COMPRESSED and any(row.being_read for row in rows)
        if not known or coming or (kind is LayerSize.NET and not self.merged):
            return None
        return known[-1] if kind is LayerSize.TOTAL else sum(known)


def tell_range(report: RangeReport) -> Telling:
    """Return what is told about several layers."""
    low, high = report.numbers
    return Telling(
        title=f"Layers {low} to {high}",
        summary=lambda width: [_sums(report, width), _tally(report, width)],
        details=lambda width: _details(report, width),
    )


def _sums(report: RangeReport, width: int) -> Line:
    """Return what the layers are together, as far as there is room, the most important first."""
    spans: list[Span] = []
    room = width
    for words, part in _told(report):
        text = f" {words} "
        room -= cell_len(text)
        if room < 0:
            break
        spans.append(Span(text, part))
    return tuple(spans)


def _told(report: RangeReport) -> Iterator[tuple[str, str]]:
    yield f"{count(len(report.layers))} layers", "strong"
    if (stored := report.bytes_of(LayerSize.STORED)) is not None:
        yield size(stored), ""
    if (net := report.bytes_of(LayerSize.NET)) is not None:
        yield f"net {signed(LayerSize.NET, net)}", "removed" if net < 0 else ""
    if (wasted := report.wasted) is not None:
        yield f"wasted {size(wasted)}", "waste" if wasted else "dim"
    if report.steps:
        yield _steps(report), "dim"
    if (compressed := report.bytes_of(LayerSize.COMPRESSED)) is not None:
        yield f"{size(compressed)} in the image", "dim"


def _tally(report: RangeReport, width: int) -> Line:
    if report.tally is None:
        return (Span(f" {_waiting(report)}", "dim"),)
    return tally_line(report.tally, width)


def _waiting(report: RangeReport) -> str:
    return "files are being counted" if report.merged else "not all of them are read"


def _steps(report: RangeReport) -> str:
    return "1 step" if report.steps == 1 else f"{count(report.steps)} steps"


def _details(report: RangeReport, width: int) -> list[Line]:
    return [
        _heading(report),
        (),
        *problem_lines(_problems(report), width),
        *_counts(report),
        *_waste(report, width),
        (),
        *_sizes(report, width),
        (),
        *_made_by(report, width),
    ]


def _heading(report: RangeReport) -> Line:
    layers = f"{count(len(report.layers))} layers"
    steps = f" from {_steps(report)} of the history" if report.steps else ""
    return (Span(layers, "strong"), Span(steps, "dim"))


def _problems(report: RangeReport) -> list[str]:
    return [
        f"layer {each.layer.index}: {problem}"
        for each in report.layers
        for problem in problems_of(each)
    ]


def _counts(report: RangeReport) -> Iterator[Line]:
    listed = [str(each.layer.index) for each in report.layers if each.row.listed]
    if listed:
        which = "layer" if len(listed) == 1 else "layers"
        yield (Span(f"listed, not verified: {which} {', '.join(listed)}", "mark"),)
    if report.tally is None:
        yield (Span(_waiting(report), "dim"),)
    else:
        yield from tally_lines(report.tally)


def _waste(report: RangeReport, width: int) -> Iterator[Line]:
    made_waste = sum(each.account.superseded_size for each in report.layers if each.account)
    told = (
        (report.wasted or 0, "shipped, not shown in the image"),
        (made_waste, "made waste by these layers"),
    )
    yield from waste_lines(told, width)


def _sizes(report: RangeReport, width: int) -> Iterator[Line]:
    stored, compressed = (report.bytes_of(k) for k in (LayerSize.STORED, LayerSize.COMPRESSED))
    words = {
        LayerSize.STORED: "size of their files",
        LayerSize.COMPRESSED: stored_words(compressed, stored),
        LayerSize.NET: "net effect on what is shown",
        LayerSize.TOTAL: f"running total up to layer {report.numbers[1]}",
    }
    told = ((kind, report.bytes_of(kind), each) for kind, each in words.items())
    yield from size_lines(told, width)


def _size(report: LayerReport) -> str:
    return "-" if report.row.size is None else size(report.row.size)


def _made_by(report: RangeReport, width: int) -> Iterator[Line]:
    """List the layers and their instructions, and those that made no layer."""
    for each in report.layers[:_LAYERS_LISTED]:
        start = f"{right(_size(each), 8)}  {right(str(each.layer.index), 3)}"
        room = width - len(start) - len(_GAP)
        yield (Span(start), Span(_GAP), Span(cut(each.row.instruction, room)))
        for step in each.steps[:_STEPS_LISTED]:
            text = printable(" ".join(step[:4096].split()))
            yield (Span(" " * len(start + _GAP)), Span(cut(text, room), "dim"))
        if len(each.steps) > _STEPS_LISTED:
            more = f"and {count(len(each.steps) - _STEPS_LISTED)} more"
            yield (Span(" " * len(start + _GAP)), Span(more, "dim"))
    if len(report.layers) > _LAYERS_LISTED:
        yield (Span(f"and {count(len(report.layers) - _LAYERS_LISTED)} more", "dim"),)
