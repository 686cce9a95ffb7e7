"""The trees that dive 0.13 makes of layers.

dive adds every entry of a layer to a tree, markers included: `.wh.x` is a node beside `x`, a parent
that has no entry is a node without attributes, and only what is named `.wh..wh..*` is left away.

Keys are those of `LayerIndex`: paths with NUL for `/`, sorted they stand in preorder.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from layertui.layers.entries import DIRECTORY
from layertui.layers.index import key_of

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable

    from layertui.layers.index import LayerIndex, LeftOut

WHITEOUT = b".wh."
"""What the names of whiteouts start with."""

_DROPPED = b".wh..wh.."


class Payload(NamedTuple):
    """What dive knows of a node.

    Attributes:
        size: Bytes, as the header tells.
        is_directory: False for a directory without an entry.
        entry: Its entry, where it is no row and has one.
    """

    size: int = 0
    is_directory: bool = False
    entry: LeftOut | None = None


NO_PAYLOAD = Payload()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The tree of a layer.

    Attributes:
        index: The layer, whose rows are nodes.
        sizes: By row, the bytes its header tells.
        others: The nodes that are no rows: whiteouts, AUFS metadata, what a later entry took
            the place of, and the directories above them.
        parents: The nodes above `others`.
        whiteouts: Those of `others` that are whiteouts, sorted.
        size: The bytes that all its headers tell.
    """

    index: LayerIndex
    sizes: array[int]
    others: dict[bytes, Payload]
    parents: set[bytes]
    whiteouts: list[bytes]
    size: int

    def is_leaf_row(self, row: int) -> bool:
        """Tell whether there is nothing below a row; the root is none."""
        keys = self.index.keys
        key = keys[row]
        if not key or key in self.parents:
            return False
        is_parent = self.index.kinds[row] == DIRECTORY and _has_below(keys, row + 1, key)
        return not is_parent

    def is_leaf(self, key: bytes) -> bool:
        """Tell whether there is nothing below one of `others`."""
        keys = self.index.keys
        return key not in self.parents and not _has_below(keys, bisect_right(keys, key), key)


def _has_below(keys: list[bytes], place: int, key: bytes) -> bool:
    return place < len(keys) and keys[place].startswith(key + b"\0")


def tree_of(index: LayerIndex) -> Tree:
    """Return the tree of a layer."""
    hidden = {entry.payload for entry in index.left_out if entry.size and _is_hidden(entry.path)}
    sizes = _row_sizes(index, hidden)
    left_out = [_as_written(entry, hidden) for entry in index.left_out]
    others = _other_nodes(index, left_out)
    return Tree(
        index=index,
        sizes=sizes,
        others=others,
        parents=_parents(others),
        whiteouts=sorted(key for key in others if name_of(key).startswith(WHITEOUT)),
        size=sum(sizes) + sum(entry.size for entry in left_out),
    )


def _is_hidden(path: bytes) -> bool:
    return path.startswith(WHITEOUT) or b"/" + WHITEOUT in path


def _row_sizes(index: LayerIndex, hidden: set[int]) -> array[int]:
    """Return sizes with holes counted, and 0 for links that took hidden content over."""
    if not index.sparse and not hidden:
        return index.sizes
    sizes = index.sizes[:]
    for row in index.sparse:
        sizes[row] = index.real_size(row)
    for row, payload in enumerate(index.payloads if hidden else ()):
        if payload in hidden:
            sizes[row] = 0
    return sizes


def _as_written(entry: LeftOut, hidden: set[int]) -> LeftOut:
    """Return an entry, without size where it is a link that took hidden content over."""
    took_over = entry.payload in hidden and not _is_hidden(entry.path)
    return entry._replace(size=0) if took_over else entry


def _other_nodes(index: LayerIndex, left_out: list[LeftOut]) -> dict[bytes, Payload]:
    """Return the nodes that entries make which are not rows; the last of a path counts."""
    others: dict[bytes, Payload] = {}
    for entry in left_out:
        written = key_of(entry.path)
        key = _kept(written)
        if key and not _is_row(index, key):
            payload = Payload(entry.size, entry.kind == DIRECTORY, entry)
            others[key] = payload if key == written else others.get(key, NO_PAYLOAD)
        while (key := parent_of(key)) and key not in others and not _is_row(index, key):
            others[key] = NO_PAYLOAD
    return others


def _kept(key: bytes) -> bytes:
    """Return a key up to the first component that dive leaves away."""
    if _DROPPED not in key:
        return key
    parts = key.split(b"\0")
    dropped = [place for place, part in enumerate(parts) if part.startswith(_DROPPED)]
    return b"\0".join(parts[: dropped[0]]) if dropped else key


def _is_row(index: LayerIndex, key: bytes) -> bool:
    place = bisect_left(index.keys, key)
    return place < len(index.keys) and index.keys[place] == key


def _parents(keys: Iterable[bytes]) -> set[bytes]:
    parents: set[bytes] = set()
    for key in keys:
        while (key := parent_of(key)) and key not in parents:
            parents.add(key)
    return parents


def parent_of(key: bytes) -> bytes:
    """Return the key of the node above."""
    return key.rpartition(b"\0")[0]


def name_of(key: bytes) -> bytes:
    """Return the last component of a key."""
    return key.rpartition(b"\0")[2]


def target(whiteout: bytes) -> bytes:
    """Return the key that dive gives a whiteout: it ends in NUL for one that names nothing."""
    name = name_of(whiteout)
    return whiteout[: -len(name)] + name[len(WHITEOUT) :]


def target_of(whiteout: bytes) -> bytes:
    """Return the key under which dive counts a whiteout; of a bare `.wh.` it ends in NUL."""
    name = name_of(whiteout)
    return whiteout[: len(whiteout) - len(name)] + name[len(WHITEOUT) :]
