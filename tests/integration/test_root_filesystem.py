"""The merged filesystem is what the tools that run images put on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration import rootfs
from tests.integration.engines import podman_store
from tests.integration.reading import read_filesystem
from tests.integration.sample import TAG
from tests.integration.tools import require, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.sample import Saved

MOUNT_POINTS = (b"/dev", b"/proc", b"/sys")
"""Docker mounts these over and leaves the empty mount points of its own in a container."""

WRITTEN_BY_DOCKER = (
    b"/.dockerenv",
    b"/etc/hostname",
    b"/etc/hosts",
    b"/etc/mtab",
    b"/etc/resolv.conf",
)
"""Docker makes these files in each container, whatever the image has there."""


@pytest.fixture(params=["classic", "buildkit"])
def saved(request: pytest.FixtureRequest) -> Saved:
    """The sample by each of Docker's builders."""
    image: Saved = request.getfixturevalue(request.param)
    return image


def test_merged_filesystem_is_what_umoci_unpacks(saved: Saved, tmp_path: Path) -> None:
    require("umoci")
    theirs = unpacked(saved.locator("skopeo oci"), tmp_path)
    assert rootfs.differences(merged(saved.locator("docker save")), theirs) == ""


def test_merged_filesystem_of_a_podman_build_is_what_umoci_unpacks(
    context: Path, tmp_path: Path
) -> None:
    require("podman", "skopeo", "umoci")
    archive, layout = tmp_path / "podman.tar", f"oci:{tmp_path / 'layout'}"
    with podman_store() as podman:
        podman.build(context, TAG)
        podman.run("save", "--format", "oci-archive", "--output", archive, TAG)
    run("skopeo", "--insecure-policy", "copy", f"oci-archive:{archive}", f"{layout}:1")
    assert rootfs.differences(merged(str(archive)), unpacked(layout, tmp_path)) == ""


def test_merged_filesystem_is_what_docker_exports(saved: Saved, tmp_path: Path) -> None:
    saved.engine.export(saved.tag, tmp_path / "export.tar")
    added = MOUNT_POINTS + WRITTEN_BY_DOCKER
    ours = rootfs.without(merged(saved.locator("docker save")), added)
    theirs = rootfs.without(rootfs.from_tarball(tmp_path / "export.tar"), added)
    assert rootfs.differences(ours, theirs) == ""


def merged(locator: str) -> rootfs.Tree:
    """Return our merged filesystem of all layers of an image."""
    filesystem = read_filesystem(locator)
    return rootfs.from_filesystem(filesystem, len(filesystem.indexes) - 1)


def unpacked(layout: str, folder: Path) -> rootfs.Tree:
    """Return what umoci makes of an `oci:` layout whose image has the tag 1."""
    run("umoci", "unpack", "--image", layout.removeprefix("oci:") + ":1", folder / "bundle")
    return rootfs.from_folder(folder / "bundle" / "rootfs")
