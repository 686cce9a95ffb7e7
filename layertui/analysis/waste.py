"""The accounting: which shipped bytes the image shows, and why it does not show the others.

A copy is a regular file with its payload. It is visible when the merged filesystem of all
layers still shows it, by its path or by a hard link; else it is wasted, for one cause:

    removed    a whiteout, an opaque marker, or something else took its path or a parent's
    rewritten  a later copy with other content
    metadata   a later copy with the same content and other mode, owner, time or xattrs
    identical  a later copy with the same content and metadata

so that the sizes of all layers sum to the visible size and the four causes.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.tallies import LayerTally, tallies
from layertui.filesystem.references import linked_copies, successors
from layertui.filesystem.tree import GONE, Differs
from layertui.layers.entries import FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from layertui.filesystem.references import LinkedCopies, Reference
    from layertui.filesystem.tree import Filesystem
    from layertui.layers.index import Superseded

_CONTENT = int(Differs.CONTENT)
_OTHER_CONTENT = int(Differs.CONTENT | Differs.TYPE)

CAUSES = ("removed", "rewritten", "metadata", "identical")
REPEATED = "repeated"


class Causes(NamedTuple):
    """Wasted bytes by cause."""

    removed: int = 0
    rewritten: int = 0
    metadata: int = 0
    identical: int = 0

    @property
    def total(self) -> int:
        """All wasted bytes."""
        return sum(self)


class WastedCopy(NamedTuple):
    """A copy that the image ships and does not show.

    Attributes:
        path: Where it was, absolute.
        size: Bytes.
        cause: One of CAUSES, or REPEATED.
        layer: The layer that ships it.
        superseded_by: The layer that made it waste.
        row: Its row in the index of the layer that ships it; below 0, -1 less its number among
            the `superseded` copies there.
    """

    path: bytes
    size: int
    cause: str
    layer: int
    superseded_by: int
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerAccount:
    """The bytes of one layer.

    Attributes:
        size: Bytes of its copies.
        wasted_size: Bytes it ships that the image does not show.
        superseded_size: Bytes of copies, its own duplicates included, that it made waste.
        repeated_size: Bytes of its copies whose content the path held below already.
        tally: How much it added, modified and removed.
    """

    size: int
    wasted_size: int
    superseded_size: int
    repeated_size: int
    tally: LayerTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """The bytes of an image; ratios are 0 to 1.

    Attributes:
        size: What is shipped: bytes of the copies of all layers.
        visible_size: Bytes of the copies that the image shows.
        causes: The other bytes, by cause.
        visible_files: Files and links that the image shows.
        base_layers: The number of layers the user did not build.
        user_size: Bytes of the copies of all other layers.
        layers: One account a layer.
        wasted: The wasted copies that have bytes, in no particular order.
        repeats: Visible copies of user layers whose content the base holds at their paths;
            their cause is REPEATED.
    """

    size: int
    visible_size: int
    causes: Causes
    visible_files: int
    base_layers: int
    user_size: int
    layers: tuple[LayerAccount, ...]
    wasted: tuple[WastedCopy, ...]
    repeats: tuple[WastedCopy, ...]

    @property
    def wasted_size(self) -> int:
        """Bytes that are shipped and not shown."""
        return self.causes.total

    @property
    def efficiency(self) -> float:
        """Visible size by size; 1.0 for an empty image."""
        return self.visible_size / self.size if self.size else 1.0

    @property
    def user_wasted(self) -> tuple[WastedCopy, ...]:
        """Copies of user layers that are not visible or whose content the base holds."""
        own = tuple(copy for copy in self.wasted if copy.layer >= self.base_layers)
        return own + self.repeats

    @property
    def user_wasted_size(self) -> int:
        """Bytes of user waste."""
        return sum(copy.size for copy in self.user_wasted)

    @property
    def user_wasted_percent(self) -> float:
        """User waste by the size of the user's layers; 0 where there are none."""
        return self.user_wasted_size / self.user_size if self.user_size else 0.0


def account(filesystem: Filesystem, *, base_layers: int) -> Accounting:
    """Return the accounting of an image.

    Args:
        filesystem: All its layers.
        base_layers: How many of them, from the bottom, the user did not build.
    """
    sizes = [index.size for index in filesystem.indexes]
    linked = linked_copies(filesystem, successors(filesystem))
    found = list(_wasted_copies(filesystem, linked))
    wasted = tuple(copy for copy in found if copy.size)
    causes = Causes(**_sizes_by_cause(wasted))
    layer_tallies = tallies(filesystem)
    return Accounting(
        size=sum(sizes),
        visible_size=sum(sizes) - causes.total,
        causes=causes,
        visible_files=sum(tally.net_files for tally in layer_tallies),
        base_layers=base_layers,
        user_size=sum(sizes[base_layers:]),
        layers=_layer_accounts(filesystem, sizes, layer_tallies, wasted),
        wasted=wasted,
        repeats=tuple(_repeats_of_base(filesystem, linked, base_layers)),
    )


def _sizes_by_cause(copies: Iterable[WastedCopy]) -> dict[str, int]:
    sizes = dict.fromkeys(CAUSES, 0)
    for copy in copies:
        sizes[copy.cause] += copy.size
    return sizes


def _wasted_copies(filesystem: Filesystem, linked: LinkedCopies) -> Iterator[WastedCopy]:
    yield from _unlinked(filesystem, linked.keys())
    for place, references in linked.items():
        last = _last_reference(references)
        if last.successor >= 0:
            yield _wasted(filesystem, last.version, last.successor, place)
    for layer, index in enumerate(filesystem.indexes):
        for number, copy in enumerate(index.superseded):
            cause = _cause_within(filesystem, layer, copy)
            yield WastedCopy(b"/" + copy.path, copy.size, cause, layer, layer, -1 - number)


def _unlinked(filesystem: Filesystem, linked: Collection[tuple[int, int]]) -> Iterator[WastedCopy]:
    """Yield the copies that no hard link leads to and that a later version took the place of."""
    versions = filesystem.versions
    start = versions.starts[min(1, len(filesystem.indexes))]
    for version, before in enumerate(versions.previous[start:], start):
        if before < 0 or versions.rows[before] < 0:
            continue
        place = (versions.layers[before], versions.rows[before])
        if filesystem.indexes[place[0]].kinds[place[1]] == FILE and place not in linked:
            yield _wasted(filesystem, before, version, place)


def _last_reference(references: list[Reference]) -> Reference:
    """Return the one through which a copy is reached longest; its own path where several are."""
    return max(references, key=attrgetter("end"))


def _wasted(
    filesystem: Filesystem, version: int, successor: int, place: tuple[int, int]
) -> WastedCopy:
    """Return the copy at a place, whose last reference `version` gave way to `successor`."""
    layer, row = place
    return WastedCopy(
        filesystem.table.path(filesystem.versions.nodes[version]),
        filesystem.indexes[layer].sizes[row],
        _cause(filesystem, successor),
        layer,
        filesystem.versions.layers[successor],
        row,
    )


def _cause(filesystem: Filesystem, successor: int) -> str:
    if filesystem.versions.rows[successor] == GONE or filesystem.kind(successor) != FILE:
        return "removed"
    differs = filesystem.versions.differs[successor]
    if differs & _CONTENT:
        return "rewritten"
    return "metadata" if differs else "identical"


def _cause_within(filesystem: Filesystem, layer: int, copy: Superseded) -> str:
    """Return why a copy lost its place within its own layer."""
    node = filesystem.table.find(copy.path)
    version = -1 if node is None else filesystem.version(node, layer)
    if not filesystem.exists(version) or filesystem.kind(version) != FILE:
        return "removed"
    source, row = filesystem.source(version)
    index = filesystem.indexes[source]
    if (index.sizes[row], index.digest(row)) != (copy.size, copy.digest):
        return "rewritten"
    attributes = index.attribute_table[index.attributes[row]]
    same = (attributes, index.mtimes[row]) == (copy.attributes, copy.mtime)
    return "identical" if same else "metadata"


def _repeats_of_base(
    filesystem: Filesystem, linked: LinkedCopies, base_layers: int
) -> Iterator[WastedCopy]:
    """Yield the visible copies of user layers whose content the base holds at their paths."""
    if not 0 < base_layers < len(filesystem.indexes):
        return
    versions = filesystem.versions
    start = versions.starts[base_layers]
    for version, before in enumerate(versions.previous[start:], start):
        node, layer, row = versions.nodes[version], versions.layers[version], versions.rows[version]
        if before < 0 or row < 0:
            continue
        if versions.last[node] != version and not _is_linked_to(linked, (layer, row)):
            continue
        size = filesystem.copy_size(version)
        if size and _base_holds(filesystem, version, base_layers):
            yield WastedCopy(filesystem.table.path(node), size, REPEATED, layer, layer, row)


def _is_linked_to(linked: LinkedCopies, place: tuple[int, int]) -> bool:
    """Tell whether the image still shows a copy by a hard link."""
    return place in linked and _last_reference(linked[place]).successor < 0


def _base_holds(filesystem: Filesystem, version: int, base_layers: int) -> bool:
    """Tell whether the base holds the content of a copy at its path."""
    below = filesystem.version(filesystem.versions.nodes[version], base_layers - 1)
    if not filesystem.exists(below) or filesystem.kind(below) != FILE:
        return False
    if filesystem.versions.previous[version] == below:
        return not filesystem.versions.differs[version] & _CONTENT
    (layer, row), (base, base_row) = filesystem.source(version), filesystem.source(below)
    return filesystem.indexes[layer].same_content(row, filesystem.indexes[base], base_row)


def _layer_accounts(
    filesystem: Filesystem,
    sizes: list[int],
    layer_tallies: list[LayerTally],
    wasted: tuple[WastedCopy, ...],
) -> tuple[LayerAccount, ...]:
    shipped, superseded = [0] * len(sizes), [0] * len(sizes)
    for copy in wasted:
        shipped[copy.layer] += copy.size
        superseded[copy.superseded_by] += copy.size
    return tuple(
        LayerAccount(
            size=size,
            wasted_size=shipped[layer],
            superseded_size=superseded[layer],
            repeated_size=_repeated_size(filesystem, layer),
            tally=layer_tallies[layer],
        )
        for layer, size in enumerate(sizes)
    )


def _repeated_size(filesystem: Filesystem, layer: int) -> int:
    """Return the bytes of a layer's copies whose paths held the same content below."""
    if layer == 0:
        return 0
    versions, sizes = filesystem.versions, filesystem.indexes[layer].sizes
    made = filesystem.layer_versions(layer)
    part = slice(made.start, made.stop)
    return sum(
        sizes[row]
        for row, before, differs in zip(
            versions.rows[part], versions.previous[part], versions.differs[part], strict=True
        )
        if min(row, before) >= 0 and not differs & _OTHER_CONTENT and versions.rows[before] != GONE
    )
