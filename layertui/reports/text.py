"""The text report: the verdict first, then the layers, then where the bytes went.

Every line is printable; columns are aligned for a fixed-width font.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.analysis.gathering import by_path
from layertui.analysis.rules import (
    HIGHEST_USER_WASTED_PERCENT,
    HIGHEST_WASTED_BYTES,
    LOWEST_EFFICIENCY,
    Status,
)
from layertui.analysis.waste import REPEATED
from layertui.display import count, percent, printable, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import RuleResult
    from layertui.analysis.waste import WastedCopy
    from layertui.image import Layer

MOST_SHOWN = 20
"""Paths, layers and warnings listed before the rest is only counted."""

_CAUSE_WORDS = {
    "removed": "removed later",
    "rewritten": "rewritten later",
    "metadata": "copied again for mode, owner or time",
    "identical": "copied again unchanged",
    REPEATED: "repeats what the base has",
}
_INSTRUCTION_WIDTH = 90


def text_report(inspection: Inspection) -> Iterator[str]:
    """Yield the lines of the report."""
    yield from _head(inspection)
    yield ""
    yield from _layers(inspection)
    if inspection.rules is None:
        yield from _titled("Most wasted paths", _paths(inspection.accounting.wasted))
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
        f"{size(wasted)} {_CAUSE_WORDS[cause]}"
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
    return f"{start}  {_instruction(layer)}".rstrip()


def _instruction(layer: Layer) -> str:
    """Return the instruction of a layer on one line."""
    if layer.unreadable:
        return f"[not readable: {printable(layer.unreadable, 60)}]"
    text = layer.history.instruction if layer.history else "(no history)"
    lines = (" ".join(line.split()) for line in text[:4096].splitlines())
    return printable(" \u21b5 ".join(filter(None, lines)), _INSTRUCTION_WIDTH)


def _paths(wasted: tuple[WastedCopy, ...]) -> Iterator[str]:
    """Yield the paths that cost most: bytes, copies, the layers that ship them, causes."""
    listed, rest = 0, sum(copy.size for copy in wasted)
    for path in by_path(wasted, MOST_SHOWN):
        summary = path.summary
        causes = [_CAUSE_WORDS[cause] for cause in summary.causes]
        layers = ", ".join(str(layer) for layer in summary.layers[:8])
        more = ", ..." if len(summary.layers) > 8 else ""
        where = f"{'layer' if len(summary.layers) == 1 else 'layers'} {layers}{more}"
        why = f"({where}: {', '.join(causes)})"
        yield f"  {size(path.wasted_size):>8}  {printable(path.path)}  {why}"
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
        instruction = _instruction(inspection.image.layers[layer])
        yield f"  {size(totals[layer]):>8}  layer {layer}: {instruction}"
    if len(ordered) > MOST_SHOWN:
        yield f"  and {len(ordered) - MOST_SHOWN} more layers"


def _costs(inspection: Inspection, rule: str) -> Iterator[str]:
    """Yield what cost most for a rule that failed: paths, and layers from both sides."""
    wasted = _wasted_for(inspection, rule)
    shipped = ((copy.layer, copy.size) for copy in wasted)
    superseded = ((copy.superseded_by, copy.size) for copy in wasted)
    yield from _titled(f"{rule}: the paths that cost most", _paths(wasted))
    yield from _titled(f"{rule}: the layers that ship them", _costly_layers(inspection, shipped))
    yield from _titled(
        f"{rule}: the layers that make them waste", _costly_layers(inspection, superseded)
    )


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
    for rule in rules:
        yield f"  {rule.status.name:<4}  {rule.name:<25} {_judgement(rule)}"
    failed = [rule.name for rule in rules if rule.status is Status.FAIL]
    for name in failed:
        yield from _costs(inspection, name)
    yield ""
    counts = ", ".join(
        f"{sum(rule.status is status for rule in rules)} {word}"
        for status, word in (
            (Status.PASS, "passed"), (Status.FAIL, "failed"), (Status.SKIP, "skipped"),
        )
    )  # fmt: skip
    verdict = "INCOMPLETE" if inspection.incomplete else "FAIL" if failed else "PASS"
    yield f"{verdict}  ({counts})"


def _judgement(rule: RuleResult) -> str:
    if rule.threshold is None:
        return "off"
    sign = "at least" if rule.name == LOWEST_EFFICIENCY else "at most"
    if rule.name == HIGHEST_WASTED_BYTES:
        limit = f"{rule.threshold:,.0f} bytes"
        value = "" if rule.value is None else f"{rule.value:,.0f} bytes"
    else:
        value, limit = _told_apart(rule.value or 0.0, rule.threshold)
    return f"{'no number' if rule.value is None else value}, {sign} {limit}"


def _ratio(ratio: float, digits: int) -> str:
    return f"{ratio:.{digits}f}".rstrip("0").rstrip(".")


def _told_apart(value: float, threshold: float) -> tuple[str, str]:
    """Return two ratios with as many digits as show which is larger, four at least."""
    digits = 4
    while digits < 17 and value != threshold and _ratio(value, digits) == _ratio(threshold, digits):
        digits += 1
    return _ratio(value, digits), _ratio(threshold, digits)


def _wasted_for(inspection: Inspection, rule: str) -> tuple[WastedCopy, ...]:
    """Return the wasted copies that a rule is about."""
    accounting = inspection.accounting
    by_user = rule == HIGHEST_USER_WASTED_PERCENT
    return accounting.user_wasted if by_user else accounting.wasted
