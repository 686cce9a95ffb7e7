"""dive's own three figures, bug for bug, for thresholds that were found with it.

dive 0.13 looks at the leaves of every layer's tree, path by path: the efficiency is the sum of the
least sizes by the sum of all sizes, and every path with two leaves or more is waste, all of it. A
whiteout weighs what it removes where that is a directory with an entry, else nothing. One whose
target is not there ends the visit of its layer; its path then has the least size -1 until some
layer visits it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.dive_stack import whiteout_sizes
from layertui.analysis.dive_trees import target_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from layertui.analysis.dive_trees import Tree
    from layertui.layers.index import LayerIndex


class DiveMetrics(NamedTuple):
    """dive's figures.

    Attributes:
        efficiency: dive's efficiencyScore; 1.0 for an image without bytes.
        wasted_size: dive's inefficientBytes.
        user_wasted_percent: A ratio that can exceed 1; infinite where there is waste but no byte
            above layer 0, None (dive divides 0 by 0) where there is neither.
    """

    efficiency: float
    wasted_size: int
    user_wasted_percent: float | None


class DiveReference(NamedTuple):
    """A path that several layers have: what dive calls inefficient.

    Attributes:
        path: Absolute.
        leaves: How many it has.
        size: Bytes of all of them.
    """

    path: bytes
    leaves: int
    size: int


class DiveAnalysis(NamedTuple):
    """What dive finds out about an image.

    Attributes:
        metrics: Its figures.
        trees: The trees of the layers.
        references: The inefficient paths, most bytes first, equal ones by path.
    """

    metrics: DiveMetrics
    trees: tuple[Tree, ...]
    references: list[DiveReference]


def dive_metrics(indexes: Sequence[LayerIndex]) -> DiveMetrics:
    """Return what dive computes of the layers of an image, bottom to top."""
    trees = [tree_of(index) for index in indexes]
    visits = _visits(trees)
    return _metrics(trees, visits, _weights(visits))


def dive_analysis(indexes: Sequence[LayerIndex]) -> DiveAnalysis:
    """Return what dive finds out about the layers of an image, bottom to top."""
    trees = tuple(tree_of(index) for index in indexes)
    visits = _visits(trees)
    weights = _weights(visits)
    references = [
        DiveReference(b"/" + key.replace(b"\0", b"/"), weight.count, weight.total)
        for key, weight in weights.items()
        if weight.count > 1
    ]
    references.sort(key=lambda reference: (-reference.size, reference.path))
    return DiveAnalysis(_metrics(trees, visits, weights), trees, references)


def _visits(trees: Sequence[Tree]) -> list[_Visit]:
    return [_visit(tree, sizes) for tree, sizes in zip(trees, whiteout_sizes(trees), strict=True)]


def _metrics(
    trees: Sequence[Tree], visits: Sequence[_Visit], weights: Mapping[bytes, _Weight]
) -> DiveMetrics:
    total = sum(visit.row_total() + sum(size for _, size in visit.others) for visit in visits)
    missing = {visit.missing for visit in visits if visit.missing is not None}
    unmet = sum(not weights[key].count for key in missing)
    spared = sum(weight.total - weight.least for weight in weights.values() if weight.count)
    wasted = sum(weight.total for weight in weights.values() if weight.count > 1)
    return DiveMetrics(
        efficiency=float(total - spared - unmet) / float(total) if total else 1.0,
        wasted_size=wasted,
        user_wasted_percent=_ratio(wasted, sum(tree.size for tree in trees[1:])),
    )


def _ratio(wasted: int, size: int) -> float | None:
    """Divide as Go does: by 0 gives infinity, and 0 by 0 no number."""
    if size:
        return float(wasted) / float(size)
    return math.inf if wasted else None


class _Visit(NamedTuple):
    """The leaves of a layer that dive comes to.

    Attributes:
        tree: The layer.
        end: The row at which it stops.
        others: The key and the size of the leaves that are no rows.
        missing: The key of the whiteout that stopped it, or None.
    """

    tree: Tree
    end: int
    others: list[tuple[bytes, int]]
    missing: bytes | None

    def row_total(self) -> int:
        """Return the bytes of the leaves that are rows."""
        rows = (self._row(key) for key in self.tree.parents)
        parents = sum(self.tree.sizes[row] for row in rows if row is not None)
        return sum(self.tree.sizes[: self.end]) - parents

    def _row(self, key: bytes) -> int | None:
        keys = self.tree.index.keys
        row = bisect_left(keys, key, hi=self.end)
        return row if row < self.end and keys[row] == key else None

    def leaves(self, wanted: Container[bytes]) -> Iterator[tuple[bytes, int]]:
        """Yield the key and the size of each leaf whose key is wanted."""
        tree, keys = self.tree, self.tree.index.keys
        for row in compress(range(self.end), map(wanted.__contains__, keys)):
            if tree.is_leaf_row(row):
                yield keys[row], tree.sizes[row]
        yield from (other for other in self.others if other[0] in wanted)


def _visit(tree: Tree, sizes: Mapping[bytes, int | None]) -> _Visit:
    """Return the leaves of a layer up to its first whiteout of what is not there."""
    leaves = sorted(key for key in tree.others if tree.is_leaf(key))
    stop = next((key for key in leaves if key in sizes and sizes[key] is None), None)
    if stop is not None:
        leaves = leaves[: leaves.index(stop)]
    others = [
        (target_of(key), sizes[key] or 0) if key in sizes else (key, tree.others[key].size)
        for key in leaves
    ]
    keys = tree.index.keys
    return _Visit(
        tree=tree,
        end=len(keys) if stop is None else bisect_left(keys, stop),
        others=others,
        missing=None if stop is None else target_of(stop),
    )


class _Weight:
    """What dive knows of a path.

    Attributes:
        total: Bytes of all its leaves.
        least: Bytes of the smallest one.
        count: How many there are.
    """

    __slots__ = ("count", "least", "total")

    def __init__(self) -> None:
        self.total = self.least = self.count = 0

    def add(self, size: int) -> None:
        """Add a leaf."""
        self.least = min(self.least, size) if self.count else size
        self.total += size
        self.count += 1


def _weights(visits: Sequence[_Visit]) -> dict[bytes, _Weight]:
    """Return the weights of the paths that several layers have or that are missing.

    All others weigh as much as their least size.
    """
    weights = {key: _Weight() for key in _repeated(visits)}
    for visit in visits if weights else ():
        for key, size in visit.leaves(weights):
            weights[key].add(size)
    return weights


def _repeated(visits: Sequence[_Visit]) -> set[bytes]:
    """Return at least the keys that are met more than once, and those that are missing."""
    seen: set[bytes] = set()
    repeated = {visit.missing for visit in visits if visit.missing is not None}
    for visit in visits:
        keys = visit.tree.index.keys
        keys = keys if visit.end == len(keys) else keys[: visit.end]
        repeated |= seen.intersection(keys)
        seen.update(keys)
        for key, _ in visit.others:
            if key in seen:
                repeated.add(key)
            seen.add(key)
    return repeated
