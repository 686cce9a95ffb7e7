"""`layertui grep` finds what GNU grep finds in what tar extracts from a Debian image."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.integration.tools import require, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.sample import Saved

PATTERNS = [
    ["-F", "the"], ["-F", "-i", "DEBIAN"], ["-E", "^[A-Z]+="], ["-E", "(usr|etc)/[a-z]+$"],
    ["-E", "[0-9]+(\\.[0-9]+)+"], ["-E", "[[:space:]]if[[:space:]].*then"],
    ["-E", "-i", "gpl.?v?3"],
]  # fmt: skip


@pytest.fixture(scope="module")
def base(context: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the lowest layer."""
    require("grep", "tar")
    folder = tmp_path_factory.mktemp("base")
    archive = context / "base.tar"
    run("tar", "--extract", "--exclude=./dev", f"--file={archive}", f"--directory={folder}")
    return folder


@pytest.mark.parametrize("pattern", PATTERNS, ids=" ".join)
@pytest.mark.parametrize("transport", ["docker save", "skopeo oci zstd"])
def test_lines_are_those_that_grep_finds(
    transport: str, pattern: list[str], classic: Saved, base: Path
) -> None:
    grep = ["grep", "-r", "-n", "-a", *pattern, "."]
    environment = {**os.environ, "LC_ALL": "C"}
    theirs = subprocess.run(
        grep, cwd=base, env=environment, stdout=subprocess.PIPE, check=True
    ).stdout
    command = [sys.executable, "-m", "layertui", "grep", "-a", "--layer", "0", *pattern]
    command.append(classic.locator(transport))
    ours = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    assert _lines(ours, b"/") == _lines(theirs, b"./")
    assert ours.count(b"\n") > 10


def _lines(output: bytes, start: bytes) -> set[bytes]:
    """Return path, number and text of lines that are not too long to be printed whole."""
    lines = (line.removeprefix(start) for line in output.split(b"\n"))
    return {line for line in lines if len(line) < 2_000}
