"""Packages of apk: `lib/apk/db/installed`, or `usr/lib/apk/db/installed`.

A paragraph a package, a line a field: `P:` name, `V:` version, `A:` architecture, `F:` a
directory, `R:` a file in the directory before it. Source: apk-package(5), the installed database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.insight.packages.package import (
    APK,
    LONGEST_PATH,
    Claim,
    Listing,
    Manager,
    Package,
    field_of,
)
from layertui.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.nodes import NodeTable
    from layertui.insight.packages.package import Budget, Documents, Source
    from layertui.insight.packages.paths import Paths

MOST_INSTALLED = 128 * MIB

_PLACES = (b"lib/apk/db/installed", b"usr/lib/apk/db/installed")


class _Installed(NamedTuple):
    package: Package
    listing: Listing


def find(table: NodeTable) -> Iterator[int]:
    """Yield the nodes of the database."""
    for path in _PLACES:
        node = table.find(path)
        if node is not None:
            yield node


def parse(source: Source) -> tuple[_Installed, ...]:
    """Return the packages that are installed."""
    data = source.read(MOST_INSTALLED).replace(b"\0", b"")
    found = (_installed(paragraph, source.budget) for paragraph in data.split(b"\n\n"))
    return tuple(filter(None, found))


def _installed(paragraph: bytes, budget: Budget) -> _Installed | None:
    lines = paragraph.split(b"\n")
    name, version, architecture = (_field(lines, tag) for tag in (b"P:", b"V:", b"A:"))
    if not name:
        return None
    budget.spend(len(name) + len(version) + len(architecture))
    return _Installed(Package(APK, name, version, architecture), Listing(_paths(lines), budget))


def _field(lines: list[bytes], tag: bytes) -> str:
    return next((field_of(line[2:]) for line in lines if line.startswith(tag)), "")


def _paths(lines: list[bytes]) -> Iterator[bytes]:
    folder = b""
    for line in lines:
        if line.startswith(b"F:"):
            name = line[2:].strip(b"/")
            folder = name + b"/" if name else b""
        elif line.startswith(b"R:") and len(folder) <= LONGEST_PATH:
            yield folder + line[2:]


def claims(documents: Documents, paths: Paths) -> Iterator[Claim]:
    """Yield what packages claim."""
    for document in documents.values():
        for package, listing in document.value:
            yield Claim(package, listing.nodes(paths))


MANAGER = Manager(name=APK, find=find, parse=parse, claims=claims, is_system=True)
