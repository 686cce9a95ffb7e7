"""Bytes with random access."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob, FileBlob, WatchedBlob, chunks, same_bytes
from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def descriptor(tmp_path: Path) -> Iterator[int]:
    path = tmp_path / "file"
    path.write_bytes(b"before" + CONTENT + b"after")
    opened = os.open(path, os.O_RDONLY)
    yield opened
    os.close(opened)


def test_a_part_of_a_file_is_read_and_nothing_beside_it(descriptor: int) -> None:
    blob = FileBlob(descriptor, offset=6, size=len(CONTENT))
    assert blob.read_at(0, 10) == CONTENT[:10]
    assert blob.read_at(100, 1 << 30) == CONTENT[100:]
    assert blob.read_at(len(CONTENT) - 1, 5) == CONTENT[-1:]
    assert blob.read_at(len(CONTENT), 5) == b""
    assert blob.read_at(1 << 70, 5) == b""
    assert blob.read_at(5, 0) == b""


def test_bytes_are_read_as_a_file_is(descriptor: int) -> None:
    file, memory = FileBlob(descriptor, offset=6, size=len(CONTENT)), BytesBlob(CONTENT)
    assert file.size == memory.size
    for offset in (0, 1, 5_000, len(CONTENT) - 1, len(CONTENT), 1 << 40):
        for length in (0, 1, 700, 1 << 20):
            assert file.read_at(offset, length) == memory.read_at(offset, length)


def test_a_file_that_is_shorter_than_it_should_be_gives_less(descriptor: int) -> None:
    blob = FileBlob(descriptor, offset=6, size=1 << 40)
    assert blob.read_at(0, 1 << 20) == CONTENT + b"after"
    assert blob.read_at(1 << 30, 10) == b""


@pytest.mark.parametrize("size", [1, 7, 512, 1 << 20])
def test_chunks_are_the_bytes_in_order(size: int) -> None:
    parts = list(chunks(BytesBlob(CONTENT), size))
    assert b"".join(parts) == CONTENT
    assert max(map(len, parts)) <= size


def test_a_blob_of_nothing_has_no_chunks() -> None:
    assert list(chunks(BytesBlob(b""))) == []


def test_reading_is_told_by_how_far_it_came() -> None:
    told: list[int] = []
    watched = WatchedBlob(BytesBlob(CONTENT), progress=told.append)
    assert watched.size == len(CONTENT)
    assert watched.read_at(0, 100) == CONTENT[:100]
    assert watched.read_at(len(CONTENT) - 5, 100) == CONTENT[-5:]
    assert told == [100, len(CONTENT)]


def test_no_read_begins_once_it_is_cancelled() -> None:
    class Counting(BytesBlob):
        reads = 0

        def read_at(self, offset: int, length: int) -> bytes:
            self.reads += 1
            return super().read_at(offset, length)

    blob, answers = Counting(CONTENT), iter([False, True, True])
    watched = WatchedBlob(blob, cancelled=lambda: next(answers))
    assert watched.read_at(0, 1) == b"\0"
    for _ in range(2):
        with pytest.raises(CancelledError):
            watched.read_at(0, 1)
    assert blob.reads == 1


def test_stretches_of_two_blobs_are_compared_byte_by_byte() -> None:
    first = BytesBlob(b"xx" + b"a" * 3_000_000 + b"b")
    second = BytesBlob(b"a" * 3_000_000 + b"c")
    assert same_bytes(first, 2, second, 0, 3_000_000)
    assert not same_bytes(first, 2, second, 0, 3_000_001)
    assert not same_bytes(first, 1, second, 0, 1)
    assert same_bytes(first, 0, second, 5, 0)


def test_stretches_beyond_the_end_are_compared_up_to_it() -> None:
    blob, shorter = BytesBlob(CONTENT), BytesBlob(CONTENT[:-1])
    assert same_bytes(blob, 10, blob, 10, 1 << 62)
    assert same_bytes(blob, 1 << 40, blob, 1 << 40, 1 << 62)
    assert not same_bytes(blob, 10, shorter, 10, 1 << 62)


SECOND = 1_000_000_000


@pytest.fixture
def much_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files that were written just now be old."""
    now = time.time_ns() + 60 * SECOND
    monkeypatch.setattr("layertui.blob.time.time_ns", lambda: now)


@pytest.mark.usefixtures("much_later")
def test_the_same_bytes_of_a_file_are_known_again(descriptor: int, tmp_path: Path) -> None:
    known = FileBlob(descriptor, offset=6, size=10).identity()
    again = os.open(tmp_path / "file", os.O_RDONLY)
    assert known == FileBlob(again, offset=6, size=10).identity() is not None
    os.close(again)
    others = {FileBlob(descriptor, offset=o, size=n).identity() for o, n in ((5, 10), (6, 9))}
    assert len(others - {known, None}) == 2


@pytest.mark.usefixtures("much_later")
def test_a_file_that_was_changed_is_another(descriptor: int, tmp_path: Path) -> None:
    blob = FileBlob(descriptor, offset=6, size=10)
    known, path = blob.identity(), tmp_path / "file"
    content = path.read_bytes()
    path.write_bytes(content[::-1])
    os.utime(path, ns=(0, 0))
    changed = blob.identity()
    path.write_bytes(content)
    os.utime(path, ns=(0, 0))
    assert len({known, changed, blob.identity()}) == 3


def test_a_file_that_changed_just_now_is_not_known_again(
    descriptor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = FileBlob(descriptor, offset=0, size=10)
    changed = os.fstat(descriptor).st_ctime_ns
    for passed, is_known in ((0, False), (SECOND, False), (2 * SECOND + 1, True)):
        monkeypatch.setattr("layertui.blob.time.time_ns", lambda now=changed + passed: now)
        assert (blob.identity() is not None) is is_known


@pytest.mark.usefixtures("much_later")
def test_what_has_no_name_or_is_no_file_is_not_known_again(descriptor: int, tmp_path: Path) -> None:
    (tmp_path / "file").unlink()
    reader, writer = os.pipe()
    for opened in (descriptor, reader):
        assert FileBlob(opened, offset=0, size=10).identity() is None
    os.close(reader)
    os.close(writer)
    assert FileBlob(reader, offset=0, size=10).identity() is None
