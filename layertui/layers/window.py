"""A forward-moving view of an uncompressed layer, over a blob or over a stream of chunks.

A blob is read where headers are and skipped where payloads are; a stream passes by once, so
payloads are hashed as they pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from xxhash import xxh3_128, xxh3_128_digest

from layertui.blob import CHUNK_SIZE, Blob
from layertui.errors import DamagedImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST_READ = 4 << 10
LARGEST_READ = 1 << 20


class Window(Protocol):
    """What the tar reader needs of the bytes it reads."""

    end: int
    """Bytes of the layer, or, of a stream, those seen so far."""
    hashes: bool
    """True where every payload passes by anyway and is worth hashing."""
    failure: DamagedImageError | None
    """Why the stream ended early, or None."""

    def view(self, position: int) -> tuple[bytes, int]:
        """Return bytes that hold at least 512 from `position`, and the position they start at.

        Fewer than 512 follow `position` only where the layer ends.
        """
        ...

    def read(self, position: int, length: int) -> bytes:
        """Return `length` bytes from `position`, fewer only where the layer ends."""
        ...

    def digest(self, position: int, size: int, *, wanted: bool = False) -> bytes:
        """Return the xxh3-128 of a payload; nothing where it can wait and is not `wanted`."""
        ...

    def data_after(self, position: int) -> int | None:
        """Return where the first byte from `position` on is that is not zero, or None.

        A stream passes by to its end.
        """
        ...


def payload_digest(blob: Blob, position: int, size: int) -> bytes:
    """Return the xxh3-128 of `size` bytes of a blob from `position`."""
    state = xxh3_128()
    stop = min(position + size, blob.size)
    while position < stop:
        part = blob.read_at(position, min(CHUNK_SIZE, stop - position))
        state.update(part)
        position += len(part) or stop
    return state.digest()


class BlobWindow:
    """A window on a plain layer: payloads are not touched."""

    hashes = False
    failure: DamagedImageError | None = None

    def __init__(self, blob: Blob) -> None:
        self.end = blob.size
        self._blob = blob
        self._data = b""
        self._start = 0
        self._length = LARGEST_READ // 16

    def view(self, position: int) -> tuple[bytes, int]:
        """Read on at `position`, more at a time while headers lie close together."""
        jumped = position > self._start + len(self._data)
        self._length = (
            max(SMALLEST_READ, self._length // 2) if jumped else min(LARGEST_READ, self._length * 2)
        )
        self._data, self._start = self._blob.read_at(position, self._length), position
        return self._data, position

    def read(self, position: int, length: int) -> bytes:
        """Return `length` bytes from `position`, fewer only where the layer ends."""
        start = position - self._start
        if start >= 0 and start + length <= len(self._data):
            return self._data[start : start + length]
        return self._blob.read_at(position, length)

    def digest(self, position: int, size: int, *, wanted: bool = False) -> bytes:
        """Return nothing unless `wanted`: the payload can be read when its digest is asked for."""
        return payload_digest(self._blob, position, size) if wanted else b""

    def data_after(self, position: int) -> int | None:
        """Return where the first byte from `position` on is that is not zero, or None."""
        while part := self._blob.read_at(position, CHUNK_SIZE):
            rest = part.lstrip(b"\0")
            position += len(part) - len(rest)
            if rest:
                return position
        return None


class StreamWindow:
    """A window on chunks that pass by once; positions only move forward."""

    hashes = True

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.end = 0
        self.failure: DamagedImageError | None = None
        self._chunks = chunks
        self._buffer = b""
        self._base = 0

    def view(self, position: int) -> tuple[bytes, int]:
        """Let chunks pass until the one at `position` is here."""
        self._hold(position, 512)
        return self._buffer, self._base

    def read(self, position: int, length: int) -> bytes:
        """Return `length` bytes from `position`, fewer only where the layer ends."""
        self._hold(position, length)
        start = position - self._base
        return self._buffer[start : start + length]

    def digest(self, position: int, size: int, *, wanted: bool = True) -> bytes:  # noqa: ARG002
        """Return the xxh3-128 of a payload, which passes by."""
        start, stop = position - self._base, position + size - self._base
        if start >= 0 and stop <= len(self._buffer):
            return xxh3_128_digest(memoryview(self._buffer)[start:stop])
        return self._digest_across(position, size)

    def data_after(self, position: int) -> int | None:
        """Return where the first byte from `position` on is that is not zero, or None."""
        self._pass(position)
        found = None
        while True:
            rest = self._buffer[max(0, position - self._base) :].lstrip(b"\0")
            if rest and found is None:
                found = self.end - len(rest)
            if not self._pull():
                return found

    def passing(self, position: int, size: int) -> Iterator[memoryview]:
        """Yield the bytes of a payload as they pass by, fewer only where the layer ends."""
        self._pass(position)
        stop = position + size
        while position < stop:
            part = memoryview(self._buffer)[position - self._base : stop - self._base]
            yield part
            position += len(part)
            if position < stop and not self._pull():
                return

    def _digest_across(self, position: int, size: int) -> bytes:
        state = xxh3_128()
        for part in self.passing(position, size):
            state.update(part)
        return state.digest()

    def _pass(self, position: int) -> None:
        while self.end <= position and self._pull():
            pass

    def _hold(self, position: int, length: int) -> None:
        """Hold `length` bytes from `position`, fewer only where the stream ends."""
        self._pass(position)
        if self.end >= position + length:
            return
        parts = [self._buffer[max(0, position - self._base) :]]
        while self.end < position + length and self._pull():
            parts.append(self._buffer)
        self._buffer = b"".join(parts)
        self._base = self.end - len(self._buffer)

    def _pull(self) -> bool:
        """Take the next chunk in place of what is held; at the end, keep that."""
        try:
            chunk = next(self._chunks, b"")
        except DamagedImageError as error:
            self.failure, chunk = error, b""
        if not chunk:
            return False
        self._buffer, self._base = chunk, self.end
        self.end += len(chunk)
        return True
