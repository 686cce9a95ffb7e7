"""Which contents are searched, and by which paths the image shows them, or did."""

from __future__ import annotations

from array import array
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.opening import Stored
from layertui.contents.places import Place, place_of
from layertui.contents.superseded import superseded_in
from layertui.layers.entries import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.filesystem.tree import Filesystem


class Scope(Enum):
    """Of which files contents are searched."""

    LAYER = "layer"
    """Those that one layer ships."""
    SHOWN = "filesystem"
    """Those that the filesystem shows after a layer."""
    ALL = "all layers"
    """Those that any layer ships, also where a later one removed or replaced them."""


class Shown(NamedTuple):
    """A path by which a content is shown.

    Attributes:
        layer: The layer that gave the path this content, or after which it was looked at.
        node: The node of the path.
        gone: The layer that removed or replaced it, or None where the image still shows it.
    """

    layer: int
    node: int
    gone: int | None = None


Targets = dict[int, dict[Stored, list[Shown]]]
"""By layer, where the contents to be searched lie in it, and by which paths each is shown."""


def targets(
    filesystem: Filesystem,
    scope: Scope,
    layer: int,
    *,
    allows: Callable[[int], bool] | None = None,
) -> Targets:
    """Return what is searched; a content that several paths show is there once.

    Args:
        filesystem: The filesystem.
        scope: Of which files.
        layer: The layer looked at; of no account where all layers are searched.
        allows: Tells of a node whether its content is searched at all; None where all are.
    """
    if scope is Scope.ALL:
        shown = _ever_shown(filesystem)
    elif scope is Scope.LAYER:
        shown = _shipped(filesystem, layer)
    else:
        shown = _shown(filesystem, layer)
    found: Targets = {}
    for place, each in shown:
        if allows is None or allows(each.node):
            found.setdefault(place.layer, {}).setdefault(place.stored, []).append(each)
    return dict(sorted(found.items()))


def size_of(found: Targets) -> int:
    """Return the bytes that are searched."""
    return sum(stored.size for contents in found.values() for stored in contents)


def _shown(filesystem: Filesystem, layer: int) -> Iterator[tuple[Place, Shown]]:
    kinds, version_after = filesystem.facts.real_kinds, filesystem.version
    for node in range(1, len(filesystem.table)):
        version = version_after(node, layer)
        if version >= 0 and kinds[version] == FILE:
            place = place_of(filesystem, version)
            if place is not None:
                yield place, Shown(layer, node)


def _shipped(filesystem: Filesystem, layer: int) -> Iterator[tuple[Place, Shown]]:
    for version in filesystem.layer_versions(layer):
        place = place_of(filesystem, version)
        if place is not None and place.layer == layer:
            yield place, Shown(layer, filesystem.versions.nodes[version])
    yield from _superseded(filesystem, layer)


def _ever_shown(filesystem: Filesystem) -> Iterator[tuple[Place, Shown]]:
    versions, kinds = filesystem.versions, filesystem.facts.real_kinds
    following = array("i", [-1]) * len(versions)
    for version, before in enumerate(versions.previous):
        if before >= 0:
            following[before] = version
    for version, after in enumerate(following):
        place = place_of(filesystem, version) if kinds[version] == FILE else None
        if place is not None:
            gone = versions.layers[after] if after >= 0 else None
            yield place, Shown(versions.layers[version], versions.nodes[version], gone)
    for layer in range(len(filesystem.indexes)):
        yield from _superseded(filesystem, layer)


def _superseded(filesystem: Filesystem, layer: int) -> Iterator[tuple[Place, Shown]]:
    """Yield the copies of a layer that it took the place of itself."""
    for copy in superseded_in(filesystem.indexes[layer]):
        node = filesystem.table.find(b"/" + copy.copy.path)
        if copy.stored is not None and node is not None:
            yield Place(layer, copy.stored), Shown(layer, node, layer)
