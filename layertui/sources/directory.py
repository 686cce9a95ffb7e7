"""The files of a directory that holds an image.

The user named the directory, so symlinks in it are followed, as build tools make them; only
regular files are opened.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.blob import FileBlob
from layertui.display import printable
from layertui.errors import (
    DamagedImageError,
    ImageNotFoundError,
    LayertuiError,
    LimitExceededError,
)
from layertui.sources.container import normalised
from layertui.sources.stored import reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layertui.notices import Notice

_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL)
_TOO_MANY = (errno.EMFILE, errno.ENFILE)


class DirectoryContainer:
    """The files below a directory; each is opened once and stays open until `close`."""

    def __init__(self, path: str) -> None:
        self.label = printable(path)
        self._path = path
        self._blobs: dict[str, FileBlob] = {}
        self._descriptors: list[int] = []

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Nothing: a directory holds each name once."""
        return ()

    def names(self) -> Iterable[str]:
        """Return the names at the top.

        Raises:
            ImageNotFoundError: The directory cannot be read.
        """
        try:
            return sorted(path.name for path in Path(self._path).iterdir())
        except OSError as error:
            raise ImageNotFoundError(f"cannot read {self.label}: {reason(error)}") from None

    def find(self, name: str) -> FileBlob | None:
        """Return the bytes of a regular file, or None where there is none.

        Raises:
            DamagedImageError: It is there but may not be read.
        """
        name = normalised(name)
        if not name or "\0" in name:
            return None
        if name not in self._blobs:
            blob = self._opened(name)
            if blob is None:
                return None
            self._blobs[name] = blob
        return self._blobs[name]

    def close(self) -> None:
        """Close the files; idempotent."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def _opened(self, name: str) -> FileBlob | None:
        try:
            descriptor = os.open(Path(self._path, name), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except UnicodeEncodeError:
            return None
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            raise _refusal(f"{self.label}/{printable(name, 200)}", error) from None
        self._descriptors.append(descriptor)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._descriptors.pop())
            return None
        return FileBlob(descriptor, offset=0, size=status.st_size)


def _refusal(shown: str, error: OSError) -> LayertuiError:
    if error.errno in _TOO_MANY:
        return LimitExceededError(
            f"cannot open {shown}: {reason(error)}", hint="Raise the limit with `ulimit -n`."
        )
    return DamagedImageError(f"cannot open {shown}: {reason(error)}")
