"""An image that is rolled back is loaded by engines, and is then what was shown at that layer."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from layertui.sources import open_image
from tests.integration import rootfs
from tests.integration.reading import read_filesystem, read_model
from tests.integration.test_root_filesystem import MOUNT_POINTS, WRITTEN_BY_DOCKER
from tests.integration.tools import require, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.engines import Podman
    from tests.integration.sample import Saved

NAME = "localhost/rolled-back:{}"
ADDED = MOUNT_POINTS + WRITTEN_BY_DOCKER
BY_PODMAN = (*ADDED, b"/run")


@pytest.fixture(params=["classic", "buildkit"])
def saved(request: pytest.FixtureRequest) -> Saved:
    """The sample by each of Docker's builders."""
    image: Saved = request.getfixturevalue(request.param)
    return image


def rolled_back(locator: str, number: int, folder: Path) -> Path:
    """Return the archive of an image as it was at a layer."""
    target = folder / f"{number}.tar"
    program = [sys.executable, "-m", "layertui", "rollback", "--tag", NAME.format(number)]
    run(*program, locator, "--to", number, target)
    return target


def test_docker_loads_and_exports_what_was_shown_at_each_layer(
    saved: Saved, tmp_path: Path
) -> None:
    filesystem = read_filesystem(saved.locator("docker save"))
    for number in range(len(filesystem.indexes)):
        archive = rolled_back(saved.locator("docker save"), number, tmp_path)
        told = saved.engine.run("load", "--input", archive)
        assert told == f"Loaded image: {NAME.format(number)}"
        saved.engine.export(NAME.format(number), tmp_path / "export.tar")
        ours = rootfs.without(rootfs.from_filesystem(filesystem, number), ADDED)
        theirs = rootfs.without(rootfs.from_tarball(tmp_path / "export.tar"), ADDED)
        assert rootfs.differences(ours, theirs) == ""
        saved.engine.run("rmi", NAME.format(number))
        archive.unlink()


def test_podman_loads_and_exports_what_was_shown_at_each_layer(
    classic: Saved, podman: Podman, tmp_path: Path
) -> None:
    require("podman")
    filesystem = read_filesystem(classic.locator("docker save"))
    for number in range(len(filesystem.indexes)):
        archive = rolled_back(classic.locator("docker save"), number, tmp_path)
        assert podman.run("load", "--input", archive).endswith(NAME.format(number))
        container = podman.run("create", "--network=none", NAME.format(number), "command")
        podman.run("export", "--output", tmp_path / "export.tar", container)
        ours = rootfs.without(rootfs.from_filesystem(filesystem, number), BY_PODMAN)
        theirs = rootfs.without(rootfs.from_tarball(tmp_path / "export.tar"), BY_PODMAN)
        assert rootfs.differences(ours, theirs) == ""
        podman.run("rm", container)
        podman.run("rmi", NAME.format(number))
        archive.unlink()


@pytest.mark.parametrize(
    "transport",
    ["docker save", "podman oci-archive", "skopeo oci", "skopeo oci zstd", "skopeo dir"],
)
def test_skopeo_reads_the_archive_in_both_ways(
    saved: Saved, transport: str, tmp_path: Path
) -> None:
    require("skopeo")
    whole = read_model(saved.locator(transport))
    number = len(whole.diff_ids) // 2
    archive = rolled_back(saved.locator(transport), number, tmp_path)
    for form in ("docker-archive", "oci-archive"):
        inspected = json.loads(run("skopeo", "inspect", "--config", f"{form}:{archive}"))
        assert tuple(inspected["rootfs"]["diff_ids"]) == whole.diff_ids[: number + 1]
        copy = tmp_path / form
        run("skopeo", "--insecure-policy", "copy", f"{form}:{archive}", f"oci:{copy}:1")
        model = read_model(f"oci:{copy}")
        assert model.listings == whole.listings[: number + 1]
        assert model.history == whole.history[: len(model.history)]


def test_rolled_back_to_the_topmost_layer_it_is_the_same_image(
    saved: Saved, tmp_path: Path
) -> None:
    image = open_image(saved.locator("docker save"))
    archive = rolled_back(saved.locator("docker save"), len(image.layers) - 1, tmp_path)
    saved.engine.run("load", "--input", archive)
    name = NAME.format(len(image.layers) - 1)
    assert saved.engine.run("inspect", "--format", "{{.Id}}", name) == image.image_id
    image.close()


def test_docker_loads_it_from_a_pipe_and_without_a_name(saved: Saved, tmp_path: Path) -> None:
    archive = tmp_path / "unnamed.tar"
    program = [sys.executable, "-m", "layertui", "rollback"]
    run(*program, saved.locator("skopeo oci zstd"), "--to", "1", archive)
    assert saved.engine.run("load", "--input", archive).startswith("Loaded image ID: sha256:")
