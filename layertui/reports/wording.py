"""What several reports say in the same words: causes, instructions, rules, verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.analysis.gathering import by_path
from layertui.analysis.rules import (
    BYTES,
    HIGHEST_USER_WASTED_PERCENT,
    HIGHEST_WASTED_BYTES,
    LOWEST_EFFICIENCY,
    RATIO,
    RULE_NAMES,
    Evidence,
    Status,
)
from layertui.analysis.waste import REPEATED
from layertui.display import printable

if TYPE_CHECKING:
    from layertui.analysis.gathering import PathWaste
    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import RuleResult
    from layertui.analysis.waste import WastedCopy
    from layertui.image import Layer

CAUSE_WORDS = {
    "removed": "removed later",
    "rewritten": "rewritten later",
    "metadata": "copied again for mode, owner or time",
    "identical": "copied again unchanged",
    REPEATED: "repeats what the base has",
}

RULE_WORDS = {
    LOWEST_EFFICIENCY: "The share of the shipped bytes that the image shows.",
    HIGHEST_WASTED_BYTES: "The bytes that are shipped and not shown.",
    HIGHEST_USER_WASTED_PERCENT: "The share of the bytes of your layers that is wasted.",
}

_MOST_LAYERS = 8


def instruction_line(layer: Layer, width: int) -> str:
    """Return the instruction of a layer on one printable line."""
    if layer.unreadable:
        return f"[not readable: {printable(layer.unreadable, 60)}]"
    text = layer.history.instruction if layer.history else "(no history)"
    lines = (" ".join(line.split()) for line in text[:4096].splitlines())
    return printable(" \u21b5 ".join(filter(None, lines)), width)


def why_wasted(path: PathWaste) -> str:
    """Return which layers ship the wasted copies of a path, and for what causes."""
    summary = path.summary
    causes = ", ".join(CAUSE_WORDS[cause] for cause in summary.causes)
    return f"{layers_line(summary.layers)}: {causes}"


def layers_line(numbers: tuple[int, ...]) -> str:
    """Return layers by number, the first few of many: `layers 1, 4`."""
    more = ", ..." if len(numbers) > _MOST_LAYERS else ""
    listed = ", ".join(str(number) for number in numbers[:_MOST_LAYERS])
    return f"{'layer' if len(numbers) == 1 else 'layers'} {listed}{more}"


def verdict(inspection: Inspection) -> str:
    """Return how an image did: PASS, FAIL or INCOMPLETE."""
    if inspection.incomplete:
        return "INCOMPLETE"
    return "FAIL" if failed_rules(inspection) else "PASS"


def failed_rules(inspection: Inspection) -> list[RuleResult]:
    """Return the rules that the image does not keep."""
    return [rule for rule in inspection.rules or () if rule.status is Status.FAIL]


def rule_counts(inspection: Inspection) -> str:
    """Return how many rules passed, failed and were skipped."""
    words = ((Status.PASS, "passed"), (Status.FAIL, "failed"), (Status.SKIP, "skipped"))
    rules = inspection.rules or ()
    return ", ".join(
        f"{sum(rule.status is status for rule in rules)} {word}" for status, word in words
    )


def judgement(rule: RuleResult) -> str:
    """Return what was judged and the limit, with digits enough to tell them apart."""
    if rule.message:
        return rule.message
    if rule.threshold is None:
        return "off"
    sign = "at least" if rule.is_lowest else "at most"
    if rule.unit == RATIO:
        value, limit = _told_apart(rule.value or 0.0, rule.threshold)
    else:
        unit = " bytes" if rule.unit == BYTES else ""
        value, limit = f"{rule.value or 0:,.0f}{unit}", f"{rule.threshold:,.0f}{unit}"
    return f"{'no number' if rule.value is None else value}, {sign} {limit}"


def _told_apart(value: float, threshold: float) -> tuple[str, str]:
    """Return two ratios with as many digits as show which is larger, four at least."""
    digits = 4
    while digits < 17 and value != threshold and _ratio(value, digits) == _ratio(threshold, digits):
        digits += 1
    return _ratio(value, digits), _ratio(threshold, digits)


def _ratio(ratio: float, digits: int) -> str:
    return f"{ratio:.{digits}f}".rstrip("0").rstrip(".")


def wasted_for(inspection: Inspection, rule: str) -> tuple[WastedCopy, ...]:
    """Return the wasted copies that a rule is about."""
    accounting = inspection.accounting
    by_user = rule == HIGHEST_USER_WASTED_PERCENT
    return accounting.user_wasted if by_user else accounting.wasted


def judged_waste(inspection: Inspection) -> tuple[WastedCopy, ...]:
    """Return the wasted copies that a report is about: the user's where only they are too many."""
    failed = {rule.name for rule in failed_rules(inspection)}
    if failed == {HIGHEST_USER_WASTED_PERCENT}:
        return inspection.accounting.user_wasted
    return inspection.accounting.wasted


def evidence_of(inspection: Inspection, rule: RuleResult, most: int) -> tuple[Evidence, ...]:
    """Return what speaks against an image by a rule that failed, the worst first."""
    if rule.evidence or rule.name not in RULE_NAMES:
        return rule.evidence[:most]
    return tuple(
        Evidence(path.path, path.summary.largest.layer, path.wasted_size, why_wasted(path))
        for path in by_path(wasted_for(inspection, rule.name), most)
    )


def place_line(inspection: Inspection, evidence: Evidence) -> str:
    """Return where evidence is to be seen, printable: a path, else a layer, else nothing."""
    if evidence.path is not None:
        return printable(evidence.path)
    if evidence.layer is None:
        return ""
    layer = inspection.image.layers[evidence.layer]
    return f"layer {evidence.layer}: {instruction_line(layer, 120)}"
