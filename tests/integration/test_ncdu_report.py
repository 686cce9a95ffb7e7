"""ncdu opens the report: it reads all of it, and shows what is shipped."""

from __future__ import annotations

import json
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import archives, reporting
from tests.builders import directory, file, hardlink, layer, symlink, whiteout
from tests.integration.tmux import Terminal
from tests.integration.tools import require, run

if TYPE_CHECKING:
    from layertui.analysis.inspection import Inspection


@pytest.fixture(autouse=True)
def ncdu() -> None:
    require("ncdu")


def read_by_ncdu(inspection: Inspection, folder: Path) -> Any:
    """Return what ncdu exports of what it read."""
    report, export = folder / "report.ncdu", folder / "export.ncdu"
    report.write_bytes(reporting.written("ncdu", inspection))
    run("ncdu", "-0", "-e", "-f", report, "-o", export)
    return json.loads(export.read_bytes().decode(errors="replace"))[3]


def tree(node: Any) -> Any:
    """Return a tree as nested mappings of names to sizes."""
    if isinstance(node, dict):
        return {node["name"]: node.get("dsize", 0)}
    below: dict[str, Any] = {}
    for each in node[1:]:
        below |= tree(each)
    return {node[0]["name"]: below}


def test_ncdu_reads_every_name_and_size_of_the_report(tmp_path: Path) -> None:
    for inspection in (reporting.demo(tmp_path), reporting.hostile(tmp_path)):
        ours = json.loads(reporting.written("ncdu", inspection))[3]
        assert tree(read_by_ncdu(inspection, tmp_path)) == tree(ours)


def test_what_is_shown_and_what_is_wasted_stand_apart(tmp_path: Path) -> None:
    layers = [
        layer(directory("d"), file("d/f", b"123"), file("gone/x", b"12345"), symlink("l", "d")),
        layer(whiteout("gone"), file("d/f", b"1234")),
    ]
    inspection = reporting.inspected(archives.docker_save(layers), tmp_path)

    shown, wasted = read_by_ncdu(inspection, tmp_path)[1:]
    assert tree(shown) == {"shown": {"d": {"f": 4}, "l": 0}}
    assert tree(wasted) == {"wasted": {"layer 0": {"d": {"f": 3}, "gone": {"x": 5}}}}


def test_names_of_one_file_are_counted_once(tmp_path: Path) -> None:
    layers = [layer(file("a", b"x" * 4096), hardlink("b", "a"), hardlink("c", "a"))]
    inspection = reporting.inspected(archives.docker_save(layers), tmp_path)

    (shown,) = read_by_ncdu(inspection, tmp_path)[1:]
    links = [(item["name"], item["nlink"], item["hlnkc"]) for item in shown[1:]]
    assert links == [("a", 3, True), ("b", 3, True), ("c", 3, True)]
    assert len({item["ino"] for item in shown[1:]}) == 1


def test_ncdu_shows_what_is_shipped(tmp_path: Path) -> None:
    require("tmux")
    report = tmp_path / "report.ncdu"
    report.write_bytes(reporting.written("ncdu", reporting.demo(tmp_path, label="demo")))
    with tempfile.TemporaryDirectory(prefix="ncdu") as folder:
        terminal = Terminal(Path(folder), (100, 20))
        try:
            terminal.enter(f"ncdu --si -f {shlex.quote(str(report))}")
            terminal.see("--- /demo", "3.0 MB", "/wasted", "2.6 MB", "/shown", "5.7 MB")
        finally:
            terminal.close()
