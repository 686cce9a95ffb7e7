"""Rules on findings: which kinds an image must not have."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from layertui.analysis.rules import COUNT, MOST_EVIDENCE, Evidence, RuleResult, Status
from layertui.display import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.insight.finding import Finding
    from layertui.policy.demands import Allowance, FindingRule
    from layertui.policy.exceptions import Exceptions


def finding_result(
    rule: FindingRule, findings: Sequence[Finding], exceptions: Exceptions
) -> RuleResult:
    """Return how a rule on findings ends."""
    meant = [finding for finding in findings if _is_meant(rule, finding)]
    allowances = exceptions.of(rule.name)
    kept = [_unallowed(finding, allowances, exceptions) for finding in meant]
    left = sorted((finding for finding in kept if finding), key=lambda each: -each.size)
    fails = len(left) > rule.most
    evidence = tuple(line for finding in left for line in _evidence(finding)) if fails else ()
    return RuleResult(
        rule.name,
        rule.most,
        len(left),
        Status.FAIL if fails else Status.PASS,
        COUNT,
        message=_message(rule, left, len(meant) - len(left), exceptions),
        evidence=evidence[:MOST_EVIDENCE],
        more=len(evidence[MOST_EVIDENCE:]) + sum(each.more for each in left if fails),
    )


def _is_meant(rule: FindingRule, finding: Finding) -> bool:
    return (
        finding.kind == rule.kind
        and finding.confidence in rule.confidences
        and (rule.in_base or not finding.base)
        and (not rule.groups or any(fnmatchcase(finding.group, each) for each in rule.groups))
    )


def _unallowed(
    finding: Finding, allowances: Sequence[Allowance], exceptions: Exceptions
) -> Finding | None:
    """Return what exceptions leave of a finding, or None where that is nothing."""
    for allowance in allowances:
        paths = tuple(path for path in finding.paths if not _excepts(allowance, path))
        if allowance.globs and len(paths) == len(finding.paths):
            continue
        exceptions.use(allowance)
        if not allowance.globs or not (paths or finding.more):
            return None
        finding = replace(finding, paths=paths)
    return finding


def _excepts(allowance: Allowance, path: bytes) -> bool:
    return any(glob.matches(path) for glob in allowance.globs)


def _evidence(finding: Finding) -> Iterator[Evidence]:
    """Yield the first path with all that is to be said, and the others with the group."""
    message, others = printable(finding.message), finding.paths[1:]
    first = finding.paths[0] if finding.paths else None
    yield Evidence(first, finding.layer, finding.size or None, message)
    for path in others:
        yield Evidence(path, finding.layer, None, printable(finding.group))


def _message(
    rule: FindingRule, left: Sequence[Finding], allowed: int, exceptions: Exceptions
) -> str:
    told = [f"{len(left)} found" if left else "none found"]
    if rule.most:
        told.append(f"at most {rule.most}")
    if allowed:
        told.append(f"{allowed} allowed")
    fails = len(left) > rule.most
    why = (rule.reason, exceptions.ended(rule.name)) if fails else ()
    return "; ".join(filter(None, [", ".join(told), *why]))
