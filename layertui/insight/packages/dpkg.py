"""Packages of dpkg, which apt installs.

    var/lib/dpkg/status            paragraphs, one a package
    var/lib/dpkg/info/*.list       the paths of each; *.md5sums where that is all there is
    var/lib/dpkg/diversions        paths whose files lie elsewhere: from, to, by whom
    var/lib/dpkg/status.d/*        one paragraph a file, with *.md5sums (distroless images)

Source: dpkg(1), deb822(5), dpkg-divert(1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from layertui.insight.packages.package import (
    APT,
    Claim,
    Listing,
    Manager,
    Package,
    field_of,
)
from layertui.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from layertui.filesystem.nodes import NodeTable
    from layertui.insight.packages.package import Budget, Documents, Source
    from layertui.insight.packages.paths import Paths

MOST_STATUS = 128 * MIB
MOST_LIST = 32 * MIB

_FOLDER = b"var\0lib\0dpkg\0"
_STATUS = _FOLDER + b"status"
_STATUS_FOLDER = _FOLDER + b"status.d\0"
_INFO = _FOLDER + b"info\0"
_DIVERSIONS = _FOLDER + b"diversions"
_SUMS = b".md5sums"

_STANZA = 512
"""About as many bytes as what is kept of a paragraph takes."""

_GONE = (b"not-installed", b"config-files")
"""States in which a package has no files but what its user may have changed."""


class _Stanza(NamedTuple):
    """A package of a status file.

    Attributes:
        package: The package.
        names: What the files of its list may be called, without an ending.
    """

    package: Package
    names: tuple[bytes, ...]


class _Diversion(NamedTuple):
    source: bytes
    target: bytes
    by: str


def find(table: NodeTable) -> Iterator[int]:
    """Yield the nodes of the database."""
    for path in (b"var/lib/dpkg/status", b"var/lib/dpkg/diversions"):
        node = table.find(path)
        if node is not None:
            yield node
    for path in (b"var/lib/dpkg/info", b"var/lib/dpkg/status.d"):
        folder = table.find(path)
        if folder is not None:
            for node in range(folder + 1, table.end(folder)):
                if _is_wanted(table, table.keys[node]):
                    yield node


def _is_wanted(table: NodeTable, key: bytes) -> bool:
    if key.startswith(_STATUS_FOLDER):
        return True
    if key.endswith(_SUMS):
        return table.find(key.removesuffix(_SUMS).replace(b"\0", b"/") + b".list") is None
    return key.endswith(b".list")


def parse(source: Source) -> object:
    """Return the value of a document."""
    budget = source.budget
    if source.key == _DIVERSIONS:
        return tuple(_diversions(source.read(MOST_LIST), budget))
    if source.key.endswith(_SUMS):
        return Listing(_summed(source.read(MOST_LIST)), budget)
    if source.key.startswith(_INFO):
        lines = source.read(MOST_LIST).replace(b"\0", b"").split(b"\n")
        listed = (line[1:] for line in lines if line.startswith(b"/") and line != b"/.")
        return Listing(listed, budget)
    return tuple(_stanzas(source.read(MOST_STATUS), budget))


def claims(documents: Documents, paths: Paths) -> Iterator[Claim]:
    """Yield what packages claim."""
    diversions = documents[_DIVERSIONS].value if _DIVERSIONS in documents else ()
    moved: Mapping[bytes, bytes] = {each.source: each.target for each in diversions}
    diverters = {each.by for each in diversions}
    for key, document in documents.items():
        if key.startswith(_INFO) or key == _DIVERSIONS or key.endswith(_SUMS):
            continue
        for stanza in document.value:
            listing = _listing(documents, key, stanza.names)
            if listing is None:
                yield Claim(stanza.package)
                continue
            own = moved
            if stanza.package.name in diverters:
                own = _moved_for(stanza.package.name, diversions)
            yield Claim(stanza.package, listing.nodes(paths, own))


def _listing(documents: Documents, key: bytes, names: tuple[bytes, ...]) -> Listing | None:
    places = [_INFO + name + ending for ending in (b".list", _SUMS) for name in names]
    if key.startswith(_STATUS_FOLDER):
        places.insert(0, key + _SUMS)
    for place in places:
        listing = documents[place].value if place in documents else None
        if isinstance(listing, Listing):
            return listing
    return None


def _moved_for(name: str, diversions: tuple[_Diversion, ...]) -> Mapping[bytes, bytes]:
    return {each.source: each.target for each in diversions if each.by != name}


def _field(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"^" + name + rb":[ \t]*([^\n]*)", re.MULTILINE | re.IGNORECASE)


_NAME, _VERSION, _ARCHITECTURE = _field(b"Package"), _field(b"Version"), _field(b"Architecture")
_STATE = _field(b"Status")


def _stanzas(data: bytes, budget: Budget) -> Iterator[_Stanza]:
    for paragraph in data.replace(b"\r\n", b"\n").split(b"\n\n"):
        name = _NAME.search(paragraph)
        state = _STATE.search(paragraph)
        if name is None or not name[1].strip() or (state and state[1].split()[-1:] in _STATES_GONE):
            continue
        version, architecture = _VERSION.search(paragraph), _ARCHITECTURE.search(paragraph)
        raw = name[1].strip()
        budget.spend(_STANZA)
        raw_architecture = architecture[1].strip() if architecture else b""
        yield _Stanza(
            Package(
                APT,
                field_of(raw),
                field_of(version[1]) if version else "",
                field_of(raw_architecture),
            ),
            (raw, raw + b":" + raw_architecture),
        )


_STATES_GONE = [[state] for state in _GONE]


def _summed(data: bytes) -> Iterator[bytes]:
    """Yield the paths of lines as md5sum writes them."""
    for line in data.replace(b"\0", b"").split(b"\n"):
        path = line.partition(b" ")[2].lstrip(b" *").removeprefix(b"./").lstrip(b"/")
        if path:
            yield path


def _diversions(data: bytes, budget: Budget) -> Iterator[_Diversion]:
    lines = data.replace(b"\0", b"").split(b"\n")
    for source, target, by in zip(lines[::3], lines[1::3], lines[2::3], strict=False):
        if source.startswith(b"/") and target.startswith(b"/"):
            budget.spend(len(source) + len(target) + _STANZA)
            yield _Diversion(source[1:], target[1:], field_of(by))


MANAGER = Manager(name=APT, find=find, parse=parse, claims=claims, is_system=True)
