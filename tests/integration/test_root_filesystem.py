"""The merged filesystem is what the tools that run images put on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration import rootfs
from tests.integration.reading import read_filesystem
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
    layout = saved.locator("skopeo oci")
    run("umoci", "unpack", "--image", layout.removeprefix("oci:") + ":1", tmp_path / "bundle")
    ours = merged(saved)
    assert rootfs.differences(ours, rootfs.from_folder(tmp_path / "bundle" / "rootfs")) == ""


def test_merged_filesystem_is_what_docker_exports(saved: Saved, tmp_path: Path) -> None:
    saved.engine.export(saved.tag, tmp_path / "export.tar")
    added = MOUNT_POINTS + WRITTEN_BY_DOCKER
    ours = rootfs.without(merged(saved), added)
    theirs = rootfs.without(rootfs.from_tarball(tmp_path / "export.tar"), added)
    assert rootfs.differences(ours, theirs) == ""


def merged(saved: Saved) -> rootfs.Tree:
    """Return our merged filesystem of all layers."""
    filesystem = read_filesystem(saved.locator("docker save"))
    return rootfs.from_filesystem(filesystem, len(filesystem.indexes) - 1)
