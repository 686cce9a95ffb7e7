"""A text on its way to the screen: how much of it is read, in which rows, and what is found."""

from __future__ import annotations

from array import array
from threading import Lock
from typing import TYPE_CHECKING

from layertui.errors import CancelledError
from layertui.ui.viewer.text_rows import WIDEST, TextRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.blob import Blob
    from layertui.contents.encodings import TextEncoding
    from layertui.contents.expressions import Sought

PIECE = 256 << 10
"""Bytes that are read at a time."""
MOST_MATCHES = 100_000


class TextLoad:
    """The text of one file; one thread at a time makes it grow, another one looks at it.

    Args:
        encoding: How it is encoded.
        size: How many bytes the file has.
        width: The most cells of a row.

    Attributes:
        rows: The rows so far.
        read: Bytes of the file that are in them.
    """

    def __init__(self, encoding: TextEncoding, size: int, width: int = WIDEST) -> None:
        self.rows = TextRows(encoding, width)
        self.read = 0
        self._size = size
        self._growing = Lock()

    @property
    def is_whole(self) -> bool:
        """Whether there is no more to read."""
        return self.read >= self._size

    @property
    def can_grow(self) -> bool:
        """Whether more of it can be read and shown."""
        return not self.is_whole and not self.rows.is_full

    def grow(
        self, blob: Blob, wanted: int, width: int, cancelled: Callable[[], bool]
    ) -> Iterator[None]:
        """Lay it out for a width and read as many bytes as are wanted, piece by piece.

        Raises:
            CancelledError: `cancelled` said so.
            LayertuiError: The file cannot be read any further.
        """
        with self._growing:
            if width != self.rows.width:
                self.rows = self.rows.laid_anew(width, is_last=self.is_whole)
        yield
        while self.can_grow and self.read < wanted:
            piece = blob.read_at(self.read, PIECE)
            with self._growing:
                if cancelled():
                    raise CancelledError("the reading was stopped")
                self.read = self.read + len(piece) if piece else self._size
                self.rows.feed(piece, is_last=self.is_whole)
            yield


def matches(sought: Sought, data: bytes, cancelled: Callable[[], bool]) -> array[int]:
    """Return where a text is found, at most MOST_MATCHES places.

    Raises:
        CancelledError: `cancelled` said so.
    """
    found, place = array("Q"), 0
    prepared = sought.prepared(data)
    needle, expression = sought.needles[0] if sought.needles else b"", sought.expression
    while len(found) < MOST_MATCHES:
        if expression is not None:
            match = expression.search(data, place)
            start, length = (match.start(), len(match[0])) if match else (-1, 0)
        else:
            start, length = prepared.find(needle, place), len(needle)
        if start < 0:
            break
        found.append(start)
        place = start + max(1, length)
        if len(found) % 1_000 == 0 and cancelled():
            raise CancelledError("the search was stopped")
    return found
