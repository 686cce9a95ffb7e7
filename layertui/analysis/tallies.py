"""How many files each layer added, modified and removed, and how many bytes they are."""

from __future__ import annotations

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

    def plus(self, files: int, size: int) -> Tally:
        """Return a tally with more in it."""
        return Tally(self.files + files, self.size + size)


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
    index = filesystem.indexes[layer]
    counts = {change: Tally() for change in Change}
    files = sum(index.kinds.count(kind) for kind in _COUNTED)
    counts[Change.ADDED] = Tally(files, sum(index.sizes))
    net = files
    for version, change in _other_changes(filesystem, layer):
        before = filesystem.versions.previous[version]
        if change is Change.REMOVED:
            counts[change] = counts[change].plus(*_weight(filesystem, before))
        else:
            number, size = _weight(filesystem, version)
            counts[Change.ADDED] = counts[Change.ADDED].plus(-number, -size)
            counts[change] = counts[change].plus(number, size)
        net -= _weight(filesystem, before)[0]
    return LayerTally(counts[Change.ADDED], counts[Change.MODIFIED], counts[Change.REMOVED], net)


def _other_changes(filesystem: Filesystem, layer: int) -> Iterator[tuple[int, Change]]:
    """Yield the versions of a layer that are not additions."""
    made = filesystem.layer_versions(layer)
    changes = filesystem.versions.changes
    marks = changes[made.start : made.stop].translate(_NOT_ADDED)
    place = marks.find(1)
    while place >= 0:
        version = made.start + place
        yield version, Change(changes[version])
        place = marks.find(1, place + 1)


def _weight(filesystem: Filesystem, version: int) -> tuple[int, int]:
    """Return 1 for a file or link, else 0, and the bytes it ships itself."""
    row = filesystem.versions.rows[version]
    if row < 0:
        return 0, 0
    kind = filesystem.indexes[filesystem.versions.layers[version]].kinds[row]
    return int(kind in _COUNTED), filesystem.copy_size(version)
