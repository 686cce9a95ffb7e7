"""What an image can be blamed for, one problem a line of a report for people or machines."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from xxhash import xxh3_128_hexdigest

from layertui.analysis.gathering import by_path
from layertui.display import count, printable, size
from layertui.reports.wording import (
    RULE_WORDS,
    evidence_of,
    failed_rules,
    judged_waste,
    judgement,
    place_line,
    why_wasted,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import Evidence, RuleResult
    from layertui.insight.finding import Finding

INCOMPLETE = "incomplete"
WASTED_PATH = "wasted-path"

MOST_PATHS = 20
"""Wasted paths that are told as problems of their own."""

MOST_FINDINGS = 5_000
"""Findings that are told: as many as code scanning takes."""

_EVIDENCE = 5
_TEXT = 400


class Problem(NamedTuple):
    """One thing to blame an image for.

    Attributes:
        rule: What it breaks: the name of a CI rule, a kind of finding, INCOMPLETE, WASTED_PATH.
        level: "error", "warning" or "note".
        message: One printable line.
        paths: Where it is to be seen, absolute, the most important first.
        layer: The layer that is to blame, or None.
        size: Bytes that it is about, 0 where it is not about bytes.
        fingerprint: Hexadecimal; the same for the same problem in another build.
    """

    rule: str
    level: str
    message: str
    paths: tuple[bytes, ...]
    layer: int | None
    size: int
    fingerprint: str


def rule_descriptions(inspection: Inspection, findings: Iterable[Finding]) -> dict[str, str]:
    """Return what the rules that problems may break are about, by name."""
    names = dict(RULE_WORDS)
    names |= {rule.name: rule.name for rule in inspection.rules or () if rule.name not in names}
    names[INCOMPLETE] = "A part of the image is missing, damaged or not what it claims to be."
    names[WASTED_PATH] = "The image ships copies of a path that it does not show."
    return names | {finding.kind: f"Found in images: {finding.kind}." for finding in findings}


def problems(inspection: Inspection, findings: Sequence[Finding]) -> Iterator[Problem]:
    """Yield the problems of an image, the gravest first."""
    if inspection.incomplete:
        yield _incomplete(inspection)
    yield from (_broken_rule(inspection, rule) for rule in failed_rules(inspection))
    seen: set[str] = set()
    told = (_found(finding) for finding in findings[:MOST_FINDINGS])
    for problem in chain(told, _wasted_paths(inspection)):
        while problem.fingerprint in seen:
            problem = problem._replace(fingerprint=_fingerprint(problem.fingerprint))  # noqa: PLW2901
        seen.add(problem.fingerprint)
        yield problem


def _incomplete(inspection: Inspection) -> Problem:
    notices = [notice for notice in inspection.notices if notice.layer is not None]
    told = (notices or list(inspection.notices))[:1]
    reason = f": {printable(told[0].message, _TEXT)}" if told else ""
    return Problem(
        rule=INCOMPLETE,
        level="error",
        message=f"Parts of this image are missing or damaged{reason}",
        paths=tuple(notice.path for notice in told if notice.path is not None),
        layer=told[0].layer if told else None,
        size=0,
        fingerprint=_fingerprint(INCOMPLETE),
    )


def _broken_rule(inspection: Inspection, rule: RuleResult) -> Problem:
    def told(evidence: Evidence) -> str:
        amount = "" if evidence.size is None else f" {size(evidence.size)}"
        place = f" {place_line(inspection, evidence)[:_TEXT]}".rstrip()
        why = f" {printable(evidence.message, _TEXT)}" if rule.evidence and evidence.message else ""
        return f";{amount}{place}{why}"

    found = evidence_of(inspection, rule, _EVIDENCE)
    layers = {evidence.layer for evidence in found}
    return Problem(
        rule=rule.name,
        level="error",
        message=f"{printable(rule.name)}: {judgement(rule)}{''.join(map(told, found))}",
        paths=tuple(evidence.path for evidence in found if evidence.path is not None),
        layer=next(iter(layers)) if len(layers) == 1 else None,
        size=0,
        fingerprint=_fingerprint("rule", rule.name),
    )


def _found(finding: Finding) -> Problem:
    gain = f" ({size(finding.size)})" if finding.size else ""
    more = f", and {count(finding.more)} more paths" if finding.more else ""
    cure = f". {printable(finding.cure, _TEXT)}" if finding.cure else ""
    return Problem(
        rule=finding.kind,
        level="warning" if finding.kind == "secret" else "note",
        message=f"{printable(finding.message, _TEXT)}{gain}{more}{cure}",
        paths=finding.paths,
        layer=finding.layer,
        size=finding.size,
        fingerprint=_fingerprint(finding.kind, finding.group, *finding.paths[:1]),
    )


def _wasted_paths(inspection: Inspection) -> Iterator[Problem]:
    for path in by_path(judged_waste(inspection), MOST_PATHS):
        why = why_wasted(path)
        yield Problem(
            rule=WASTED_PATH,
            level="note",
            message=f"{size(path.wasted_size)} wasted at {printable(path.path, _TEXT)} ({why})",
            paths=(path.path,),
            layer=path.summary.largest.layer,
            size=path.wasted_size,
            fingerprint=_fingerprint(WASTED_PATH, path.path),
        )


def _fingerprint(*parts: str | bytes) -> str:
    raw = (
        part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        for part in parts
    )  # fmt: skip
    return xxh3_128_hexdigest(b"\0".join(raw))
