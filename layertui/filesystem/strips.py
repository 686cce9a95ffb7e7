"""Strips of one byte a node, 1 where a node is marked, looked at as a whole.

Two strips are put together as one large number each, which takes well under a millisecond on
a million nodes.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.filesystem.nodes import NodeTable

Strip = bytes | bytearray

_INVERTED = bytes((1, *bytes(255)))
_PATIENCE = 2_048


def both(*strips: Strip) -> bytes:
    """Return what all of some strips mark."""
    return reduce(and_, map(_number, strips)).to_bytes(len(strips[0]), "little")


def either(*strips: Strip) -> bytes:
    """Return what any of some strips marks."""
    return reduce(or_, map(_number, strips)).to_bytes(len(strips[0]), "little")


def differing(left: Strip, right: Strip) -> bytes:
    """Return what one of two strips marks and the other does not."""
    return (_number(left) ^ _number(right)).to_bytes(len(left), "little")


def inverted(strip: Strip) -> bytes:
    """Return what a strip does not mark."""
    return bytes(strip.translate(_INVERTED))


def above(marked: Strip, table: NodeTable, pause: Callable[[], None] | None = None) -> bytearray:
    """Return the directories that have something marked below them.

    Args:
        marked: The strip.
        table: The nodes.
        pause: Called every few milliseconds.

    """
    strip, parents, inner = bytearray(len(marked)), table.parents, table.inner
    next_marked, next_directory = marked.find, inner.find
    strip[0] = 1
    steps, node = 0, next_marked(1, 1)
    while node >= 0:
        parent = parents[node]
        while not strip[parent]:
            strip[parent] = 1
            parent = parents[parent]
        # All up to the next directory are in directories that lead to this node as well.
        directory = next_directory(1, node)
        node = next_marked(1, directory + 1) if directory >= 0 else -1
        steps += 1
        if pause and not steps % _PATIENCE:
            pause()
    strip[0] = 0
    return strip


def below(marked: Strip, table: NodeTable, pause: Callable[[], None] | None = None) -> bytearray:
    """Return what is below something marked; see `above`."""
    strip, ends = bytearray(len(marked)), table.ends
    roots = both(marked, table.inner)
    steps, node = 0, roots.find(1)
    while node >= 0:
        end = ends[node]
        strip[node + 1 : end] = b"\1" * (end - node - 1)
        node = roots.find(1, end)
        steps += 1
        if pause and not steps % _PATIENCE:
            pause()
    return strip


def _number(strip: Strip) -> int:
    return int.from_bytes(strip, "little")
