"""What there is to look at where a path is: as a layer left it, and as it was below."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.places import Place, place_of
from layertui.filesystem.links import MOST_LINKS, follow

if TYPE_CHECKING:
    from layertui.filesystem.tree import Entry, Filesystem


class Subject(NamedTuple):
    """A path in one state of the filesystem.

    Attributes:
        layer: The number of the layer after which it is looked at.
        entry: What it is then.
        place: Where its content lies, or None where it has none.
    """

    layer: int
    entry: Entry
    place: Place | None


class Step(NamedTuple):
    """One step of the way that a symbolic link leads.

    Attributes:
        path: Where it leads, absolute.
        entry: What is there, or None where nothing is.
    """

    path: bytes
    entry: Entry | None


def subject_at(filesystem: Filesystem, path: bytes, layer: int) -> Subject | None:
    """Return what a path is after a layer, or None where it is not there."""
    node = filesystem.table.find(path)
    version = filesystem.version(node, layer) if node is not None and layer >= 0 else -1
    if node is None or not filesystem.exists(version):
        return None
    return Subject(layer, filesystem.entry(node, version), place_of(filesystem, version))


def is_same(one: Subject, other: Subject) -> bool:
    """Tell whether two states of a path are one version of it."""
    return one.entry == other.entry and one.place == other.place


def way_of(filesystem: Filesystem, path: bytes, layer: int) -> list[Step]:
    """Return the steps of the way that a symbolic link leads, the last without a link.

    A way that goes in a circle, or takes more steps than a kernel, ends with a link.
    """
    steps, seen = list[Step](), set[bytes]()
    while len(steps) < MOST_LINKS:
        here = follow(filesystem, path, layer, last=False)
        found = subject_at(filesystem, here.path, layer) if here.node is not None else None
        entry = found.entry if found is not None else None
        steps.append(Step(here.path, entry))
        if entry is None or entry.type != "symlink" or not entry.link or here.path in seen:
            break
        seen.add(here.path)
        above = b"" if entry.link.startswith(b"/") else here.path.rpartition(b"/")[0] + b"/"
        path = above + entry.link
    return steps[1:]
