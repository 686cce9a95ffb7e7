"""What dive 0.13 finds below its whiteouts when it stacks the layers under them.

Stacking visits the nodes of a layer, children first and siblings by name: a whiteout removes what
its target is by then; anything else is added, or takes over the attributes of what is there. So a
whiteout takes from its own layer too where `x` sorts before `.wh.x`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from layertui.analysis.dive_trees import NO_PAYLOAD, WHITEOUT, name_of, parent_of, target_of
from layertui.filesystem.nodes import marked_in
from layertui.layers.entries import DIRECTORY
from layertui.layers.index import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layertui.analysis.dive_trees import Payload, Tree

Range = tuple[int, int]


def whiteout_sizes(trees: Sequence[Tree]) -> list[dict[bytes, int | None]]:
    """Return by layer and whiteout the bytes that dive finds below its target.

    That is the total of a directory with an entry, 0 for anything else, None where there is
    nothing. Layer 0 is looked at on its own, any other one sees the layers below it.
    """
    sizes: list[dict[bytes, int | None]] = [{} for _ in trees]
    last = max((number for number, tree in enumerate(trees) if tree.whiteouts), default=-1)
    if last < 0:
        return sizes
    stack = _Stack(trees[: last + 1])
    stack.add(trees[0], trees[0].others)
    for number, tree in enumerate(trees[: last + 1]):
        sizes[number] = stack.sizes_below(tree.whiteouts)
        stack.put(tree)
    return sizes


class _Stack:
    """The layers stacked so far, as far as any whiteout can see them.

    Args:
        trees: The layers that will be stacked.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        targets = {_sought_by(key) for tree in trees for key in tree.whiteouts}
        self._tops = _outermost(sorted(targets - {b""}))
        self._keys = sorted({key for tree in trees for key in self._visible_keys(tree)})
        self._numbers = dict(zip(self._keys, range(len(self._keys)), strict=True))
        self._sizes = array("q", bytes(8 * len(self._keys)))
        self._directories = bytearray(len(self._keys))
        self._alive = bytearray(len(self._keys))

    def _visible_keys(self, tree: Tree) -> Iterator[bytes]:
        """Yield the nodes of a tree that are at or below the target of any whiteout."""
        for keys in (tree.index.keys, _implied(tree), sorted(tree.others)):
            for part in _slices_below(keys, self._tops):
                yield from keys[part]

    def sizes_below(self, whiteouts: list[bytes]) -> dict[bytes, int | None]:
        """Return the bytes below the targets of whiteouts, None where there is nothing."""
        nodes = marked_in(self._alive, (self._range(_sought_by(key)) for key in whiteouts))
        sums = [0]
        for node in nodes:
            sums.append(sums[-1] + self._sizes[node])
        return {key: self._size_below(_sought_by(key), nodes, sums) for key in whiteouts}

    def _size_below(self, key: bytes, nodes: list[int], sums: list[int]) -> int | None:
        """Return the size at a key, given the nodes that are there and their running total."""
        if not key:
            return 0
        node = self._numbers.get(key, -1)
        if node < 0 or not self._alive[node]:
            return None
        if not self._directories[node]:
            return 0
        start, end = self._range(key)
        return sums[bisect_left(nodes, end)] - sums[bisect_left(nodes, start)]

    def put(self, tree: Tree) -> None:
        """Stack the next layer."""
        before: list[Range] = []
        after: list[Range] = []
        for whiteout in tree.whiteouts:
            self._remove_at(whiteout, before, after)
        others = {key: tree.others[key] for key in tree.others.keys() - set(tree.whiteouts)}
        others.update((key, NO_PAYLOAD) for key in tree.parents.intersection(tree.whiteouts))
        self._remove(before)
        self.add(tree, others)
        self._remove(after)

    def _remove_at(self, whiteout: bytes, before: list[Range], after: list[Range]) -> None:
        """Add what a whiteout removes, before or after the entries of its layer are added."""
        key, name = _sought_by(whiteout), name_of(whiteout)
        if name == WHITEOUT and key:
            before.append(self._range(key))
            after.append(self._between(key + b"\0", whiteout))
        elif name_of(key) < name:
            after.append(self._range(key))
        else:
            before.append(self._range(key))

    def _remove(self, ranges: list[Range]) -> None:
        for node in marked_in(self._alive, ranges):
            self._alive[node] = 0

    def add(self, tree: Tree, others: Mapping[bytes, Payload]) -> None:
        """Add the nodes of a layer, those that are no rows as `others` tells."""
        implied = _implied(tree)
        for part in _slices_below(implied, self._tops):
            for key in implied[part]:
                self._add(key, 0, is_directory=False)
        for key in others.keys() & self._numbers.keys():
            self._add(key, others[key].size, is_directory=others[key].is_directory)
        index = tree.index
        for part in _slices_below(index.keys, self._tops):
            rows = zip(index.keys[part], tree.sizes[part], index.kinds[part], strict=True)
            for key, size, kind in rows:
                self._add(key, size, is_directory=kind == DIRECTORY)

    def _add(self, key: bytes, size: int, *, is_directory: bool) -> None:
        node = self._numbers[key]
        self._alive[node] = 1
        self._sizes[node] = size
        self._directories[node] = is_directory

    def _range(self, key: bytes) -> Range:
        """Return the nodes at and below a key; the root is left as it is."""
        return self._between(key, key + b"\1") if key else (0, 0)

    def _between(self, key: bytes, end: bytes) -> Range:
        start = bisect_left(self._keys, key)
        return start, bisect_left(self._keys, end, start)


def _sought_by(whiteout: bytes) -> bytes:
    """Return the key of the node that dive looks for: for a bare `.wh.`, the node above."""
    return parent_of(whiteout) if name_of(whiteout) == WHITEOUT else target_of(whiteout)


def _implied(tree: Tree) -> list[bytes]:
    """Return the directories above rows that have no entry, sorted."""
    return sorted(map(key_of, tree.index.implied))


def _outermost(keys: list[bytes]) -> list[bytes]:
    """Return those of sorted keys that are not below another one."""
    outermost: list[bytes] = []
    for key in keys:
        if not outermost or not key.startswith(outermost[-1] + b"\0"):
            outermost.append(key)
    return outermost


def _slices_below(keys: list[bytes], tops: list[bytes]) -> Iterator[slice]:
    """Yield the parts of sorted keys that are at or below sorted tops."""
    at = number = 0
    while number < len(tops):
        at = bisect_left(keys, tops[number], at)
        if at == len(keys):
            return
        end = bisect_left(keys, tops[number] + b"\1", at)
        if end > at:
            yield slice(at, end)
        at = end
        if at < len(keys):
            number = max(number + 1, bisect_right(tops, keys[at]) - 1)
        else:
            return
