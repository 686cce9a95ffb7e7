"""Following symbolic links inside the image, as its own kernel would, and never outside.

Source of the rules: path_resolution(7), with the root of the image as `/`. What a kernel cannot
make leads nowhere: a link without text, and one whose text is longer than a path may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.layers.entries import DIRECTORY, SYMLINK

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

MOST_LINKS = 40
"""Links that are followed on the way of one path, as on Linux."""

LONGEST_TEXT = 4_095
"""Bytes of the text of a link, as on Linux."""


class Followed(NamedTuple):
    """Where a path leads.

    Attributes:
        path: What is there, absolute and without links, or where the way ends.
        node: Its node, or None where the way ends.
        links: How many links were followed.
        is_loop: Whether more links than a kernel follows are on the way.
        no_directory: What the way ends at, as it would go on in it and it is no directory.
    """

    path: bytes
    node: int | None
    links: int
    is_loop: bool = False
    no_directory: bytes | None = None


def follow(filesystem: Filesystem, path: bytes, layer: int, *, last: bool = True) -> Followed:
    """Return where a path leads in the filesystem after a layer.

    Args:
        filesystem: The filesystem.
        path: Absolute, or taken from the root. With a slash at its end it asks for a directory,
            and a link before that slash is followed in any case.
        layer: The layer after which it is followed.
        last: Whether a link at the very end is followed too.
    """
    rest, done, links = _steps(path), list[bytes](), 0
    while rest:
        part = rest.pop()
        if part in (b".", b".."):
            done = done[:-1] if part == b".." else done
            continue
        here = b"/" + b"/".join((*done, part))
        node, kind, text = _at(filesystem, here, layer)
        if kind == SYMLINK and (rest or last):
            if links == MOST_LINKS:
                return Followed(_joined(here, rest), None, links, is_loop=True)
            if not 0 < len(text) <= LONGEST_TEXT:
                return Followed(_joined(here, rest), None, links)
            links += 1
            done = [] if text.startswith(b"/") else done
            rest += _steps(text)
        elif node is None:
            return Followed(_joined(here, rest), None, links)
        elif rest and kind != DIRECTORY:
            return Followed(_joined(here, rest), None, links, no_directory=here)
        else:
            done.append(part)
    found = b"/" + b"/".join(done)
    return Followed(found, filesystem.table.find(found), links)


def _steps(path: bytes) -> list[bytes]:
    """Return the components of a path, the last first; a slash at the end is one more, `.`."""
    steps = [part for part in reversed(path.split(b"/")) if part]
    return [b".", *steps] if path.endswith(b"/") else steps


def _joined(path: bytes, rest: list[bytes]) -> bytes:
    """Return a path with the steps that were not taken."""
    return b"/".join((path, *(part for part in reversed(rest) if part != b".")))


def _at(filesystem: Filesystem, path: bytes, layer: int) -> tuple[int | None, int, bytes]:
    """Return the node of a path, its kind, and the text of a link; no node where nothing is."""
    node = filesystem.table.find(path)
    version = filesystem.version(node, layer) if node is not None else -1
    if node is None or not filesystem.exists(version):
        return None, DIRECTORY, b""
    source_layer, row = filesystem.source(version)
    kind = filesystem.kind(version)
    text = filesystem.indexes[source_layer].links.get(row, b"") if kind == SYMLINK else b""
    return node, kind, text
