"""Bytes with random access: a whole file, or a member of an archive that is not unpacked."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from layertui.errors import CancelledError, DamagedImageError

CHUNK_SIZE = 1 << 20
"""Bytes asked for at a time when a blob is read from end to end."""

_SETTLED = 2_000_000_000
"""Nanoseconds since its last change after which another change gives a file another time."""

Cancelled = Callable[[], bool]
"""Asked between steps of long work: True stops it."""


class Blob(Protocol):
    """Bytes that can be read at any place, from any thread."""

    size: int

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end."""
        ...


class Delivery(Protocol):
    """A blob that has to be brought from elsewhere before it can be read.

    Attributes:
        in_order: Whether its bytes come front to back while they are read, so that reading it
            twice, or from the end, waits for all of them.
    """

    in_order: bool

    def open(self, cancelled: Cancelled) -> Blob:
        """Return the blob, the same one each time; it may still be arriving while it is read.

        Its last byte is handed out only after its size and digest were found right.

        Raises:
            CancelledError: `cancelled` said so while it was waited for.
            LayertuiError: It cannot be had.
        """
        ...


class FileBlob:
    """The bytes of an open file from `offset`, `size` of them.

    The file belongs to whoever opened it: closing it ends the blob.
    """

    __slots__ = ("_descriptor", "offset", "size")

    def __init__(self, descriptor: int, *, offset: int, size: int) -> None:
        self._descriptor = descriptor
        self.offset = offset
        self.size = size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end.

        Raises:
            DamagedImageError: The file cannot be read there.
        """
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        try:
            return os.pread(self._descriptor, length, self.offset + offset)
        except OSError as error:
            reason = error.strerror or "unknown error"
            raise DamagedImageError(f"reading the image failed: {reason}") from None

    def identity(self) -> str | None:
        """Return a text that bytes of this machine have as long as nobody changes them, or None.

        None stands for what cannot be known again: a file without a name, a device or a pipe,
        and a file that changed so lately that another change need not show in its times.
        """
        try:
            status = os.fstat(self._descriptor)
        except OSError:
            return None
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        if not stat.S_ISREG(status.st_mode) or not status.st_nlink:
            return None
        if changed > time.time_ns() - _SETTLED:
            return None
        parts = (
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            self.offset,
            self.size,
        )
        return "-".join(map(str, parts))


class BytesBlob:
    """Bytes that are in memory."""

    __slots__ = ("_data", "size")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end."""
        return self._data[offset : offset + length]


class WatchedBlob:
    """A blob whose reading is told and can be stopped.

    Args:
        blob: Where the bytes come from.
        cancelled: Asked before each read; True ends in CancelledError.
        progress: Told the highest offset read so far.
    """

    __slots__ = ("_blob", "_cancelled", "_progress", "size")

    def __init__(
        self,
        blob: Blob,
        *,
        cancelled: Cancelled | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.size = blob.size
        self._blob = blob
        self._cancelled = cancelled
        self._progress = progress

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end."""
        if self._cancelled and self._cancelled():
            raise CancelledError("the reading was stopped")
        data = self._blob.read_at(offset, length)
        if self._progress:
            self._progress(offset + len(data))
        return data


def chunks(blob: Blob, size: int = CHUNK_SIZE) -> Iterator[bytes]:
    """Yield the bytes of a blob in order, at most `size` at a time."""
    offset = 0
    while chunk := blob.read_at(offset, size):
        yield chunk
        offset += len(chunk)


def same_bytes(blob: Blob, offset: int, other: Blob, other_offset: int, size: int) -> bool:
    """Tell whether two stretches are equal; reads no further than that shows.

    A stretch has `size` bytes, fewer only where its blob ends.
    """
    length = min(size, CHUNK_SIZE // 16)
    while size > 0:
        data = blob.read_at(offset, length)
        if data != other.read_at(other_offset, length):
            return False
        if len(data) < length:
            return True
        offset, other_offset, size = offset + length, other_offset + length, size - length
        length = min(size, CHUNK_SIZE)
    return True
