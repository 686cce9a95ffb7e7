"""Annotations as the runner of GitHub and the code quality of GitLab read them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from jsonschema import Draft202012Validator

from layertui.analysis.rules import Rules
from tests import reporting

if TYPE_CHECKING:
    from pathlib import Path

ISSUE = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "pattern": "^[^/]"},
                "lines": {
                    "type": "object",
                    "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}},
                },
            },
        },
    },
}
"""What GitLab's documentation asks of an item of a code quality report."""


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def command(line: str) -> Command:
    """Read a workflow command as the runner does: percent signs last, or they would come twice."""
    found = re.fullmatch(r"::(\w+)(?: ([^:]*))?::(.*)", line)
    assert found, line
    pairs = [pair.split("=", 1) for pair in (found[2] or "").split(",") if pair]
    properties = {name: _plain(_plain_property(value)) for name, value in pairs}
    return Command(found[1], properties, _plain(found[3]))


def _plain_property(text: str) -> str:
    return text.replace("%3A", ":").replace("%2C", ",")


def _plain(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def commands(data: bytes) -> list[Command]:
    return [command(line) for line in data.decode().splitlines()]


def test_rules_that_fail_are_errors(tmp_path: Path) -> None:
    found = commands(reporting.written("github", reporting.demo(tmp_path, rules=Rules())))

    errors = [each for each in found if each.name == "error"]
    assert [each.properties["title"].split()[0] for each in errors] == [
        "lowestEfficiency", "highestUserWastedPercent",
    ]  # fmt: skip
    assert errors[0].message.startswith("lowestEfficiency: 0.4655, at least 0.9; 909 kB /srv/api")
    assert found[0].message.endswith("efficiency 46.6 %")


def test_no_more_is_annotated_than_is_shown(tmp_path: Path) -> None:
    inspection = reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN)
    found = commands(reporting.written("github", inspection, reporting.FINDINGS * 9))

    counts = {name: [each.name for each in found].count(name) for name in ("warning", "notice")}
    assert counts == {"warning": 10, "notice": 10}


def test_hostile_names_make_no_commands_of_their_own(tmp_path: Path) -> None:
    inspection = reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN)
    data = reporting.written("github", inspection, reporting.FINDINGS)

    found = commands(data)
    assert data.count(b"\n") == len(found)
    assert {tuple(each.properties) for each in found} == {("title",)}
    assert {each.name for each in found} == {"error", "warning", "notice"}
    assert all("\n" not in each.message for each in found)
    assert found[0].properties["title"] == "layertui <b>@shop</b>|`api`"
    titles = {each.properties["title"] for each in found}
    assert "forbidden <b>|`*` [x](y), a:b <b>@shop</b>|`api`" in titles


def issues(data: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(data)
    Draft202012Validator({"type": "array", "items": ISSUE}).validate(found)
    return found


def test_issues_have_what_gitlab_asks_for(tmp_path: Path) -> None:
    for inspection in (
        reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN),
        reporting.demo(tmp_path),
    ):
        found = issues(reporting.written("gitlab", inspection, reporting.FINDINGS))
        prints = [issue["fingerprint"] for issue in found]
        assert len(set(prints)) == len(prints)


def test_a_rule_that_fails_is_a_major_issue_at_the_path_that_costs_most(tmp_path: Path) -> None:
    found = issues(reporting.written("gitlab", reporting.demo(tmp_path, rules=Rules())))

    majors = [issue for issue in found if issue["severity"] == "major"]
    assert [issue["check_name"] for issue in majors] == [
        "lowestEfficiency", "highestUserWastedPercent",
    ]  # fmt: skip
    assert majors[0]["location"] == {"path": "srv/api/bin/server", "lines": {"begin": 1}}
