"""The same figures stand in every report: size, waste and efficiency."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

import pytest

from layertui.analysis.rules import Rules
from layertui.display import count, percent, size
from layertui.reports.formats import FORMATS
from tests import reporting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Figures(NamedTuple):
    size: int
    wasted: int
    efficiency: str
    """As a percentage with one decimal."""


def of_mapping(found: Any, *names: str) -> Figures:
    size_, wasted, efficiency = (float(found[name]) for name in names)
    return Figures(int(size_), int(wasted), percent(efficiency))


def exact(size_: str, wasted: str, efficiency: str) -> Figures:
    return Figures(int(size_.replace(" ", "")), int(wasted.replace(" ", "")), efficiency)


def of_text(data: bytes) -> tuple[str, str, str]:
    text = data.decode()
    return tuple(  # type: ignore[return-value]
        re.search(rf"^  {name} +(\S+ \S+)", text, re.MULTILINE)[1]  # type: ignore[index]
        for name in ("shipped", "wasted", "efficiency")
    )


def of_json(data: bytes) -> Figures:
    return of_mapping(json.loads(data)["image"], "size", "wastedSize", "efficiency")


def of_markdown(data: bytes) -> Figures:
    rows: dict[str, list[str]] = {}
    for line in data.decode().splitlines():
        name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows.setdefault(name, cells)
    return exact(rows["Shipped"][1], rows["Wasted"][1], rows["Efficiency"][0])


def of_junit(data: bytes) -> Figures:
    properties = ElementTree.fromstring(data).iter("property")
    found = {each.get("name"): each.get("value") for each in properties}
    return of_mapping(found, "size", "wastedSize", "efficiency")


def of_sarif(data: bytes) -> Figures:
    found = json.loads(data)["runs"][0]["properties"]
    return of_mapping(found, "size", "wastedSize", "efficiency")


def of_summary(line: str) -> Figures:
    found = re.search(r"\(([\d ]+) bytes\).*\(([\d ]+) bytes\), efficiency (\S+ %)", line)
    assert found
    return exact(found[1], found[2], found[3])


def of_github(data: bytes) -> Figures:
    return of_summary(data.decode().splitlines()[0].replace("%25", "%"))


def of_gitlab(data: bytes) -> Figures:
    return of_summary(json.loads(data)[0]["description"])


def of_csv(data: bytes) -> Figures:
    rows = csv.DictReader(io.StringIO(data.decode()))
    return of_mapping(next(rows), "size", "wasted_size", "efficiency")


def of_html(data: bytes) -> Figures:
    page = unescape(data.decode())
    tiles = dict(re.findall(r"<h2>(\w+)</h2><b>([^<]*)</b>", page))
    remarks = dict(re.findall(r"<h2>(\w+)</h2><b>[^<]*</b><small>([\d ]*\d) bytes", page))
    return exact(remarks["Shipped"], remarks["Wasted"], tiles["Efficiency"])


def of_ncdu(data: bytes) -> Figures:
    return of_mapping(json.loads(data)[2], "size", "wastedSize", "efficiency")


def of_dive(data: bytes) -> Figures:
    found = json.loads(data)["image"]
    return of_mapping(found, "sizeBytes", "inefficientBytes", "efficiencyScore")


READERS: dict[str, Callable[[bytes], Figures]] = {
    "json": of_json, "markdown": of_markdown, "junit": of_junit, "sarif": of_sarif,
    "github": of_github, "gitlab": of_gitlab, "csv": of_csv, "html": of_html, "ncdu": of_ncdu,
}  # fmt: skip


def test_every_format_has_a_reader_here() -> None:
    assert {*READERS, "text", "dive"} == set(FORMATS)


@pytest.mark.parametrize("rules", [None, Rules()], ids=["summary", "judged"])
def test_equal_figures_stand_in_all_reports(tmp_path: Path, rules: Rules | None) -> None:
    inspection = reporting.demo(tmp_path, rules=rules)
    accounting = inspection.accounting
    expected = Figures(accounting.size, accounting.wasted_size, percent(accounting.efficiency))

    for name, read in READERS.items():
        assert read(reporting.written(name, inspection)) == expected, name
    rounded = (size(expected.size), size(expected.wasted), expected.efficiency)
    assert of_text(reporting.written("text", inspection)) == rounded


def test_equal_figures_stand_in_all_reports_by_dives_metrics(tmp_path: Path) -> None:
    inspection = reporting.demo(tmp_path, metrics="dive")
    expected = of_dive(reporting.written("dive", inspection))

    assert expected.wasted == inspection.figures.wasted_size
    for name, read in READERS.items():
        assert read(reporting.written(name, inspection)) == expected, name
    text = reporting.written("text", inspection).decode()
    assert f"by dive's metrics, which find {size(expected.wasted)} wasted" in text


def test_dives_export_is_the_same_whatever_the_metrics(tmp_path: Path) -> None:
    assert reporting.written("dive", reporting.demo(tmp_path)) == reporting.written(
        "dive", reporting.demo(tmp_path, metrics="dive")
    )


def test_counts_are_grouped_as_the_readers_here_take_them_apart() -> None:
    assert count(1234567) == "1 234 567"
