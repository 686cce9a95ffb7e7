"""A blob that is hashed while something else reads it, so that its bytes are read once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from layertui.blob import CHUNK_SIZE
from layertui.oci.digest import Digest

if TYPE_CHECKING:
    from layertui.blob import Blob


class HashedBlob:
    """A blob that is hashed as it is read; bytes that are read again are hashed once.

    Args:
        blob: Where the bytes come from.
        algorithm: As a digest names it, or None to hash nothing.
    """

    def __init__(self, blob: Blob, algorithm: str | None) -> None:
        self.size = blob.size
        self._blob = blob
        self._algorithm = algorithm or "sha256"
        self._state = hashlib.new(self._algorithm) if algorithm else None
        self._hashed = 0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end."""
        data = self._blob.read_at(offset, length)
        end = offset + len(data)
        if self._state is not None and offset <= self._hashed < end:
            self._state.update(memoryview(data)[self._hashed - offset :])
            self._hashed = end
        return data

    def finish(self) -> Digest | None:
        """Read what was not read yet; return the digest of all, or None without an algorithm."""
        while self._state is not None and self.read_at(self._hashed, CHUNK_SIZE):
            pass
        if self._state is None:
            return None
        return Digest(f"{self._algorithm}:{self._state.hexdigest()}")
