"""No worse than before: by how much an image grew against a baseline, and where."""

from __future__ import annotations

from collections import defaultdict, deque
from heapq import nlargest
from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.gathering import by_path
from layertui.analysis.rules import BYTES, COUNT, MOST_EVIDENCE, Evidence, RuleResult, Status
from layertui.display import percent, printable, size
from layertui.policy.baseline import instruction_of, known_finding, path_text, totals
from layertui.policy.demands import (
    COMPRESSED_SIZE,
    FINDINGS,
    GROWTH_RULES,
    GROWTH_UNITS,
    LAYERS,
    SIZE,
    USUAL_GROWTH,
    WASTED_BYTES,
    Growth,
)
from layertui.policy.figures import compressed_size, why_wasted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.insight.finding import Finding
    from layertui.policy.baseline import Baseline, KnownFinding, KnownPackage

_LARGEST_PART = 50
"""What has less than this part of the growth is not told."""

_NO_FINDINGS = "skipped: the baseline does not tell of findings; write it again"
_MOST_LAYERS = 6
_MOST_PACKAGES = 6
_MOST_PATHS = 8
_FEW = 3
_MOST = 0.8


class _Measured(NamedTuple):
    """A figure now and then; None where it is not known."""

    now: int | None
    then: int | None


def growth_results(
    inspection: Inspection,
    baseline: Baseline,
    limits: Mapping[str, Growth],
    findings: Sequence[Finding],
    packages: Mapping[str, KnownPackage] | None = None,
) -> list[RuleResult]:
    """Return how the growth of an image ends.

    Args:
        inspection: The image.
        baseline: What it is measured against.
        limits: What may grow by how much; what is not named, by USUAL_GROWTH.
        findings: What was found in the image.
        packages: Its packages by package manager and name, or None where they are not known.
    """
    allowed = {**USUAL_GROWTH, **limits}
    measured = _figures(inspection, baseline)
    against: Mapping[str, Callable[[], list[Evidence]]] = {
        SIZE: lambda: _grown_size(inspection, baseline, packages),
        COMPRESSED_SIZE: lambda: _grown_layers(inspection, baseline),
        WASTED_BYTES: lambda: _grown_waste(inspection, baseline),
        LAYERS: lambda: _grown_layers(inspection, baseline, new_ones=True),
    }
    results = [
        _result(name, measured[name], allowed.get(name, Growth()), against[name])
        for name in measured
    ]
    return [*results, _finding_growth(baseline, allowed.get(FINDINGS, Growth()), findings)]


def limit_of(growth: Growth, then: int) -> int | None:
    """Return by how much a figure may grow, or None where there is no limit."""
    limits = [] if growth.absolute is None else [growth.absolute]
    limits += [] if growth.relative is None else [int(then * growth.relative)]
    return min(limits, default=None)


def growth_words(growth: Growth, unit: str) -> str:
    """Return a limit of growth in words."""
    told = []
    if growth.absolute is not None:
        told.append(f"{growth.absolute:,} bytes" if unit == BYTES else str(growth.absolute))
    if growth.relative is not None:
        told.append(percent(growth.relative))
    return " and ".join(told) if told else "no limit"


def _figures(inspection: Inspection, baseline: Baseline) -> dict[str, _Measured]:
    accounting = inspection.accounting
    return {
        SIZE: _Measured(accounting.size, baseline.size),
        COMPRESSED_SIZE: _Measured(compressed_size(inspection), baseline.compressed_size),
        WASTED_BYTES: _Measured(accounting.wasted_size, baseline.wasted_size),
        LAYERS: _Measured(len(accounting.layers), len(baseline.layers)),
    }


def _result(
    name: str, measured: _Measured, growth: Growth, against: Callable[[], list[Evidence]]
) -> RuleResult:
    unit, rule = GROWTH_UNITS[name], GROWTH_RULES[name]
    now, then = measured
    if now is None or then is None:
        where = "of this image" if now is None else "in the baseline"
        message = f"skipped: the figure is not known {where}"
        return RuleResult(rule, None, None, Status.SKIP, unit, message=message)
    limit, grown = limit_of(growth, then), now - then
    told = f"{_signed(grown, unit)} ({_amount(then, unit)} before, {_amount(now, unit)} now)"
    if limit is None:
        return RuleResult(rule, None, grown, Status.SKIP, unit, message=f"{told}, not limited")
    told += f", at most {_signed(limit, unit)}"
    if grown <= limit:
        return RuleResult(rule, limit, grown, Status.PASS, unit, message=told)
    found = against()
    return RuleResult(
        rule,
        limit,
        grown,
        Status.FAIL,
        unit,
        message=told,
        evidence=tuple(found[:MOST_EVIDENCE]),
        more=len(found[MOST_EVIDENCE:]),
    )


def _amount(number: int, unit: str) -> str:
    return size(number) if unit == BYTES else str(number)


def _signed(number: int, unit: str) -> str:
    return f"{'-' if number < 0 else '+'}{_amount(abs(number), unit)}"


def _grown_size(
    inspection: Inspection, baseline: Baseline, packages: Mapping[str, KnownPackage] | None
) -> list[Evidence]:
    """Return what a larger image has more of: layers, then packages, then paths."""
    layers = _grown_layers(inspection, baseline)[:_MOST_LAYERS]
    return [
        *layers,
        *_grown_packages(baseline.packages, packages),
        *_grown_paths(inspection, baseline),
    ]


def _grown_packages(
    then: Mapping[str, KnownPackage] | None, now: Mapping[str, KnownPackage] | None
) -> list[Evidence]:
    """Return the packages that are new or own more bytes, the largest growth first."""
    if then is None or now is None:
        return []
    grown = {
        name: now[name].size - then[name].size if name in then else now[name].size for name in now
    }
    found = nlargest(_MOST_PACKAGES, ((more, name) for name, more in grown.items() if more > 0))
    return [
        Evidence(size=more, message=_package(name, then.get(name), now[name]))
        for more, name in found
    ]


def _package(name: str, then: KnownPackage | None, now: KnownPackage) -> str:
    """Return what a package was and is."""
    if then is None:
        told = f"package {name} {now.version} (new)"
    elif then.version == now.version:
        told = f"package {name} {now.version} ({size(then.size)} before)"
    else:
        told = f"package {name} {then.version} -> {now.version}"
    return printable(told, 200)


def _grown_layers(
    inspection: Inspection, baseline: Baseline, *, new_ones: bool = False
) -> list[Evidence]:
    """Return the layers that are new or larger than the one that the same instruction made."""
    known: defaultdict[str, deque[int]] = defaultdict(deque)
    for old in baseline.layers:
        known[old.instruction].append(old.size)
    found = []
    for layer, account in zip(inspection.image.layers, inspection.accounting.layers, strict=True):
        before = known[instruction_of(layer)]
        then = before.popleft() if before else None
        grown = account.size - (then or 0)
        if then is None:
            found.append(Evidence(layer=layer.index, size=grown, message="(new)"))
        elif grown > 0 and not new_ones:
            told = f"(+{size(grown)}, {size(then)} before)"
            found.append(Evidence(layer=layer.index, size=grown, message=told))
    return sorted(found, key=lambda each: -(each.size or 0))


def _grown_paths(inspection: Inspection, baseline: Baseline) -> Iterator[Evidence]:
    """Yield the files and directories that grew most, none of them below another.

    From the root downwards, a directory is told where its growth is not that of a few things in
    it.
    """
    filesystem, sums = inspection.filesystem, totals(inspection.filesystem)
    table, known = filesystem.table, baseline.sizes

    def grown(node: int) -> int:
        return sums[node] - known.get(path_text(table.path(node)), 0)

    least = max(baseline.floor, abs(inspection.accounting.size - baseline.size) // _LARGEST_PART, 1)
    found: list[tuple[int, int]] = []
    pending = [0]
    while pending:
        node = pending.pop()
        growth = grown(node)
        children = [(grown(child), child) for child in table.children(node)]
        larger = [(more, child) for more, child in children if more >= least]
        few = sum(more for more, _ in nlargest(_FEW, larger))
        if larger and (not node or few >= growth * _MOST):
            pending += [child for _, child in larger]
        elif growth >= least and node:
            found.append((growth, node))
    for growth, node in nlargest(_MOST_PATHS, found):
        path = table.path(node)
        then = known.get(path_text(path), 0)
        told = f"(+{size(growth)}, {size(then)} before)" if then else "(new)"
        version = filesystem.versions.last[node]
        is_file = table.end(node) == node + 1 and filesystem.exists(version)
        layer = filesystem.versions.layers[version] if is_file else None
        yield Evidence(path, layer, growth, told)


def _grown_waste(inspection: Inspection, baseline: Baseline) -> list[Evidence]:
    """Return the paths that more is wasted of."""
    found = []
    for waste in by_path(inspection.accounting.wasted):
        grown = waste.wasted_size - baseline.wasted.get(path_text(waste.path), 0)
        if grown > baseline.floor:
            layer = waste.summary.largest.layer
            found.append(Evidence(waste.path, layer, grown, why_wasted(waste)))
    return sorted(found, key=lambda each: -(each.size or 0))


def _finding_growth(baseline: Baseline, growth: Growth, findings: Sequence[Finding]) -> RuleResult:
    """Return how the findings ended that the baseline does not have."""
    rule = GROWTH_RULES[FINDINGS]
    limit = limit_of(growth, len(baseline.findings or ()))
    if limit is None or baseline.findings is None:
        message = "not limited" if limit is None else _NO_FINDINGS
        return RuleResult(rule, None, None, Status.SKIP, COUNT, message=message)
    known: defaultdict[tuple[str, str], list[KnownFinding]] = defaultdict(list)
    for each in baseline.findings:
        known[each.kind, each.group].append(each)
    new = [
        finding
        for finding in findings
        if not _is_known(finding, known[finding.kind, finding.group])
    ]
    fails = len(new) > limit
    evidence = [_finding_evidence(each) for each in new] if fails else []
    return RuleResult(
        rule,
        limit,
        len(new),
        Status.FAIL if fails else Status.PASS,
        COUNT,
        message=f"{len(new)} new, at most {limit}",
        evidence=tuple(evidence[:MOST_EVIDENCE]),
        more=len(evidence[MOST_EVIDENCE:]),
    )


def _is_known(finding: Finding, known: Sequence[KnownFinding]) -> bool:
    """Tell whether a baseline has a finding: one of the same group that shares a path with it."""
    paths = known_finding(finding).paths
    return any(paths & each.paths or not (paths or each.paths) for each in known)


def _finding_evidence(finding: Finding) -> Evidence:
    path = finding.paths[0] if finding.paths else None
    return Evidence(path, finding.layer, finding.size or None, printable(finding.message))
