"""A new file of this machine that is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from layertui.contents.destination import ExtractionError, OccupiedError, refuse_occupied
from layertui.display import printable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def new_file(path: bytes, *, overwrite: bool = False) -> Iterator[BinaryIO]:
    """Give a file to be written; at the end it gets its name, and where anything fails, none.

    Args:
        path: What it is called; its folder is there.
        overwrite: Whether a file or a link of that name may be replaced.

    Raises:
        ExtractionError: It cannot be made or written, or what is there may not be
            replaced.
    """
    refuse_occupied(path, overwrite=overwrite)
    folder, name = os.path.split(path)
    if name in (b"", b".", b"..") or os.path.isdir(path):  # noqa: PTH112
        raise ExtractionError(f"{printable(path)}: not the name of a new file")
    own = os.path.join(folder, b".layertui-" + secrets.token_hex(8).encode())  # noqa: PTH118
    try:
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except (OSError, ValueError) as error:
        raise _failed(path, error) from None
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123
            yield stream
        _named(own, path, overwrite=overwrite)
    except OSError as error:
        raise _failed(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(own)  # noqa: PTH108


def _named(own: bytes, path: bytes, *, overwrite: bool) -> None:
    """Give a finished file its name."""
    if overwrite:
        refuse_occupied(path, overwrite=True)
        os.replace(own, path)  # noqa: PTH105
        return
    try:
        os.link(own, path)  # which does not replace what came to be there meanwhile
    except FileExistsError:
        raise OccupiedError(path) from None
    except OSError:
        if os.path.lexists(path):
            raise OccupiedError(path) from None
        os.rename(own, path)  # noqa: PTH104


def _failed(path: bytes, error: Exception) -> ExtractionError:
    reason = getattr(error, "strerror", None) or str(error)
    return ExtractionError(f"{printable(path)}: {reason[:1].lower()}{reason[1:]}")
