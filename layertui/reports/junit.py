"""The report as test results: each rule is a test case, with the evidence where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from layertui.analysis.rules import Status
from layertui.display import printable, size
from layertui.reports.figures import exact_figures, summary_line
from layertui.reports.wording import evidence_of, failed_rules, judgement, place_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import RuleResult
    from layertui.insight.finding import Finding

MOST_SHOWN = 20
"""Paths told of a rule that fails, and findings told at all."""


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the report.

    Texts of the image are printable in it, so that XML 1.0 has a place for all characters.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it; told in the output of the suite.
    """
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    for line in _lines(inspection, findings):
        yield f"{line}\n".encode()


def _lines(inspection: Inspection, findings: Sequence[Finding]) -> Iterator[str]:
    rules = inspection.rules or ()
    skipped = sum(rule.status is Status.SKIP for rule in rules)
    counts = (
        f'tests="{len(rules) + 1}" failures="{len(failed_rules(inspection))}" '
        f'errors="{int(inspection.incomplete)}" skipped="{skipped}"'
    )
    yield f'<testsuites name="layertui" {counts}>'
    yield f'  <testsuite name="layertui" {counts}>'
    yield "    <properties>"
    for name, value in _properties(inspection):
        yield f"      <property name={quoteattr(name)} value={quoteattr(value)}/>"
    yield "    </properties>"
    yield from _completeness(inspection)
    for rule in rules:
        yield from _case(inspection, rule)
    yield f"    <system-out>{_text(_output(inspection, findings))}</system-out>"
    yield "  </testsuite>"
    yield "</testsuites>"


def _properties(inspection: Inspection) -> Iterator[tuple[str, str]]:
    yield "image", printable(inspection.image.reference)
    for name, value in exact_figures(inspection).items():
        yield name, "" if value is None else str(value)


def _completeness(inspection: Inspection) -> Iterator[str]:
    opening = f'    <testcase classname={_class(inspection)} name="complete" time="0"'
    if not inspection.incomplete:
        yield f"{opening}/>"
        return
    told = [printable(notice.message, 400) for notice in inspection.notices[:MOST_SHOWN]]
    yield f"{opening}>"
    message = "Parts of this image are missing or damaged"
    yield f'      <error type="incomplete" message="{message}">{_text(told)}</error>'
    yield "    </testcase>"


def _case(inspection: Inspection, rule: RuleResult) -> Iterator[str]:
    name = quoteattr(printable(rule.name))
    opening = f'    <testcase classname={_class(inspection)} name={name} time="0"'
    told = quoteattr(judgement(rule))
    if rule.status is Status.PASS:
        yield f"{opening}/>"
        return
    yield f"{opening}>"
    if rule.status is Status.SKIP:
        yield f"      <skipped message={told}/>"
    else:
        evidence = _text(_evidence(inspection, rule))
        yield f"      <failure type={name} message={told}>{evidence}</failure>"
    yield "    </testcase>"


def _class(inspection: Inspection) -> str:
    return quoteattr(f"layertui.{printable(inspection.image.reference, 200)}")


def _evidence(inspection: Inspection, rule: RuleResult) -> list[str]:
    """Return what speaks against the image by a rule, a line each."""
    lines = []
    for evidence in evidence_of(inspection, rule, MOST_SHOWN):
        amount = "" if evidence.size is None else size(evidence.size)
        told = (f"{amount:>8}", place_line(inspection, evidence), printable(evidence.message))
        lines.append("  ".join(filter(None, told)).rstrip())
    return lines


def _output(inspection: Inspection, findings: Sequence[Finding]) -> list[str]:
    told = [printable(finding.message) for finding in findings[:MOST_SHOWN]]
    more = len(findings) - len(told)
    return [summary_line(inspection), *told, *([f"and {more} more findings"] if more > 0 else [])]


def _text(lines: Sequence[str]) -> str:
    return escape("\n".join(lines))
