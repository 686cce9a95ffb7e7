"""Where the content of a version of a path lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.opening import Stored
from layertui.layers.entries import FILE

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem
    from layertui.layers.index import LayerIndex


class Place(NamedTuple):
    """The content of a file in an image.

    Attributes:
        layer: The number of the layer that ships it.
        stored: Where it lies in that layer.
    """

    layer: int
    stored: Stored


def stored_in(index: LayerIndex, row: int) -> Stored:
    """Return where the content of a file lies, by its row of an index."""
    return Stored(index.payloads[row], index.sizes[row], index.sparse.get(row))


def place_of(filesystem: Filesystem, version: int) -> Place | None:
    """Return where the content of a version lies; of a hard link, of the file it leads to.

    None stands for what has no content: a removal, a directory, a symbolic link, a device, and
    a hard link that leads to no file.
    """
    if not filesystem.exists(version):
        return None
    layer, row = filesystem.source(version)
    if row < 0 or filesystem.indexes[layer].kinds[row] != FILE:
        return None
    return Place(layer, stored_in(filesystem.indexes[layer], row))
