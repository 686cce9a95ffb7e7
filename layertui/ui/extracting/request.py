"""What the dialogs that write files are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layertui.contents.opening import Contents
    from layertui.contents.planning import LoneCopy, Selection
    from layertui.filesystem.tree import Filesystem
    from layertui.image import Image
    from layertui.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRequest:
    """Something to be taken out.

    Attributes:
        contents: What is in the files of the image.
        source: A path with all below it, or one version of a file.
    """

    contents: Contents
    source: Selection | LoneCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackRequest:
    """An image to be written as it was at a layer.

    Attributes:
        contents: What is in the files of the image.
        image: The image.
        filesystem: Its layers.
        layer: The number of the layer.
        limits: Bounds on the layers, or None for the usual ones.
    """

    contents: Contents
    image: Image
    filesystem: Filesystem
    layer: int
    limits: Limits | None = None


def source_at(filesystem: Filesystem, path: bytes, layer: int) -> Selection:
    """Return a path after a layer, or what it leads to where it is a link to what is there.

    A path that is gone by then is taken as it was last.
    """
    from layertui.contents.planning import Selection
    from layertui.filesystem.links import follow

    node = filesystem.table.find(path) or 0
    version = filesystem.version(node, layer)
    if version >= 0 and not filesystem.exists(version):
        layer = filesystem.versions.layers[version] - 1
    followed = follow(filesystem, path, layer).node
    return Selection(filesystem, node if followed is None else followed, layer)
