"""What builds leave behind: package caches, logs, build trees, documentation.

A copy counts where everything that leads to it, its hard links included, is of the group, so
that its bytes go when the group does.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from layertui.insight.copies import copies_of, shown_path
from layertui.insight.finding import LEFT_OVER, Finding
from layertui.insight.gathering import check, is_base, is_copied, share_of
from layertui.insight.globs import PathSet, without
from layertui.insight.left_over_table import TABLE
from layertui.layers.entries import DIRECTORY
from layertui.layers.index import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.blob import Cancelled
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.copies import Copies
    from layertui.insight.gathering import Share
    from layertui.insight.left_over_table import LeftOvers
    from layertui.layers.index import Superseded

MOST_GROUPS = 255
"""Groups of a table; the others are not looked for."""

_IS_DIRECTORY = bytes(kind == DIRECTORY for kind in range(256))


class _Key(NamedTuple):
    layer: int
    group: int
    ghost: bool


def find_left_overs(
    inspection: Inspection,
    *,
    table: Sequence[LeftOvers] = TABLE,
    cancelled: Cancelled | None = None,
) -> tuple[Finding, ...]:
    """Return what builds left behind, by layer and group, the most bytes first.

    Args:
        inspection: The image.
        table: What to look for; a path is of the first group that means it.
        cancelled: Asked now and then.

    Raises:
        CancelledError: `cancelled` said so.
    """
    table = table[:MOST_GROUPS]
    filesystem = inspection.filesystem
    strip = _strip(filesystem, table, cancelled)
    copies = copies_of(filesystem)
    members: dict[_Key, list[int]] = {}
    for version in _versions_in(filesystem, strip, copies):
        group = strip[filesystem.versions.nodes[version]]
        layer = filesystem.versions.layers[version]
        members.setdefault(_Key(layer, group, not copies.shown[version]), []).append(version)
    shares = [(key, _share(filesystem, copies, versions)) for key, versions in members.items()]
    shares += _superseded(filesystem, strip)
    found = [_finding(inspection, table[key.group - 1], key, share) for key, share in shares]
    return tuple(sorted(found, key=lambda finding: (-finding.size, finding.layer, finding.group)))


def _strip(
    filesystem: Filesystem, table: Sequence[LeftOvers], cancelled: Cancelled | None
) -> bytearray:
    """Return by node the number of the group that it is of, from 1, or 0."""
    paths = PathSet(filesystem.table.keys, _directories(filesystem))
    check(cancelled)
    globs = [glob for group in table for glob in (*group.paths, *group.besides)]
    ranges = iter(paths.ranges(globs))
    strip = bytearray(len(filesystem.table))
    marked = []
    for group in table:
        taken = [each for _ in group.paths for each in next(ranges)]
        left_out = [each for _ in group.besides for each in next(ranges)]
        marked.append(without(taken, left_out))
    for number in range(len(table), 0, -1):
        for start, end in marked[number - 1]:
            strip[start:end] = bytes((number,)) * (end - start)
    check(cancelled)
    return strip


def _directories(filesystem: Filesystem) -> list[bytes]:
    """Return the sort keys of what is a directory in any layer, in order."""
    keys: set[bytes] = set()
    for index in filesystem.indexes:
        keys.update(compress(index.keys, index.kinds.translate(_IS_DIRECTORY)))
        keys.update(map(key_of, index.implied))
    return sorted(keys)


def _versions_in(filesystem: Filesystem, strip: bytearray, copies: Copies) -> list[int]:
    """Return the versions with a copy whose paths are all of the same group."""
    nodes = filesystem.versions.nodes
    marked = compress(range(len(nodes)), map(strip.__getitem__, nodes))
    found = [version for version in marked if copies.sizes[version]]
    if not copies.links:
        return found
    return [
        version
        for version in found
        if all(
            strip[nodes[link]] == strip[nodes[version]] for link in copies.links.get(version, ())
        )
    ]


def _finding(inspection: Inspection, group: LeftOvers, key: _Key, share: Share) -> Finding:
    gone = ", removed or replaced later and still shipped" if key.ghost else ""
    return Finding(
        kind=LEFT_OVER,
        group=group.group,
        layer=key.layer,
        size=share.size,
        paths=share.paths,
        more=share.more,
        base=is_base(inspection, key.layer),
        confidence=group.confidence,
        message=f"{group.group}: {share.files} in layer {key.layer}{gone}",
        cure=_cure(inspection, group, key.layer),
        ghost=key.ghost,
    )


def _cure(inspection: Inspection, group: LeftOvers, layer: int) -> str:
    if is_base(inspection, layer):
        return "It comes with the base image: take a smaller one, or build the base without it"
    if group.ignored and is_copied(inspection, layer):
        return f"Keep it out of the build context: put `{group.ignored}` into .dockerignore"
    return group.cure


def _share(filesystem: Filesystem, copies: Copies, versions: list[int]) -> Share:
    return share_of(
        versions, copies.sizes.__getitem__, lambda version: shown_path(filesystem, copies, version)
    )


def _superseded(filesystem: Filesystem, strip: bytearray) -> list[tuple[_Key, Share]]:
    """Return what is of a group among the copies that lost their place in their own layer."""
    found: dict[_Key, list[Superseded]] = {}
    for layer, index in enumerate(filesystem.indexes):
        for copy in index.superseded:
            node = filesystem.table.find(copy.path)
            if node is not None and strip[node] and copy.size:
                found.setdefault(_Key(layer, strip[node], ghost=True), []).append(copy)
    return [
        (key, share_of(copies, lambda copy: copy.size, lambda copy: b"/" + copy.path))
        for key, copies in found.items()
    ]
