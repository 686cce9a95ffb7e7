from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from layertui.analysis.rules import Rules
from layertui.display import printable
from tests import reporting

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.analysis.inspection import Inspection


def rows(inspection: Inspection) -> list[dict[str, str]]:
    data = reporting.written("csv", inspection, reporting.FINDINGS).decode()
    return list(csv.DictReader(io.StringIO(data, newline=""), strict=True))


def test_every_row_has_every_column(tmp_path: Path) -> None:
    data = reporting.written(
        "csv", reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN)
    ).decode()
    widths = {len(row) for row in csv.reader(io.StringIO(data, newline=""))}
    assert widths == {16}


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    found = rows(reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN))
    cells = [cell for row in found for cell in row.values()]
    assert not [
        cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
    ]
    links = {row["link_target"] for row in found if row["type"] == "symlink"}
    assert {"'=cmd|' !A0'", "'+1", "'-1", "'@sum(1)", "'\uff1d1"} <= links
    assert "'=cmd()" in {row["text"] for row in found}


def test_there_is_a_row_for_what_each_layer_did_to_each_path(tmp_path: Path) -> None:
    found = rows(reporting.hostile(tmp_path))
    paths = {(row["layer"], row["path"]) for row in found if row["record"] == "entry"}
    for name in reporting.HOSTILE_NAMES:
        assert ("0", printable(b"/h/" + name)) in paths
        assert ("1", printable(b"/h/" + name)) in paths
    assert ("2", "/new") in paths


def test_wasted_copies_tell_their_cause_and_what_took_their_place(tmp_path: Path) -> None:
    found = [row for row in rows(reporting.demo(tmp_path)) if row["record"] == "waste"]
    server = [row for row in found if row["path"] == "/srv/api/bin/server"]
    assert [(row["layer"], row["cause"], row["superseded_by"]) for row in server] == [
        ("5", "metadata", "6"), ("6", "metadata", "7"), ("7", "metadata", "9"),
    ]  # fmt: skip


def test_rules_and_findings_are_rows(tmp_path: Path) -> None:
    found = rows(reporting.demo(tmp_path, rules=Rules()))
    rules = [row["change"] for row in found if row["record"] == "rule"]
    assert rules == ["fail", "skip", "fail"]
    assert [row["type"] for row in found if row["record"] == "finding"] == [
        "secret", "left-over", "secret", "secret",
    ]  # fmt: skip
