"""What happened to a path, in words that a newcomer understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.contents.removals import Means
from layertui.contents.versions import Happened
from layertui.display import printable
from layertui.filesystem.tree import Differs

if TYPE_CHECKING:
    from layertui.contents.removals import Removal
    from layertui.contents.versions import PathVersion

_PATH_SHOWN = 200
_DIFFERS = {"mtime": "time", "device": "device number"}
_TYPES = {
    "hardlink": "link to nothing",
    "chardev": "character device",
    "blockdev": "block device",
    "fifo": "named pipe",
    "symlink": "link",
}


def what_happened(version: PathVersion) -> str:
    """Return what a layer did to a path: `added`, `changed: content, time`, `removed with /app`."""
    match version.happened:
        case Happened.CHANGED:
            words = f"changed: {', '.join(_changed(version))}"
        case Happened.REMOVED:
            words = removed_words(version.removal, version)
        case Happened.REPEATED:
            words = "written again, unchanged"
        case Happened.SUPERSEDED:
            words = "written, then again by the same layer"
        case happened:
            words = happened.value
    if version.entry is not None and version.entry.implied:
        return f"{words}, as the parent of others"
    return words


def removed_words(removal: Removal | None, version: PathVersion) -> str:
    """Return why a path went, and with what."""
    if removal is None or version.below is None:
        return "removed"
    above = printable(removal.path, _PATH_SHOWN)
    if removal.means is Means.OPAQUE:
        return f"removed: {above} is emptied"
    if removal.means is Means.REPLACED:
        return f"removed: {above} is no directory any more"
    return "removed" if removal.path == version.below.path else f"removed with {above}"


def taken_words(version: PathVersion) -> str:
    """Return what a layer took away before it wrote a path again; nothing where it took nothing."""
    removal = version.removal
    if removal is None or version.entry is None:
        return ""
    above = printable(removal.path, _PATH_SHOWN)
    if removal.means is Means.OPAQUE:
        return f"the layer empties {above} first"
    return f"the layer also has a whiteout of {above}"


def type_words(kind: str) -> str:
    """Return a type as a newcomer says it."""
    return _TYPES.get(kind, kind)


def differs_words(differs: Differs) -> list[str]:
    """Return in what versions differ, part by part."""
    return [_DIFFERS.get(name, name) for name in differs.names]


def _changed(version: PathVersion) -> list[str]:
    """Return what is changed; a change of type first, from what to what."""
    words = differs_words(version.differs & ~Differs.TYPE)
    if version.is_of_other_type and version.known is not None and version.known_below is not None:
        now, before = (type_words(each.real.type) for each in (version.known, version.known_below))
        return [f"{before} to {now}", *words]
    return words
