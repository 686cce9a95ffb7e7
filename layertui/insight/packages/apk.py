"""Packages of apk: `lib/apk/db/installed`, or `usr/lib/apk/db/installed`.

A paragraph a package, a line a field: `P:` name, `V:` version, `A:` architecture, `F:` a
directory, `R:` a file in the directory before it. Source: apk-package(5), the installed database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.insight.packages.package import APK, Claim, Listing, Manager, Package, field_of
from layertui.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.nodes import NodeTable
    from layertui.insight.packages.package import Documents, Source
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
    return tuple(filter(None, map(_installed, data.split(b"\n\n"))))


def _installed(paragraph: bytes) -> _Installed | None:
    fields = {b"P:": b"", b"V:": b"", b"A:": b""}
    folder, paths = b"", list[bytes]()
    for line in paragraph.split(b"\n"):
        tag, text = line[:2], line[2:]
        if tag == b"F:":
            folder = text.strip(b"/") + b"/" if text.strip(b"/") else b""
        elif tag == b"R:":
            paths.append(folder + text)
        elif tag in fields:
            fields[tag] = text
    name, version, architecture = map(field_of, fields.values())
    return _Installed(Package(APK, name, version, architecture), Listing(paths)) if name else None


def claims(documents: Documents, paths: Paths) -> Iterator[Claim]:
    """Yield what packages claim."""
    for document in documents.values():
        for package, listing in document.value:
            yield Claim(package, listing.nodes(paths))


MANAGER = Manager(name=APK, find=find, parse=parse, claims=claims, is_system=True)
