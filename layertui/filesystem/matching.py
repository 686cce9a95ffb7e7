"""Searching all paths of a filesystem for what a query asks for, in a thread of its own."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from layertui.errors import CancelledError
from layertui.filesystem.judging import Judgement, judge
from layertui.filesystem.patterns import pattern_of
from layertui.filesystem.strips import above, below, both
from layertui.filesystem.texts import BLOCK, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Cancelled
    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.patterns import Pattern
    from layertui.filesystem.query import Query
    from layertui.filesystem.tree import Filesystem

_FIRST_STEP = 8
_LONGEST_STEP = 0.002
"""Seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """What a search found.

    Attributes:
        query: What was asked for.
        filesystem: Where.
        hits: A strip of the nodes that match by name or path, and after some layer by type
            and size.
        leading: A strip of the directories above them.
        content: A strip of what is below them.
        judgement: What passes by type and size, or None where that is not asked for.

    """

    query: Query
    filesystem: Filesystem
    hits: bytes
    leading: bytes
    content: bytes
    judgement: Judgement | None

    def at(self, comparison: Comparison, changes: bytes) -> bytes:
        """Return a strip of the nodes that match between two states; `changes`: their strip."""
        if self.judgement is None:
            return self.hits
        return both(self.hits, self.judgement.at(comparison, changes))


def search(filesystem: Filesystem, query: Query, *, cancelled: Cancelled | None = None) -> Matches:
    """Return what matches a query.

    Raises:
        CancelledError: `cancelled` said so; it is asked every few milliseconds.
        QueryError: The pattern cannot be tried.

    """

    def pause() -> None:
        if cancelled and cancelled():
            raise CancelledError("the search was stopped")

    pause()
    hits = _named(filesystem, query, pause)
    judgement = judge(filesystem, query, pause) if query.judges else None
    if judgement is not None:
        hits = both(hits, judgement.ever())
    leading = bytes(above(hits, filesystem.table, pause))
    content = bytes(below(hits, filesystem.table, pause))
    return Matches(query, filesystem, hits, leading, content, judgement)


def _named(filesystem: Filesystem, query: Query, pause: Callable[[], None]) -> bytes:
    """Return a strip of the nodes whose name or path matches the pattern; never the root."""
    count, texts = len(filesystem.table), filesystem.table.texts
    if not query.text:
        return b"\0" + b"\1" * (count - 1)
    pattern = pattern_of(query)
    trial, strip = _Trial(pattern, pause), bytearray()
    for block in range((count + BLOCK - 1) // BLOCK):
        pause()
        if pattern.on_paths:
            strip += trial.marks(texts.paths(block, folded=pattern.folded))
            continue
        names = texts.names(block, folded=pattern.folded)
        if pattern.may_be_in(names):
            strip += trial.marks(names.split(SEPARATOR))
        else:
            strip += bytes(min(BLOCK, count - len(strip)))
    strip[0] = 0
    return bytes(strip)


class _Trial:
    """A pattern that is tried on as many texts at a time as take a few milliseconds."""

    def __init__(self, pattern: Pattern, pause: Callable[[], None]) -> None:
        self._pattern = pattern
        self._pause = pause
        self._step = _FIRST_STEP

    def marks(self, texts: list[str]) -> bytes:
        """Return a strip of the texts that match."""
        strip = bytearray()
        while len(strip) < len(texts):
            self._pause()
            started = perf_counter()
            strip += self._pattern.marks(texts[len(strip) : len(strip) + self._step])
            spent = perf_counter() - started
            if spent > _LONGEST_STEP:
                self._step = max(1, self._step // 8)
            elif spent < _LONGEST_STEP / 8:
                self._step = min(BLOCK, self._step * 4)
        return bytes(strip)
