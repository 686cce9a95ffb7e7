"""A package, what it claims, what a database lists: what all package managers have in common."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from layertui.limits import MIB

if TYPE_CHECKING:
    from layertui.blob import Blob
    from layertui.filesystem.nodes import NodeTable
    from layertui.insight.packages.paths import Paths

APT, APK, RPM, PIP, NPM, GEM, GO = "apt", "apk", "rpm", "pip", "npm", "gem", "go"

MANAGERS = (APT, APK, RPM, PIP, NPM, GEM, GO)
"""The package managers whose packages are known, those of the system first."""

LONGEST_PATH = 4_096
"""Bytes of a listed path; longer ones lead nowhere, as on Linux."""

LONGEST_FIELD = 256
"""Characters of a name, a version or an architecture that are kept."""


class Package(NamedTuple):
    """One version of a package; its texts are the image's, to be made printable on output.

    Attributes:
        manager: One of MANAGERS.
        name: Its name; of a Go binary, the path of its main module.
        version: Its version, with epoch and release where it has them; empty where unknown.
        architecture: What it is built for, or empty where it does not say.
    """

    manager: str
    name: str
    version: str
    architecture: str = ""


NO_NODES = array("i")


class Claim(NamedTuple):
    """What a package says is its own.

    Attributes:
        package: The package, or None for directories that belong to none whatever is around them.
        nodes: The paths that it lists.
        spans: The directories with all that is below them, each as its first node and the first
            node after it; a directory in another one counts alone.
        marker: The node of its database, where that may be of another package; else -1.
    """

    package: Package | None
    nodes: array[int] = NO_NODES
    spans: tuple[tuple[int, int], ...] = ()
    marker: int = -1


class DatabaseError(Exception):
    """A package database cannot be read; the message is one printable line."""


class Document(NamedTuple):
    """A file of a package database, parsed.

    Attributes:
        node: Its path.
        value: What its package manager made of it.
        weight: About as many bytes as that takes.
    """

    node: int
    value: Any
    weight: int = 0


Documents = Mapping[bytes, Document]
"""The documents of a package manager after a layer, by the sort keys of their paths."""


MOST_HELD = 256 * MIB
"""Bytes that what is made of documents takes at a time."""

TOO_MUCH = "the package databases list more than is looked at"

_OBJECT = 128
"""About as many bytes as a small value takes beside its text."""


class Budget:
    """Bytes of memory that what is made of documents may take.

    Args:
        left: How many.

    Attributes:
        left: How many are left.
    """

    __slots__ = ("left",)

    def __init__(self, left: int = MOST_HELD) -> None:
        self.left = left

    def spend(self, size: int) -> None:
        """Take a value of so many bytes into account.

        Raises:
            DatabaseError: There is no room for it.
        """
        self.left -= size + _OBJECT
        if self.left < 0:
            raise DatabaseError(TOO_MUCH)


class Source(NamedTuple):
    """A file of a package database, to be parsed.

    Attributes:
        key: The sort key of its path.
        blob: Its bytes.
        budget: What the values that are made of it are taken from.
        stop: Called between steps of long work; it raises CancelledError when that is to end.
    """

    key: bytes
    blob: Blob
    budget: Budget
    stop: Callable[[], None] = lambda: None

    def read(self, most: int) -> bytes:
        """Return all its bytes.

        Raises:
            DatabaseError: They are more than `most`.
        """
        if self.blob.size > most:
            raise DatabaseError(f"it is larger than {most // MIB} MiB")
        return self.blob.read_at(0, self.blob.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """A package manager.

    Attributes:
        name: One of MANAGERS.
        find: Returns the nodes of its databases, where these have their places.
        endings: How the keys of its databases end, where these may be anywhere.
        wants: Tells whether such a key is one of them.
        is_binary: Whether its packages are programs that say themselves what they are.
        parse: Returns the value of a document, or None where it says nothing. It may raise
            DatabaseError.
        claims: Returns what packages claim, by all documents.
        is_system: Whether what it lists is so, whatever package managers of languages say.
    """

    name: str
    parse: Callable[[Source], Any]
    claims: Callable[[Documents, Paths], Iterable[Claim]]
    find: Callable[[NodeTable], Iterable[int]] = lambda _: ()
    endings: tuple[bytes, ...] = ()
    wants: Callable[[bytes], bool] = lambda _: True
    is_system: bool = False
    is_binary: bool = False


class Listing:
    """The paths that a package lists, and their nodes.

    Args:
        paths: From the root, without a leading slash; those longer than any kernel takes are
            left out.
        budget: What they are taken from.

    Raises:
        DatabaseError: There is no room for them.
    """

    __slots__ = ("_nodes", "_of", "_text")

    def __init__(self, paths: Iterable[bytes], budget: Budget) -> None:
        self._text = b"\0".join(_affordable(paths, budget))
        self._of: object = None
        self._nodes = array("i")

    def nodes(self, paths: Paths, moved: Mapping[bytes, bytes] | None = None) -> array[int]:
        """Return the nodes of those paths that any layer has.

        Args:
            paths: Where they lead.
            moved: Paths whose files lie at others.
        """
        of = (paths.aliases, moved)
        if self._of != of:
            self._nodes = paths.nodes(self._text.split(b"\0") if self._text else (), moved or {})
            self._of = of
        return self._nodes


def _affordable(paths: Iterable[bytes], budget: Budget) -> Iterator[bytes]:
    for path in paths:
        if len(path) <= LONGEST_PATH:
            budget.spend(len(path))
            yield path


def field_of(raw: bytes) -> str:
    """Return a field of a database as text."""
    return raw[: 4 * LONGEST_FIELD].decode("utf-8", "surrogateescape").strip()[:LONGEST_FIELD]
