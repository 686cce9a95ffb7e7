"""The text report: the verdict first, then the layers, then where the bytes went.

Every line is printable; columns are aligned for a fixed-width font.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.analysis.gathering import by_path
from layertui.analysis.rules import RULE_NAMES
from layertui.display import count, percent, printable, size
from layertui.reports.wording import (
    CAUSE_WORDS,
    failed_rules,
    instruction_line,
    judgement,
    rule_counts,
    verdict,
    wasted_for,
    why_wasted,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import RuleResult
    from layertui.analysis.waste import WastedCopy
    from layertui.image import Layer
    from layertui.insight.finding import Finding

MOST_SHOWN = 20
"""Paths, layers and warnings listed before the rest is only counted."""

_INSTRUCTION_WIDTH = 90
_WIDEST_NAME = 44


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the lines of the report, encoded."""
    for line in text_report(inspection, findings):
        yield f"{line}\n".encode("utf-8", "backslashreplace")


def text_report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[str]:
    """Yield the lines of the report.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it.
    """
    yield from _head(inspection)
    yield ""
    yield from _layers(inspection)
    if inspection.rules is None:
        yield from _titled("Most wasted paths", _paths(inspection.accounting.wasted))
    yield from _titled("Findings", _findings(findings))
    yield from _titled("Warnings", _warnings(inspection))
    if inspection.rules is not None:
        yield from _rules(inspection)


def _titled(title: str, lines: Iterator[str]) -> Iterator[str]:
    """Yield lines under a title, nothing where there are none."""
    first = next(lines, None)
    if first is not None:
        yield ""
        yield title
        yield first
        yield from lines


def _head(inspection: Inspection) -> Iterator[str]:
    image, accounting, figures = inspection.image, inspection.accounting, inspection.figures
    tags = ", ".join(printable(tag, 200) for tag in image.tags[:5])
    names = dict.fromkeys((image.reference, tags, str(image.platform), image.source))
    yield "   ".join(printable(name) for name in names if name)
    yield ""
    yield f"  shipped     {size(accounting.size):>9}   in {_layer_count(inspection)}"
    visible = f"{count(accounting.visible_files)} files and links"
    yield f"  shown       {size(accounting.visible_size):>9}   {visible}"
    wasted = accounting.wasted_size
    share = percent(wasted / accounting.size) if accounting.size else "0 %"
    yield f"  wasted      {size(wasted):>9}   {share}{_causes(inspection)}"
    yield f"  efficiency  {_percent(figures.efficiency):>9}{_metrics(inspection)}"
    user = f"{size(accounting.user_wasted_size)} of {size(accounting.user_size)} in your layers"
    yield f"  your waste  {_percent(figures.user_wasted_percent):>9}   {user}"
    if inspection.incomplete:
        yield ""
        yield "  INCOMPLETE: parts of this image are missing or damaged, see the warnings."


def _layer_count(inspection: Inspection) -> str:
    layers, base = len(inspection.image.layers), inspection.accounting.base_layers
    plural = "layer" if layers == 1 else "layers"
    return f"{layers} {plural}, {min(base, layers)} of them the base"


def _causes(inspection: Inspection) -> str:
    parts = [
        f"{size(wasted)} {CAUSE_WORDS[cause]}"
        for cause, wasted in inspection.accounting.causes._asdict().items()
        if wasted
    ]
    return f"   ({', '.join(parts)})" if parts else ""


def _metrics(inspection: Inspection) -> str:
    if inspection.metrics == "layertui":
        return ""
    wasted = inspection.figures.wasted_size
    return f"   by dive's metrics, which find {size(wasted)} wasted" if wasted is not None else ""


def _percent(ratio: float | None) -> str:
    return "-" if ratio is None else percent(ratio)


def _layers(inspection: Inspection) -> Iterator[str]:
    yield "Layers"
    yield f"  {'#':>3}  {'size':>8}  {'wasted':>8}  {'added':>7} {'changed':>7} {'removed':>7}"
    for layer in inspection.image.layers:
        yield _layer(inspection, layer)


def _layer(inspection: Inspection, layer: Layer) -> str:
    account = inspection.accounting.layers[layer.index]
    tally = account.tally
    counts = " ".join(
        f"{count(number.files) if number.files else '-':>7}"
        for number in (tally.added, tally.modified, tally.removed)
    )
    wasted = size(account.wasted_size) if account.wasted_size else "-"
    start = f"  {layer.index:>3}  {size(account.size):>8}  {wasted:>8}  {counts}"
    return f"{start}  {instruction_line(layer, _INSTRUCTION_WIDTH)}".rstrip()


def _paths(wasted: tuple[WastedCopy, ...]) -> Iterator[str]:
    """Yield the paths that cost most: bytes, copies, the layers that ship them, causes."""
    listed, rest = 0, sum(copy.size for copy in wasted)
    for path in by_path(wasted, MOST_SHOWN):
        yield f"  {size(path.wasted_size):>8}  {printable(path.path)}  ({why_wasted(path)})"
        listed += 1
        rest -= path.wasted_size
    more_paths = len({copy.path for copy in wasted}) - listed
    if more_paths:
        yield f"  and {count(more_paths)} more paths with {size(rest)}"


def _costly_layers(inspection: Inspection, sizes: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield the layers with most bytes and their instructions; `sizes` has layers and bytes."""
    totals: dict[int, int] = {}
    for layer, bytes_ in sizes:
        totals[layer] = totals.get(layer, 0) + bytes_
    ordered = sorted(totals, key=lambda layer: (-totals[layer], layer))
    for layer in ordered[:MOST_SHOWN]:
        instruction = instruction_line(inspection.image.layers[layer], _INSTRUCTION_WIDTH)
        yield f"  {size(totals[layer]):>8}  layer {layer}: {instruction}"
    if len(ordered) > MOST_SHOWN:
        yield f"  and {len(ordered) - MOST_SHOWN} more layers"


def _costs(inspection: Inspection, rule: str) -> Iterator[str]:
    """Yield what cost most for a rule that failed: paths, and layers from both sides."""
    wasted = wasted_for(inspection, rule)
    shipped = ((copy.layer, copy.size) for copy in wasted)
    superseded = ((copy.superseded_by, copy.size) for copy in wasted)
    yield from _titled(f"{rule}: the paths that cost most", _paths(wasted))
    yield from _titled(f"{rule}: the layers that ship them", _costly_layers(inspection, shipped))
    yield from _titled(
        f"{rule}: the layers that make them waste", _costly_layers(inspection, superseded)
    )


def _evidence(inspection: Inspection, rule: RuleResult) -> Iterator[str]:
    """Yield what speaks against an image by a rule that failed."""
    for evidence in rule.evidence:
        told = [printable(evidence.path)] if evidence.path is not None else []
        if evidence.layer is not None and evidence.path is None:
            layer = inspection.image.layers[evidence.layer]
            told += [f"layer {evidence.layer}: {instruction_line(layer, _INSTRUCTION_WIDTH)}"]
        elif evidence.layer is not None:
            told += [f"(layer {evidence.layer})"]
        amount = "" if evidence.size is None else size(evidence.size)
        yield f"  {amount:>8}  {'  '.join([*told, evidence.message])}".rstrip()
    if rule.more:
        yield f"            and {count(rule.more)} more"


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings[:MOST_SHOWN]:
        where = "" if finding.layer is None else f"  (layer {finding.layer})"
        gain = size(finding.size) if finding.size else "-"
        yield f"  {gain:>8}  {printable(finding.message)}{where}"
        if finding.cure:
            yield f"            {printable(finding.cure)}"
    if len(findings) > MOST_SHOWN:
        yield f"  and {count(len(findings) - MOST_SHOWN)} more, all in the JSON report"


def _warnings(inspection: Inspection) -> Iterator[str]:
    for notice in inspection.notices[:MOST_SHOWN]:
        where = "" if notice.layer is None else f"layer {notice.layer}: "
        yield f"  {where}{printable(notice.message)}"
    if len(inspection.notices) > MOST_SHOWN:
        yield f"  and {count(len(inspection.notices) - MOST_SHOWN)} more, all in the JSON report"


def _rules(inspection: Inspection) -> Iterator[str]:
    rules = inspection.rules or ()
    yield ""
    yield "Rules"
    width = min(_WIDEST_NAME, max((len(rule.name) for rule in rules), default=0))
    for rule in rules:
        yield f"  {rule.status.name:<4}  {rule.name:<{width}}  {judgement(rule)}"
    for rule in failed_rules(inspection):
        if rule.name in RULE_NAMES:
            yield from _costs(inspection, rule.name)
        else:
            yield from _titled(rule.name, _evidence(inspection, rule))
    yield ""
    yield f"{verdict(inspection)}  ({rule_counts(inspection)})"
