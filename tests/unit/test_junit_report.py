"""JUnit XML as its parsers read it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from junitparser import Error, Failure, JUnitXml, Skipped

from layertui.analysis.rules import Rules
from layertui.notices import Notice
from tests import reporting

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.analysis.inspection import Inspection


def parsed(inspection: Inspection) -> JUnitXml:
    return JUnitXml.fromstring(reporting.written("junit", inspection, reporting.FINDINGS))


def results(report: JUnitXml) -> dict[str, list[type]]:
    return {case.name: [type(each) for each in case.result] for suite in report for case in suite}


def test_each_rule_is_a_test_case(tmp_path: Path) -> None:
    report = parsed(reporting.demo(tmp_path, rules=Rules()))

    assert results(report) == {
        "complete": [],
        "lowestEfficiency": [Failure],
        "highestWastedBytes": [Skipped],
        "highestUserWastedPercent": [Failure],
    }
    assert (report.tests, report.failures, report.errors, report.skipped) == (4, 2, 0, 1)


def test_a_failure_tells_the_judgement_and_the_paths_that_cost_most(tmp_path: Path) -> None:
    report = parsed(reporting.demo(tmp_path, rules=Rules()))

    failure = next(case for suite in report for case in suite if case.name == "lowestEfficiency")
    assert failure.result[0].message == "0.4655, at least 0.9"
    assert "909 kB  /srv/api/bin/server  layers 5, 6, 7: copied" in failure.result[0].text


def test_a_rule_of_a_policy_tells_what_speaks_against_the_image(tmp_path: Path) -> None:
    report = parsed(reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN))

    case = next(case for suite in report for case in suite if case.name.startswith("forbidden"))
    assert case.name == "forbidden <b>|`*` [x](y), a:b"
    assert case.result[0].message == "3 paths match | @octocat"
    lines = [line.strip() for line in case.result[0].text.splitlines()]
    assert lines[0] == "1.0 kB  /h/a|b.txt  is there | {0}"
    assert lines[1] == "/h/<script>alert(1)</script>  <img src=x>"
    assert lines[2].startswith("7 B  layer 1: ")
    assert lines[3] == "all of it"


def test_an_image_that_keeps_the_rules_has_no_failures(tmp_path: Path) -> None:
    lenient = Rules(lowest_efficiency=0.1, highest_user_wasted_percent=1.0)
    report = parsed(reporting.demo(tmp_path, rules=lenient))

    assert (report.failures, report.errors) == (0, 0)


def test_without_rules_there_is_a_test_whether_the_image_is_whole(tmp_path: Path) -> None:
    assert results(parsed(reporting.demo(tmp_path))) == {"complete": []}


def test_an_image_that_is_not_whole_is_an_error(tmp_path: Path) -> None:
    inspection = reporting.demo(tmp_path)
    damaged = replace(
        inspection,
        image=replace(inspection.image, incomplete=True),
        notices=(Notice(code="damaged-layer", message="cut off & gone", layer=3),),
    )
    report = parsed(damaged)

    assert results(report) == {"complete": [Error]}
    assert report.errors == 1
    assert "cut off & gone" in next(case.result[0].text for suite in report for case in suite)


def test_hostile_names_leave_the_document_well_formed(tmp_path: Path) -> None:
    inspection = reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN)

    report = parsed(inspection)
    assert report.tests == 5
    data = reporting.written("junit", inspection, reporting.FINDINGS).decode()
    controls = {character for character in data if ord(character) < 32}
    assert controls == {"\n"}
    assert not {"\ufffe", "\uffff"} & set(data)
