"""Where on the main screen another screen leads."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A layer, a path, or a path in a layer.

    Attributes:
        layer: The number of the layer to look at, or None for the one that is looked at.
        path: The absolute path to put the cursor on, or None for where it is.
    """

    layer: int | None = None
    path: bytes | None = None
