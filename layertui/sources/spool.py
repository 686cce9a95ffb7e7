"""Bytes that come from elsewhere, kept in a temporary file as they come.

The file has no name, so the system removes it whatever happens to this process.
"""

from __future__ import annotations

import errno
import os
import tempfile
from typing import TYPE_CHECKING

from layertui.blob import FileBlob
from layertui.display import printable
from layertui.display import size as display_size
from layertui.errors import LimitExceededError
from layertui.limits import MIB

if TYPE_CHECKING:
    from layertui.limits import Limits

_SPACE_RESERVE = 64 * MIB
_SPACE_CHECK = 64 * MIB


class Spool:
    """An unnamed temporary file that grows at its end and is read anywhere.

    Args:
        limits: Bounds it by `spool_size`.
        what: What it holds a copy of, for messages.

    Attributes:
        size: Bytes in it.
    """

    def __init__(self, limits: Limits, what: str = "the archive") -> None:
        with tempfile.TemporaryFile(buffering=0) as file:
            self._descriptor = os.dup(file.fileno())
        self._open = True
        self._most = limits.spool_size
        self._what = what
        self._checked = -_SPACE_CHECK
        self.size = 0

    def append(self, chunk: bytes) -> None:
        """Write bytes behind those that are there.

        Raises:
            LimitExceededError: They are more than `spool_size`, or than the disk has room for.
        """
        if self.size + len(chunk) > self._most:
            raise LimitExceededError(
                f"{self._what} holds more than {display_size(self._most)}",
                hint="Raise the limit `spool_size`, or save it to a file.",
            )
        if self.size - self._checked >= _SPACE_CHECK:
            self._check_space()
            self._checked = self.size
        self._write(chunk)
        self.size += len(chunk)

    def blob(self, size: int, *, offset: int = 0) -> FileBlob:
        """Return `size` of its bytes, which need not be there yet."""
        return FileBlob(self._descriptor, offset=offset, size=size)

    def detached(self) -> int:
        """Return the descriptor of the file, which is the caller's to close from now on."""
        self._open = False
        return self._descriptor

    def close(self) -> None:
        """Give the file up; idempotent."""
        if self._open:
            self._open = False
            os.close(self._descriptor)

    def _write(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise self._no_space() from None
            raise

    def _check_space(self) -> None:
        if not hasattr(os, "fstatvfs"):
            return
        found = os.fstatvfs(self._descriptor)
        if found.f_bavail * found.f_frsize < _SPACE_RESERVE:
            raise self._no_space()

    def _no_space(self) -> LimitExceededError:
        return LimitExceededError(
            f"{printable(tempfile.gettempdir())} has no room left for a copy of {self._what}",
            hint="Set TMPDIR to a directory with more room, or save the image to a file first.",
        )
