"""The copy trap: files that are shipped again because their metadata changed.

A layer cannot change the mode, owner or time of a file of a layer below: it ships the whole
file again. What that costs is told by the layer that did it and by what it changed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.tree import Differs
from layertui.insight.copies import version_of_row
from layertui.insight.finding import METADATA_COPY, Finding
from layertui.insight.gathering import (
    check,
    instruction_of,
    is_base,
    is_copied,
    named_instruction,
    share_of,
)
from layertui.layers.index import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layertui.analysis.inspection import Inspection
    from layertui.analysis.waste import WastedCopy
    from layertui.blob import Cancelled
    from layertui.filesystem.tree import Filesystem
    from layertui.layers.entries import Attributes

UNCHANGED = "nothing"
"""The group of files that are shipped again just as they were."""

TWICE = "written twice"
"""The group of files that one layer holds twice."""

_PARTS = (
    (int(Differs.MODE), "mode"),
    (int(Differs.OWNER), "owner"),
    (int(Differs.XATTRS), "attributes"),
)
_CAUSES = ("metadata", "identical")


class _Copy(NamedTuple):
    """A copy that was shipped again.

    Attributes:
        wasted: The copy.
        attributes: Those of the one that took its place, or None where they are not known.
    """

    wasted: WastedCopy
    attributes: Attributes | None


def find_metadata_copies(
    inspection: Inspection, *, cancelled: Cancelled | None = None
) -> tuple[Finding, ...]:
    """Return what the copy trap costs, by layer and by what was changed, the most bytes first.

    Copies that are the same in everything are of the group UNCHANGED; all others together are
    what the accounting calls wasted for `metadata`.

    Raises:
        CancelledError: `cancelled` said so.
    """
    by_layer: dict[int, list[WastedCopy]] = {}
    for wasted in inspection.accounting.wasted:
        if wasted.cause in _CAUSES:
            by_layer.setdefault(wasted.superseded_by, []).append(wasted)
    found: list[Finding] = []
    for layer, copies in by_layer.items():
        check(cancelled)
        groups = _groups(inspection.filesystem, layer, copies).items()
        found += [_finding(inspection, layer, group, members) for group, members in groups]
    return tuple(sorted(found, key=lambda finding: (-finding.size, finding.layer, finding.group)))


def _groups(
    filesystem: Filesystem, layer: int, wasted: Iterable[WastedCopy]
) -> dict[str, list[_Copy]]:
    """Return the copies that a layer shipped again by what it changed."""
    index = filesystem.indexes[layer]
    rows = dict(zip(index.keys, range(len(index)), strict=True))
    groups: dict[str, list[_Copy]] = {}
    for copy in wasted:
        row = rows.get(key_of(copy.path[1:]))
        group, attributes = TWICE, None
        if row is not None and copy.layer != layer:
            version = version_of_row(filesystem, layer, row)
            group = _group(filesystem.versions.differs[version])
            source, source_row = filesystem.source(version)
            holder = filesystem.indexes[source]
            attributes = holder.attribute_table[holder.attributes[source_row]]
        groups.setdefault(group, []).append(_Copy(copy, attributes))
    return groups


def _group(differs: int) -> str:
    """Return what differs by name; times where nothing else does."""
    names = [name for part, name in _PARTS if differs & part]
    if not names:
        return "time" if differs else UNCHANGED
    return ", ".join(names[:-1]) + (" and " if names[1:] else "") + names[-1]


def _finding(inspection: Inspection, layer: int, group: str, members: list[_Copy]) -> Finding:
    share = share_of(members, lambda copy: copy.wasted.size, lambda copy: copy.wasted.path)
    return Finding(
        kind=METADATA_COPY,
        group=group,
        layer=layer,
        size=share.size,
        paths=share.paths,
        more=share.more,
        base=is_base(inspection, layer),
        message=_message(inspection, layer, group, share.files),
        cure=_cure(inspection, layer, group, members),
    )


def _message(inspection: Inspection, layer: int, group: str, files: str) -> str:
    where = named_instruction(inspection, layer)
    if group == TWICE:
        return f"{files} stand twice in {where}"
    changed = "though nothing of them changed" if group == UNCHANGED else f"for another {group}"
    return f"{files} of lower layers shipped again {changed} by {where}"


def _cure(inspection: Inspection, layer: int, group: str, members: list[_Copy]) -> str:
    if group == TWICE:
        return "Build the image with another tool: this one puts files twice into a layer"
    if is_base(inspection, layer):
        return "It happens in the base image: take another one, or build the base without it"
    shipper = Counter(copy.wasted.layer for copy in members).most_common(1)[0][0]
    if is_copied(inspection, layer):
        return f"Copy these files once: layer {shipper} holds them already"
    if is_base(inspection, shipper):
        return "Change only the files that need it: those of the base are shipped again whole"
    if is_copied(inspection, shipper):
        word = instruction_of(inspection, shipper).split(None, 1)[0].upper()
        return _copying(word, group, members) + f" in layer {shipper} instead"
    return f"Do it in the RUN of layer {shipper}, which makes the files"


def _copying(word: str, group: str, members: list[_Copy]) -> str:
    """Return the COPY that gives files the metadata that they are changed to."""
    known = [copy.attributes for copy in members if copy.attributes is not None]
    flags = []
    if "owner" in group:
        (uid, gid), _ = Counter((each.uid, each.gid) for each in known).most_common(1)[0]
        flags.append(f" --chown={uid}:{gid}")
    if "mode" in group:
        modes = {each.mode for each in known}
        flags.append(f" --chmod={modes.pop():04o}" if len(modes) == 1 else " --chmod")
    if not flags:
        return f"Give the files what they need before the {word}"
    return f"Use `{word}{''.join(flags)}`"
