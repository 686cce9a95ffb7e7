"""A copy of a file that other programs of this user may open, and nobody else."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from layertui.blob import chunks
from layertui.errors import CancelledError, LayertuiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Blob

_LONGEST = 100
"""Characters of the name."""
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+")


class PrivateCopy:
    """A file in a folder of its own, both for this user only; it goes when it is not needed.

    Args:
        name: What it is called in the image.

    Raises:
        LayertuiError: There is no place for it.
    """

    def __init__(self, name: bytes) -> None:
        try:
            self._folder = TemporaryDirectory(prefix="layertui-")
        except OSError as error:
            raise _failed(error) from None
        self.path = Path(self._folder.name) / safe_name(name)

    def write(self, blob: Blob, cancelled: Callable[[], bool]) -> None:
        """Put the content in, or take the folder away.

        Raises:
            CancelledError: `cancelled` said so.
            LayertuiError: The content cannot be read, or not be written.
        """
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for chunk in chunks(blob):
                    if cancelled():
                        raise CancelledError("the copying was stopped")
                    file.write(chunk)
        except OSError as error:
            self.remove()
            raise _failed(error) from None
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        """Take it away, with its folder."""
        self._folder.cleanup()


def safe_name(name: bytes) -> str:
    """Return a name that is plain everywhere: letters, digits and a few marks, its end kept."""
    kept = "".join(chr(byte) if byte in _PLAIN else "_" for byte in name)[-_LONGEST:]
    return kept.lstrip(".-") or "file"


def _failed(error: OSError) -> LayertuiError:
    reason = error.strerror or type(error).__name__
    return LayertuiError(f"the copy cannot be made: {reason}")
