"""Paths with links lead where the kernel says they do, with a folder as the root."""

from __future__ import annotations

import ctypes
import os
import random
import struct
from pathlib import Path

import pytest

from layertui.filesystem.links import follow
from tests import builders
from tests.integration.tools import unavailable
from tests.layers import stack

_OPENAT2, _IN_ROOT = 437, 0x10
_NAMES = ["a", "b", "c"]
_TREES, _PATHS = 150, 60


def test_paths_lead_where_the_kernel_goes(tmp_path: Path) -> None:
    for seed in range(_TREES):
        root = tmp_path / str(seed)
        root.mkdir()
        chance = random.Random(seed)
        filesystem = stack(list(_tree(chance, root)))
        for _ in range(_PATHS):
            path, last = _path(chance, 6), chance.random() < 0.7
            found = follow(filesystem, path.encode(), 0, last=last)
            ours = None if found.node is None else found.path.decode()
            assert ours == _kernel(root, path, last=last), (seed, path, last)


def _tree(chance: random.Random, root: Path) -> list[bytes]:
    """Make a random tree in a folder; return the entries of the same tree."""
    entries = []
    for _ in range(14):
        parent = "/".join(chance.choices(_NAMES, k=chance.randrange(3)))
        path = f"{parent}/{chance.choice(_NAMES)}".strip("/")
        folder = root / parent
        is_folder = all(each.is_dir() and not each.is_symlink() for each in _way(root, folder))
        if not is_folder or os.path.lexists(root / path):
            continue
        kind = chance.choice("fdll")
        if kind == "f":
            (root / path).write_bytes(b"")
            entries.append(builders.file(path))
        elif kind == "d":
            (root / path).mkdir()
            entries.append(builders.directory(path))
        else:
            text = _path(chance, 4)
            (root / path).symlink_to(text)
            entries.append(builders.symlink(path, text))
    return entries


def _way(root: Path, folder: Path) -> list[Path]:
    return [folder, *(each for each in folder.parents if each.is_relative_to(root))]


def _path(chance: random.Random, most: int) -> str:
    parts = chance.choices([*_NAMES, *_NAMES, ".", "..", ""], k=chance.randint(1, most))
    return ("/" if chance.random() < 0.4 else "") + "/".join(parts) or "."


def _kernel(root: Path, path: str, *, last: bool) -> str | None:
    """Return where the kernel ends with a folder as the root, None where it finds nothing."""
    library = ctypes.CDLL(None, use_errno=True)
    start = os.open(root, os.O_PATH | os.O_DIRECTORY)
    try:
        flags = os.O_PATH | (0 if last else os.O_NOFOLLOW)
        how = struct.pack("QQQ", flags, 0, _IN_ROOT)
        found = library.syscall(_OPENAT2, start, path.encode(), how, len(how))
    finally:
        os.close(start)
    if found < 0:
        if ctypes.get_errno() == 38:
            unavailable("needs openat2")
        return None
    try:
        place = str(Path(f"/proc/self/fd/{found}").readlink()).removeprefix(str(root.resolve()))
    finally:
        os.close(found)
    return place or "/"


@pytest.fixture(autouse=True)
def _linux() -> None:
    if not Path("/proc/self/fd").is_dir():
        unavailable("needs Linux")
