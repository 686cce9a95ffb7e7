"""What is odd about an image without stopping the reading of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

BASE_MISMATCH = "base-mismatch"
"""The code of a notice that an image does not stand on what is called its base."""

PER_CODE = 1_000
"""Notices of one code that are kept for a layer; one more says how many there were beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One oddity; the `warnings` of the report.

    Attributes:
        code: A stable kebab-case name of the kind of oddity.
        message: One printable line.
        layer: The number of the layer concerned, or None for the image.
        path: The absolute path concerned, as bytes, or None.
    """

    code: str
    message: str
    layer: int | None = None
    path: bytes | None = None


class NoticeBook:
    """The notices of one layer, a bounded number of each code."""

    def __init__(self, layer: int | None = None) -> None:
        self._layer = layer
        self._counts: Counter[str] = Counter()
        self._notices: list[Notice] = []

    def add(self, code: str, message: str, path: bytes | None = None) -> None:
        """Note one oddity; `path` is absolute."""
        self._counts[code] += 1
        if self._counts[code] <= PER_CODE:
            self._notices.append(Notice(code=code, message=message, layer=self._layer, path=path))

    def notices(self) -> tuple[Notice, ...]:
        """Return what was noted, and of each code how many more there were."""
        beyond = tuple(
            Notice(code=code, message=f"and {count - PER_CODE} more like it", layer=self._layer)
            for code, count in self._counts.items()
            if count > PER_CODE
        )
        return (*self._notices, *beyond)
