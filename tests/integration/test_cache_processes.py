"""Several processes and one cache: at once, and killed in the midst of writing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import archives
from tests.builders import file, layer

REPOSITORY = Path(__file__).parents[2]


def reading(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "layertui", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY,
    )  # fmt: skip


def test_two_processes_that_read_an_image_at_once_tell_the_same(
    tmp_path: Path, cache_folder: Path
) -> None:
    tars = [
        layer(*(file(f"{number}/{name}", os.urandom(3)) for name in range(900)))
        for number in range(8)
    ]
    path = archives.write_tarball(archives.oci(tars), tmp_path / "i.tar")
    expected, _ = reading("--json", "-", "--no-cache", str(path)).communicate()
    for _ in range(4):
        pair = [reading("--json", "-", str(path)) for _ in range(2)]
        assert [each.communicate() for each in pair] == [(expected, b"")] * 2
        assert reading("--json", "-", str(path)).communicate() == (expected, b"")
        names = [each.name for each in cache_folder.iterdir()]
        assert len([name for name in names if name.startswith("sha256-")]) == 8
        assert [name for name in names if name.endswith(".tmp")] == []
        for name in names:
            (cache_folder / name).unlink()


def test_writers_that_are_killed_at_any_moment_leave_a_cache_that_is_never_wrong(
    cache_folder: Path,
) -> None:
    command = [sys.executable, "-m", "tests.integration.killed_writers", str(cache_folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=REPOSITORY, timeout=60
    )
    assert done.stderr == ""
    killed, in_the_midst, keys = map(int, done.stdout.split())
    assert (killed, keys) == (200, 3)
    assert in_the_midst > 0
