"""The history of a path and the ghosts of an image as items of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layertui.contents.versions import Happened
from layertui.display import time
from layertui.reports.items import entry_item, name_item, path_item

if TYPE_CHECKING:
    from layertui.analysis.ghosts import Ghost
    from layertui.contents.versions import PathVersion
    from layertui.image import Image

_CHANGES = {
    Happened.ADDED: "added",
    Happened.BROUGHT_BACK: "added",
    Happened.CHANGED: "modified",
    Happened.REPEATED: "unmodified",
    Happened.REMOVED: "removed",
    Happened.SUPERSEDED: "superseded",
}


def version_item(image: Image, path: bytes, version: PathVersion) -> dict[str, Any]:
    """Return what a layer did to a path."""
    item: dict[str, Any] = {
        **path_item(path),
        "layer": version.layer,
        "change": _CHANGES[version.happened],
        "broughtBack": version.happened is Happened.BROUGHT_BACK,
        **step_item(image, version.layer),
        "differs": version.differs.names,
        "shippedSize": version.shipped_size,
        "removedBy": None,
    }
    if version.removal is not None:
        removal = version.removal
        item["removedBy"] = {
            "means": removal.means.value,
            **path_item(removal.path),
            **name_item("marker", removal.marker),
        }
    if version.entry is None:
        return item
    return item | entry_item(version.entry) | {"implied": version.entry.implied}


def step_item(image: Image, layer: int) -> dict[str, Any]:
    """Return what made a layer."""
    history = image.layers[layer].history
    return {
        "instruction": _text(history.instruction) if history else "",
        "createdBy": _text(history.created_by) if history else "",
        "created": time(history.created_ns) if history else None,
    }


def ghost_item(ghost: Ghost) -> dict[str, Any]:
    """Return a copy that is shipped and not shown."""
    item = {
        **path_item(ghost.path),
        "size": ghost.size,
        "cause": ghost.cause,
        "layer": ghost.layer,
        "supersededBy": ghost.superseded_by,
    }
    if ghost.last_path != ghost.path:
        item |= name_item("lastPath", ghost.last_path)
    return item


def _text(text: str) -> str:
    """Return text of an image as text that UTF-8 has."""
    return text.encode("utf-8", "backslashreplace").decode()
