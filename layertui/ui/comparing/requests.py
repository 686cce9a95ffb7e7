"""What the screens about versions are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layertui.analysis.waste import Accounting
    from layertui.contents.comparing import Side
    from layertui.contents.opening import Contents
    from layertui.filesystem.tree import Filesystem
    from layertui.image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsRequest:
    """The history of a path.

    Attributes:
        image: The image.
        filesystem: Its layers.
        contents: What is in its files.
        path: Absolute.
        layer: The layer whose version the cursor is put on.
    """

    image: Image
    filesystem: Filesystem
    contents: Contents
    path: bytes
    layer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRequest:
    """Two versions of a path.

    Attributes:
        image: The image.
        contents: What is in its files.
        path: Absolute.
        old: The one version.
        new: The other.
    """

    image: Image
    contents: Contents
    path: bytes
    old: Side
    new: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostsRequest:
    """What is shipped and not shown.

    Attributes:
        image: The image.
        filesystem: Its layers.
        contents: What is in its files.
        accounting: Where its bytes went.
    """

    image: Image
    filesystem: Filesystem
    contents: Contents
    accounting: Accounting
