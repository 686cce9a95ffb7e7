"""The names and paths of all nodes as text, a block of nodes at a time.

Bytes that are not UTF-8 are surrogates, as Python decodes the names of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = 4_096
"""Nodes of a block."""

SEPARATOR = "\0"
"""What stands between the names of a block."""

_KEPT = 64 << 20


class Texts:
    """Names and paths by block; names are kept for the next search as long as there is room.

    Args:
        keys: The sort keys of all nodes, the root first.

    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = keys
        self._names: dict[tuple[int, bool], str] = {}
        self._size = 0

    def names(self, block: int, *, folded: bool) -> str:
        """Return the names of a block with a separator between them; `folded`: in lower case."""
        known = self._names.get((block, folded))
        if known is not None:
            return known
        keys = self._keys[block * BLOCK : (block + 1) * BLOCK]
        joined = b"\0".join([key.rpartition(b"\0")[2] for key in keys])
        text = _text(joined, folded=folded)
        if self._size + len(text) <= _KEPT:
            self._names[block, folded] = text
            self._size += len(text)
        return text

    def paths(self, block: int, *, folded: bool) -> list[str]:
        """Return the absolute paths of a block; that of the root is empty."""
        keys = self._keys[block * BLOCK : (block + 1) * BLOCK]
        # No component is empty, so that two slashes in a row stand between paths only.
        joined = b"/" + b"///".join(keys if block else keys[1:]).replace(b"\0", b"/")
        paths = _text(joined, folded=folded).split("//")
        if block:
            return paths
        return ["", *paths] if len(keys) > 1 else [""]


def _text(data: bytes, *, folded: bool) -> str:
    text = data.decode("utf-8", "surrogateescape")
    return text.lower() if folded else text
