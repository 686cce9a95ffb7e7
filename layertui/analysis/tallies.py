"""How many files each layer added, modified and removed, and how many bytes they are."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.tree import Change
from layertui.layers.entries import FILE, HARDLINK, SYMLINK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.tree import Filesystem

_COUNTED = (FILE, HARDLINK, SYMLINK)
_NOT_ADDED = bytes(value not in (Change.ABSENT, Change.ADDED) for value in range(256))


class Tally(NamedTuple):
    """Files and links, and the bytes of the copies among them."""

    files: int = 0
    size: int = 0


class LayerTally(NamedTuple):
    """What a layer did to the state below.

    Attributes:
        added: What was not there.
        modified: What was there and differs; the size is the new one.
        removed: What went, everything below a removed directory included.
        net_files: By how many files and links the filesystem grew.
    """

    added: Tally
    modified: Tally
    removed: Tally
    net_files: int


def tallies(filesystem: Filesystem) -> list[LayerTally]:
    """Return the tally of each layer."""
    return [_tally(filesystem, layer) for layer in range(len(filesystem.indexes))]


def _tally(filesystem: Filesystem, layer: int) -> LayerTally:
    """Count all rows as added, then put the few others where they belong."""
    index, previous = filesystem.indexes[layer], filesystem.versions.previous
    added_files = net = sum(index.kinds.count(kind) for kind in _COUNTED)
    added_size = sum(index.sizes)
    modified_files = modified_size = removed_files = removed_size = 0
    for version, change in _other_changes(filesystem, layer):
        files_below, size_below = _weight(filesystem, previous[version])
        net -= files_below
        if change == Change.REMOVED:
            removed_files += files_below
            removed_size += size_below
            continue
        files, size = _weight(filesystem, version)
        added_files -= files
        added_size -= size
        if change == Change.MODIFIED:
            modified_files += files
            modified_size += size
    return LayerTally(
        Tally(added_files, added_size),
        Tally(modified_files, modified_size),
        Tally(removed_files, removed_size),
        net,
    )


def _other_changes(filesystem: Filesystem, layer: int) -> Iterator[tuple[int, int]]:
    """Yield the versions of a layer that are not additions, and their changes."""
    made = filesystem.layer_versions(layer)
    changes = filesystem.versions.changes[made.start : made.stop]
    marks = changes.translate(_NOT_ADDED)
    for place in compress(range(len(marks)), marks):
        yield made.start + place, changes[place]


def _weight(filesystem: Filesystem, version: int) -> tuple[int, int]:
    """Return 1 for a file or link, else 0, and the bytes it ships itself."""
    row = filesystem.versions.rows[version]
    if row < 0:
        return 0, 0
    index = filesystem.indexes[filesystem.versions.layers[version]]
    return int(index.kinds[row] in _COUNTED), index.sizes[row]
