"""What is odd about an image without stopping the reading of it."""

from __future__ import annotations

from dataclasses import dataclass


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
