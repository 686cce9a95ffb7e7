"""Packages of Python, which pip installs.

    NAME-VERSION.dist-info/METADATA, RECORD             its paths, from the directory around it
    NAME.egg-info/PKG-INFO, installed-files.txt         older ones; its paths, from NAME.egg-info
    NAME.egg-info                                       the same as PKG-INFO

Where no paths are listed, a package has the directory of its metadata and those that
`top_level.txt` names. Source: Python packaging's core metadata and "Recording installed projects".
"""

from __future__ import annotations

import csv
import posixpath
import re
from typing import TYPE_CHECKING

from layertui.insight.packages.package import (
    LONGEST_FIELD,
    LONGEST_PATH,
    NO_NODES,
    PIP,
    Claim,
    DatabaseError,
    Document,
    Listing,
    Manager,
    Package,
    field_of,
)
from layertui.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.insight.packages.package import Documents, Source
    from layertui.insight.packages.paths import Paths

MOST_METADATA = 8 * MIB
MOST_RECORD = 32 * MIB
MOST_NAMES = 100
"""Names of directories that a package without a list has."""

_METADATA = (b".dist-info\0METADATA", b".egg-info\0PKG-INFO", b".egg-info")
_RECORDS = (b".dist-info\0RECORD", b".egg-info\0installed-files.txt")
_NAMES = (b".dist-info\0top_level.txt", b".egg-info\0top_level.txt")
_ENDINGS = (*_METADATA, *_RECORDS, *_NAMES)

_NAME = re.compile(rb"^Name:[ \t]*([^\r\n]*)", re.MULTILINE | re.IGNORECASE)
_VERSION = re.compile(rb"^Version:[ \t]*([^\r\n]*)", re.MULTILINE | re.IGNORECASE)


def parse(source: Source) -> object:
    """Return the value of a document."""
    if source.key.endswith(_RECORDS):
        data = source.read(MOST_RECORD)
        if source.key.endswith(_RECORDS[0]):
            listed = _joined(source.key.split(b"\0")[:-2], _recorded(data))
        else:
            listed = _joined(source.key.split(b"\0")[:-1], data.split(b"\n"))
        return Listing(listed, source.budget)
    if source.key.endswith(_NAMES):
        names = _names(source.read(MOST_METADATA))
        source.budget.spend(sum(map(len, names)))
        return names
    source.budget.spend(LONGEST_FIELD)
    return _package(source.read(MOST_METADATA))


def _package(data: bytes) -> Package | None:
    head = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    name, version = _NAME.search(head), _VERSION.search(head)
    text = field_of(name[1]) if name else ""
    return Package(PIP, text, field_of(version[1]) if version else "") if text else None


def _names(data: bytes) -> tuple[bytes, ...]:
    names = (line.strip() for line in data.split(b"\n")[:MOST_NAMES])
    return tuple(name for name in names if name.strip(b"._") and b"/" not in name)


def _recorded(data: bytes) -> Iterator[bytes]:
    """Yield the first column of comma-separated values."""
    for line in data.split(b"\n"):
        if line.startswith(b'"'):
            text = line.decode("utf-8", "surrogateescape")
            try:
                row = next(csv.reader([text]), [""])
            except csv.Error as error:
                raise DatabaseError(f"it is no list: {error}") from None
            yield row[0].encode("utf-8", "surrogateescape")
        else:
            yield line.rsplit(b",", 2)[0]


def _joined(folder: list[bytes], paths: Iterable[bytes]) -> Iterator[bytes]:
    """Yield paths from the root, given those from a directory."""
    head = b"/".join(folder)
    if len(head) > LONGEST_PATH:
        return
    for each in paths:
        path = each.strip().replace(b"\0", b"")
        if not path:
            continue
        if b"./" in path or path.startswith(b"/") or b"//" in path:
            yield posixpath.normpath(b"/" + posixpath.join(head, path)).lstrip(b"/")
        else:
            yield head + b"/" + path if head else path


def claims(documents: Documents, paths: Paths) -> Iterator[Claim]:
    """Yield what packages claim."""
    for key, document in documents.items():
        if key.endswith((*_RECORDS, *_NAMES)):
            continue
        base = key.removesuffix(b"\0METADATA").removesuffix(b"\0PKG-INFO")
        listing = next(
            (
                documents[base + ending].value
                for ending in (b"\0RECORD", b"\0installed-files.txt")
                if base + ending in documents
            ),
            None,
        )
        if listing is not None:
            yield Claim(document.value, listing.nodes(paths), marker=document.node)
        else:
            names = documents.get(base + b"\0top_level.txt")
            yield _without_list(base, document, names.value if names else (), paths)


def _without_list(base: bytes, document: Document, names: tuple[bytes, ...], paths: Paths) -> Claim:
    """Return the claim of a package that does not list its paths."""
    around = base.rpartition(b"\0")[0].replace(b"\0", b"/")
    folders = [base.replace(b"\0", b"/")]
    folders += [posixpath.join(around, name) for name in names]
    modules = [folder + b".py" for folder in folders[1:]]
    spans = tuple(filter(None, map(paths.span, folders)))
    nodes = paths.nodes(modules, {}) if modules else NO_NODES
    return Claim(document.value, nodes, spans, document.node)


MANAGER = Manager(name=PIP, parse=parse, claims=claims, endings=_ENDINGS)
