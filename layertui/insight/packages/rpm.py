"""Packages of rpm: `rpmdb.sqlite`, a table of headers. Older databases are not read, and said so.

The database is hostile like any file of an image: what is opened is a private copy that cannot be
changed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import chunks
from layertui.insight.packages.package import RPM, Claim, DatabaseError, Listing, Manager, Package
from layertui.insight.packages.rpm_header import read_header
from layertui.limits import GIB, MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.filesystem.nodes import NodeTable
    from layertui.insight.packages.package import Documents, Source
    from layertui.insight.packages.paths import Paths

MOST_DATABASE = GIB

_HELD = 512
"""About as many bytes as what is kept of a header takes beside its paths."""

_FOLDERS = (b"var/lib/rpm", b"usr/lib/sysimage/rpm", b"usr/share/rpm")
_DATABASE, _JOURNAL = b"rpmdb.sqlite", b"rpmdb.sqlite-wal"
_UNREAD = {b"Packages": "Berkeley DB", b"Packages.db": "NDB"}


class _Installed(NamedTuple):
    package: Package
    listing: Listing


def find(table: NodeTable) -> Iterator[int]:
    """Yield the nodes of the database."""
    for folder in _FOLDERS:
        found = table.find(folder + b"/" + _DATABASE)
        names = (_JOURNAL,) if found is not None else tuple(_UNREAD)
        if found is not None:
            yield found
        for name in names:
            node = table.find(folder + b"/" + name)
            if node is not None:
                yield node


def parse(source: Source) -> tuple[_Installed, ...] | None:
    """Return the packages that are installed.

    Raises:
        DatabaseError: The database is damaged, too large or of a kind that is not read.
    """
    name = source.key.rpartition(b"\0")[2]
    if name in _UNREAD:
        raise DatabaseError(f"RPM databases of the kind {_UNREAD[name]} are not read")
    if name == _JOURNAL:
        if source.blob.size:
            raise DatabaseError("what only this journal has of the RPM database is not read")
        return None
    if source.blob.size > MOST_DATABASE:
        raise DatabaseError(f"it is larger than {MOST_DATABASE // MIB} MiB")
    try:
        with tempfile.TemporaryDirectory(prefix="layertui-") as folder:
            copy = Path(folder) / "database"
            with copy.open("xb") as file:
                for chunk in chunks(source.blob):
                    file.write(chunk)
            return tuple(_installed(copy, source))
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise DatabaseError(f"no copy of the RPM database can be made: {reason}") from None


def _installed(path: Path, source: Source) -> Iterator[_Installed]:
    try:
        from layertui.insight.packages.rpm_sqlite import headers
    except ImportError:
        raise DatabaseError("RPM databases are not read, for this Python has no SQLite") from None
    for blob in headers(path, source.stop):
        source.stop()
        header = read_header(blob)
        if header is not None:
            source.budget.spend(_HELD)
            yield _Installed(header.package, Listing(header.paths, source.budget))


def claims(documents: Documents, paths: Paths) -> Iterator[Claim]:
    """Yield what packages claim."""
    for document in documents.values():
        for package, listing in document.value:
            yield Claim(package, listing.nodes(paths))


MANAGER = Manager(name=RPM, find=find, parse=parse, claims=claims, is_system=True)
