"""Named files that an image is read from, whether an archive or a directory holds them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Protocol

from layertui.display import printable
from layertui.display import size as display_size
from layertui.errors import LimitExceededError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layertui.blob import Blob
    from layertui.notices import Notice


class Container(Protocol):
    """Files by name, the way `normalised` writes names.

    Attributes:
        label: What to call it in messages, printable.
    """

    label: str

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is odd about it."""
        ...

    def find(self, name: str) -> Blob | None:
        """Return the bytes of a regular file, links followed inside the container only."""
        ...

    def names(self) -> Iterable[str]:
        """Return the names of everything at its top, and of an archive all below."""
        ...

    def close(self) -> None:
        """Release files; idempotent."""
        ...


def normalised(name: str) -> str:
    """Return a name without `.`, `..` and slashes at its ends; it never leads above the top."""
    return posixpath.normpath(f"/{name}").lstrip("/")


def find_first(container: Container, names: Sequence[str]) -> Blob | None:
    """Return the first file that exists under one of several names."""
    for name in names:
        blob = container.find(name)
        if blob is not None:
            return blob
    return None


def read_document(container: Container, name: str, *, limit: int) -> bytes | None:
    """Return a whole file, or None where there is none.

    Raises:
        LimitExceededError: It is larger than `limit` bytes.
    """
    blob = container.find(name)
    return None if blob is None else read_whole(blob, name, limit=limit)


def read_whole(blob: Blob, name: str, *, limit: int) -> bytes:
    """Return all bytes of a file.

    Raises:
        LimitExceededError: It is larger than `limit` bytes.
    """
    if blob.size > limit:
        raise LimitExceededError(
            f"{printable(name, 200)} has {display_size(blob.size)}, more than the"
            f" {display_size(limit)} such a document may have"
        )
    return blob.read_at(0, blob.size)
