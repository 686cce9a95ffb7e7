"""What is not asked for is not even imported."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import archives
from tests.builders import file, layer

if TYPE_CHECKING:
    from pathlib import Path

PROBE = """
import sys
from layertui.cli import run
run(sys.argv[1:])
names = [name.removeprefix("layertui.") for name in sys.modules if name.startswith("layertui.")]
print(*names, *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""
ON_PATHS = {"policy.paths", "policy.globs"}
ON_FINDINGS = {"policy.findings", "insight.detecting", "contents"}
ON_GROWTH = {"policy.growth", "policy.baseline"}


def loaded(folder: Path, rules: str, *arguments: str) -> set[str]:
    """Return the modules that judging an image by some rules loads."""
    image = archives.write_tarball(archives.docker_save([layer(file("a", b"1"))]), folder / "i.tar")
    (folder / "work").mkdir()
    (folder / "work" / ".layertui.toml").write_text(rules)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "--ci", *arguments, str(image)],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder / "work",
    )
    return set(done.stderr.splitlines()[-1].split())


def test_rules_on_figures_load_nothing_for_other_rules(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "[rules]\nhighestSize = 5\n")
    assert modules.isdisjoint({"yaml", "textual", "rich", "docker", "tomlkit", "policy.paths"})
    assert modules.isdisjoint(ON_FINDINGS | {"policy.baseline"})


@pytest.mark.parametrize(
    ("rules", "wanted", "others"),
    [
        ('forbidden = "a"', ON_PATHS, ON_FINDINGS | {"policy.baseline"}),
        ('findings = "left-over"', ON_FINDINGS, {"policy.paths", "policy.baseline"}),
    ],
)
def test_rules_load_what_they_need(
    tmp_path: Path, rules: str, wanted: set[str], others: set[str]
) -> None:
    modules = loaded(tmp_path, rules)
    assert wanted <= modules
    assert modules.isdisjoint(others)


def test_without_a_file_no_rules_but_the_defaults_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    modules = loaded(tmp_path, "", "--ci-config", "/dev/null")
    assert modules.isdisjoint({"policy.paths", "policy.baseline", "contents"})
