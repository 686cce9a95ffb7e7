"""The users and groups that an image knows: its `/etc/passwd` and `/etc/group`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.places import place_of
from layertui.errors import CancelledError, LayertuiError
from layertui.filesystem.links import follow

if TYPE_CHECKING:
    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents
    from layertui.filesystem.tree import Filesystem

_LARGEST = 4 << 20
"""Bytes of a file of accounts that are read."""


class Accounts(NamedTuple):
    """The ids that have a name.

    Attributes:
        users: The names by user id; None where the image has no `/etc/passwd` to be read.
        groups: The names by group id; None where it has no `/etc/group` to be read.
    """

    users: dict[int, bytes] | None = None
    groups: dict[int, bytes] | None = None


def accounts_of(
    filesystem: Filesystem, contents: Contents, *, cancelled: Cancelled | None = None
) -> Accounts:
    """Return the accounts of the filesystem of all layers."""
    return Accounts(
        _names(filesystem, contents, b"/etc/passwd", cancelled),
        _names(filesystem, contents, b"/etc/group", cancelled),
    )


def _names(
    filesystem: Filesystem, contents: Contents, path: bytes, cancelled: Cancelled | None
) -> dict[int, bytes] | None:
    top = len(filesystem.indexes) - 1
    node = follow(filesystem, path, top).node if top >= 0 else None
    place = None if node is None else place_of(filesystem, filesystem.version(node, top))
    if place is None:
        return None
    try:
        blob = contents.open(place.layer, place.stored, cancelled=cancelled)
        text = blob.read_at(0, min(blob.size, _LARGEST))
    except CancelledError:
        raise
    except LayertuiError:
        return None
    return parsed(text)


def parsed(text: bytes) -> dict[int, bytes]:
    """Return the names of a file of accounts by id, the first of several."""
    names: dict[int, bytes] = {}
    for line in text.split(b"\n"):
        fields = line.split(b":", 3)
        if len(fields) > 2 and fields[2].isdigit() and len(fields[2]) < 20:
            names.setdefault(int(fields[2]), fields[0])
    return names
