"""The copies that lost their place within their own layer, and where their content lies."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.opening import Stored
from layertui.layers.entries import FILE

if TYPE_CHECKING:
    from layertui.layers.index import LayerIndex, LeftOut, Superseded


class SupersededCopy(NamedTuple):
    """A copy that a later entry of its layer took the place of.

    Attributes:
        copy: What is known of it.
        real_size: Bytes of the file with its holes.
        stored: Where its content lies, or None where that is not known: of a file with holes.
    """

    copy: Superseded
    real_size: int
    stored: Stored | None


def superseded_in(index: LayerIndex, path: bytes | None = None) -> list[SupersededCopy]:
    """Return the superseded copies of a layer as it lists them; of one path, those alone.

    Args:
        index: The layer.
        path: Absolute, or None for all.
    """
    wanted = None if path is None else path.strip(b"/")
    copies = [copy for copy in index.superseded if wanted is None or copy.path == wanted]
    if not copies:
        return []
    # copies of one path stand in both lists in the order of the archive
    places: defaultdict[bytes, list[LeftOut]] = defaultdict(list)
    paths = {copy.path for copy in copies}
    for left in reversed(index.left_out):
        if left.kind == FILE and left.path in paths:
            places[left.path].append(left)
    return [_with_place(copy, places[copy.path]) for copy in copies]


def _with_place(copy: Superseded, places: list[LeftOut]) -> SupersededCopy:
    if not places:
        return SupersededCopy(copy, copy.size, None)
    left = places.pop()
    has_holes = left.size != copy.size
    return SupersededCopy(copy, left.size, None if has_holes else Stored(left.payload, left.size))
