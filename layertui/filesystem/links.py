"""Following symbolic links inside the image, as its own kernel would, and never outside.

Source of the rules: path_resolution(7), with the root of the image as `/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.layers.entries import DIRECTORY, SYMLINK

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

MOST_LINKS = 40
"""Links that are followed on the way of one path, as on Linux."""


class Followed(NamedTuple):
    """Where a path leads.

    Attributes:
        path: What is there, absolute and without links, or where the way ends.
        node: Its node, or None where the way ends.
        links: How many links were followed.
        is_loop: Whether more links than a kernel follows are on the way.
    """

    path: bytes
    node: int | None
    links: int
    is_loop: bool = False


def follow(filesystem: Filesystem, path: bytes, layer: int, *, last: bool = True) -> Followed:
    """Return where a path leads in the filesystem after a layer.

    Args:
        filesystem: The filesystem.
        path: Absolute, or taken from the root.
        layer: The layer after which it is followed.
        last: Whether a link at the very end is followed too.
    """
    rest = [part for part in reversed(path.split(b"/")) if part not in (b"", b".")]
    done: list[bytes] = []
    links = 0
    while rest:
        part = rest.pop()
        if part == b"..":
            done[-1:] = []
            continue
        here = b"/" + b"/".join((*done, part))
        node, kind, target = _at(filesystem, here, layer)
        if node is None:
            return Followed(here + b"".join(b"/" + each for each in reversed(rest)), None, links)
        if kind == SYMLINK and (rest or last):
            links += 1
            if links > MOST_LINKS:
                return Followed(here, None, links, is_loop=True)
            done = [] if target.startswith(b"/") else done
            rest += [each for each in reversed(target.split(b"/")) if each not in (b"", b".")]
        elif rest and kind != DIRECTORY:
            return Followed(here + b"".join(b"/" + each for each in reversed(rest)), None, links)
        else:
            done.append(part)
    found = b"/" + b"/".join(done)
    return Followed(found, filesystem.table.find(found), links)


def _at(filesystem: Filesystem, path: bytes, layer: int) -> tuple[int | None, int, bytes]:
    """Return the node of a path, its kind, and the text of a link; no node where nothing is."""
    node = filesystem.table.find(path)
    version = filesystem.version(node, layer) if node is not None else -1
    if node is None or not filesystem.exists(version):
        return None, DIRECTORY, b""
    source_layer, row = filesystem.source(version)
    kind = filesystem.kind(version)
    target = filesystem.indexes[source_layer].links.get(row, b"") if kind == SYMLINK else b""
    return node, kind, target
