"""The type and the size of every version, column by column, to look at all of them at once."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.tree import IMPLIED
from layertui.layers.entries import DIRECTORY

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

NOTHING = 255
"""The type of a version that says a path went."""


class VersionFacts(NamedTuple):
    """What versions are.

    Attributes:
        kinds: FILE, HARDLINK, ... or NOTHING.
        real_kinds: The same; of a hard link, of what it leads to.
        sizes: Bytes of a file with its holes, and of a file that a hard link leads to.

    """

    kinds: bytes
    real_kinds: bytes
    sizes: array[int]


def version_facts(filesystem: Filesystem) -> VersionFacts:
    """Return the facts of all versions of a filesystem."""
    kinds, sizes = bytearray(), array("q")
    rows, starts = filesystem.versions.rows, filesystem.versions.starts
    for layer, index in enumerate(filesystem.indexes):
        head = rows[starts[layer] : starts[layer + 1] - len(index)]
        kinds += bytes(DIRECTORY if row == IMPLIED else NOTHING for row in head)
        kinds += index.kinds
        sizes.extend(array("q", bytes(8 * len(head))))
        first = len(sizes)
        sizes.extend(index.sizes)
        for row in index.sparse:
            sizes[first + row] = index.real_size(row)
    real_kinds = bytearray(kinds)
    for (layer, row), target in filesystem.targets.items():
        if target is not None:
            version = starts[layer + 1] - len(filesystem.indexes[layer]) + row
            index = filesystem.indexes[target[0]]
            real_kinds[version] = index.kinds[target[1]]
            sizes[version] = index.real_size(target[1])
    return VersionFacts(bytes(kinds), bytes(real_kinds), sizes)
