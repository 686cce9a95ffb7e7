"""Which paths a copy is reached by: its own and the hard links to it, and from when to when."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from layertui.layers.entries import FILE

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem


class Reference(NamedTuple):
    """A version of a path through which a copy is reached.

    Attributes:
        version: The version.
        node: Whose version it is.
        start: The layer that made it.
        successor: The next version of the node, or -1 where it is still shown.
        end: The layer of the successor, or the number of layers.

    """

    version: int
    node: int
    start: int
    successor: int
    end: int


LinkedCopies = dict[tuple[int, int], list[Reference]]
"""The references to a copy, its own path first, by its layer and row."""


def successors(filesystem: Filesystem) -> array[int]:
    """Return, by version, the next version of its node, or -1."""
    previous = filesystem.versions.previous
    following = array("i", [-1]) * len(previous)
    for version, before in enumerate(previous):
        if before >= 0:
            following[before] = version
    return following


def linked_copies(filesystem: Filesystem, following: array[int]) -> LinkedCopies:
    """Return the references to each copy that hard links lead to; its own path comes first.

    Args:
        filesystem: The filesystem.
        following: Its `successors`.

    """
    targets = {place for place in filesystem.targets.values() if place is not None}
    copies: LinkedCopies = {
        place: [] for place in targets if filesystem.indexes[place[0]].kinds[place[1]] == FILE
    }
    if not copies:
        return copies
    versions = filesystem.versions
    for version, (layer, row) in enumerate(zip(versions.layers, versions.rows, strict=True)):
        own = copies.get((layer, row))
        if own is not None:
            own.insert(0, _reference(filesystem, version, following))
            continue
        target = filesystem.targets.get((layer, row))
        if target in copies:
            copies[target].append(_reference(filesystem, version, following))
    return copies


def _reference(filesystem: Filesystem, version: int, following: array[int]) -> Reference:
    versions, successor = filesystem.versions, following[version]
    return Reference(
        version,
        versions.nodes[version],
        versions.layers[version],
        successor,
        versions.layers[successor] if successor >= 0 else len(filesystem.indexes),
    )
