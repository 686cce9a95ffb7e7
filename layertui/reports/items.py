"""Items of JSON: what a path is, and what a layer did to it, with the fields of the report.

A name that is not UTF-8 is escaped in its field, and given exactly in another, `...Base64`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from msgspec.json import encode as encode_json

from layertui.display import time
from layertui.filesystem.tree import Change, Differs

if TYPE_CHECKING:
    from layertui.filesystem.tree import Entry, Filesystem

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def encode(value: object) -> bytes:
    """Return JSON without characters that steer a terminal: they are escaped like others."""
    data = encode_json(value)
    if data.isascii() and b"\x7f" not in data:
        return data
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", data.decode()).encode()


def shown_item(entry: Entry) -> dict[str, Any]:
    """Return what a path is after a layer, as in `filesystem` of the report."""
    item = {**path_item(entry.path), **entry_item(entry), "layer": entry.layer}
    if entry.implied:
        item["implied"] = True
    return item


def changed_item(filesystem: Filesystem, version: int) -> dict[str, Any]:
    """Return what a layer did to a path, as in `entries` of the report."""
    versions = filesystem.versions
    change = Change(versions.changes[version])
    shown = versions.previous[version] if change is Change.REMOVED else version
    entry = filesystem.entry(versions.nodes[version], shown)
    item = {**path_item(entry.path), "change": change.name.lower(), **entry_item(entry)}
    if change is Change.MODIFIED:
        item["differs"] = Differs(versions.differs[version]).names
    return item


def is_listed(filesystem: Filesystem, version: int) -> bool:
    """Tell whether a version is an entry of its layer, or the topmost path a marker took."""
    versions = filesystem.versions
    if versions.rows[version] >= 0:
        return True
    if versions.changes[version] != Change.REMOVED or versions.differs[version]:
        return False
    parent = filesystem.table.parents[versions.nodes[version]]
    above = filesystem.version(parent, versions.layers[version])
    return not parent or filesystem.exists(above)


def entry_item(entry: Entry) -> dict[str, Any]:
    """Return what an entry is, without its path."""
    item = {
        "type": entry.type,
        "size": entry.size,
        "mode": f"{entry.mode:04o}",
        "uid": entry.uid,
        "gid": entry.gid,
        "mtime": time(entry.mtime),
        "linkTarget": None,
    }
    if entry.link is not None:
        item |= name_item("linkTarget", entry.link)
    if entry.device is not None:
        item["device"] = list(entry.device)
    return item


def path_item(path: bytes) -> dict[str, str]:
    """Return an absolute path."""
    return name_item("path", path)


def name_item(key: str, name: bytes) -> dict[str, str]:
    """Return a name under a key, and exactly in base64 where it is not UTF-8."""
    try:
        return {key: name.decode()}
    except UnicodeDecodeError:
        escaped = name.decode(errors="backslashreplace")
        return {key: escaped, f"{key}Base64": b64encode(name).decode()}
