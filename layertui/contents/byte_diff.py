"""Where the bytes of two contents differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import CHUNK_SIZE
from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.blob import Blob, Cancelled

MOST_RUNS = 1_000
"""Places where bytes differ that are found."""

_NEAR = 16
"""Bytes that are the same between others, and are told as if they were not."""

_DIFFERING = re.compile(rb"[^\0]+(?:\0{1,%d}[^\0]+)*" % _NEAR)


class Run(NamedTuple):
    """Bytes that differ, at the same offset in both contents.

    Attributes:
        start: The offset of the first.
        end: The offset after the last; of what only the longer one has, its end.
    """

    start: int
    end: int


class ByteDifference(NamedTuple):
    """Where two contents differ, offset by offset.

    Attributes:
        runs: The places in order, those near to one another told as one.
        is_all: Whether there are no others.
    """

    runs: tuple[Run, ...]
    is_all: bool

    @property
    def first(self) -> int | None:
        """The offset of the first byte that differs, or None where none does."""
        return self.runs[0].start if self.runs else None


def byte_difference(
    old: Blob,
    new: Blob,
    *,
    most: int = MOST_RUNS,
    cancelled: Cancelled | None = None,
    progress: Callable[[int], None] | None = None,
) -> ByteDifference:
    """Compare two contents offset by offset.

    Args:
        old: The one.
        new: The other.
        most: Where to stop: at the first difference with 1.
        cancelled: Asked between reads.
        progress: Told how many bytes are compared.

    Raises:
        CancelledError: `cancelled` said so.
        LayertuiError: A content is not to be read.
    """
    runs: list[Run] = []
    for run in _runs(old, new, cancelled or (lambda: False), progress or (lambda _done: None)):
        if runs and run.start - runs[-1].end <= _NEAR:
            runs[-1] = Run(runs[-1].start, run.end)
            continue
        if len(runs) == most:
            return ByteDifference(tuple(runs), is_all=False)
        runs.append(run)
        if most == 1:
            return ByteDifference(tuple(runs), is_all=False)
    return ByteDifference(tuple(runs), is_all=True)


def _runs(
    old: Blob, new: Blob, cancelled: Cancelled, progress: Callable[[int], None]
) -> Iterator[Run]:
    common, longest = min(old.size, new.size), max(old.size, new.size)
    for start in range(0, common, CHUNK_SIZE):
        if cancelled():
            raise CancelledError("comparing was stopped")
        length = min(CHUNK_SIZE, common - start)
        first, second = old.read_at(start, length), new.read_at(start, length)
        if first != second:
            for match in _DIFFERING.finditer(crossed(first, second)):
                yield Run(start + match.start(), start + match.end())
        progress(start + length)
    if common < longest:
        yield Run(common, longest)


def crossed(first: bytes, second: bytes) -> bytes:
    """Return zeros where two equally long stretches are the same."""
    crossed = int.from_bytes(first, "little") ^ int.from_bytes(second, "little")
    return crossed.to_bytes(len(first), "little")
