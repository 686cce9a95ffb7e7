from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layertui.cli import run
from layertui.cli.table import COMMANDS, named_command
from layertui.config import load_settings

if TYPE_CHECKING:
    from layertui.ui.request import OpenRequest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the settings of this machine out; return where the user's own would be."""
    own = tmp_path / "own" / "config.toml"
    monkeypatch.setattr("layertui.config.settings.own_settings_file", lambda: own)
    for name in os.environ:
        if name.startswith("LAYERTUI_") or name in ("TEXTUAL_THEME", "NO_COLOR"):
            monkeypatch.delenv(name)
    return own


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run([*arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def comment(printed: str, setting: str) -> str:
    """Return the comment behind a setting that is printed."""
    [line] = [line for line in printed.splitlines() if line.startswith(f"{setting} = ")]
    return line.partition(" # ")[2]


def test_the_file_is_named_and_whether_it_is_there(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert output(capsys, "config").startswith(f"# Settings file: {elsewhere} (not there)\n")
    assert not elsewhere.parent.exists()
    elsewhere.parent.mkdir()
    elsewhere.touch()
    assert output(capsys, "config").startswith(f"# Settings file: {elsewhere}\n")


def test_what_is_printed_sets_what_is_in_effect(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[screen]\nascii = true\nfilter = "a\\"b\\\\c"\nhide = ["added"]\n'
        '[keys]\n"tree.sort" = "f2"\n[limits]\nlayers = 7\n'
    )
    printed = output(capsys, "config", "--config", str(path))
    copy = tmp_path / "copy.toml"
    copy.write_text(printed)
    before, after = load_settings(path, {}), load_settings(copy, {})
    assert (after.limits, after.screen.filter) == (before.limits, 'a"b\\c')
    assert (after.screen.ascii, after.screen.hide) == (True, ("added",))
    again = output(capsys, "config", "--config", str(copy))
    assert tomllib.loads(again) == tomllib.loads(printed)
    assert list(tomllib.loads(printed)) == ["screen", "keys", "registry", "cache", "limits"]


def test_every_setting_tells_where_it_comes_from(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.parent.mkdir()
    elsewhere.write_text('[screen]\nsort = "size"\n[keys]\n"tree.sort" = "f2"\n')
    monkeypatch.setenv("LAYERTUI_LIMITS_LAYERS", "7")
    printed = output(capsys, "config", "--ascii")
    assert comment(printed, "sort") == "the file"
    assert comment(printed, "layers") == "the environment variable LAYERTUI_LIMITS_LAYERS"
    assert comment(printed, "ascii") == "the option --ascii"
    assert comment(printed, "mouse") == "default"
    assert comment(printed, '"tree.sort"').startswith("the file: Sort")
    assert comment(printed, '"quit"') == "default: Quit"


def test_the_theme_tells_what_the_default_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert comment(output(capsys, "config"), "theme") == "default: textual-dark"
    monkeypatch.setenv("TEXTUAL_THEME", "nord")
    said = comment(output(capsys, "config"), "theme")
    assert said == "default: nord as TEXTUAL_THEME says"
    monkeypatch.setenv("NO_COLOR", "1")
    said = comment(output(capsys, "config"), "theme")
    assert said == "default: ansi-dark as TEXTUAL_THEME and NO_COLOR say"
    monkeypatch.setenv("LAYERTUI_SCREEN_THEME", "dracula")
    said = comment(output(capsys, "config"), "theme")
    assert said == "the environment variable LAYERTUI_SCREEN_THEME"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[screen]\ntheme = 'nrod'\n",
            "screen.theme: there is no theme 'nrod'. Did you mean nord?",
        ),
        ("[keys]\n'tree.srot' = 'x'\n", "no binding 'tree.srot'. Did you mean tree.sort?"),
        ("[keys]\n'tree.sort' = 'F2'\n", "keys.tree.sort: there is no key 'F2'. Did you mean f2?"),
        ("[keys]\n'tree.sort' = 'q'\n", "are both on q. Give one of them another key."),
        (
            "[screen]\nfilter = '>10Mb/'\n",
            "10Mb/ is not a size. Write a number with a unit, such as >10MB or >4KiB.",
        ),
        ("[limits]\nlayer = 1\n", "unknown key 'layer'. Did you mean layers?"),
    ],
)
@pytest.mark.parametrize("terminal", [False, True])
def test_what_is_wrong_is_told_before_the_screen_starts_and_ends_in_2(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    message: str,
    terminal: bool,
) -> None:
    def started(_: object) -> int:
        raise AssertionError

    path = tmp_path / "wrong.toml"
    path.write_text(text)
    monkeypatch.setattr("layertui.ui.run", started)
    monkeypatch.setattr("layertui.cli.explore._has_screen", lambda: True)
    assert run(["--config", str(path), "image.tar" if terminal else "config"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"layertui: {path}: ")
    assert err.endswith(f"{message}\n")


@pytest.mark.parametrize("rules", [[], ["--ci"]])
def test_what_only_the_screen_would_look_at_stops_no_summary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rules: list[str]
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("[screen]\ntheme = 'nrod'\n")
    assert run(["demo", "--config", str(path), *rules]) == (1 if rules else 0)
    assert "nrod" not in capsys.readouterr().err


def test_a_filter_is_checked_as_its_syntax_reads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[screen]\nfilter = '(a'\n")
    assert run(["config", "--config", str(path)]) == 0
    monkeypatch.setenv("LAYERTUI_SCREEN_SYNTAX", "regex")
    capsys.readouterr()
    assert run(["config", "--config", str(path)]) == 2
    assert f"{path}: screen.filter: regular expression: " in capsys.readouterr().err


def test_a_theme_of_textual_that_there_is_not_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "nrod")
    assert run(["config"]) == 2
    err = capsys.readouterr().err
    assert "the environment variable TEXTUAL_THEME: there is no theme 'nrod'" in err


def test_the_screen_gets_the_settings_and_the_file_to_remember_them_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[OpenRequest] = []

    def started(request: OpenRequest) -> int:
        requests.append(request)
        return 0

    path = tmp_path / "mine.toml"
    path.write_text('[screen]\nsort = "size"\n')
    monkeypatch.setattr("layertui.ui.run", started)
    monkeypatch.setattr("layertui.cli.explore._has_screen", lambda: True)
    assert run(["--config", str(path), "--no-ascii", "image.tar"]) == 0
    [request] = requests
    assert (request.screen.sort, request.screen.ascii) == ("size", False)
    assert request.settings_file == path


@pytest.mark.parametrize(
    ("arguments", "name", "rest"),
    [
        ([], "layertui", []),
        (["x.tar"], "layertui", ["x.tar"]),
        (["config"], "layertui config", []),
        (["--config", "config", "config"], "layertui config", ["--config", "config"]),
        (["--config=x", "config", "--ascii"], "layertui config", ["--config=x", "--ascii"]),
        (["-j", "-", "demo", "--ci"], "layertui demo", ["-j", "-", "--ci"]),
        (["-j", "demo", "x.tar"], "layertui", ["-j", "demo", "x.tar"]),
        (["-jdemo", "config"], "layertui config", ["-jdemo"]),
        (["--ascii", "demo"], "layertui demo", ["--ascii"]),
        (["-", "config"], "layertui", ["-", "config"]),
        (["./config"], "layertui", ["./config"]),
        (["--", "config"], "layertui", ["--", "config"]),
        (["x.tar", "config"], "layertui", ["x.tar", "config"]),
    ],
)
def test_the_first_word_names_a_command_or_an_image(
    arguments: list[str], name: str, rest: list[str]
) -> None:
    from layertui.cli import command

    assert named_command(arguments, command)[1:] == (name, rest)


@pytest.mark.parametrize("arguments", [["config", "x.tar"], ["demo", "x.tar"], ["config", "--ci"]])
def test_a_command_refuses_what_it_does_not_take(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert f"Usage: layertui {arguments[0]} " in capsys.readouterr().err


def test_the_help_lists_the_commands_and_each_has_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listed = output(capsys, "--help")
    for name, entry in COMMANDS.items():
        assert f"  {name} " in listed
        assert entry.summary in listed
        assert output(capsys, "--help", name).startswith(f"Usage: layertui {name} [OPTIONS]")


def test_the_users_own_file_is_in_the_configuration_folder_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "xdg"), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "layertui", "config"],
        capture_output=True, text=True, check=True, env=environment, cwd=REPOSITORY,
    )  # fmt: skip
    first = done.stdout.splitlines()[0]
    assert first.startswith(f"# Settings file: {tmp_path}")
    assert first.endswith("layertui/config.toml (not there)")
    assert sorted(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argument", ["config", "--help"])
def test_a_reader_that_goes_away_is_no_error(argument: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "layertui", argument],
        stdout=writer, stderr=subprocess.PIPE, check=False, cwd=REPOSITORY,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
