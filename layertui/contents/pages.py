"""The pages of a file that were read, the ones that were looked at last."""

from __future__ import annotations

from collections import OrderedDict

PAGE = 64 << 10
"""Bytes of a page."""
_KEPT = 128
"""Pages that are kept: 8 MiB."""


class Pages:
    """A file of which some pages are there.

    Args:
        size: Bytes of the file.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._pages: OrderedDict[int, bytes] = OrderedDict()

    def look(self, start: int, stop: int) -> bytes | None:
        """Return bytes as far as the file has them, or None where a page of them is not there."""
        stop = min(stop, self.size)
        if stop <= start:
            return b""
        first, last = start // PAGE, (stop - 1) // PAGE
        parts = [self._pages.get(page) for page in range(first, last + 1)]
        there = [part for part in parts if part is not None]
        if len(there) < len(parts):
            return None
        for page in range(first, last + 1):
            self._pages.move_to_end(page)
        return b"".join(there)[start - first * PAGE : stop - first * PAGE]

    def missing(self, start: int, stop: int) -> list[int]:
        """Return the pages of a stretch that are not there."""
        if min(stop, self.size) <= start:
            return []
        pages = range(start // PAGE, (min(stop, self.size) - 1) // PAGE + 1)
        return [page for page in pages if page not in self._pages]

    def keep(self, page: int, data: bytes) -> None:
        """Take a page that was read; what was looked at longest ago is given up."""
        self._pages[page] = data
        self._pages.move_to_end(page)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
