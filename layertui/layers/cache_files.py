"""The files of a folder of the cache, reached by the descriptor of the folder.

A file has one of its final names only when it is whole.
"""

from __future__ import annotations

import os
import re
import stat
import time
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_FINAL = re.compile(r"[a-z0-9]+-[0-9a-f]+-[0-9a-f]+\.layer")
_TEMPORARY = re.compile(r"\.[0-9a-f]+\.tmp")
_PRIVATE = 0o600
_LARGEST = 1 << 31
_HOUR = 3600 * 1_000_000_000


class CachedIndex(NamedTuple):
    """A file of the cache.

    Attributes:
        names: Its names in the folder, one a key.
        size: Bytes.
        used: When it was written or last taken out, nanoseconds since 1970.
    """

    names: tuple[str, ...]
    size: int
    used: int


def read(name: str, folder: int) -> bytes:
    """Return what is in a file, nothing where it is no file or too large for one of ours."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    with open(
        name, "rb", buffering=0, opener=lambda path, _: os.open(path, flags, dir_fd=folder)
    ) as file:
        status = os.fstat(file.fileno())
        is_sound = stat.S_ISREG(status.st_mode) and status.st_size <= _LARGEST
        return file.readall() if is_sound else b""


def write(data: bytes, names: Sequence[str], folder: int) -> None:
    """Write a file and give it its names, each at once and whole."""
    written = _written(data, folder)
    try:
        for name in dict.fromkeys(names[1:]):
            _rename(_linked(written, data, folder), name, folder)
        _rename(written, names[0], folder)
    except BaseException:
        remove(written, folder)
        raise


def _written(data: bytes, folder: int) -> str:
    """Write a file under a name that nobody reads and return that."""
    name = _temporary_name()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(name, flags, _PRIVATE, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
    except BaseException:
        remove(name, folder)
        raise
    return name


def _linked(written: str, data: bytes, folder: int) -> str:
    """Return another name of a file, or the name of a copy where files have one name only."""
    name = _temporary_name()
    try:
        os.link(written, name, src_dir_fd=folder, dst_dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError:
        return _written(data, folder)
    return name


def _temporary_name() -> str:
    return f".{token_hex(16)}.tmp"


def _rename(name: str, to: str, folder: int) -> None:
    try:
        os.replace(name, to, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        remove(name, folder)
        raise


def remove(name: str, folder: int) -> None:
    """Remove a file if that can be done."""
    with suppress(OSError):
        os.unlink(name, dir_fd=folder)


def _names(folder: int) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _status(name: str, folder: int) -> os.stat_result | None:
    """Return what is known of a regular file, or None."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def entries_of(folder: int) -> tuple[CachedIndex, ...]:
    """Return the files of a folder with all their names, those used longest ago first."""
    names: dict[int, list[str]] = {}
    found: dict[int, os.stat_result] = {}
    for name in filter(_FINAL.fullmatch, _names(folder)):
        status = _status(name, folder)
        if status is not None:
            names.setdefault(status.st_ino, []).append(name)
            found[status.st_ino] = status
    entries = [
        CachedIndex(tuple(sorted(names[inode])), status.st_size, status.st_mtime_ns)
        for inode, status in found.items()
    ]
    return tuple(sorted(entries, key=lambda entry: entry.used))


def prune(entries: Sequence[CachedIndex], capacity: int, folder: int) -> tuple[CachedIndex, ...]:
    """Remove files in the order given until the others have no more bytes; return those."""
    total = sum(entry.size for entry in entries)
    gone = 0
    while total > capacity and gone < len(entries):
        for name in entries[gone].names:
            remove(name, folder)
        total -= entries[gone].size
        gone += 1
    return tuple(entries[gone:])


def sweep(folder: int) -> None:
    """Remove what writers that were killed have left."""
    for name in filter(_TEMPORARY.fullmatch, _names(folder)):
        status = _status(name, folder)
        if status is not None and status.st_mtime_ns < time.time_ns() - _HOUR:
            remove(name, folder)


def clear(folder: int) -> None:
    """Remove all files, those too that somebody is writing."""
    for name in _names(folder):
        if _FINAL.fullmatch(name) or _TEMPORARY.fullmatch(name):
            remove(name, folder)
