"""The header of an installed RPM package, as the package database has it.

    count of entries, size of the store: 4 bytes each, big-endian
    entries of 16 bytes: tag, type, offset in the store, count
    the store

Source: rpm's format manual, "Header structure". Everything in a header is checked against its
bounds before it is read.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from layertui.insight.packages.package import RPM, DatabaseError, Package, field_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME, _VERSION, _RELEASE, _EPOCH, _ARCHITECTURE = 1000, 1001, 1002, 1003, 1022
_STATES, _FOLDER_NUMBERS, _NAMES, _FOLDERS, _OLD_PATHS = 1029, 1116, 1117, 1118, 1027
_WANTED = frozenset({
    _NAME, _VERSION, _RELEASE, _EPOCH, _ARCHITECTURE,
    _STATES, _FOLDER_NUMBERS, _NAMES, _FOLDERS, _OLD_PATHS,
})  # fmt: skip
_CHAR, _INT32, _STRING, _STRINGS, _TRANSLATED = 1, 4, 6, 8, 9
_REPLACED = 1
"""The state of a file that another package has taken over."""

MOST_ENTRIES = 100_000
MOST_FILES = 2_000_000

_HEAD = struct.Struct(">II")
_ENTRY = struct.Struct(">IIII")


class Header(NamedTuple):
    """An installed package.

    Attributes:
        package: The package.
        paths: The paths that it lists, from the root; taking them may raise DatabaseError.
    """

    package: Package
    paths: Iterator[bytes]


class _Entry(NamedTuple):
    kind: int
    offset: int
    length: int


def read_header(blob: bytes) -> Header | None:
    """Return what a header says, or None where it has no name.

    Raises:
        DatabaseError: It contradicts itself.
    """
    store, entries = _entries(blob)
    name = _string(store, entries.get(_NAME))
    if not name:
        return None
    version, release = (_string(store, entries.get(tag)) for tag in (_VERSION, _RELEASE))
    text = field_of(version) + ("-" + field_of(release) if release else "")
    epoch = _numbers(store, entries.get(_EPOCH))
    if epoch and epoch[0]:
        text = f"{epoch[0]}:{text}"
    architecture = field_of(_string(store, entries.get(_ARCHITECTURE)))
    package = Package(RPM, field_of(name), text, architecture)
    return Header(package, _paths(store, entries))


def _entries(blob: bytes) -> tuple[memoryview, dict[int, _Entry]]:
    if len(blob) < _HEAD.size:
        raise DatabaseError("a header is cut off")
    count, size = _HEAD.unpack_from(blob)
    start = _HEAD.size + count * _ENTRY.size
    if count > MOST_ENTRIES or start + size > len(blob):
        raise DatabaseError("a header is shorter than it says")
    entries: dict[int, _Entry] = {}
    for tag, kind, offset, number in _ENTRY.iter_unpack(blob[_HEAD.size : start]):
        if tag in _WANTED and offset < size:
            entries.setdefault(tag, _Entry(kind, offset, number))
    return memoryview(blob)[start : start + size], entries


def _string(store: memoryview, entry: _Entry | None) -> bytes:
    if entry is None or entry.kind not in (_STRING, _TRANSLATED):
        return b""
    return bytes(store[entry.offset : entry.offset + 4_096]).partition(b"\0")[0]


def _numbers(store: memoryview, entry: _Entry | None) -> tuple[int, ...]:
    if entry is None or entry.kind != _INT32:
        return ()
    if entry.length > MOST_FILES or entry.offset + 4 * entry.length > len(store):
        raise DatabaseError("a header has less numbers than it says")
    return struct.unpack_from(f">{entry.length}I", store, entry.offset)


def _strings(store: memoryview, entry: _Entry | None) -> list[bytes]:
    if entry is None or entry.kind != _STRINGS:
        return []
    if entry.length > MOST_FILES or entry.offset + entry.length > len(store):
        raise DatabaseError("a header has less texts than it says")
    texts = bytes(store[entry.offset :]).split(b"\0", entry.length)
    if len(texts) <= entry.length:
        raise DatabaseError("a header has less texts than it says")
    return texts[: entry.length]


def _paths(store: memoryview, entries: dict[int, _Entry]) -> Iterator[bytes]:
    """Yield the paths, without those that another package has taken over."""
    states = entries.get(_STATES)
    replaced = b""
    if states is not None and states.kind == _CHAR:
        replaced = bytes(store[states.offset : states.offset + min(states.length, MOST_FILES)])
    for number, path in enumerate(_all_paths(store, entries)):
        if replaced[number : number + 1] != bytes((_REPLACED,)):
            yield path.lstrip(b"/")


def _all_paths(store: memoryview, entries: dict[int, _Entry]) -> Iterator[bytes]:
    yield from _strings(store, entries.get(_OLD_PATHS))
    names = _strings(store, entries.get(_NAMES))
    folders = _strings(store, entries.get(_FOLDERS))
    numbers = _numbers(store, entries.get(_FOLDER_NUMBERS))
    if len(numbers) < len(names):
        raise DatabaseError("a header has files without a directory")
    longest = max(map(len, folders), default=0)
    if longest > 8_192:
        raise DatabaseError("a header has a directory with too long a name")
    for name, number in zip(names, numbers, strict=False):
        if number >= len(folders):
            raise DatabaseError("a header has files without a directory")
        yield folders[number] + name
