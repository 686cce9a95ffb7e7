"""Which contents are searched, and by which paths the image shows them, or did."""

from __future__ import annotations

from array import array
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.places import stored_in
from layertui.contents.superseded import superseded_in
from layertui.layers.entries import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.contents.opening import Stored
    from layertui.filesystem.tree import Filesystem
    from layertui.layers.index import LayerIndex

_STILL = -1
"""The layer that removed what the image still shows."""
_BLOCK = 16_384
"""Numbers that are put in order at a time; nothing else goes on meanwhile."""


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


class LayerTargets:
    """The contents of one layer that are searched.

    They are kept in columns: an image may have a million of them.

    Args:
        index: The layer.

    Attributes:
        passed: How many of them were gone through so far.
    """

    def __init__(self, index: LayerIndex) -> None:
        self.passed = 0
        self._index = index
        self._payloads = array("q")
        self._rows = array("i")
        self._nodes = array("i")
        self._layers = array("i")
        self._gone = array("i")
        self._superseded: dict[int, Stored] = {}

    def add(self, row: int, node: int, layer: int, gone: int = _STILL) -> None:
        """Add a path that shows the content of a row of the index; one without bytes, not."""
        if self._index.sizes[row]:
            self._append(self._index.payloads[row], row, node, layer, gone)

    def add_superseded(self, stored: Stored, node: int, layer: int) -> None:
        """Add a content that has no row, as the layer took its place itself."""
        if stored.size:
            self._superseded[len(self._rows)] = stored
            self._append(stored.payload, -1, node, layer, layer)

    def _append(self, payload: int, *columns: int) -> None:
        self._payloads.append(payload)
        for column, value in zip(
            (self._rows, self._nodes, self._layers, self._gone), columns, strict=True
        ):
            column.append(value)

    def __iter__(self) -> Iterator[tuple[Stored, tuple[Shown, ...]]]:
        """Yield where each content lies, in the order of the layer, and the paths that show it."""
        bits = len(self._rows).bit_length()
        mask, start = (1 << bits) - 1, -1
        same: list[int] = []
        numbers = (payload << bits | place for place, payload in enumerate(self._payloads))
        for number in _in_order(list(numbers)):
            if number >> bits != start and same:
                yield self._content(same)
                same = []
            same.append(number & mask)
            start = number >> bits
        if same:
            yield self._content(same)

    def _content(self, places: list[int]) -> tuple[Stored, tuple[Shown, ...]]:
        self.passed += 1
        return self._stored(places[0]), tuple(map(self._shown, places))

    def __bool__(self) -> bool:
        return len(self._payloads) > 0

    def _stored(self, place: int) -> Stored:
        row = self._rows[place]
        return self._superseded[place] if row < 0 else stored_in(self._index, row)

    def _shown(self, place: int) -> Shown:
        gone = self._gone[place]
        return Shown(self._layers[place], self._nodes[place], None if gone == _STILL else gone)


Targets = dict[int, LayerTargets]
"""What is searched, by layer, the lowest first."""


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
    found = {number: LayerTargets(index) for number, index in enumerate(filesystem.indexes)}
    passes = allows or (lambda _node: True)
    if scope is Scope.SHOWN:
        _add_shown(filesystem, layer, passes, found)
    elif scope is Scope.LAYER:
        _add_shipped(filesystem, layer, passes, found)
    else:
        _add_all(filesystem, passes, found)
    return {number: each for number, each in found.items() if each}


def _add_shown(
    filesystem: Filesystem, layer: int, passes: Callable[[int], bool], found: Targets
) -> None:
    kinds, version_after = filesystem.facts.real_kinds, filesystem.version
    for node in range(1, len(filesystem.table)):
        version = version_after(node, layer)
        if version >= 0 and kinds[version] == FILE and passes(node):
            source, row = filesystem.source(version)
            found[source].add(row, node, layer)


def _add_shipped(
    filesystem: Filesystem, layer: int, passes: Callable[[int], bool], found: Targets
) -> None:
    kinds = filesystem.facts.real_kinds
    for version in filesystem.layer_versions(layer):
        node = filesystem.versions.nodes[version]
        if kinds[version] == FILE and passes(node):
            source, row = filesystem.source(version)
            if source == layer:
                found[source].add(row, node, layer)
    _add_superseded(filesystem, layer, passes, found)


def _add_all(filesystem: Filesystem, passes: Callable[[int], bool], found: Targets) -> None:
    versions, kinds = filesystem.versions, filesystem.facts.real_kinds
    gone = array("i", [_STILL]) * len(versions)
    for before, layer in zip(versions.previous, versions.layers, strict=True):
        if before >= 0:
            gone[before] = layer
    for version, node in enumerate(versions.nodes):
        if kinds[version] == FILE and passes(node):
            source, row = filesystem.source(version)
            found[source].add(row, node, versions.layers[version], gone[version])
    for layer in range(len(filesystem.indexes)):
        _add_superseded(filesystem, layer, passes, found)


def _add_superseded(
    filesystem: Filesystem, layer: int, passes: Callable[[int], bool], found: Targets
) -> None:
    """Add the copies of a layer that it took the place of itself."""
    for copy in superseded_in(filesystem.indexes[layer]):
        node = filesystem.table.find(b"/" + copy.copy.path)
        if copy.stored is not None and node is not None and passes(node):
            found[layer].add_superseded(copy.stored, node, layer)


def _in_order(numbers: list[int]) -> list[int]:
    """Return numbers in order; sorted at once, a million of them would stop all threads."""
    runs = [sorted(numbers[first : first + _BLOCK]) for first in range(0, len(numbers), _BLOCK)]
    while len(runs) > 1:
        pairs = [runs[first : first + 2] for first in range(0, len(runs), 2)]
        runs = [sorted(chain.from_iterable(pair)) for pair in pairs]
    return runs[0] if runs else []
