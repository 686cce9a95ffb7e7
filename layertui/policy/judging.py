"""From an inspected image and a policy to how its rules ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.policy.exceptions import Exceptions
from layertui.policy.figures import FIGURE_RULES, excepted, figure_result

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.rules import RuleResult
    from layertui.blob import Cancelled
    from layertui.image import Image
    from layertui.insight.finding import Finding
    from layertui.notices import Notice
    from layertui.policy.baseline import Baseline, KnownPackage
    from layertui.policy.demands import Allowance
    from layertui.policy.values import Policy


class Judgement(NamedTuple):
    """How an image did.

    Attributes:
        rules: How each rule ended.
        notices: What is to be said of the policy itself.
    """

    rules: tuple[RuleResult, ...]
    notices: tuple[Notice, ...] = ()


def names_of(image: Image) -> tuple[str, ...]:
    """Return the names that the sections of a policy are chosen by."""
    return (image.reference, *image.tags)


def limits_findings(policy: Policy) -> bool:
    """Tell whether a policy limits how many findings are new against a baseline."""
    growth = policy.growth.get("findings")
    return growth is not None and (growth.absolute, growth.relative) != (None, None)


def kinds_of(policy: Policy, *, judges: bool, compares: bool) -> Collection[str]:
    """Return the kinds of findings that must be looked for.

    Args:
        policy: The rules.
        judges: Whether the image is judged by them.
        compares: Whether it is measured against a baseline that tells of findings, or a baseline
            is made of it.
    """
    if compares and limits_findings(policy):
        from layertui.insight.finding import KINDS

        return KINDS
    return {rule.kind for rule in policy.findings if judges}


def needs_packages(inspection: Inspection, baseline: Baseline | None) -> bool:
    """Tell whether packages say where an image grew: it is larger, and those before are known."""
    return (
        baseline is not None
        and baseline.packages is not None
        and inspection.accounting.size > baseline.size
    )


def judge(
    inspection: Inspection,
    policy: Policy,
    *,
    today: date,
    findings: Sequence[Finding] = (),
    baseline: Baseline | None = None,
    packages: Mapping[str, KnownPackage] | None = None,
    cancelled: Cancelled | None = None,
) -> Judgement:
    """Return how an image does by a policy.

    Args:
        inspection: The image.
        policy: The rules for it.
        today: The day that exceptions hold on or not.
        findings: What was found in it, of the kinds that the policy has rules on, or of all
            where growth is judged.
        baseline: What growth is measured against, or None where it is not judged.
        packages: The packages of the image, or None where they are not known.
        cancelled: Asked every few milliseconds.

    Raises:
        CancelledError: It was cancelled.
    """
    exceptions = Exceptions(_concerning(policy, baseline), today)
    rules = [
        excepted(figure_result(inspection, name, limit), exceptions)
        for name, limit in policy.limits.items()
    ]
    rules += _path_results(inspection, policy, exceptions, cancelled)
    rules += _finding_results(policy, findings, exceptions)
    if baseline is not None:
        from layertui.policy.growth import growth_results

        grown = growth_results(inspection, baseline, policy.growth, findings, packages)
        rules += [excepted(rule, exceptions) for rule in grown]
    rules += exceptions.results()
    return Judgement(tuple(rules), tuple(exceptions.notices()))


def _concerning(policy: Policy, baseline: Baseline | None) -> list[Allowance]:
    """Return the exceptions but those from rules for other images, and from growth unmeasured."""
    if not policy.allowed:
        return []
    from layertui.policy.demands import GROWTH_RULES

    names = {*FIGURE_RULES, *policy.rule_names}
    names |= set() if baseline is None else {*GROWTH_RULES.values()}
    return [allowance for allowance in policy.allowed if allowance.rule in names]


def _path_results(
    inspection: Inspection, policy: Policy, exceptions: Exceptions, cancelled: Cancelled | None
) -> Iterator[RuleResult]:
    if policy.paths:
        from layertui.policy.paths import PathJudge

        paths = PathJudge(inspection.filesystem, exceptions, cancelled)
        yield from map(paths.result, policy.paths)


def _finding_results(
    policy: Policy, findings: Sequence[Finding], exceptions: Exceptions
) -> Iterator[RuleResult]:
    if policy.findings:
        from layertui.policy.findings import finding_result

        for rule in policy.findings:
            yield finding_result(rule, findings, exceptions)
