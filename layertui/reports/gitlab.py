"""The report as GitLab reads it from an artifact `codequality`: one issue a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xxhash import xxh3_128_hexdigest

from layertui.display import printable
from layertui.reports.figures import summary_line
from layertui.reports.items import encode
from layertui.reports.problems import problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.insight.finding import Finding
    from layertui.reports.problems import Problem

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the report.

    An issue has to have a place in a file: that is its first path in the image, and the image
    itself where it has none.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it.
    """
    name = printable(inspection.image.reference, 200).lstrip("/") or "image"
    yield b"[" + encode(_summary(inspection, name))
    for problem in problems(inspection, findings):
        yield b",\n" + encode(_issue(problem, name))
    yield b"]\n"


def _summary(inspection: Inspection, name: str) -> dict[str, Any]:
    fingerprint = xxh3_128_hexdigest(b"summary")
    return _item("summary", summary_line(inspection), "info", fingerprint, name)


def _issue(problem: Problem, name: str) -> dict[str, Any]:
    path = printable(problem.paths[0]).lstrip("/") if problem.paths else name
    severity = _SEVERITIES[problem.level]
    return _item(problem.rule, problem.message, severity, problem.fingerprint, path or name)


def _item(
    check: str, description: str, severity: str, fingerprint: str, path: str
) -> dict[str, Any]:
    return {
        "type": "issue",
        "check_name": check,
        "description": description,
        "categories": ["Performance"],
        "severity": severity,
        "fingerprint": fingerprint,
        "location": {"path": path, "lines": {"begin": 1}},
    }
