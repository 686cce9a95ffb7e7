"""`layertui cat` prints what tar takes out of the layers of a Debian image, byte for byte."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.tools import require

if TYPE_CHECKING:
    from tests.integration.sample import Saved

FILES = 2_000
"""Files of each layer that are looked at, if it has as many."""


@pytest.fixture(scope="module")
def extracted(classic: Saved, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders with what tar extracts from each layer, alone."""
    require("skopeo", "tar", "zstd")
    layout = Path(classic.locator("skopeo oci").partition(":")[2])
    folders = []
    for number, digest in enumerate(_layers(layout)):
        folders.append(tmp_path_factory.mktemp(f"layer-{number}"))
        blob = layout / "blobs" / digest.replace(":", "/")
        # a hard link to a file of a lower layer cannot be made, and is no file of this one
        command = ["tar", "--extract", f"--file={blob}", f"--directory={folders[-1]}"]
        subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    return folders


@pytest.mark.parametrize("transport", ["docker save", "skopeo oci", "skopeo oci zstd"])
def test_files_of_every_layer_are_what_tar_extracts(
    transport: str, classic: Saved, extracted: list[Path]
) -> None:
    locator = classic.locator(transport)
    looked_at = 0
    for number, folder in enumerate(extracted):
        paths = _some_files(folder, number)
        printed = _printed(locator, number, [path.relative_to(folder) for path in paths])
        for path in paths:
            size = path.stat().st_size
            assert printed[:size] == path.read_bytes(), f"layer {number}: {path}"
            printed = printed[size:]
        assert not printed
        looked_at += len(paths)
    assert looked_at >= FILES


def _layers(layout: Path) -> list[str]:
    """Return the digests of the layers of the one image of a layout."""
    index = json.loads((layout / "index.json").read_text())
    top = layout / "blobs" / index["manifests"][0]["digest"].replace(":", "/")
    return [layer["digest"] for layer in json.loads(top.read_text())["layers"]]


def _some_files(folder: Path, seed: int) -> list[Path]:
    """Return files in no order; markers and links are none."""
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".wh.")
    ]
    chance = random.Random(seed)
    return chance.sample(files, min(FILES, len(files)))


def _printed(locator: str, layer: int, paths: list[Path] | list[str]) -> bytes:
    names = [os.fspath(path) for path in paths]
    if not names:
        return b""
    command = [sys.executable, "-m", "layertui", "cat", "--layer", str(layer), locator, *names]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
