"""The report as ncdu's export, for `ncdu -f FILE`: format 1.2 of the "Ncdu Export File Format".

    REFERENCE/shown/...            what the image shows
    REFERENCE/wasted/layer 3/...   the copies that a layer ships and the image does not show

so that the sum of all is what is shipped. Sizes are those of copies, not of blocks on a disk.
"""

from __future__ import annotations

import stat
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from layertui import __version__
from layertui.display import printable
from layertui.filesystem.tree import IMPLIED
from layertui.layers.entries import (
    BLOCKDEV,
    CHARDEV,
    DIRECTORY,
    FIFO,
    FILE,
    HARDLINK,
    SYMLINK,
)
from layertui.layers.index import key_of
from layertui.reports.figures import exact_figures
from layertui.reports.items import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.waste import WastedCopy
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.finding import Finding

_TYPE_BITS = {
    FILE: stat.S_IFREG, HARDLINK: stat.S_IFREG, SYMLINK: stat.S_IFLNK, CHARDEV: stat.S_IFCHR,
    BLOCKDEV: stat.S_IFBLK, DIRECTORY: stat.S_IFDIR, FIFO: stat.S_IFIFO,
}  # fmt: skip
_PIECE = 1 << 16
"""Bytes that are written at once."""

_Item = tuple[bytes, dict[str, Any], bool]
"""The sort key of a path, what ncdu is told of it, and whether it is a directory."""


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the report.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it; ncdu's format has no place for it.
    """
    del findings
    piece, size = [b""], 0
    for text in _document(inspection):
        piece.append(text)
        size += len(text)
        if size >= _PIECE:
            yield b"".join(piece)
            piece, size = [], 0
    yield b"".join(piece)


def _document(inspection: Inspection) -> Iterator[bytes]:
    metadata: dict[str, Any] = {"progname": "layertui", "progver": __version__}
    created = inspection.image.config.created_ns
    if created is not None:
        metadata["timestamp"] = max(0, created // 1_000_000_000)
    metadata |= exact_figures(inspection)
    yield b"[1,2," + encode(metadata) + b",\n["
    name = printable(inspection.image.reference, 200).replace("/", "\u2215") or "image"
    yield encode({"name": f"/{name}"})
    yield b',\n[{"name":"shown"}'
    yield from _tree(_shown(inspection.filesystem))
    yield b"]"
    if inspection.accounting.wasted:
        yield b',\n[{"name":"wasted"}'
        for layer, copies in sorted(_by_layer(inspection.accounting.wasted).items()):
            yield b",\n[" + encode({"name": f"layer {layer}"})
            yield from _tree(_wasted(copies))
            yield b"]"
        yield b"]"
    yield b"]]\n"


def _tree(items: Iterable[_Item]) -> Iterator[bytes]:
    """Yield what is in a directory, each item behind a comma.

    Args:
        items: In preorder; directories that are not among them are made up.
    """
    above: list[bytes] = []
    for key, item, is_directory in items:
        while above and not key.startswith(above[-1]):
            above.pop()
            yield b"]"
        start = len(above[-1]) if above else 0
        while (end := key.find(b"\0", start)) >= 0:
            yield b",\n[" + encode({"name": _name(key[start:end])})
            start = end + 1
            above.append(key[:start])
        told = encode({"name": _name(key[start:]), **item})
        yield b",\n[" + told if is_directory else b",\n" + told
        if is_directory:
            above.append(key + b"\0")
    yield b"]" * len(above)


def _name(name: bytes) -> str:
    """Return a name that can stand in JSON; ncdu takes no empty one."""
    return name.decode(errors="backslashreplace") or "?"


def _shown(filesystem: Filesystem) -> Iterator[_Item]:
    """Yield what the image shows; files under several names have an inode in common."""
    last, links = filesystem.versions.last, _link_counts(filesystem)
    firsts = [1, *accumulate((len(index) for index in filesystem.indexes), initial=1)][1:]
    for node, key in enumerate(filesystem.table.keys):
        version = last[node]
        if not node or not filesystem.exists(version):
            continue
        layer, row = filesystem.source(version)
        if row == IMPLIED:
            yield key, {}, True
            continue
        item, is_directory = _row(filesystem, layer, row)
        if (layer, row) in links:
            item |= {"ino": firsts[layer] + row, "nlink": links[layer, row], "hlnkc": True}
        yield key, item, is_directory


def _row(filesystem: Filesystem, layer: int, row: int) -> tuple[dict[str, Any], bool]:
    index = filesystem.indexes[layer]
    kind, size = index.kinds[row], index.sizes[row]
    attributes = index.attribute_table[index.attributes[row]]
    item: dict[str, Any] = {
        "asize": size,
        "dsize": size,
        "uid": attributes.uid,
        "gid": attributes.gid,
        "mode": attributes.mode | _TYPE_BITS[kind],
        "mtime": max(0, index.mtimes[row] // 1_000_000_000),
    }
    if kind not in (FILE, HARDLINK, DIRECTORY):
        item["notreg"] = True
    return item, kind == DIRECTORY


def _link_counts(filesystem: Filesystem) -> Counter[tuple[int, int]]:
    """Return by layer and row how many names the image shows of files with several."""
    linked = {place for place in filesystem.targets.values() if place is not None}
    if not linked:
        return Counter()
    versions = (version for version in filesystem.versions.last if filesystem.exists(version))
    counts = Counter(
        place for version in versions if (place := filesystem.source(version)) in linked
    )
    return Counter({place: count for place, count in counts.items() if count > 1})


def _by_layer(wasted: Iterable[WastedCopy]) -> dict[int, list[WastedCopy]]:
    layers: dict[int, list[WastedCopy]] = {}
    for copy in wasted:
        layers.setdefault(copy.layer, []).append(copy)
    return layers


def _wasted(copies: Iterable[WastedCopy]) -> Iterator[_Item]:
    for key, size in sorted((key_of(copy.path.strip(b"/")), copy.size) for copy in copies):
        yield key, {"asize": size, "dsize": size}, False
