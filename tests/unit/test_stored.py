"""Standard input and compressed archives are copied to a file that has no name."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError, DamagedImageError, LimitExceededError, UsageError
from layertui.limits import MIB, Limits
from layertui.sources import open_image, spool
from layertui.sources.stored import StoredFile
from tests import archives

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS = archives.sample_layers(2)
ARCHIVE = archives.tarball(archives.docker_save(LAYERS))


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put temporary files into an empty directory, and see that none is left there."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    yield directory
    assert list(directory.iterdir()) == []


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def feed(path: Path, data: bytes) -> threading.Thread:
    """Write to a pipe from another thread, as far as its reader goes on."""

    def write() -> None:
        with contextlib.suppress(BrokenPipeError):
            path.write_bytes(data)

    thread = threading.Thread(target=write)
    thread.start()
    return thread


@pytest.mark.parametrize("data", [ARCHIVE, gzip.compress(ARCHIVE)], ids=["plain", "gzip"])
def test_a_pipe_is_read_like_a_file(data: bytes, pipe: Path) -> None:
    writer = feed(pipe, data)
    image = open_image(str(pipe))
    writer.join()

    assert len(image.layers) == 2
    image.close()


def run(data: bytes, *, closed: bool = False) -> subprocess.CompletedProcess[bytes]:
    """Open standard input in another process; print the number of layers, or the error."""
    program = (
        "from layertui.sources import open_image\n"
        "from layertui.errors import LayertuiError\n"
        "try: print(len(open_image('-').layers))\n"
        "except LayertuiError as error: print(type(error).__name__)\n"
    )
    command = [sys.executable, "-c", program]
    if closed:
        command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
    root = Path(__file__).parents[2]
    return subprocess.run(command, input=data, capture_output=True, cwd=root, check=True)


@pytest.mark.parametrize("data", [ARCHIVE, gzip.compress(ARCHIVE)], ids=["plain", "gzip"])
def test_standard_input_is_an_image(data: bytes) -> None:
    assert run(data).stdout == b"2\n"


def test_empty_standard_input_is_no_image() -> None:
    assert run(b"").stdout == b"NotAnImageError\n"


def test_standard_input_that_is_a_terminal_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: True)

    with pytest.raises(UsageError, match="terminal"):
        open_image("-")


def test_a_file_is_read_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    path = tmp_path / "image.tar"
    path.write_bytes(ARCHIVE)

    open_image(str(path)).close()


def test_progress_is_told_while_a_compressed_archive_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "image.tar.gz"
    path.write_bytes(gzip.compress(ARCHIVE + os.urandom(3 * MIB)))
    told: list[tuple[int, int | None]] = []

    open_image(str(path), progress=lambda done, total: told.append((done, total))).close()

    size = path.stat().st_size
    assert told[-1] == (size, size)
    assert sorted(told) == told


def test_a_copy_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "image.tar.gz"
    path.write_bytes(gzip.compress(bytes(3 * MIB)))

    with pytest.raises(LimitExceededError, match=r"more than 2\.1 MB") as caught:
        open_image(str(path), limits=Limits(spool_size=2 * MIB))
    assert "spool_size" in caught.value.hint


def test_a_full_disk_is_noticed_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "image.tar.gz"
    path.write_bytes(gzip.compress(ARCHIVE))
    monkeypatch.setattr(spool, "_SPACE_RESERVE", 1 << 62)

    with pytest.raises(LimitExceededError, match="no room left") as caught:
        open_image(str(path))
    assert "TMPDIR" in caught.value.hint


def test_a_disk_that_becomes_full_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("layertui.sources.stored.os.write", refuse)

    with pytest.raises(LimitExceededError, match="no room left"):
        StoredFile.temporary([b"data"], limits=Limits())


def test_a_write_that_takes_only_a_part_is_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(
        "layertui.sources.stored.os.write", lambda file, data: write(file, data[:3])
    )
    file = StoredFile.temporary([b"0123456789"], limits=Limits())

    assert file.blob.read_at(0, 20) == b"0123456789"
    file.close()


def test_copying_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "image.tar.gz"
    path.write_bytes(gzip.compress(os.urandom(3 * MIB)))

    with pytest.raises(CancelledError):
        open_image(str(path), cancelled=lambda: True)


def test_waiting_for_a_pipe_can_be_stopped(pipe: Path) -> None:
    held = os.open(pipe, os.O_RDWR)
    try:
        with pytest.raises(CancelledError):
            open_image(str(pipe), cancelled=lambda: True)
    finally:
        os.close(held)


def test_a_copy_is_removed_even_if_the_process_is_killed(temporary: Path) -> None:
    program = (
        "import os, signal, sys, tempfile\n"
        "from layertui.limits import Limits\n"
        "from layertui.sources.stored import StoredFile\n"
        "tempfile.tempdir = sys.argv[1]\n"
        "StoredFile.temporary([bytes(1 << 20)], limits=Limits())\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program, str(temporary)], cwd=root, check=False)

    assert done.returncode == -9
    assert list(temporary.iterdir()) == []


def test_a_stored_file_is_closed_once() -> None:
    file = StoredFile.temporary(io.BytesIO(b"some data"), limits=Limits())
    blob = file.part(5, 100)

    assert (blob.size, blob.read_at(0, 10)) == (4, b"data")
    file.close()
    file.close()
    with pytest.raises(DamagedImageError, match="descriptor"):
        blob.read_at(0, 1)
