from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from layertui.cli import run
from layertui.reports.formats import FORMATS
from tests import archives
from tests.builders import file, layer, whiteout

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = [layer(file("a", b"a" * 1000), file("b", b"b" * 1000)), layer(whiteout("b"))]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the rules and settings of this machine out."""
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setattr("layertui.config.settings.own_settings_file", lambda: empty / "none.toml")


@pytest.fixture
def image(tmp_path: Path) -> str:
    return str(archives.write_tarball(archives.docker_save(LAYERS), tmp_path / "image.tar"))


def test_a_report_without_a_file_takes_the_place_of_the_text(
    image: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--report", "json", image]) == 0
    assert json.loads(capsys.readouterr().out)["schemaVersion"] == 1


def test_a_dash_is_stdout(image: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--report", "csv=-", image]) == 0
    assert capsys.readouterr().out.startswith("record,layer,path,")


def test_reports_in_files_leave_stdout_to_the_text(
    image: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--report", f"junit={tmp_path}/a=b.xml", f"--report=csv={tmp_path}/c", image]) == 0
    assert "shipped" in capsys.readouterr().out
    assert (tmp_path / "a=b.xml").read_text().startswith("<?xml")
    assert (tmp_path / "c").read_text().startswith("record,")


def test_all_formats_are_written_at_once(
    image: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = [f"--report={name}={tmp_path}/out.{name}" for name in FORMATS]
    assert run(["--ci", *reports, image]) == 1
    assert all((tmp_path / f"out.{name}").stat().st_size > 100 for name in FORMATS)
    assert (tmp_path / "out.text").read_text() == capsys.readouterr().out


def test_the_json_option_goes_together_with_reports(
    image: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--json", f"{tmp_path}/j", "--report", "markdown", image]) == 0
    assert capsys.readouterr().out.startswith("## ")
    assert json.loads((tmp_path / "j").read_text())["schemaVersion"] == 1


@pytest.mark.parametrize(
    "arguments",
    [["--report", "json", "--report", "csv"], ["--json", "-", "--report", "csv=-"]],
)
def test_two_reports_on_stdout_are_refused(
    image: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, image]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "only one report can go to standard output, not csv too" in err


def test_two_reports_in_one_file_are_refused(
    image: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--report", "csv=x", "--report", "html=x", image]) == 2
    assert "two reports go to 'x'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("marktown", "unknown format 'marktown'. Did you mean markdown?"),
        ("JSON=x", "Did you mean json?"),
        ("zzz", "Known: text, json, markdown, "),
        ("\x1b[31m", "unknown format '\\x1b[31m'"),
        ("csv=", "no file is named behind csv="),
    ],
)
def test_a_format_that_is_none_is_refused_before_the_image_is_looked_for(
    text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--report", text, "no-such-image.tar"]) == 2
    out, err = capsys.readouterr()
    assert (out, told in err) == ("", True), err


def test_a_file_that_cannot_be_written_ends_in_2(
    image: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--report", f"csv={tmp_path}/none/x", image]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_the_help_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    start = text.index("--report")
    assert all(name in text[start : start + 300] for name in FORMATS)


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_is_imported_that_a_format_does_not_need(image: str, format_: str) -> None:
    probe = """
import sys
from layertui.cli import run
run(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", probe, "--report", format_, image],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stderr.split())
    formats = {name for name in FORMATS if f"layertui.reports.{name}" in loaded}
    assert formats == {format_}
    assert not loaded & {"textual", "rich", "docker", "requests", "urllib3", "tomlkit", "yaml"}
