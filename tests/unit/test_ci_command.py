"""`layertui ci`, and judging against a baseline on the command line."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from layertui.cli import run
from tests import archives
from tests.builders import file, layer, whiteout
from tests.databases import dpkg_list, stanza, status

GOOD = [
    layer(file("base", b"b" * 90_000), file("bin/su", b"su", mode=0o4755)),
    layer(file("srv/app", b"a" * 50_000), file("srv/old", b"o" * 900)),
    layer(whiteout("srv/old")),
]
WORSE = [*GOOD, layer(file("srv/node_modules/x", b"n" * 90_000), file("id_rsa", b"k" * 10))]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, without settings."""
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setattr("layertui.config.settings.own_settings_file", lambda: empty / "none.toml")
    return empty


@pytest.fixture
def good(tmp_path: Path) -> str:
    return str(archives.write_tarball(archives.docker_save(GOOD), tmp_path / "good.tar"))


@pytest.fixture
def worse(tmp_path: Path) -> str:
    return str(archives.write_tarball(archives.docker_save(WORSE), tmp_path / "worse.tar"))


def test_a_written_file_is_one_that_the_image_passes(
    good: str, worse: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ci", "init", good]) == 0
    assert capsys.readouterr() == ("", "layertui: wrote .layertui.toml\n")
    assert run(["--ci", good]) == 0
    out = capsys.readouterr().out
    assert "PASS  no more setuid files" in out
    assert "0 failed, 0 skipped)" in out
    assert run(["--ci", worse]) == 1


def test_all_that_is_off_in_a_written_file_can_be_switched_on(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ci", "init", "--output", "-", good]) == 0
    text = capsys.readouterr().out
    assert tomllib.loads(text)["forbidden"][1]["except"] == ["/bin/su"]
    assert tomllib.loads(text)["rules"]["highestWastedBytes"] == "1MB"
    Path("all.toml").write_text(re.sub(r"(?m)^#(?! |$)", "", text))
    assert run(["ci", "explain", "--ci-config", "all.toml"]) == 0
    told = capsys.readouterr().out
    assert "Not limited: highestLayerSize\n" in told
    for rule in ("required /etc/passwd", "finding secret", "sizeGrowth", "layersGrowth"):
        assert f"\n{rule}: " in told
    assert "\nthe exception from highestSize until 2030-12-31: " in told
    assert "\nFor images named */api:* besides\n" in told


def test_a_file_that_is_there_is_written_over_only_by_force(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".layertui.toml").write_text("mine")
    assert run(["ci", "init", good]) == 2
    assert "is there already. Add --force to write over it" in capsys.readouterr().err
    assert Path(".layertui.toml").read_text() == "mine"
    assert run(["ci", "init", "--force", good]) == 0
    assert "[rules]" in Path(".layertui.toml").read_text()


def test_no_rules_are_fitted_to_a_part_of_an_image(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = archives.docker_save([GOOD[0][:-3000], GOOD[1]])
    path = archives.write_tarball(cut, tmp_path / "cut.tar")
    assert run(["ci", "init", str(path)]) == 2
    assert "the image is not whole" in capsys.readouterr().err
    assert not Path(".layertui.toml").exists()


def test_a_file_that_cannot_be_written_is_told(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ci", "init", "-o", "no/such/file", good]) == 2
    assert "cannot write no/such/file: No such file" in capsys.readouterr().err


def test_each_rule_is_explained_with_its_origin(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".dive-ci").write_text("rules:\n  highestWastedBytes: 20MB\n")
    assert run(["ci", "explain"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Rules of .dive-ci\n\nlowestEfficiency: at least 0.9   (the default)\n")
    assert (
        "highestWastedBytes: at most 20,000,000 bytes   (.dive-ci: rules.highestWastedBytes)\n"
        "    The bytes that are shipped and not shown.\n"
    ) in out


def test_files_that_are_passed_over_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".dive-ci").write_text("rules: {}\n")
    Path(".layertui.toml").write_text("")
    assert run(["ci", "explain"]) == 0
    assert "Not looked at: .dive-ci\n" in capsys.readouterr().out


def test_without_a_file_the_defaults_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ci", "explain"]) == 0
    assert capsys.readouterr().out.startswith("No rules file; the defaults\n")


def test_of_an_image_it_is_told_how_it_does(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".layertui.toml").write_text(
        'required = "/none"\n[rules]\nhighestSize = "1MB"\n'
        '[[image]]\nmatch = "shop/*"\nforbidden = "/srv/**"\n'
        '[[image]]\nmatch = "other"\nforbidden = "/x"\n'
    )
    assert run(["ci", "explain", good]) == 0
    out = capsys.readouterr().out
    assert "Sections for this image: shop/*\n" in out
    assert "    Now: pass, 140,902 bytes, at most 1,000,000 bytes\n" in out
    assert "    Now: fail, 1 path missing\n" in out
    assert "    The image must not have /srv/**.\n" in out
    assert "/x" not in out


def test_an_image_is_measured_against_the_file_of_another(
    good: str, worse: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--write-baseline", "main.json", good]) == 0
    capsys.readouterr()
    assert run(["--ci", "--baseline", "main.json", good]) == 0
    capsys.readouterr()
    assert run(["--ci", "--baseline", "main.json", worse]) == 1
    out = capsys.readouterr().out
    assert "FAIL  sizeGrowth                +90.0 kB (141 kB before, 231 kB now)" in out
    assert "\nsizeGrowth\n   90.0 kB  layer 3: COPY file:3 in /  (new)\n" in out
    assert "   90.0 kB  /srv/node_modules/x  (layer 3)  (new)\n" in out


def test_an_image_is_measured_against_a_report_or_another_image(good: str, worse: str) -> None:
    assert run(["--json", "main.json", good]) == 0
    for then in ("main.json", good):
        assert run(["--ci", "--baseline", then, good]) == 0
        assert run(["--ci", "--baseline", then, worse]) == 1


def test_the_packages_that_grew_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def saved(name: str, version: str, size: int) -> str:
        entries = [
            status(stanza("curl", version), stanza("tar")),
            dpkg_list("curl", "/usr/bin/curl"),
            dpkg_list("tar", "/usr/bin/tar"),
            file("usr/bin/tar", b"t" * 5_000),
            file("usr/bin/curl", b"c" * size),
        ]
        members = archives.docker_save([layer(*entries)])
        return str(archives.write_tarball(members, tmp_path / name))

    old, new = saved("old.tar", "7.88", 20_000), saved("new.tar", "8.0", 60_000)
    assert run(["--write-baseline", "main.json", old]) == 0
    assert json.loads(Path("main.json").read_text())["compact"]["packages"]["apt curl"][1] == 20_000
    for then in ("main.json", old):
        capsys.readouterr()
        assert run(["--ci", "--baseline", then, new]) == 1
        out = capsys.readouterr().out
        assert "\n   40.0 kB  package apt curl 7.88 -> 8.0\n" in out
        assert "package apt tar" not in out


def test_the_baseline_may_stand_in_the_rules(good: str, worse: str) -> None:
    assert run(["--ci", "--write-baseline", "main.json", good]) == 0
    Path(".layertui.toml").write_text('[baseline]\nfile = "main.json"\nsize = "90kB"\nlayers = 0\n')
    assert run(["--ci", good]) == 0
    assert run(["--ci", worse]) == 1
    Path(".layertui.toml").write_text('[baseline]\nfile = "main.json"\nsize = "1MB"\nlayers = 1\n')
    assert run(["--ci", worse]) == 0


def test_growth_is_in_the_json_report_with_its_evidence(
    good: str, worse: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--ci", "--baseline", good, "--json", "-", worse]) == 1
    rules = {rule["name"]: rule for rule in json.loads(capsys.readouterr().out)["rules"]}
    growth = rules["sizeGrowth"]
    assert (growth["status"], growth["unit"], growth["value"]) == ("fail", "bytes", 90_010)
    assert growth["evidence"][0] == {
        "path": None, "layer": 3, "size": 90_010, "message": "(new)",
    }  # fmt: skip
    assert rules["lowestEfficiency"]["evidence"] == []


def test_a_baseline_that_nothing_would_be_measured_by_is_refused(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--baseline", good, good]) == 2
    assert "--baseline is given without --ci. Add --ci" in capsys.readouterr().err


def test_a_new_baseline_tells_what_the_rules_named_need(good: str) -> None:
    Path("rules.toml").write_text("[baseline]\nfindings = 0\n")
    assert run(["--ci-config", "rules.toml", "--write-baseline", "b.json", good]) == 0
    assert json.loads(Path("b.json").read_text())["findings"][0]["kind"] == "setuid"
    assert run(["--ci-config", "rules.toml", good]) == 2


def test_a_baseline_that_is_not_there_is_no_pass(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--ci", "--baseline", "none.json", good]) == 2
    assert "cannot read none.json: No such file or directory. --write-b" in capsys.readouterr().err


def test_a_part_of_an_image_is_no_baseline(
    tmp_path: Path, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = archives.docker_save([GOOD[0][:-3000], GOOD[1]])
    path = str(archives.write_tarball(cut, tmp_path / "cut.tar"))
    assert run(["--write-baseline", "b.json", path]) == 2
    assert "b.json is not written" in capsys.readouterr().err
    assert not Path("b.json").exists()
    assert run(["--ci", "--baseline", path, good]) == 2
    assert "is not whole, so nothing is measured by it" in capsys.readouterr().err


def test_rules_of_an_image_that_is_not_whole_do_not_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = archives.docker_save([GOOD[0][:-3000], GOOD[1]])
    path = str(archives.write_tarball(cut, tmp_path / "cut.tar"))
    Path(".layertui.toml").write_text('forbidden = "*.pem"\n')
    assert run(["--ci", path]) == 2
    assert "SKIP  forbidden *.pem" in capsys.readouterr().out


def test_findings_are_looked_for_where_a_rule_is_about_them(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".layertui.toml").write_text('findings = "left-over"\n')
    assert run(["--ci", good]) == 0
    assert "PASS  finding left-over         none found\n" in capsys.readouterr().out


def test_new_findings_are_looked_for_where_they_are_limited(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = [*GOOD, layer(file("bin/sudo", b"sudo", mode=0o4755))]
    path = str(archives.write_tarball(archives.docker_save(more), tmp_path / "more.tar"))
    assert run(["--write-baseline", "without.json", good]) == 0
    Path(".layertui.toml").write_text("[baseline]\nfindings = 0\nsize = '1MB'\n")
    assert run(["--write-baseline", "main.json", good]) == 0
    capsys.readouterr()
    assert run(["--ci", "--baseline", "without.json", path]) == 0
    assert "SKIP  newFindings               skipped: the baseline" in capsys.readouterr().out
    for then in ("main.json", good):
        assert run(["--ci", "--baseline", then, path]) == 1
        out = capsys.readouterr().out
        assert "FAIL  newFindings               1 new, at most 0\n" in out
        assert "/bin/sudo  (layer 3)" in out


def test_an_exception_that_nothing_needs_is_a_warning(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".layertui.toml").write_text(
        '[[allowed]]\nrule = "highestSize"\nreason = "r"\nuntil = "never"\n'
    )
    assert run(["--ci", good]) == 0
    assert "  nothing needs the exception from highestSize: r (.layertui.toml: allowed)" in (
        capsys.readouterr().out
    )
