"""Looking for bytes in a content from a place on, forwards or backwards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Blob

_STRETCH = 4 << 20
"""Bytes that are searched at a time."""
_PAIRS = re.compile(r"(?:0x)?([0-9a-fA-F]{2}(?:[ ]?[0-9a-fA-F]{2})*)")


def wanted_bytes(text: str) -> bytes:
    """Return the bytes that a typed text stands for.

    `0x7f45` and `7f 45 4c` are bytes in hexadecimal; anything else is text in UTF-8.
    """
    pairs = _PAIRS.fullmatch(text.strip())
    if pairs is not None and ("0x" in text or " " in text.strip()):
        return bytes.fromhex(pairs[1])
    return text.encode("utf-8", "surrogateescape")


def find_bytes(
    blob: Blob, needle: bytes, start: int, cancelled: Callable[[], bool], *, backwards: bool = False
) -> int | None:
    """Return where bytes are found next, or None where they are not.

    Args:
        blob: Where to look.
        needle: The bytes.
        start: The first place where they may begin; backwards, the last.
        cancelled: Asked between stretches.
        backwards: Whether to look before that place.

    Raises:
        CancelledError: `cancelled` said so.
        LayertuiError: The content cannot be read.
    """
    return (_before if backwards else _after)(blob, needle, start, cancelled)


def _after(blob: Blob, needle: bytes, start: int, cancelled: Callable[[], bool]) -> int | None:
    place = max(0, start)
    while place < blob.size:
        found = _look(blob, place, needle, cancelled).find(needle)
        if found >= 0:
            return place + found
        place += _STRETCH
    return None


def _before(blob: Blob, needle: bytes, start: int, cancelled: Callable[[], bool]) -> int | None:
    end = start + 1
    while end > 0:
        place = max(0, end - _STRETCH)
        data = _look(blob, place, needle, cancelled)[: end - place + len(needle) - 1]
        found = data.rfind(needle)
        if found >= 0:
            return place + found
        end = place
    return None


def _look(blob: Blob, place: int, needle: bytes, cancelled: Callable[[], bool]) -> bytes:
    """Return a stretch, and as much behind it as what starts in it may have."""
    if cancelled():
        raise CancelledError("the search was stopped")
    return blob.read_at(place, _STRETCH + len(needle) - 1)
