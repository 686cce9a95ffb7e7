"""What is asked of an engine, whoever answers: a service on a socket, or a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from layertui.display import printable
from layertui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.oci.config import History
    from layertui.sources.engine.documents import Inspected, KeptContainer, KeptImage

MODIFIED, ADDED, DELETED = range(3)
"""The kinds of a change, as engines number them."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,511}")


class Change(NamedTuple):
    """A path that a container has changed.

    Attributes:
        path: Absolute, as the engine writes it: what is not UTF-8 is replaced in it.
        kind: MODIFIED, ADDED or DELETED.
    """

    path: str
    kind: int


class ByteStream(Protocol):
    """Bytes that an engine sends; nothing is asked for before the first of them is."""

    def __iter__(self) -> Self:
        """Return itself."""
        ...

    def __next__(self) -> bytes:
        """Return the next bytes, as they come.

        Raises:
            StopIteration: The engine sent all.
            LayertuiError: It refuses, or the connection broke.
        """
        ...

    def close(self) -> None:
        """Stop the engine, also from another thread while bytes are waited for; idempotent."""
        ...


class Engine(Protocol):
    """A running engine; every call may raise EngineError.

    Attributes:
        name: `docker` or `podman`.
        label: What to call it in messages, printable.
        at_once: How many images one question may be about.
    """

    name: str
    label: str
    at_once: int

    def images(self) -> Sequence[KeptImage]:
        """Return the images it keeps."""
        ...

    def inspect(self, name: str, platform: str = "") -> Inspected:
        """Return what it knows of an image.

        Raises:
            ImageNotFoundError: It has no such image, or none for that platform.
        """
        ...

    def inspect_all(self, names: Sequence[str]) -> Sequence[Inspected]:
        """Return what it knows of several images."""
        ...

    def history(self, image: Inspected) -> Sequence[History]:
        """Return the steps that made an image, oldest first."""
        ...

    def save(self, image: Inspected) -> ByteStream:
        """Return an archive of an image, as `docker save` writes it."""
        ...

    def container(self, name: str) -> KeptContainer:
        """Return what it knows of a container.

        Raises:
            ImageNotFoundError: It has no such container.
        """
        ...

    def container_changes(self, name: str) -> Sequence[Change]:
        """Return which paths of its image a container has changed."""
        ...

    def container_files(self, name: str) -> ByteStream:
        """Return a tar archive of all files of a container, what is mounted in it left out."""
        ...

    def close(self) -> None:
        """Release connections; idempotent."""
        ...


def checked_name(name: str) -> str:
    """Return a name that may be put into a request or a command.

    Raises:
        UsageError: No image and no container can be called that.
    """
    steps = name.split("/")
    if not _NAME.fullmatch(name) or any(step in ("", ".", "..") for step in steps):
        raise UsageError(
            f"no image is called `{printable(name, 200)}`",
            hint="Name it as in `docker images`: name[:tag], name@digest or an id.",
        )
    return name
