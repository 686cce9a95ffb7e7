"""What is extracted is what `umoci unpack --rootless` unpacks, apart from what is left out."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layertui.contents.leading import why_not
from layertui.layers.entries import BLOCKDEV, CHARDEV
from tests.integration import rootfs, stacks
from tests.integration.layouts import TAG, write_layout
from tests.integration.reading import read_filesystem
from tests.integration.tools import require, require_root, run
from tests.taking_out import stack, take_out

if TYPE_CHECKING:
    from collections.abc import Collection

    from layertui.filesystem.tree import Filesystem
    from tests.integration.sample import Saved

STACKS = 192
CHUNK = 64
NOBODY = 65_534
SPECIAL = stat.S_ISUID | stat.S_ISGID
DEVICES = (CHARDEV, BLOCKDEV)


@pytest.fixture(autouse=True)
def _tools() -> None:
    require_root()
    require("umoci")


@pytest.fixture(params=["classic", "buildkit"])
def saved(request: pytest.FixtureRequest) -> Saved:
    """The sample by each of Docker's builders."""
    image: Saved = request.getfixturevalue(request.param)
    return image


def test_a_debian_image_is_extracted_as_umoci_unpacks_it(saved: Saved, tmp_path: Path) -> None:
    theirs = unpacked(layout_of(saved), tmp_path, "--rootless")
    devices = devices_of(read_filesystem(saved.locator("docker save")))
    for transport in ("docker save", "skopeo oci", "skopeo oci zstd"):
        ours = tmp_path / transport.replace(" ", "-")
        program = [sys.executable, "-m", "layertui", "extract", "--no-cache"]
        run(*program, saved.locator(transport), "/", ours)
        assert rootfs.differences(compared(ours), compared(theirs, but=devices)) == ""
        assert contents(ours) == contents(theirs, but=devices)


def test_a_debian_image_is_extracted_without_root(saved: Saved, tmp_path: Path) -> None:
    require("setpriv")
    theirs = unpacked(layout_of(saved), tmp_path, "--rootless")
    devices = devices_of(read_filesystem(saved.locator("docker save")))
    archive = Path(saved.locator("docker save").removeprefix("docker-archive:"))
    with tempfile.TemporaryDirectory(prefix="layertui-nobody-") as name:
        os.chown(name, NOBODY, NOBODY)
        nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        program = [sys.executable, "-m", "layertui", "extract", "--no-cache", "-", "/", "new"]
        with archive.open("rb") as image:
            done = subprocess.run(
                [*nobody, *program],
                stdin=image,
                capture_output=True,
                check=False,
                cwd=name,
                env={**os.environ, "PYTHONPATH": str(Path.cwd()), "HOME": name},
            )
        assert done.returncode == 0, done.stderr.decode()
        ours = compared(Path(name, "new"))
        assert rootfs.differences(ours, compared(theirs, but=devices)) == ""


def test_tar_makes_of_a_stream_what_umoci_unpacks_as_root(saved: Saved, tmp_path: Path) -> None:
    require("tar")
    theirs = unpacked(layout_of(saved), tmp_path)
    stream, ours = tmp_path / "stream.tar", tmp_path / "ours"
    ours.mkdir()
    program = [sys.executable, "-m", "layertui", "extract", "--tar"]
    run(*program, saved.locator("docker save"), "/", stream)
    run("tar", "-xpf", stream, "-C", ours, "--numeric-owner", "--same-owner")
    assert rootfs.differences(rootfs.from_folder(ours), rootfs.from_folder(theirs)) == ""
    assert contents(ours) == contents(theirs)


@pytest.mark.parametrize("first", range(0, STACKS, CHUNK))
def test_random_stacks_are_extracted_as_umoci_unpacks_them(first: int) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(disagreement, range(first, first + CHUNK)))
    wrong = {first + number: lines for number, lines in enumerate(found) if lines}
    assert not wrong


def disagreement(seed: int) -> str:
    """Return where we and umoci differ on a stack, empty when nowhere."""
    layers = stacks.blobs(stacks.stack(seed))
    with tempfile.TemporaryDirectory(prefix="layertui-umoci-") as name:
        folder = Path(name)
        write_layout(folder / "layout", layers)
        theirs = unpacked(f"{folder / 'layout'}:{TAG}", folder, "--rootless")
        take_out(layers, folder / "ours")
        devices = devices_of(stack(layers)[0])
        return rootfs.differences(compared(folder / "ours"), compared(theirs, but=devices))


def layout_of(saved: Saved) -> str:
    """Return the sample as umoci takes it."""
    require("skopeo")
    return saved.locator("skopeo oci").removeprefix("oci:") + ":1"


def unpacked(image: str, folder: Path, *options: str) -> Path:
    """Return the folder that umoci makes of an image."""
    run("umoci", "unpack", *options, "--image", image, folder / "bundle")
    return folder / "bundle" / "rootfs"


def devices_of(filesystem: Filesystem) -> frozenset[bytes]:
    """Return the paths of devices."""
    top = len(filesystem.indexes) - 1
    nodes = ((node, filesystem.version(node, top)) for node in range(len(filesystem.table)))
    return frozenset(
        filesystem.table.path(node)
        for node, version in nodes
        if filesystem.exists(version) and filesystem.kind(version) in DEVICES
    )


def compared(top: Path, but: Collection[bytes] = ()) -> rootfs.Tree:
    """Return what is in a folder as both have it.

    Everything belongs to whoever unpacks. We leave out devices (umoci makes empty files of them),
    named pipes and links that lead out, and leave away setuid and setgid.
    """
    tree = rootfs.from_folder(top)
    links = {path[1:]: node.link for path, node in tree.items() if node.type == "symlink"}
    return {
        path: replace(node, uid=0, gid=0, mode=node.mode & ~SPECIAL)
        for path, node in tree.items()
        if path not in but
        and node.type in ("file", "directory", "symlink")
        and not (node.link is not None and why_not(path[1:], node.link, links.get))
    }


def contents(top: Path, but: Collection[bytes] = ()) -> dict[bytes, str]:
    """Return the digests of the files in a folder."""
    found = {}
    for parent, _, files in os.walk(top):
        for path in (Path(parent, name) for name in files):
            name = b"/" + os.fsencode(path.relative_to(top))
            if name not in but and path.is_file() and not path.is_symlink():
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
