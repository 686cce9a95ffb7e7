"""A file of a layer that passes by, read front to back like a blob."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.contents.opening import Piece

_KEPT = 64 * 1024
"""Bytes before the last question that can be asked for again."""


class PassingBlob:
    """The bytes of a file, from its pieces; only what is asked for next is kept.

    Args:
        size: Bytes of the file with its holes.
        pieces: The pieces in order; they are taken as far as they are asked for.

    Attributes:
        size: The same.
        missed: Whether bytes were asked for that had passed already; none were given then.
    """

    def __init__(self, size: int, pieces: Iterator[Piece]) -> None:
        self.size = size
        self.missed = False
        self._pieces = pieces
        self._next: Piece | None = None
        self._kept = bytearray()
        self._start = 0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end or have passed."""
        stop = min(offset + length, self.size)
        if offset < self._start:
            self.missed = True
            return b""
        while self._start + len(self._kept) < stop:
            self._take(stop)
            self._forget(offset - _KEPT)
        return bytes(self._kept[offset - self._start : max(offset, stop) - self._start])

    def _take(self, stop: int) -> None:
        """Keep the next piece, or the hole before it as far as `stop`."""
        if self._next is None:
            self._next = next(self._pieces, (self.size, b""))
        end = self._start + len(self._kept)
        offset, data = self._next
        if offset > end:
            self._kept += bytes(min(offset, stop) - end)
        else:
            self._kept += data
            self._next = None

    def _forget(self, before: int) -> None:
        passed = min(before - self._start, len(self._kept))
        if passed > 0:
            del self._kept[:passed]
            self._start += passed
