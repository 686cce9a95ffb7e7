"""The report in SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.

Rules are what an image can break, results how it does; a result is located by paths inside the
image (artifacts below IMAGE_ROOT) and by the layer (a logical location).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from layertui import __version__
from layertui.display import printable
from layertui.reports.figures import exact_figures, summary_line
from layertui.reports.items import encode
from layertui.reports.problems import problems, rule_descriptions
from layertui.reports.wording import instruction_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.insight.finding import Finding
    from layertui.notices import Notice
    from layertui.reports.problems import Problem

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST_NOTICES = 1_000
"""Oddities of the image that are told."""

_ROOT = "IMAGE_ROOT"
_TEXT = 400


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the report.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it.
    """
    rules = rule_descriptions(inspection, findings)
    yield b'{"$schema":' + encode(SCHEMA) + b',"version":"2.1.0","runs":['
    yield encode(_run(inspection, rules))[:-1] + b',"results":['
    places = {name: number for number, name in enumerate(rules)}
    for number, problem in enumerate(problems(inspection, findings)):
        yield (b",\n" if number else b"\n") + encode(_result(inspection, problem, places))
    yield b"]}]}\n"


def _run(inspection: Inspection, rules: Mapping[str, str]) -> dict[str, Any]:
    name = printable(inspection.image.reference, _TEXT)
    driver = {
        "name": "layertui",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_descriptor(name, text) for name, text in rules.items()],
    }
    notices = inspection.notices[:MOST_NOTICES]
    invocation = {
        "executionSuccessful": not inspection.incomplete,
        "toolExecutionNotifications": [_notification(notice) for notice in notices],
    }
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"layertui/{name}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "originalUriBaseIds": {_ROOT: {"description": {"text": f"The root of {name}"}}},
        "properties": {"image": name, "summary": summary_line(inspection)}
        | exact_figures(inspection),
    }


def _descriptor(name: str, text: str) -> dict[str, Any]:
    told = {"text": text}
    return {"id": name, "shortDescription": told, "fullDescription": told, "help": told}


def _notification(notice: Notice) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "descriptor": {"id": notice.code},
        "level": "warning",
        "message": {"text": _message(printable(notice.message, _TEXT))},
    }
    if notice.path is not None:
        notification["locations"] = [_location(notice.path)]
    return notification


def _result(inspection: Inspection, problem: Problem, places: Mapping[str, int]) -> dict[str, Any]:
    locations = [_location(path) for path in problem.paths or (b"/",)]
    if problem.layer is not None:
        logical = [_layer(inspection, problem.layer)]
        locations = [{**location, "logicalLocations": logical} for location in locations]
    result: dict[str, Any] = {
        "ruleId": problem.rule,
        "ruleIndex": places[problem.rule],
        "level": problem.level,
        "message": {"text": _message(problem.message)},
        "locations": locations[:1],
        "partialFingerprints": {"layertui/v1": problem.fingerprint},
    }
    if others := locations[1:]:
        result["relatedLocations"] = others
    if problem.size:
        result["properties"] = {"size": problem.size}
    return result


def _message(text: str) -> str:
    """Return a text as a message that has neither placeholders nor links (SARIF 3.11.5, 3.11.6)."""
    text = text.replace("{", "{{").replace("}", "}}")
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text


def _location(path: bytes) -> dict[str, Any]:
    """Return a place in the image; consumers want a line, and lines count from 1."""
    artifact = {"uri": quote(path.strip(b"/")) or ".", "uriBaseId": _ROOT}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": 1}}}


def _layer(inspection: Inspection, number: int) -> dict[str, str]:
    instruction = instruction_line(inspection.image.layers[number], 200)
    return {
        "name": f"layer {number}",
        "fullyQualifiedName": f"layer {number}: {instruction}",
        "kind": "layer",
    }
