"""The files of a layer as dive 0.13 lists them: depth first, children before their parent."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

from layertui.layers.entries import (
    BLOCKDEV,
    CHARDEV,
    DIRECTORY,
    FIFO,
    FILE,
    SYMLINK,
    Attributes,
)
from layertui.layers.index import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.analysis.dive_trees import Tree

_TYPE_BITS = {
    FILE: 0, DIRECTORY: 1 << 31, SYMLINK: 1 << 27, BLOCKDEV: 1 << 26, FIFO: 1 << 25,
    CHARDEV: 1 << 26 | 1 << 21,
}  # fmt: skip
"""The bits that Go's file mode has for each kind; none for what is not here."""

_SPECIAL_BITS = ((0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20))

_TAR_FLAGS = b"0123456"
"""By kind, the type flag of its tar header."""


class DiveFile(NamedTuple):
    """A node of a layer's tree, as dive knows it; all is empty where there is no entry.

    Attributes:
        path: Relative.
        flag: The type flag of its tar header.
        link: What a link leads to.
        size: Bytes.
        mode: The mode as Go has it.
        uid: Owner.
        gid: Group.
        is_directory: Whether it is one.
    """

    path: bytes = b""
    flag: int = 0
    link: bytes = b""
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    is_directory: bool = False


_NOTHING = DiveFile()


def dive_files(tree: Tree) -> Iterator[DiveFile]:
    """Yield the nodes of a layer."""
    above: list[tuple[bytes, DiveFile]] = []
    last = b""
    for key, _, row in merge(_others(tree), _implied(tree), _rows(tree)):
        if key == last:  # the root, or a node that is known already
            continue
        last = key
        while above and not key.startswith(above[-1][0]):
            yield above.pop()[1]
        above.append((key + b"\0", _row_file(tree, row) if row >= 0 else _other_file(tree, key)))
    while above:
        yield above.pop()[1]


def _others(tree: Tree) -> Iterator[tuple[bytes, int, int]]:
    return ((key, 0, -1) for key in sorted(tree.others))


def _rows(tree: Tree) -> Iterator[tuple[bytes, int, int]]:
    return ((key, 1, row) for row, key in enumerate(tree.index.keys))


def _implied(tree: Tree) -> Iterator[tuple[bytes, int, int]]:
    return ((key, 2, -1) for key in sorted(map(key_of, tree.index.implied)))


def _other_file(tree: Tree, key: bytes) -> DiveFile:
    payload = tree.others.get(key)
    if payload is None or payload.entry is None:
        return _NOTHING
    entry = payload.entry
    return _file(entry.path, entry.kind, entry.link, payload.size, entry.attributes)


def _row_file(tree: Tree, row: int) -> DiveFile:
    index = tree.index
    path = index.keys[row].replace(b"\0", b"/")
    attributes = index.attribute_table[index.attributes[row]]
    return _file(path, index.kinds[row], index.links.get(row, b""), tree.sizes[row], attributes)


def _file(path: bytes, kind: int, link: bytes, size: int, attributes: Attributes) -> DiveFile:
    mode = attributes.mode & 0o777 | _TYPE_BITS.get(kind, 0)
    for bit, special in _SPECIAL_BITS:
        if attributes.mode & bit:
            mode |= special
    return DiveFile(
        path, _TAR_FLAGS[kind], link, size, mode, attributes.uid, attributes.gid,
        kind == DIRECTORY,
    )  # fmt: skip
