"""Two versions of a path beside one another, as an item of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layertui.contents.comparing import TextDifference
from layertui.contents.difference_rows import DifferenceRows, RowKind, hunks
from layertui.reports.items import entry_item, name_item, path_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.contents.comparing import Comparison, ContentDifference, Side
    from layertui.contents.difference_rows import Hunk

_NAMES = {"time": "mtime"}
_MARKS = {RowKind.SAME: " ", RowKind.REMOVED: "-", RowKind.ADDED: "+"}


def comparison_item(path: bytes, comparison: Comparison, context: int) -> dict[str, Any]:
    """Return a comparison.

    Args:
        path: What is compared.
        comparison: Its two versions.
        context: Lines that are the same around those that differ.
    """
    return {
        **path_item(path),
        "same": comparison.is_same,
        "from": _side(comparison.old),
        "to": _side(comparison.new),
        "differs": list(_differing(comparison)),
        "content": _content(comparison.content, context),
    }


def _side(side: Side) -> dict[str, Any]:
    """Return a version, and whether it is there."""
    about: dict[str, Any] = {"layer": side.layer, "exists": side.entry is not None}
    if side.entry is None:
        return about
    attributes = [
        name_item("name", name) | name_item("value", value) for name, value in side.entry.xattrs
    ]
    return about | entry_item(side.entry) | {"xattrs": attributes}


def _differing(comparison: Comparison) -> Iterator[str]:
    """Yield in what the versions differ, each part once."""
    names = ["content"] if comparison.content is not None else []
    for field in comparison.fields:
        name = "xattrs" if field.name == "xattr" else _NAMES.get(field.name, field.name)
        if field.differs and name not in names:
            names.append(name)
    yield from names


def _content(found: ContentDifference, context: int) -> dict[str, Any] | None:
    if found is None:
        return None
    if not isinstance(found, TextDifference):
        return {
            "kind": "binary",
            "sizes": [found.old.size, found.new.size],
            "firstDifference": found.bytes.first,
        }
    blocks = found.lines.blocks
    return {
        "kind": "text",
        "removedLines": sum(block.old_end - block.old_start for block in blocks),
        "addedLines": sum(block.new_end - block.new_start for block in blocks),
        "rough": found.lines.is_rough,
        "hunks": [
            _hunk(found, hunk) for hunk in hunks(blocks, len(found.old), context, found.first_line)
        ],
    }


def _hunk(found: TextDifference, hunk: Hunk) -> dict[str, Any]:
    lines = []
    for kind, old, new in DifferenceRows([hunk], beside=False):
        if kind is not RowKind.HUNK:
            text = found.new[new] if kind is RowKind.ADDED else found.old[old]
            lines.append(_MARKS[kind] + text.decode(errors="backslashreplace"))
    return {"heading": hunk.heading, "lines": lines}
