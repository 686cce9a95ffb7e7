"""The saved images in a folder, for a list to choose from; told by name and by first bytes."""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.blob import FileBlob
from layertui.display import printable
from layertui.errors import CancelledError
from layertui.layers.decoders import Encoding, encoding_of
from layertui.sources.archive import INDEX
from layertui.sources.diagnose import refusal_of_bytes
from layertui.sources.listing import ListedImage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.blob import Cancelled

KEEPER = "this folder"
_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.zst")
_LAYOUT = "oci-layout"
_MOST = 10_000
"""Names of a folder that are looked at."""


def saved_images(
    folder: str = ".", cancelled: Cancelled = lambda: False
) -> tuple[ListedImage, ...]:
    """Return the tarballs and OCI image layouts of a folder, the newest first.

    Nothing is unpacked: whether a tarball holds an image is found when it is opened.

    Raises:
        CancelledError: `cancelled` said so.
    """
    found = [image for entry in _entries(folder, cancelled) if (image := _listed(entry))]
    return tuple(sorted(found, key=lambda image: (-(image.created or 0), image.name)))


def _entries(folder: str, cancelled: Cancelled) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, _MOST):
                if cancelled():
                    raise CancelledError("the listing was stopped")
                yield entry
    except OSError:
        return


def _listed(entry: os.DirEntry[str]) -> ListedImage | None:
    try:
        status = entry.stat()
        if stat.S_ISDIR(status.st_mode):
            is_image = all(Path(entry.path, name).is_file() for name in (_LAYOUT, INDEX))
        else:
            named = stat.S_ISREG(status.st_mode) and entry.name.lower().endswith(_ENDINGS)
            is_image = named and _may_be_tarball(entry.path)
    except OSError:
        return None
    if not is_image:
        return None
    return ListedImage(
        argument=entry.path,
        keeper=KEEPER,
        name=entry.name,
        size=None if stat.S_ISDIR(status.st_mode) else status.st_size,
        created=status.st_mtime_ns,
    )


def _may_be_tarball(path: str) -> bool:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        blob = FileBlob(descriptor, offset=0, size=os.fstat(descriptor).st_size)
        is_plain = encoding_of(blob) is Encoding.PLAIN
        return not is_plain or refusal_of_bytes(blob, printable(path)) is None
    finally:
        os.close(descriptor)
