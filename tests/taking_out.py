"""Taking files out of images made of a few lines, and looking at what came of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import BytesBlob
from layertui.contents.destination import destination, opened
from layertui.contents.extracting import extract
from layertui.contents.opening import Contents
from layertui.contents.planning import Selection, planned
from layertui.contents.unpacking import FolderSink
from layertui.filesystem.merge import merge
from layertui.image import Layer
from layertui.layers.indexing import index_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layertui.contents.extracting import Outcome, Progress
    from layertui.filesystem.tree import Filesystem


class Seen(NamedTuple):
    """What is at a path.

    Attributes:
        type: As `stat` has it.
        mode: Permission bits.
        content: Of a file, its bytes; of a link, where it leads; else nothing.
    """

    type: int
    mode: int
    content: bytes


def seen(top: Path) -> dict[str, Seen]:
    """Return what is below a folder."""
    found: dict[str, Seen] = {}
    for parent, folders, files in os.walk(top):
        for name in (*folders, *files):
            path = Path(parent, name)
            found[str(path.relative_to(top))] = _seen(path)
    return found


def _seen(path: Path) -> Seen:
    status = path.lstat()
    content = b""
    if stat.S_ISLNK(status.st_mode):
        content = os.fsencode(path.readlink())
    elif stat.S_ISREG(status.st_mode):
        content = path.read_bytes()
    return Seen(stat.S_IFMT(status.st_mode), stat.S_IMODE(status.st_mode), content)


def names(top: Path) -> list[str]:
    """Return the paths below a folder, sorted."""
    return sorted(seen(top))


def stack(layers: Sequence[bytes]) -> tuple[Filesystem, Contents]:
    """Return layers merged, and what is in their files."""
    blobs = [BytesBlob(layer) for layer in layers]
    filesystem = merge([index_layer(blob, number=number) for number, blob in enumerate(blobs)])
    return filesystem, Contents(
        [Layer(index=number, blob=blob) for number, blob in enumerate(blobs)]
    )


def take_out(
    layers: Sequence[bytes],
    dest: Path,
    path: bytes = b"/",
    *,
    layer: int | None = None,
    only: bool = False,
    overwrite: bool = False,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Take a path of layers out to a place."""
    filesystem, contents = stack(layers)
    node = filesystem.table.find(path)
    assert node is not None
    number = len(layers) - 1 if layer is None else layer
    selection = Selection(filesystem, node, number, only)
    place = destination(
        os.fsencode(dest),
        selection.own_name,
        is_directory=selection.is_directory,
        overwrite=overwrite,
    )
    with opened(place) as folder:
        sink = FolderSink(folder, place, selection.link_text)
        return extract(planned(selection), contents, sink, cancelled=cancelled, progress=progress)


def reasons(outcome: Outcome) -> dict[str, str]:
    """Return why paths were left out."""
    return {os.fsdecode(left.path): left.reason for left in outcome.left_out}
