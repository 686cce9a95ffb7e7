"""How many files layers added, modified and removed, and how many bytes they are."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from layertui.errors import CancelledError
from layertui.filesystem.strips import both
from layertui.filesystem.tree import Change
from layertui.layers.entries import FILE, HARDLINK, SYMLINK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from layertui.blob import Cancelled
    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.tree import Filesystem

_COUNTED = (FILE, HARDLINK, SYMLINK)
_PIECE = 16_384
"""Versions that are looked at in about a millisecond."""

_IS_COUNTED = bytes(kind in _COUNTED for kind in range(256))
_IS_ADDED = bytes(value == Change.ADDED for value in range(256))
_IS_MODIFIED = bytes(value == Change.MODIFIED for value in range(256))
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


class RangeTally(NamedTuple):
    """What several layers together did to the state below them.

    Attributes:
        added: What was not there.
        modified: What was there and differs; the size is the new one.
        removed: What was there and is not any more.
    """

    added: Tally
    modified: Tally
    removed: Tally


def tallies(filesystem: Filesystem) -> list[LayerTally]:
    """Return the tally of each layer."""
    return [_tally(filesystem, layer) for layer in range(len(filesystem.indexes))]


def tally_between(
    filesystem: Filesystem,
    comparison: Comparison,
    changes: bytes,
    *,
    cancelled: Cancelled | None = None,
) -> RangeTally:
    """Return the tally of all layers between two states.

    A path is counted once, by how it is before and after all of them: one that a layer adds
    and a later one removes is none of the three.

    Args:
        filesystem: The filesystem.
        comparison: The states, the upper one above the lower one.
        changes: The Change of every node between them.
        cancelled: Asked every few milliseconds.

    Raises:
        CancelledError: `cancelled` said so.
    """

    def pause() -> None:
        if cancelled and cancelled():
            raise CancelledError("the counting was stopped")

    return RangeTally(
        _written(filesystem, comparison, changes.translate(_IS_ADDED), pause),
        _written(filesystem, comparison, changes.translate(_IS_MODIFIED), pause),
        _removed(filesystem, comparison.lower, changes, pause),
    )


def work_between(filesystem: Filesystem, comparison: Comparison) -> int:
    """Return how many versions of paths `tally_between` looks at."""
    starts = filesystem.versions.starts
    return starts[comparison.upper + 1] - starts[comparison.lower + 1]


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


def _written(
    filesystem: Filesystem, comparison: Comparison, wanted: bytes, pause: Callable[[], None]
) -> Tally:
    """Count what nodes are after the layers of a range; `wanted` is a strip of these nodes."""
    nodes, left = filesystem.versions.nodes, bytearray(wanted)
    files = size = 0
    for layer in range(comparison.upper, comparison.lower, -1):
        if 1 not in left:
            break
        index, made = filesystem.indexes[layer], filesystem.layer_versions(layer)
        first = made.stop - len(index)
        for start in range(0, len(index), _PIECE):
            pause()
            rows = slice(start, min(start + _PIECE, len(index)))
            touched = nodes[first + rows.start : first + rows.stop]
            found = bytes(map(left.__getitem__, touched))
            files += both(found, index.kinds[rows].translate(_IS_COUNTED)).count(1)
            size += sum(compress(index.sizes[rows], found))
            _clear(left, compress(touched, found))
        _clear(left, nodes[made.start : first])  # directories without an entry, which weigh nothing
    return Tally(files, size)


def _clear(strip: bytearray, nodes: Iterable[int]) -> None:
    for node in nodes:
        strip[node] = 0


def _removed(
    filesystem: Filesystem, lower: int, changes: bytes, pause: Callable[[], None]
) -> Tally:
    """Count what removed nodes were in the lower state."""
    files = size = 0
    node, steps = changes.find(Change.REMOVED), 0
    while node >= 0:
        one, more = _weight(filesystem, filesystem.version(node, lower))
        files, size, steps = files + one, size + more, steps + 1
        if not steps % _PIECE:
            pause()
        node = changes.find(Change.REMOVED, node + 1)
    return Tally(files, size)
