"""What the viewer is asked to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layertui.limits import Limits

if TYPE_CHECKING:
    from layertui.contents.opening import Contents
    from layertui.contents.places import Place
    from layertui.filesystem.tree import Entry, Filesystem


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRequest:
    """A path in a state of the filesystem, or one version of it.

    Attributes:
        filesystem: All layers.
        contents: What is in their files.
        path: Absolute.
        layer: The number of the layer after which the path is looked at.
        below: That of the state it is compared with, -1 for nothing; None is the layer below.
        entry: The version to show, whatever the path is after the layer; None: what it is then.
        place: Where the content of that version lies, or None where it has none.
        limits: Bounds on what is read.
        line: The line to go to, from 1, or None.
        offset: The byte to go to, or None.
    """

    filesystem: Filesystem
    contents: Contents
    path: bytes
    layer: int
    below: int | None = None
    entry: Entry | None = None
    place: Place | None = None
    limits: Limits = field(default_factory=Limits)
    line: int | None = None
    offset: int | None = None
