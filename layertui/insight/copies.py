"""The copies that an image ships, column by column, and which of them it shows."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem


class Copies(NamedTuple):
    """What versions ship.

    Attributes:
        sizes: By version, the bytes of its copy; 0 for anything else.
        shown: By version, 1 where the filesystem of all layers shows it, or shows its copy by a
            hard link.
        links: The versions that are hard links to a copy, by the copy's own version.
    """

    sizes: array[int]
    shown: bytearray
    links: dict[int, list[int]]


def copies_of(filesystem: Filesystem) -> Copies:
    """Return the copies of a filesystem."""
    shown = _last(filesystem)
    links = _links(filesystem)
    for copy, leading in links.items():
        shown[copy] |= any(map(shown.__getitem__, leading))
    return Copies(_sizes(filesystem), shown, links)


def version_of_row(filesystem: Filesystem, layer: int, row: int) -> int:
    """Return the version that a row of a layer's index is."""
    return filesystem.versions.starts[layer + 1] - len(filesystem.indexes[layer]) + row


def shown_path(filesystem: Filesystem, copies: Copies, version: int) -> bytes:
    """Return the absolute path of a copy, that of a hard link where its own is not shown."""
    versions = filesystem.versions
    if versions.last[versions.nodes[version]] != version:
        for link in copies.links.get(version, ()):
            if copies.shown[link]:
                return filesystem.table.path(versions.nodes[link])
    return filesystem.table.path(versions.nodes[version])


def _sizes(filesystem: Filesystem) -> array[int]:
    sizes = array("q")
    starts = filesystem.versions.starts
    for layer, index in enumerate(filesystem.indexes):
        head = starts[layer + 1] - len(index) - len(sizes)
        sizes.extend(array("q", bytes(8 * head)))
        sizes.extend(index.sizes)
    return sizes


def _last(filesystem: Filesystem) -> bytearray:
    """Return, by version, 1 where no later one took its place."""
    versions = filesystem.versions
    last = bytearray(b"\1" * len(versions))
    for before in versions.previous[versions.starts[min(1, len(filesystem.indexes))] :]:
        if before >= 0:
            last[before] = 0
    return last


def _links(filesystem: Filesystem) -> dict[int, list[int]]:
    links: dict[int, list[int]] = {}
    for (layer, row), target in filesystem.targets.items():
        if target is not None:
            copy = version_of_row(filesystem, *target)
            links.setdefault(copy, []).append(version_of_row(filesystem, layer, row))
    return links
