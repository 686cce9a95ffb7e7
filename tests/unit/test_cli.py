from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from layertui import __version__
from layertui.cli import run
from layertui.errors import EngineError
from tests import archives
from tests.builders import file, layer, whiteout

GOOD = [layer(file("a", b"a" * 1000)), layer(file("b", b"b" * 1000))]
WASTEFUL = [*GOOD, layer(whiteout("b"))]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the rules and settings of this machine out."""
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setattr("layertui.config.settings.own_settings_file", lambda: empty / "none.toml")


def saved(tmp_path: Path, layers: list[bytes]) -> str:
    return str(archives.write_tarball(archives.docker_save(layers), tmp_path / "image.tar"))


def test_an_image_that_keeps_the_rules_ends_in_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--ci", saved(tmp_path, GOOD)]) == 0
    out, err = capsys.readouterr()
    assert out.endswith("PASS  (2 passed, 0 failed, 1 skipped)\n")
    assert err == ""


def test_an_image_that_breaks_a_rule_ends_in_1_and_tells_paths_and_layers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--ci", saved(tmp_path, WASTEFUL)]) == 1
    out = capsys.readouterr().out
    assert "FAIL  lowestEfficiency          0.5, at least 0.9" in out
    assert "    1.0 kB  /b  (layer 1: removed later)" in out
    ships, wastes = out.split("the layers that ship them")[1].split("make them waste")[:2]
    assert "    1.0 kB  layer 1: " in ships
    assert "    1.0 kB  layer 2: COPY file:2 in /" in wastes
    assert out.endswith("FAIL  (0 passed, 2 failed, 1 skipped)\n")


@pytest.mark.parametrize(
    "flags",
    [
        ["--lowest-efficiency", "0.5", "--highest-user-wasted-percent", "1"],
        ["--lowestEfficiency=0.5", "--highestUserWastedPercent=disabled"],
        ["--lowestEfficiency=0.5", "--highestUserWastedPercent=1", "--highestWastedBytes=1kB"],
    ],
)
def test_thresholds_can_be_given_on_the_command_line(tmp_path: Path, flags: list[str]) -> None:
    assert run(["--ci", *flags, saved(tmp_path, WASTEFUL)]) == 0


def test_rules_come_from_the_file_that_is_named(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text("rules: {lowestEfficiency: 0.1, highestUserWastedPercent: disabled}")
    assert run(["--ci", "--ci-config", str(rules), saved(tmp_path, WASTEFUL)]) == 0


def test_without_a_terminal_the_summary_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([saved(tmp_path, WASTEFUL)]) == 0
    out = capsys.readouterr().out
    assert "Most wasted paths" in out
    assert "Rules" not in out
    assert "\x1b" not in out


def test_json_on_stdout_is_alone_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--json", "-", "--ci", saved(tmp_path, WASTEFUL)]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [rule["status"] for rule in document["rules"]] == ["fail", "skip", "fail"]


def test_json_in_a_file_leaves_the_text_on_stdout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "report.json"
    target.write_text("x" * 1_000_000)
    assert run(["--json", str(target), saved(tmp_path, GOOD)]) == 0
    assert json.loads(target.read_text())["image"]["size"] == 2000
    assert "Layers" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "elsewhere", "image.tar", "report.json",
    ]  # fmt: skip


def test_a_json_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    old = os.umask(0o027)
    try:
        run(["--json", str(target), saved(tmp_path, GOOD)])
    finally:
        os.umask(old)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_json_file_that_cannot_be_written_ends_in_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--json", str(tmp_path / "no" / "r.json"), saved(tmp_path, GOOD)]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_an_image_that_is_not_there_ends_in_2_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--ci", str(tmp_path / "none.tar")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("layertui: ")
    assert "none.tar" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--ci", "--lowest-efficiency", "95"],
        ["--ci", "--highest-wasted-bytes", "lots"],
        ["--ci", "--ci-config", "none.yml"],
        ["--config", "none.toml"],
        ["--metrics", "other"],
        ["--platform", "a/b/c/d/e"],
        ["--image", "99"],
        ["--no-such-option"],
        ["one too many"],
    ],
)
def test_what_cannot_be_asked_for_ends_in_2(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, saved(tmp_path, GOOD)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err
    assert "Traceback" not in err


def test_no_image_ends_in_2_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Usage: layertui" in capsys.readouterr().err


def test_several_images_without_a_choice_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = archives.docker_save(GOOD), archives.docker_save(WASTEFUL, tags=["shop/web:1"])
    items = [*json.loads(_bytes(one)), *json.loads(_bytes(two))]
    members = {**one, **two, "manifest.json": archives.dump(items)}
    path = str(archives.write_tarball(members, tmp_path / "two.tar"))
    assert run(["--ci", path]) == 2
    assert "  0  shop/api:2.4\n  1  shop/web:1\n" in capsys.readouterr().err
    assert run(["--ci", "--image", "0", path]) == 0
    assert run(["--ci", "--image", "shop/web:1", path]) == 1


def _bytes(members: archives.Members) -> bytes:
    manifest = members["manifest.json"]
    assert isinstance(manifest, bytes)
    return manifest


@pytest.mark.parametrize("mode", [["--ci"], ["--json", "-"], []])
def test_a_damaged_layer_gives_its_report_and_ends_in_2(
    tmp_path: Path, mode: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = [GOOD[0], GOOD[1][:700]]
    assert run([*mode, saved(tmp_path, damaged)]) == 2
    out = capsys.readouterr().out
    assert "the tar ends within the content of an entry" in out
    assert "offset 700" in out


def test_a_wrong_digest_is_found_by_verify_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    members = archives.docker_save(GOOD)
    [name] = [n for n, data in members.items() if data == GOOD[1]]
    members[name] = layer(file("c", b"c" * 1000))
    path = str(archives.write_tarball(members, tmp_path / "image.tar"))
    assert run(["--ci", path]) == 0
    assert run(["--ci", "--verify", path]) == 2
    assert "INCOMPLETE" in capsys.readouterr().out
    assert run(["--json", "-", "--verify", path]) == 2
    document = json.loads(capsys.readouterr().out)
    assert [each["verified"] for each in document["layers"]] == [True, False]


def test_the_metrics_of_dive_can_be_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--json", "-", "--metrics", "dive", saved(tmp_path, WASTEFUL)]) == 0
    image = json.loads(capsys.readouterr().out)["image"]
    assert image["metrics"] == "dive"
    assert (image["efficiency"], image["wastedSize"]) == (0.5, 1000)
    assert image["wasted"]["removed"] == 1000


def test_the_base_can_be_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--json", "-", "--base", "2", saved(tmp_path, WASTEFUL)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["image"]["baseLayers"] == 2
    assert [each["base"] for each in document["layers"]] == [True, True, False]


def test_the_demo_takes_the_same_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--ci"]) == 1
    assert capsys.readouterr().out.startswith("demo   ")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"layertui {__version__}\n"


def test_an_interrupt_ends_in_130(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("layertui.headless.inspect_image", interrupted)
    assert run(["--ci", saved(tmp_path, GOOD)]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_hostile_names_reach_the_terminal_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = [
        layer(file(b"\x1b]0;pwned\x07\xff", b"x" * 9)),
        layer(whiteout(b"\x1b]0;pwned\x07\xff")),
    ]
    assert run(["--ci", saved(tmp_path, hostile)]) == 1
    out = capsys.readouterr().out
    assert r"/\x1b]0;pwned\x07\xff" in out
    assert "\x1b" not in out


def test_what_is_not_an_image_gets_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(600))
    assert run(["--ci", str(path)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "picture.png" in err
    assert "Expected an image" in err


@pytest.mark.parametrize(
    "flags",
    [["--lowestEfficiency", "0.5"], ["--ci-config", "rules.yml"], ["--highestWastedBytes=1"]],
)
def test_rules_that_nothing_would_judge_are_refused(
    tmp_path: Path, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*flags, saved(tmp_path, GOOD)]) == 2
    assert "without --ci" in capsys.readouterr().err


def test_a_json_file_behind_a_link_is_written_and_the_link_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    assert run(["--json", str(link), saved(tmp_path, GOOD)]) == 0
    assert link.is_symlink()
    assert json.loads(target.read_text())["schemaVersion"] == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_json_can_go_to_what_is_open_already(tmp_path: Path) -> None:
    with (tmp_path / "out.json").open("wb") as file:
        assert run(["--json", f"/proc/self/fd/{file.fileno()}", saved(tmp_path, GOOD)]) == 0
    assert json.loads((tmp_path / "out.json").read_text())["schemaVersion"] == 1


@pytest.mark.parametrize("shell", ["%s >&-", "%s 2>&-", "%s >/dev/full", "%s >&- 2>&-"])
@pytest.mark.parametrize("arguments", ["--ci none.tar", "--ci %(image)s", "--json - %(image)s"])
def test_streams_that_cannot_be_written_are_no_traceback_and_no_failed_rule(
    tmp_path: Path, shell: str, arguments: str
) -> None:
    image = saved(tmp_path, GOOD)
    command = f"{sys.executable} -m layertui {arguments % {'image': image}}"
    done = subprocess.run(
        ["sh", "-c", shell % command], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.returncode != 1


def test_a_judgement_shows_digits_enough_to_be_understood(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = saved(
        tmp_path, [layer(file("a", b"a" * 9000)), layer(file("b", b"b" * 1)), WASTEFUL[2]]
    )
    assert run(["--ci", "--lowestEfficiency", "0.99989", image]) == 1
    assert "lowestEfficiency          0.999889, at least 0.99989" in capsys.readouterr().out


def test_no_rule_passes_on_an_image_that_was_read_in_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--ci", "--json", "-", saved(tmp_path, [GOOD[0], GOOD[1][:700]])]) == 2
    statuses = [rule["status"] for rule in json.loads(capsys.readouterr().out)["rules"]]
    assert "pass" not in statuses


@pytest.mark.parametrize("message", ["it says: not today", "it says: not today."])
def test_what_happened_and_what_to_do_are_two_sentences(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, message: str
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise EngineError(message, hint="Ask again tomorrow.")

    monkeypatch.setattr("layertui.headless.run_headless", failing)
    assert run(["--ci", "image.tar"]) == 2
    told = capsys.readouterr().err
    assert told == "layertui: it says: not today. Ask again tomorrow.\n"
