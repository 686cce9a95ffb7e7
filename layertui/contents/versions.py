"""The history of a path: what each layer did to it, from the first that knew it to the last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from layertui.contents.metadata import Known
from layertui.contents.places import Place, place_of
from layertui.contents.removals import removal_of
from layertui.contents.superseded import superseded_in
from layertui.filesystem.links import follow
from layertui.filesystem.tree import Change, Differs, Entry
from layertui.layers.entries import KIND_NAMES
from layertui.layers.fields import UNKNOWN_TIME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.contents.removals import Removal
    from layertui.contents.superseded import SupersededCopy
    from layertui.filesystem.tree import Filesystem


class Happened(Enum):
    """What a layer did to a path."""

    ADDED = "added"
    CHANGED = "changed"
    REPEATED = "repeated"
    """Written once more, and nothing differs."""
    REMOVED = "removed"
    BROUGHT_BACK = "brought back"
    SUPERSEDED = "superseded"
    """Written, and written again by the same layer, which ships both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathVersion:
    """What a layer did to a path, and what it is since then.

    Attributes:
        layer: The number of the layer.
        happened: What it did.
        differs: In what it differs from the version below; nothing of what was not there below.
        known: What the path is, or None where it is removed.
        known_below: What it was below, or None where it was not there.
        place: Where its content lies, or None where there is none.
        shipped_size: Bytes that the layer ships for it.
        removal: What takes away what was below, whether or not the layer writes it again.
    """

    layer: int
    happened: Happened
    differs: Differs
    known: Known | None
    known_below: Known | None
    place: Place | None
    shipped_size: int
    removal: Removal | None

    @property
    def entry(self) -> Entry | None:
        """What the path is, or None where it is removed."""
        return self.known.entry if self.known is not None else None

    @property
    def below(self) -> Entry | None:
        """What it was below, or None where it was not there."""
        return self.known_below.entry if self.known_below is not None else None

    @property
    def is_there(self) -> bool:
        """Whether the path is there after the layer, as this version."""
        return self.entry is not None and self.happened is not Happened.SUPERSEDED

    @property
    def is_of_other_type(self) -> bool:
        """Whether it is of another type than what was below; a hard link is a file, too."""
        return bool(self.differs & Differs.TYPE)


def history_of(filesystem: Filesystem, path: bytes) -> tuple[PathVersion, ...]:
    """Return the history of a path, the oldest first; nothing where no layer knows the path.

    Links on the way are not followed.

    Args:
        filesystem: All layers.
        path: Absolute.
    """
    node = filesystem.table.find(path)
    versions = [] if node is None else [*_written(filesystem, node)]
    superseded = [*_superseded(filesystem, path)]
    if not superseded:
        return tuple(versions)
    return tuple(sorted((*superseded, *versions), key=lambda each: each.layer))


def path_with_history(filesystem: Filesystem, given: bytes) -> bytes:
    """Return the path that a given one stands for.

    It is the path as given where a layer knows it; else where links above it lead, in the
    topmost filesystem in which something is there; else the path as given.

    Args:
        filesystem: All layers.
        given: Absolute, or taken from the root.
    """
    path = b"/" + given.strip(b"/")
    if history_of(filesystem, path):
        return path
    for layer in reversed(range(len(filesystem.indexes))):
        followed = follow(filesystem, path, layer, last=False)
        if followed.links and followed.node is not None:
            return followed.path
    return path


def version_after(history: tuple[PathVersion, ...], layer: int) -> PathVersion | None:
    """Return the version that is there after a layer, or None where the path is not there."""
    known = [
        version
        for version in history
        if version.layer <= layer and version.happened is not Happened.SUPERSEDED
    ]
    return known[-1] if known and known[-1].is_there else None


def _written(filesystem: Filesystem, node: int) -> Iterator[PathVersion]:
    """Yield what is written and removed."""
    previous, chain = filesystem.versions.previous, []
    version = filesystem.versions.last[node]
    while version >= 0:
        chain.append(version)
        version = previous[version]
    for version in reversed(chain):
        yield _version(filesystem, node, version)


def _version(filesystem: Filesystem, node: int, version: int) -> PathVersion:
    versions = filesystem.versions
    layer, before = versions.layers[version], versions.previous[version]
    below = _known(filesystem, node, before)
    change = Change(versions.changes[version])
    return PathVersion(
        layer=layer,
        happened=_happened(change, is_known=before >= 0),
        differs=Differs(versions.differs[version]) if change is Change.MODIFIED else Differs(0),
        known=_known(filesystem, node, version),
        known_below=below,
        place=place_of(filesystem, version),
        shipped_size=filesystem.copy_size(version),
        removal=removal_of(filesystem, node, layer) if below else None,
    )


def _known(filesystem: Filesystem, node: int, version: int) -> Known | None:
    """Return what is known of a version; nothing of one that is not there."""
    if not filesystem.exists(version):
        return None
    entry = filesystem.entry(node, version)
    kind = KIND_NAMES[filesystem.kind(version)]
    if entry.type == kind:
        return Known(entry, entry)
    layer, row = filesystem.source(version)
    link = filesystem.indexes[layer].links.get(row)
    return Known(entry, replace(entry, type=kind, link=link))


def _happened(change: Change, *, is_known: bool) -> Happened:
    if change is Change.ADDED:
        return Happened.BROUGHT_BACK if is_known else Happened.ADDED
    if change is Change.REMOVED:
        return Happened.REMOVED
    return Happened.CHANGED if change is Change.MODIFIED else Happened.REPEATED


def _superseded(filesystem: Filesystem, path: bytes) -> Iterator[PathVersion]:
    """Yield the copies that lost their place within their own layer."""
    for layer, index in enumerate(filesystem.indexes):
        for each in superseded_in(index, path):
            entry = _entry(each, layer)
            yield PathVersion(
                layer=layer,
                happened=Happened.SUPERSEDED,
                differs=Differs(0),
                known=Known(entry, entry),
                known_below=None,
                place=Place(layer, each.stored) if each.stored else None,
                shipped_size=each.copy.size,
                removal=None,
            )


def _entry(superseded: SupersededCopy, layer: int) -> Entry:
    copy = superseded.copy
    return Entry(
        path=b"/" + copy.path,
        type="file",
        size=superseded.real_size,
        mode=copy.attributes.mode,
        uid=copy.attributes.uid,
        gid=copy.attributes.gid,
        mtime=None if copy.mtime == UNKNOWN_TIME else copy.mtime,
        link=None,
        device=None,
        xattrs=copy.attributes.xattrs,
        layer=layer,
        implied=False,
    )
