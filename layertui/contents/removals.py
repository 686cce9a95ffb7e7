"""What of a layer takes a path away: its own whiteout, a marker above it, something in its place.

Source of the rules: OCI image-spec layer.md, "Whiteouts" and "Opaque Whiteout".
"""

from __future__ import annotations

from bisect import bisect_left
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.tree import Differs
from layertui.layers.entries import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.filesystem.tree import Filesystem


class Means(Enum):
    """How a path is taken away."""

    WHITEOUT = "whiteout"
    OPAQUE = "opaque"
    REPLACED = "replaced"


class Removal(NamedTuple):
    """What takes a path away.

    Attributes:
        means: A whiteout, an opaque marker, or something that is no directory.
        path: What the whiteout names, the directory that is emptied, or what was a directory;
            absolute. It is the path itself or one above it.
    """

    means: Means
    path: bytes

    @property
    def marker(self) -> bytes:
        """The path of the marker in the layer; of what is replaced, the path itself."""
        parent, _, name = self.path.rpartition(b"/")
        if self.means is Means.WHITEOUT:
            return parent + b"/.wh." + name
        if self.means is Means.OPAQUE:
            return self.path.rstrip(b"/") + b"/.wh..wh..opq"
        return self.path


def removal_of(filesystem: Filesystem, node: int, layer: int) -> Removal | None:
    """Return what of a layer takes a path away, the nearest to the path; None where nothing does.

    Args:
        filesystem: The filesystem.
        node: The path.
        layer: The layer.
    """
    index, path = filesystem.indexes[layer], filesystem.table.path(node)[1:]
    if _is_replaced(filesystem, node, layer):
        parents = _upwards(path.rpartition(b"/")[0])
        found = (each for each in parents if _is_in_the_way(filesystem, b"/" + each, layer))
        return Removal(Means.REPLACED, b"/" + next(found, b""))
    if not index.whiteouts and not index.opaques:
        return None
    for above in _upwards(path):
        if above and _holds(index.whiteouts, above):
            return Removal(Means.WHITEOUT, b"/" + above)
        if above != path and _holds(index.opaques, above):
            return Removal(Means.OPAQUE, b"/" + above)
    return None


def _is_replaced(filesystem: Filesystem, node: int, layer: int) -> bool:
    """Tell whether a path goes since something above it is no directory any more."""
    version, versions = filesystem.version(node, layer), filesystem.versions
    if filesystem.exists(version) or versions.layers[version] != layer:
        return False
    return bool(versions.differs[version] & Differs.TYPE)


def _upwards(path: bytes) -> Iterator[bytes]:
    """Yield a path and those above it, the root last, without leading slashes."""
    while path:
        yield path
        path = path.rpartition(b"/")[0]
    yield b""


def _holds(paths: Sequence[bytes], path: bytes) -> bool:
    place = bisect_left(paths, path)
    return place < len(paths) and paths[place] == path


def _is_in_the_way(filesystem: Filesystem, path: bytes, layer: int) -> bool:
    """Tell whether a layer makes a path something that nothing can be below."""
    node = filesystem.table.find(path)
    version = -1 if node is None else filesystem.version(node, layer)
    if not filesystem.exists(version) or filesystem.versions.layers[version] != layer:
        return False
    row = filesystem.versions.rows[version]
    return row >= 0 and filesystem.indexes[layer].kinds[row] != DIRECTORY
