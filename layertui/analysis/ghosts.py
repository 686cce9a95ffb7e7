"""Ghosts: copies that the image ships and does not show, each with the place of its content.

They are the wasted copies of the accounting, so that their bytes sum to the wasted size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.waste import account
from layertui.contents.places import Place, stored_in
from layertui.contents.superseded import superseded_in
from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.analysis.waste import WastedCopy
    from layertui.blob import Cancelled
    from layertui.contents.superseded import SupersededCopy
    from layertui.filesystem.tree import Filesystem

_STEP = 8_192
"""Copies between two questions whether to stop."""


class Ghost(NamedTuple):
    """A copy that is shipped and not shown.

    Attributes:
        path: Where its layer has it, absolute.
        size: Bytes that are shipped.
        cause: Why it is not shown: one of `waste.CAUSES`.
        layer: The layer that ships it.
        superseded_by: The layer that deletes it, or puts another copy in its place.
        last_path: The path by which the image showed it last: that of a hard link may stay
            longer than its own.
        place: Where its content lies, or None where that is not known.
    """

    path: bytes
    size: int
    cause: str
    layer: int
    superseded_by: int
    last_path: bytes
    place: Place | None

    @property
    def is_deleted(self) -> bool:
        """Whether it is deleted, and not replaced by another copy."""
        return self.cause == "removed"


def ghosts_of(filesystem: Filesystem) -> list[Ghost]:
    """Return the ghosts of an image, the most bytes first, then by path."""
    wasted = account(filesystem, base_layers=0).wasted
    return sorted(ghosts_among(filesystem, wasted), key=_rank)


def ghosts_among(
    filesystem: Filesystem, wasted: Iterable[WastedCopy], *, cancelled: Cancelled | None = None
) -> list[Ghost]:
    """Return wasted copies as ghosts, in their order.

    Args:
        filesystem: All layers.
        wasted: Of the accounting of it.
        cancelled: Asked every few milliseconds.

    Raises:
        CancelledError: `cancelled` said so.
    """
    return list(_ghosts(filesystem, wasted, cancelled or (lambda: False)))


def _rank(ghost: Ghost) -> tuple[int, bytes, int]:
    return -ghost.size, ghost.path, ghost.layer


def _ghosts(
    filesystem: Filesystem, wasted: Iterable[WastedCopy], cancelled: Cancelled
) -> Iterator[Ghost]:
    superseded: dict[int, list[SupersededCopy]] = {}
    for number, copy in enumerate(wasted):
        if number % _STEP == 0 and cancelled():
            raise CancelledError("looking for what is not shown was stopped")
        if copy.row < 0 and copy.layer not in superseded:
            superseded[copy.layer] = superseded_in(filesystem.indexes[copy.layer])
        path, place = _whereabouts(filesystem, copy, superseded)
        yield Ghost(path, copy.size, copy.cause, copy.layer, copy.superseded_by, copy.path, place)


def _whereabouts(
    filesystem: Filesystem, copy: WastedCopy, superseded: dict[int, list[SupersededCopy]]
) -> tuple[bytes, Place | None]:
    """Return the path of a copy in its layer, and where its content lies."""
    if copy.row < 0:
        stored = superseded[copy.layer][-1 - copy.row].stored
        return copy.path, Place(copy.layer, stored) if stored else None
    index = filesystem.indexes[copy.layer]
    path = b"/" + index.keys[copy.row].replace(b"\0", b"/")
    return path, Place(copy.layer, stored_in(index, copy.row))
