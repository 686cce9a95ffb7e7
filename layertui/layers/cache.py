"""The indexes of layers that were read before, in a folder of the user.

An index is asked for by a key: the digest of a layer, its DiffID, or the identity of bytes in a
local file. All keys of an index lead to one file, which names them.

Several processes use the folder at once without locks. A file is written under a name that nobody
reads and then renamed, so there is an old one, a new one or none: a writer that is killed leaves
none. Nothing is flushed to the disk, as that would keep the user waiting for what can be made
again: after a power failure a file may hold anything, which its checksum tells. The keys in a file
keep a sound one that stands under a wrong name from being believed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import sys
from array import array
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from layertui import __version__
from layertui.display import printable
from layertui.layers.cache_files import clear, entries_of, prune, read, remove, sweep, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from layertui.layers.cache_files import CachedIndex
    from layertui.layers.index import LayerIndex
    from layertui.layers.serial import PackedIndex
    from layertui.limits import Limits

_SHAPELESS = frozenset((
    "archive_manifest_size", "manifest_size", "config_size", "archive_members", "index_depth",
    "index_descriptors", "layers", "link_hops", "spool_size", "contents_table_size",
    "implied_size", "viewed_text_size", "handed_size",
))  # fmt: skip
"""Limits that no complete index depends on; `implied_size` is checked when one is taken out."""

_PRIVATE_FOLDER = 0o700
_DIGEST = re.compile(r"(sha\d+):([0-9a-f]+)")
_KEPT = 0.9
"""The part of the capacity that is filled after room was made, so that it is made seldom."""


class IndexCache:
    """The indexes that are kept in a folder; whatever is wrong with it, it only knows nothing.

    Args:
        folder: Where they are; it is made when the first is put there.
        capacity: Bytes of all files that are kept; those used longest ago go first.
        limits: The bounds that indexes are made under; one made under others is not used.

    Attributes:
        problem: Why the folder is not used, one printable line, or empty.
    """

    def __init__(self, folder: Path, *, capacity: int, limits: Limits) -> None:
        self.folder = folder
        self.capacity = capacity
        self.problem = ""
        self._limits = limits
        self._lock = Lock()
        self._room: int | None = None
        self._refused = False

    @cached_property
    def _origin(self) -> str:
        """What tells indexes apart that the same layer could have: version and limits."""
        from layertui.layers.serial import FORMAT

        machine = (sys.byteorder, array("I").itemsize)
        shaping = [
            (field.name, getattr(self._limits, field.name))
            for field in fields(self._limits)
            if field.name not in _SHAPELESS
        ]
        return _hashed(repr((FORMAT, __version__, machine, shaping)))

    def get(self, keys: Sequence[str], *, with_digests: bool) -> LayerIndex | None:
        """Return the index of one of several keys, the first that is there, or None.

        Args:
            keys: What it is the index of.
            with_digests: Take none that needs the blob to tell contents apart.
        """
        for key in keys:
            packed = self.find(key, with_digests=with_digests)
            index = self.take(key, packed) if packed is not None else None
            if index is not None:
                return index
        return None

    def find(self, key: str, *, with_digests: bool) -> PackedIndex | None:
        """Return what is known of a key, still packed, or None."""
        from layertui.layers.serial import UnusableIndexError, read_packed

        with self._opened() as folder:
            if folder is None:
                return None
            name = self._name(key)
            try:
                packed = read_packed(read(name, folder))
            except FileNotFoundError:
                return None
            except OSError as error:
                self._note(error)
                return None
            except UnusableIndexError:
                remove(name, folder)
                return None
            if packed.origin != self._origin or key not in packed.keys:
                remove(name, folder)
                return None
            return packed if packed.with_digests or not with_digests else None

    def take(self, key: str, packed: PackedIndex) -> LayerIndex | None:
        """Return an index that was found, and note that it was of use."""
        from layertui.layers.serial import UnusableIndexError, unpack

        with self._opened() as folder:
            if folder is None:
                return None
            try:
                index = unpack(packed)
            except UnusableIndexError:
                remove(self._name(key), folder)
                return None
            with suppress(OSError):
                os.utime(self._name(key), dir_fd=folder)
        if sum(map(len, index.implied)) > self._limits.implied_size:
            return None
        return index

    def put(self, keys: Sequence[str], index: LayerIndex) -> None:
        """Keep an index under keys, if it is complete; where that fails it is not kept.

        Args:
            keys: What it is the index of, as somebody has found out, not as a document says.
            index: The index.
        """
        from layertui.layers.serial import UnusableIndexError, pack

        if not index.complete or not keys or self._refused:
            return
        with self._opened(make=True) as folder:
            if folder is None:
                return
            try:
                data = pack(index, origin=self._origin, keys=keys)
                if len(data) <= self.capacity:
                    write(data, [self._name(key) for key in keys], folder)
                    self._make_room(len(data), folder)
            except (UnusableIndexError, FileNotFoundError):  # somebody has cleared the folder
                return
            except OSError as error:
                self._refused = True
                self._note(error)

    def entries(self) -> tuple[CachedIndex, ...]:
        """Return the files there are, those used longest ago first."""
        with self._opened() as folder:
            return entries_of(folder) if folder is not None else ()

    def prune(self, capacity: int) -> None:
        """Remove the files used longest ago until the others have no more than these bytes."""
        with self._opened() as folder:
            if folder is not None:
                prune(entries_of(folder), capacity, folder)

    def clear(self) -> None:
        """Remove all files, those too that somebody is writing."""
        with self._opened() as folder:
            if folder is not None:
                clear(folder)

    def check(self) -> None:
        """Note the problem that keeping an index would meet, as far as that can be seen."""
        with self._opened() as folder:
            if folder is not None and not os.access(self.folder, os.W_OK | os.X_OK):
                self.problem = f"{printable(str(self.folder))} cannot be written to"
            if folder is not None or self.problem:
                return
        parent = next(each for each in self.folder.absolute().parents if each.exists())
        if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
            self.problem = f"{printable(str(self.folder))} cannot be made"

    @contextmanager
    def _opened(self, *, make: bool = False) -> Iterator[int | None]:
        """Give the folder as a descriptor, or None where it is not there or not to be trusted."""
        descriptor = None
        try:
            if self.folder.is_symlink():
                raise OSError(errno.ELOOP, "it is a symbolic link")
            if make:
                self.folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            self._note(error)
        try:
            yield descriptor if descriptor is not None and self._is_private(descriptor) else None
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _is_private(self, descriptor: int) -> bool:
        """Tell whether nobody else can write to the folder; others need not look into it either."""
        status = os.fstat(descriptor)
        name = printable(str(self.folder))
        if status.st_uid != os.geteuid():
            self.problem = f"{name} belongs to another user"
        elif status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            self.problem = f"{name} can be written to by others"
        else:
            if stat.S_IMODE(status.st_mode) != _PRIVATE_FOLDER:
                with suppress(OSError):
                    os.fchmod(descriptor, _PRIVATE_FOLDER)
            return True
        return False

    def _make_room(self, size: int, folder: int) -> None:
        """Count a file that was written; look at the folder only when it may be full."""
        with self._lock:
            if self._room is not None and self._room >= size:
                self._room -= size
                return
            sweep(folder)
            entries = entries_of(folder)
            if sum(entry.size for entry in entries) > self.capacity:
                *older, newest = entries
                kept = int(self.capacity * _KEPT) - newest.size
                entries = (*prune(older, kept, folder), newest)
            self._room = self.capacity - sum(entry.size for entry in entries)

    def _note(self, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or str(error)
        self.problem = f"{printable(str(self.folder))}: {printable(reason)}"

    def _name(self, key: str) -> str:
        """Return the name of the file of a key."""
        digest = _DIGEST.fullmatch(key)
        kind, encoded = digest.groups() if digest else ("file", _hashed(key))
        return f"{kind}-{encoded}-{self._origin[:16]}.layer"


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
