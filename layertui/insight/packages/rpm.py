"""Packages of rpm: `rpmdb.sqlite`, a table of headers. Older databases are not read, and said so.

The database is hostile like any file of an image: a private copy is opened that cannot be
changed, only the table of packages may be read, and no function and no view is run.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import chunks
from layertui.display import printable
from layertui.insight.packages.package import RPM, Claim, DatabaseError, Listing, Manager, Package
from layertui.insight.packages.rpm_header import read_header
from layertui.limits import GIB, MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.filesystem.nodes import NodeTable
    from layertui.insight.packages.package import Documents, Source
    from layertui.insight.packages.paths import Paths

MOST_DATABASE = GIB
MOST_HEADER = 64 * MIB
MOST_HEADERS = 200_000
MOST_STEPS = 20_000
"""Thousands of steps of the database engine for one database."""

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
    with tempfile.TemporaryDirectory(prefix="layertui-") as folder:
        copy = Path(folder) / "database"
        with copy.open("xb") as file:
            for chunk in chunks(source.blob):
                file.write(chunk)
        return _packages(copy, source)


def _packages(path: Path, source: Source) -> tuple[_Installed, ...]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            return tuple(_installed(database, source))
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        source.stop()
        raise DatabaseError(f"the RPM database cannot be read: {printable(str(error))}") from None


def _installed(database: sqlite3.Connection, source: Source) -> Iterator[_Installed]:
    _restrict(database, source.stop)
    made = database.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'Packages'"
    ).fetchone()
    if made is None or not made[0].upper().startswith(b"CREATE TABLE"):
        raise DatabaseError("the RPM database has no table of packages")
    for number, (blob,) in enumerate(database.execute("SELECT blob FROM Packages")):
        source.stop()
        if number >= MOST_HEADERS:
            raise DatabaseError(f"the RPM database has more than {MOST_HEADERS} packages")
        header = read_header(blob) if isinstance(blob, bytes) else None
        if header is not None:
            source.budget.spend(_HELD)
            yield _Installed(header.package, Listing(header.paths, source.budget))


def _restrict(database: sqlite3.Connection, stop: Callable[[], None]) -> None:
    """Allow nothing but to read the table of packages, for a bounded time."""
    database.text_factory = bytes
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_HEADER)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.execute("PRAGMA mmap_size = 0")
    left = iter(range(MOST_STEPS))

    def is_over() -> bool:
        stop()
        return next(left, None) is None

    database.set_progress_handler(is_over, 1_000)
    database.set_authorizer(_permission)


def _permission(action: int, first: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and first in ("Packages", "sqlite_master"):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def claims(documents: Documents, paths: Paths) -> Iterator[Claim]:
    """Yield what packages claim."""
    for document in documents.values():
        for package, listing in document.value:
            yield Claim(package, listing.nodes(paths))


MANAGER = Manager(name=RPM, find=find, parse=parse, claims=claims, is_system=True)
