"""The headers in a database of rpm, by SQLite, which is let do nothing but read them.

Of the catalogue only an ordinary table is taken; no view and no function is run, a value has a
largest size, and the whole a largest number of steps.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.insight.packages.package import DatabaseError
from layertui.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MOST_HEADER = 64 * MIB
MOST_HEADERS = 200_000
MOST_STEPS = 20_000
"""Thousands of steps of the database engine for one database."""

_TABLE = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'Packages'"
_HEADERS = "SELECT blob FROM Packages"


def headers(path: Path, stop: Callable[[], None]) -> Iterator[bytes]:
    """Yield the headers of a database.

    Args:
        path: The database; nobody else may write to it.
        stop: Called between steps; it raises CancelledError when the work is to end.

    Raises:
        DatabaseError: It is damaged, or more than is read.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            _restrict(database, stop)
            yield from _headers(database)
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        stop()
        raise DatabaseError(f"the RPM database cannot be read: {printable(str(error))}") from None


def _headers(database: sqlite3.Connection) -> Iterator[bytes]:
    made = database.execute(_TABLE).fetchone()
    if made is None or not made[0].upper().startswith(b"CREATE TABLE"):
        raise DatabaseError("the RPM database has no table of packages")
    for number, (header,) in enumerate(database.execute(_HEADERS)):
        if number >= MOST_HEADERS:
            raise DatabaseError(f"the RPM database has more than {MOST_HEADERS} packages")
        if isinstance(header, bytes):
            yield header


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
