"""All package managers, and where an image has their databases."""

from __future__ import annotations

from array import array
from itertools import compress
from typing import TYPE_CHECKING, Final

from layertui.insight.packages import apk, dpkg, gem, go, npm, pip, rpm
from layertui.layers.entries import FILE
from layertui.limits import KIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from layertui.filesystem.tree import Filesystem
    from layertui.insight.packages.package import Manager
    from layertui.layers.index import LayerIndex

ALL: Final[tuple[Manager, ...]] = (
    dpkg.MANAGER,
    apk.MANAGER,
    rpm.MANAGER,
    pip.MANAGER,
    npm.MANAGER,
    gem.MANAGER,
    go.MANAGER,
)

SMALLEST_PROGRAM = 256 * KIB
"""Bytes of a program below which no program of Go is expected."""

_PIECE = 65_536
_ANY_EXECUTE = 0o111


def database_nodes(
    filesystem: Filesystem, managers: Sequence[Manager], stop: Callable[[], None]
) -> list[list[int]]:
    """Return, by package manager, the nodes that are its databases in some layer, in preorder.

    Args:
        filesystem: The filesystem.
        managers: The package managers.
        stop: Called every few milliseconds.
    """
    keys = filesystem.table.keys
    ended = _ending(keys, tuple(e for each in managers for e in each.endings), stop)
    found = list[list[int]]()
    for manager in managers:
        if manager.is_binary:
            nodes = set(_programs(filesystem, stop))
        else:
            nodes = set(manager.find(filesystem.table))
            nodes.update(
                node
                for node in ended
                if keys[node].endswith(manager.endings) and manager.wants(keys[node])
            )
        found.append(sorted(nodes))
    return found


def _ending(keys: list[bytes], endings: tuple[bytes, ...], stop: Callable[[], None]) -> array[int]:
    """Return the nodes whose keys end as asked for."""
    found = array("i")
    for start in range(0, len(keys), _PIECE):
        stop()
        piece = keys[start : start + _PIECE]
        hits = [key.endswith(endings) for key in piece]
        found.extend(compress(range(start, start + len(piece)), hits))
    return found


def _programs(filesystem: Filesystem, stop: Callable[[], None]) -> Iterator[int]:
    """Yield the nodes that are a large program in some layer."""
    versions = filesystem.versions
    for layer, index in enumerate(filesystem.indexes):
        stop()
        first = versions.starts[layer + 1] - len(index)
        for row in compress(range(len(index)), map(SMALLEST_PROGRAM.__le__, index.sizes)):
            if is_program(index, row):
                yield versions.nodes[first + row]


def is_program(index: LayerIndex, row: int) -> bool:
    """Tell whether a row of an index is a file that is large enough and may be executed."""
    return (
        index.kinds[row] == FILE
        and index.sizes[row] >= SMALLEST_PROGRAM
        and index.attribute_table[index.attributes[row]].mode & _ANY_EXECUTE != 0
        and row not in index.sparse
    )
