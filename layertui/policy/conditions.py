"""Conditions on mode, owner, size and type, tried on all versions of a filesystem at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.filesystem.facts import NOTHING
from layertui.filesystem.merge import IMPLIED_ATTRIBUTES
from layertui.filesystem.query import KINDS_BY_TYPE, TYPES
from layertui.filesystem.strips import both, either, inverted
from layertui.filesystem.tree import IMPLIED
from layertui.layers.entries import FILE, SYMLINK

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem
    from layertui.layers.entries import Attributes
    from layertui.layers.index import LayerIndex

KINDS = TYPES
"""The types that a condition knows; a hard link is also what it leads to."""

_THERE = bytes(kind != NOTHING for kind in range(256))
_NO_LINKS = bytes(kind not in (SYMLINK, NOTHING) for kind in range(256))
_FILES = bytes(kind == FILE for kind in range(256))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeTest:
    """What permission bits must be like.

    Attributes:
        text: As it was written.
        exact: All bits, or None.
        every: Bits that must be set.
        some: Bits of which one must be set; 0 for no such demand.
        within: The only bits that may be set.
    """

    text: str
    exact: int | None = None
    every: int = 0
    some: int = 0
    within: int = 0o7777

    def holds(self, mode: int) -> bool:
        """Tell whether permission bits are as they must be."""
        if self.exact is not None and mode != self.exact:
            return False
        return (
            mode & self.every == self.every
            and (not self.some or bool(mode & self.some))
            and not mode & ~self.within
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a path must be like besides its name; all of it must hold.

    Attributes:
        mode: What its mode must be like, or None; a symbolic link has none that counts.
        uid: Its owner, or None.
        gid: Its group, or None.
        least: Bytes it must have at least, or None; only files have a size.
        most: Bytes it may have at most, or None.
        kinds: Types out of KINDS, any of them; empty for all.
        words: As it was written, for a reader; empty where nothing is asked.
    """

    mode: ModeTest | None = None
    uid: int | None = None
    gid: int | None = None
    least: int | None = None
    most: int | None = None
    kinds: frozenset[str] = frozenset()
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.words)

    def holds_for(self, attributes: Attributes) -> bool:
        """Tell whether mode and owner are as they must be."""
        return (
            (self.mode is None or self.mode.holds(attributes.mode))
            and self.uid in (None, attributes.uid)
            and self.gid in (None, attributes.gid)
        )

    @property
    def is_about_attributes(self) -> bool:
        """True where it asks for a mode or an owner."""
        return (self.mode, self.uid, self.gid) != (None, None, None)

    @property
    def is_about_sizes(self) -> bool:
        """True where it asks for a size."""
        return (self.least, self.most) != (None, None)


def meeting(filesystem: Filesystem, condition: Condition) -> bytes:
    """Return a strip of the versions that meet a condition."""
    return both(_holding(filesystem, condition), _judged(filesystem, condition))


def failing(filesystem: Filesystem, condition: Condition) -> bytes:
    """Return a strip of the versions that do not meet a condition.

    What has no mode does not fail one on the mode, what has no size not one on the size.
    """
    return both(inverted(_holding(filesystem, condition)), _judged(filesystem, condition))


def _judged(filesystem: Filesystem, condition: Condition) -> bytes:
    """Return a strip of the versions that a condition can be tried on."""
    facts = filesystem.facts
    strip = facts.kinds.translate(_THERE)
    if condition.mode is not None:
        strip = both(strip, facts.real_kinds.translate(_NO_LINKS))
    if condition.is_about_sizes:
        strip = both(strip, facts.real_kinds.translate(_FILES))
    return strip


def _holding(filesystem: Filesystem, condition: Condition) -> bytes:
    facts = filesystem.facts
    strip = facts.kinds.translate(_THERE)
    if condition.kinds:
        kinds = {kind for name in condition.kinds for kind in KINDS_BY_TYPE[name]}
        asked = bytes(kind in kinds for kind in range(256))
        found = either(facts.kinds.translate(asked), facts.real_kinds.translate(asked))
        strip = both(strip, found)
    if condition.least is not None:
        strip = both(strip, bytes(map(condition.least.__le__, facts.sizes)))
    if condition.most is not None:
        strip = both(strip, bytes(map(condition.most.__ge__, facts.sizes)))
    if condition.is_about_attributes:
        strip = both(strip, _by_attributes(filesystem, condition))
    return strip


def _by_attributes(filesystem: Filesystem, condition: Condition) -> bytearray:
    """Return a strip of the versions whose mode and owner hold; of a hard link, its target's."""
    holds = condition.holds_for
    rows, starts = filesystem.versions.rows, filesystem.versions.starts
    strip, by_layer = bytearray(), list[bytes]()
    implied = holds(IMPLIED_ATTRIBUTES)
    for layer, index in enumerate(filesystem.indexes):
        head = rows[starts[layer] : starts[layer + 1] - len(index)]
        strip += bytes(implied and row == IMPLIED for row in head)
        by_layer.append(bytes(map(holds, index.attribute_table)))
        strip += _of_rows(index, by_layer[layer])
    for (layer, row), target in filesystem.targets.items():
        if target is not None:
            index = filesystem.indexes[target[0]]
            version = starts[layer + 1] - len(filesystem.indexes[layer]) + row
            strip[version] = by_layer[target[0]][index.attributes[target[1]]]
    return strip


def _of_rows(index: LayerIndex, holds: bytes) -> bytes:
    """Return a strip of the rows of a layer, where `holds` is by attributes."""
    if len(set(holds)) == 1:
        return holds[:1] * len(index)
    return bytes(map(holds.__getitem__, index.attributes))
