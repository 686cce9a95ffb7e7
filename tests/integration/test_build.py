"""`layertui build` with a real engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.integration.engines import CLIENT_PATH
from tests.integration.tools import TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.sample import Saved

INSTRUCTIONS = """FROM {base}
USER 0:0
RUN echo built > /built
RUN {last}
"""


def build(saved: Saved, folder: Path, last: str, *own: str) -> subprocess.CompletedProcess[str]:
    """Build an image on the sample by `layertui build`, without network."""
    (folder / "Dockerfile").write_text(INSTRUCTIONS.format(base=saved.tag, last=last))
    command = [sys.executable, "-m", "layertui", *own, "build", "--ci", "--network=none"]
    environment = {"DOCKER_HOST": saved.engine.host, "DOCKER_BUILDKIT": "0", "PATH": CLIENT_PATH}
    return subprocess.run(
        [*command, "--tag", "layertui/built", folder],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize(("lowest", "code", "verdict"), [("0.01", 0, "PASS"), ("1", 1, "FAIL")])
def test_what_was_built_is_judged(
    classic: Saved, tmp_path: Path, lowest: str, code: int, verdict: str
) -> None:
    file = tmp_path / "report.json"
    rules = ("--lowest-efficiency", lowest, "--highest-user-wasted-percent", "1")
    done = build(classic, tmp_path, "rm /built", *rules, "--json", str(file))
    assert (done.returncode, verdict in done.stdout) == (code, True), done.stderr
    assert "Step 4/4" in done.stderr
    assert "Step" not in done.stdout
    report = json.loads(file.read_text())
    assert report["image"]["reference"] == "layertui/built"
    assert report["layers"][-1]["instruction"] == "RUN rm /built"
    assert "/built" in [each["path"] for each in report["waste"]]


def test_a_build_that_fails_is_no_image(classic: Saved, tmp_path: Path) -> None:
    done = build(classic, tmp_path, "exit 7")
    assert done.returncode == 2
    assert done.stderr.endswith("docker build ended with 7; there is nothing to look at\n")
    assert done.stdout == ""
