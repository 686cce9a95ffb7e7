"""Which versions of a path are alike, as one small number each.

Paths that several layers touch are compared by these numbers, all of them at once, between any
two states; only the few that no number can tell are left to be compared one by one.

    chain: all versions of a path, the oldest first
    look:  owner, time, type and size: what is compared without a look at content and links
    turn:  how many times content, link or device became another one, or the path went
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from layertui.filesystem.facts import NOTHING
from layertui.filesystem.merge import IMPLIED_ATTRIBUTES, differences
from layertui.filesystem.tree import Differs
from layertui.layers.entries import FILE
from layertui.layers.fields import UNKNOWN_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.filesystem.tree import Filesystem
    from layertui.layers.entries import Attributes

UNTOLD = 255
"""The number of all versions of a path that must be compared one by one.

Some of its times are unknown and others differ, so that two versions like a third one need not
be alike; or content would have to be read; or it has too many versions.
"""

_TURN = int(Differs.CONTENT | Differs.TYPE | Differs.LINK | Differs.DEVICE)
_OWNER_ALONE = bytes(value for value in range(256) if not value & (_TURN | Differs.MTIME))
_UNKNOWN_AND_ANOTHER = 2
_KEPT_BYTES = 32 << 20
_Look = tuple[int, int, int, int]
_KIND = 2


class Likeness:
    """The numbers of the versions that are there after each layer."""

    def __init__(self, filesystem: Filesystem) -> None:
        self._versions = filesystem.versions
        self._numbers = _numbers(filesystem)
        self._stride = 1 + len(filesystem.indexes) * len(filesystem.table) // _KEPT_BYTES
        self._strips: list[bytes] = []
        strip, kept = bytearray(len(filesystem.table)), b""
        for layer in range(len(filesystem.indexes)):
            changed = self._put(strip, layer)
            kept = bytes(strip) if changed or not kept else kept
            if layer % self._stride == 0:
                self._strips.append(kept)

    def after(self, layer: int) -> bytes:
        """Return a strip of the numbers after a layer.

        Of a path that is there and has three versions or more, the number is the same after two
        layers where nothing differs, or it is UNTOLD. Of any other path it means nothing.
        """
        place, steps = divmod(layer, self._stride)
        if not steps:
            return self._strips[place]
        strip = bytearray(self._strips[place])
        for later in range(layer - steps + 1, layer + 1):
            self._put(strip, later)
        return bytes(strip)

    def _put(self, strip: bytearray, layer: int) -> bool:
        """Put the numbers of what a layer made into a strip, and tell whether there are any."""
        part = slice(*self._versions.starts[layer : layer + 2])
        if self._numbers.count(0, part.start, part.stop) == part.stop - part.start:
            return False
        for node, number in zip(self._versions.nodes[part], self._numbers[part], strict=True):
            if number:
                strip[node] = number
        return True


def _numbers(filesystem: Filesystem) -> bytearray:
    """Return by version its number, from 1; 0 where its path has less than three versions."""
    numbers = bytearray(len(filesystem.versions))
    numbering = None
    for chain in _chains(filesystem):
        numbering = numbering or _Numbering(filesystem)
        for version, number in zip(chain, numbering.of(chain), strict=True):
            numbers[version] = number
    return numbers


def _chains(filesystem: Filesystem) -> Iterator[list[int]]:
    """Yield the chains of all paths that have three versions or more."""
    versions = filesystem.versions
    nodes, previous, last = versions.nodes, versions.previous, versions.last
    first = versions.starts[min(1, len(filesystem.indexes))]
    for version, before in enumerate(previous[first:], first):
        if before >= 0 and previous[before] >= 0 and last[nodes[version]] == version:
            chain, link = [version], before
            while link >= 0:
                chain.append(link)
                link = previous[link]
            chain.reverse()
            yield chain


class _Numbering:
    """Gives numbers to chains."""

    def __init__(self, filesystem: Filesystem) -> None:
        self._filesystem = filesystem
        self._facts = filesystem.facts
        self._owners, self._times = _owners_and_times(filesystem)
        self._known: dict[tuple[int, ...], list[int]] = {}

    def of(self, chain: list[int]) -> Sequence[int]:
        """Return the numbers of the versions of a chain; of one that says the path went, 0."""
        if len(chain) >= UNTOLD:
            return (UNTOLD,) * len(chain)
        times = tuple(map(self._times.__getitem__, chain))
        if UNKNOWN_TIME not in times:
            differs = bytes(map(self._filesystem.versions.differs.__getitem__, chain))
            if not differs.translate(None, _OWNER_ALONE):
                return self._by_owner(chain)
            if len(set(times)) == len(chain):
                return range(1, len(chain) + 1)
        return self._by_look(chain, times)

    def _by_owner(self, chain: list[int]) -> Sequence[int]:
        """Return the numbers where versions differ in nothing else."""
        owners = tuple(map(self._owners.__getitem__, chain))
        known = self._known.get(owners)
        if known is None:
            distinct = list(dict.fromkeys(owners))
            known = self._known[owners] = [distinct.index(owner) + 1 for owner in owners]
        return known

    def _by_look(self, chain: list[int], times: Sequence[int]) -> Sequence[int]:
        kinds = tuple(map(self._facts.real_kinds.__getitem__, chain))
        there = {time for time, kind in zip(times, kinds, strict=True) if kind != NOTHING}
        untold = (UNTOLD,) * len(chain)
        if UNKNOWN_TIME in there:
            if len(there) > _UNKNOWN_AND_ANOTHER:
                return untold
            times = (0,) * len(chain)
        owners = map(self._owners.__getitem__, chain)
        sizes = map(self._facts.sizes.__getitem__, chain)
        looks = zip(owners, times, kinds, sizes, strict=True)
        return self._by_turn(chain, looks) or untold

    def _by_turn(self, chain: list[int], looks: Iterable[_Look]) -> list[int] | None:
        """Return the numbers by look and turn, or None where content would have to be read."""
        numbers: list[int] = []
        firsts: list[tuple[_Look, int]] = []
        known: dict[tuple[_Look, int], int] = {}
        turn = 0
        for version, look in zip(chain, looks, strict=True):
            if look[_KIND] == NOTHING:
                turn += 1
                numbers.append(0)
                continue
            turn += bool(self._filesystem.versions.differs[version] & _TURN)
            if (look, turn) not in known:
                number = self._like(look, version, firsts)
                if number is None:
                    return None
                known[look, turn] = number
            numbers.append(known[look, turn])
        return numbers

    def _like(self, look: _Look, version: int, firsts: list[tuple[_Look, int]]) -> int | None:
        """Return the number of the first version that one is like, else a new one.

        None where content would have to be read.
        """
        filesystem = self._filesystem
        place = filesystem.source(version)
        for number, (other_look, other_version) in enumerate(firsts, 1):
            if other_look == look:
                other = filesystem.source(other_version)
                plain = any(filesystem.indexes[layer].blob for layer, _ in (other, place))
                if plain and look[_KIND] == FILE and self._facts.sizes[version]:
                    return None
                if not differences(filesystem.indexes, other, place):
                    return number
        firsts.append((look, version))
        return len(firsts)


def _owners_and_times(filesystem: Filesystem) -> tuple[array[int], array[int]]:
    """Return by version a number that stands for mode, owner and xattrs, and the time."""
    owners, times = array("I"), array("q")
    known: dict[Attributes, int] = {IMPLIED_ATTRIBUTES: 0}
    starts = filesystem.versions.starts
    for layer, index in enumerate(filesystem.indexes):
        head = starts[layer + 1] - len(index) - len(owners)
        owners.extend(array("I", [0]) * head)
        times.extend(array("q", [UNKNOWN_TIME]) * head)
        numbers = [known.setdefault(owner, len(known)) for owner in index.attribute_table]
        for owner in index.attributes:
            owners.append(numbers[owner])
        times.extend(index.mtimes)
    for (layer, row), target in filesystem.targets.items():
        if target is not None:
            index, source = filesystem.indexes[target[0]], target[1]
            version = starts[layer + 1] - len(filesystem.indexes[layer]) + row
            owners[version] = known[index.attribute_table[index.attributes[source]]]
            times[version] = index.mtimes[source]
    return owners, times
