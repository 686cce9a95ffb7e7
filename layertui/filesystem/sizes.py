"""The bytes below every directory after every layer."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from typing import TYPE_CHECKING

from layertui.filesystem.references import linked_copies, successors

if TYPE_CHECKING:
    from layertui.filesystem.references import Reference
    from layertui.filesystem.tree import Filesystem


class SubtreeSizes:
    """For each directory, the layers at which the bytes below it changed, and to what.

    A copy counts once, at its own path or, when that is gone, at the first hard link to it.
    """

    def __init__(self, filesystem: Filesystem) -> None:
        self._layers: dict[int, list[int]] = {}
        self._totals: dict[int, list[int]] = {}
        moves = _moves(filesystem)
        for layer in range(len(filesystem.indexes)):
            deltas = _deltas(filesystem, layer)
            for node, delta in moves.get(layer, ()):
                parent = filesystem.table.parents[node]
                deltas[parent] = deltas.get(parent, 0) + delta
            self._record(filesystem, layer, deltas)

    def total(self, node: int, layer: int) -> int:
        """Return the bytes below a directory after a layer."""
        place = bisect_right(self._layers.get(node, []), layer) - 1
        return self._totals[node][place] if place >= 0 else 0

    def _record(self, filesystem: Filesystem, layer: int, deltas: dict[int, int]) -> None:
        """Add deltas of directories up to the root, deepest first."""
        parents = filesystem.table.parents
        heap = [-node for node in deltas]
        heapq.heapify(heap)
        while heap:
            node = -heapq.heappop(heap)
            delta = deltas[node]
            if node:
                parent = parents[node]
                if parent not in deltas:
                    deltas[parent] = 0
                    heapq.heappush(heap, -parent)
                deltas[parent] += delta
            if delta:
                before = self._totals[node][-1] if node in self._totals else 0
                self._layers.setdefault(node, []).append(layer)
                self._totals.setdefault(node, []).append(before + delta)


def _deltas(filesystem: Filesystem, layer: int) -> dict[int, int]:
    """Return by directory what a layer adds to the copies directly in it."""
    versions, parents = filesystem.versions, filesystem.table.parents
    sizes = filesystem.indexes[layer].sizes
    deltas: dict[int, int] = {}
    get = deltas.get
    made = filesystem.layer_versions(layer)
    part = slice(made.start, made.stop)
    for node, row, before in zip(
        versions.nodes[part], versions.rows[part], versions.previous[part], strict=True
    ):
        delta = sizes[row] if row >= 0 else 0
        if before >= 0:
            delta -= filesystem.copy_size(before)
        if delta:
            parent = parents[node]
            deltas[parent] = get(parent, 0) + delta
    return deltas


def _moves(filesystem: Filesystem) -> dict[int, list[tuple[int, int]]]:
    """Return by layer the bytes that move to a hard link because the path before it went."""
    moves: dict[int, list[tuple[int, int]]] = {}
    for (layer, row), references in linked_copies(filesystem, successors(filesystem)).items():
        size = filesystem.indexes[layer].sizes[row]
        carrier = None
        turns = {layer for reference in references for layer in (reference.start, reference.end)}
        for at in sorted(turns):
            if at < references[0].end or at >= len(filesystem.indexes):
                continue
            heir = _heir(references, at)
            if heir != carrier:
                steps = moves.setdefault(at, [])
                steps += [(carrier, -size)] if carrier is not None else []
                steps += [(heir, size)] if heir is not None else []
                carrier = heir
    return moves


def _heir(references: list[Reference], layer: int) -> int | None:
    """Return the first node through which a copy is still reached after a layer."""
    nodes = [link.node for link in references[1:] if link.start <= layer < link.end]
    return min(nodes, default=None)
