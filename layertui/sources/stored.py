"""A file with random access, and how to get one from a pipe or from a compressed file.

Copies go to an unnamed temporary file, which the system removes whatever happens to this process.
"""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from layertui.blob import CHUNK_SIZE, Cancelled, FileBlob
from layertui.display import printable
from layertui.errors import (
    CancelledError,
    DamagedImageError,
    ImageNotFoundError,
    NotAnImageError,
    UsageError,
)
from layertui.layers.compression import Decompression
from layertui.layers.decoders import DamagedStreamError, Encoding, encoding_of
from layertui.sources.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layertui.limits import Limits

Progress: TypeAlias = "Callable[[int, int | None], None]"
"""Told the bytes read so far, and of how many in all, or None where that is unknown."""

SAVED_MAGIC = b"\x89layertui\r\n\x1a\n"
"""What the index of an image begins with that was saved; a transfer as text would change it."""

OUTER_LAYERS = 2
"""Compressions around an archive that are undone."""

_STDIN = 0
_CANCEL_INTERVAL = 0.1


class StoredFile:
    """An open file with random access.

    Attributes:
        blob: All of its bytes.
        damage: What made its bytes end early, printable, or empty.
    """

    def __init__(self, descriptor: int, *, damage: str = "") -> None:
        self._descriptor = descriptor
        self._open = True
        self.damage = damage
        self.blob = FileBlob(descriptor, offset=0, size=os.fstat(descriptor).st_size)

    @classmethod
    def temporary(cls, chunks: Iterable[bytes], *, limits: Limits) -> Self:
        """Copy chunks to an unnamed temporary file; a damaged stream ends it early.

        Raises:
            LimitExceededError: They are more than `spool_size`, or than the disk has room for.
        """
        spool = Spool(limits)
        try:
            damage = _copy(chunks, spool)
            return cls(spool.detached(), damage=damage)
        finally:
            spool.close()

    def part(self, offset: int, size: int) -> FileBlob:
        """Return some of its bytes, fewer where the file ends."""
        size = max(0, min(size, self.blob.size - offset))
        return FileBlob(self._descriptor, offset=offset, size=size)

    def close(self) -> None:
        """Close the file; idempotent."""
        if self._open:
            self._open = False
            os.close(self._descriptor)


def open_file(path: str, *, limits: Limits, cancelled: Cancelled, progress: Progress) -> StoredFile:
    """Open a file, or copy what a pipe gives.

    Raises:
        ImageNotFoundError: It is not there or may not be read.
        NotAnImageError: It is a device or a socket.
    """
    shown = printable(path)
    try:
        # Opening a pipe waits for its writer; opening a device could do anything.
        kind = Path(path).stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
            raise NotAnImageError(f"{shown} is neither a file nor a directory")
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise ImageNotFoundError(f"cannot open {shown}: {reason(error)}") from None
    return _with_random_access(descriptor, limits, cancelled, progress)


def open_stdin(*, limits: Limits, cancelled: Cancelled, progress: Progress) -> StoredFile:
    """Return what standard input holds.

    Raises:
        UsageError: It is a terminal.
    """
    hint = "Pipe an image into it: docker save NAME | layertui -"
    if os.isatty(_STDIN):
        raise UsageError("standard input is a terminal, not an image", hint=hint)
    try:
        descriptor = os.dup(_STDIN)
    except OSError:
        raise UsageError("standard input is closed", hint=hint) from None
    return _with_random_access(descriptor, limits, cancelled, progress)


def uncompressed(
    file: StoredFile, *, limits: Limits, cancelled: Cancelled, progress: Progress
) -> StoredFile:
    """Undo the compression around a whole archive; the compressed file is closed then.

    Raises:
        LimitExceededError: See `StoredFile.temporary`.
        DamagedImageError: It is compressed again and again.
    """
    for _ in range(OUTER_LAYERS):
        if encoding_of(file.blob) is Encoding.PLAIN:
            return file
        try:
            chunks = _reported(file.blob, limits, cancelled, progress)
            copy = StoredFile.temporary(chunks, limits=limits)
        finally:
            file.close()
        file = copy
    if encoding_of(file.blob) is not Encoding.PLAIN:
        file.close()
        raise DamagedImageError(f"the archive is compressed more than {OUTER_LAYERS} times")
    return file


def reason(error: OSError) -> str:
    """Return why the system refused, as a few lower-case words."""
    return (error.strerror or type(error).__name__).lower()


def _with_random_access(
    descriptor: int, limits: Limits, cancelled: Cancelled, progress: Progress
) -> StoredFile:
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return StoredFile(descriptor)
    try:
        chunks = _passing(descriptor, cancelled, progress)
        return StoredFile.temporary(chunks, limits=limits)
    finally:
        os.close(descriptor)


def _passing(descriptor: int, cancelled: Cancelled, progress: Progress) -> Iterator[bytes]:
    count = 0
    while True:
        while not select.select((descriptor,), (), (), _CANCEL_INTERVAL)[0]:
            _stop_if(cancelled)
        _stop_if(cancelled)
        chunk = os.read(descriptor, CHUNK_SIZE)
        if not chunk:
            return
        count += len(chunk)
        progress(count, None)
        yield chunk


def _reported(
    blob: FileBlob, limits: Limits, cancelled: Cancelled, progress: Progress
) -> Iterator[bytes]:
    stream = Decompression(blob, limits=limits)
    for chunk in stream:
        _stop_if(cancelled)
        progress(stream.consumed, blob.size)
        yield chunk


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise CancelledError("cancelled while reading the archive")


def _copy(chunks: Iterable[bytes], spool: Spool) -> str:
    """Write chunks to a file; return what made them end early, or nothing."""
    try:
        for chunk in chunks:
            spool.append(chunk)
    except DamagedStreamError as error:
        return error.message
    return ""
