"""The part of a text that tokens can be in: around long runs of characters that tokens have.

Most of what an image holds is prose and programs, where such runs are rare; the dozens of kinds
of tokens are then looked for in what is left.
"""

from __future__ import annotations

SHORTEST = 20
"""Characters in a row that every token has."""

_AROUND = 100
"""Characters before and behind a run that belong to it."""

_IN_RUN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-")
_MARKS = bytes(0x61 if byte in _IN_RUN else 0x20 for byte in range(256))
_RUN = b"a" * SHORTEST
_DIGITS = b"0123456789"


def around_runs(text: bytes) -> bytes:
    """Return what stands around the runs of a text that have a digit or only capitals."""
    marked = text.translate(_MARKS)
    parts: list[bytes] = []
    reached, start = 0, marked.find(_RUN)
    while start >= 0:
        end = marked.find(b" ", start + SHORTEST)
        end = len(text) if end < 0 else end
        run = text[start:end]
        if len(run.translate(None, _DIGITS)) < len(run) or run.isupper():
            parts.append(text[max(reached, start - _AROUND) : end + _AROUND])
            reached = end + _AROUND
        start = marked.find(_RUN, end)
    return b"\n".join(parts)
