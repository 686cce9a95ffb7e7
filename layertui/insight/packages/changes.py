"""The packages that each layer added, removed and upgraded, and the bytes of each package."""

from __future__ import annotations

from array import array
from collections import Counter
from heapq import nlargest, nsmallest
from itertools import compress
from operator import mul, not_
from typing import TYPE_CHECKING

from layertui.errors import CancelledError
from layertui.insight.packages.managers import ALL
from layertui.insight.packages.owners import NONE, find_owners
from layertui.insight.packages.summary import (
    PATHS_SHOWN,
    LayerPackages,
    PackageBytes,
    PackageChange,
    Packages,
    Unowned,
    UnownedCopy,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.analysis.waste import Accounting
    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.packages.owners import Ownership
    from layertui.insight.packages.package import Manager, Package


def packages_of(
    filesystem: Filesystem,
    accounting: Accounting,
    contents: Contents,
    *,
    managers: Sequence[Manager] = ALL,
    cancelled: Cancelled | None = None,
) -> Packages:
    """Read the package databases of an image and say which package owns its bytes.

    Args:
        filesystem: The filesystem.
        accounting: Its accounting.
        contents: What is in its files.
        managers: The package managers that are asked; those of binaries cost the most, for they
            look into every large program.
        cancelled: Asked between steps.

    Raises:
        CancelledError: `cancelled` said so.
    """
    ownership = find_owners(filesystem, contents, managers=managers, cancelled=cancelled)
    sums = _Sums(ownership, accounting)
    layers, installed = [], 0
    for layer in range(len(filesystem.indexes)):
        if cancelled is not None and cancelled():
            raise CancelledError("the counting of packages was stopped")
        installed += len(ownership.came[layer]) - len(ownership.went[layer])
        layers.append(_layer_packages(filesystem, ownership, sums, layer, installed))
    return _together(ownership, sums, layers)


class _Sums:
    """Bytes by number of a package.

    Attributes:
        shipped: All bytes of a layer, by layer.
        wasted: Those of a layer that the image does not show, by layer.
        superseded: Bytes that a layer made waste, by layer.
    """

    def __init__(self, ownership: Ownership, accounting: Accounting) -> None:
        layers = range(len(ownership.owners))
        self.shipped: list[dict[int, int]] = []
        self.wasted: list[Counter[int]] = [Counter() for _ in layers]
        self.superseded: list[Counter[int]] = [Counter() for _ in layers]
        owners, wasted, superseded = ownership.owners, self.wasted, self.superseded
        for _, size, _, layer, by, row in accounting.wasted:
            number = owners[layer][row]
            wasted[layer][number] += size
            superseded[by][number] += size


def _layer_packages(
    filesystem: Filesystem, ownership: Ownership, sums: _Sums, layer: int, installed: int
) -> LayerPackages:
    packages = ownership.packages
    shipped, unowned = _shipped(filesystem, ownership, layer, sums.wasted[layer][NONE])
    sums.shipped.append(shipped)
    changes = [
        PackageChange(
            packages[old],
            packages[new],
            shipped.get(new or old, 0),
            sums.superseded[layer][old] if old else 0,
        )
        for old, new in _pairs(packages, ownership.went[layer], ownership.came[layer])
    ]
    changes.sort(key=_change_rank)
    return LayerPackages(
        layer=layer,
        installed=installed,
        added=tuple(each for each in changes if each.before is None),
        upgraded=tuple(each for each in changes if each.before and each.after),
        removed=tuple(each for each in changes if each.after is None),
        owned=_ranked(packages, shipped, sums.wasted[layer]),
        unowned=unowned,
    )


def _shipped(
    filesystem: Filesystem, ownership: Ownership, layer: int, wasted: int
) -> tuple[dict[int, int], Unowned]:
    """Return the bytes of a layer by number of a package, and what is of none."""
    index, owners = filesystem.indexes[layer], ownership.owners[layer]
    sizes = array("q", index.sizes)
    sizes.extend(copy.size for copy in reversed(index.superseded))
    totals = [0] * len(ownership.packages)
    if any(owners):
        for number, size in zip(owners, sizes, strict=True):
            totals[number] += size
        sizes = array("q", map(mul, sizes, map(not_, owners)))
    else:
        totals[NONE] = sum(sizes)
    largest = tuple(
        UnownedCopy(_path(filesystem, layer, place), sizes[place], layer)
        for place in _places_of_largest(sizes)
    )
    shipped = {number: total for number, total in enumerate(totals) if total}
    return shipped, Unowned(totals[NONE], wasted, largest, len(sizes) - sizes.count(0))


def _places_of_largest(sizes: array[int]) -> list[int]:
    """Return where the largest of some sizes stand, the largest first, equal ones in order."""
    least = min(nlargest(PATHS_SHOWN, sizes), default=0)
    places = compress(range(len(sizes)), map(max(1, least).__le__, sizes))
    return nsmallest(PATHS_SHOWN, places, key=lambda place: (-sizes[place], place))


def _path(filesystem: Filesystem, layer: int, place: int) -> bytes:
    """Return the path of a copy by its place among the owners of a layer."""
    index = filesystem.indexes[layer]
    if place < len(index):
        return b"/" + index.keys[place].replace(b"\0", b"/")
    return b"/" + index.superseded[len(index) + len(index.superseded) - 1 - place].path


def _pairs(
    packages: Sequence[Package | None], old: Iterable[int], new: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """Yield numbers of packages that went and of those in their place, NONE where there is none.

    Several versions of one package are paired in their order.
    """
    groups: dict[tuple[str, str, str], tuple[list[int], list[int]]] = {}
    for which, numbers in enumerate((old, new)):
        for number in sorted(numbers):
            package = packages[number]
            if package is not None:
                key = (package.manager, package.name, package.architecture)
                groups.setdefault(key, ([], []))[which].append(number)
    for went, came in groups.values():
        for place in range(max(len(went), len(came))):
            yield (
                went[place] if place < len(went) else NONE,
                came[place] if place < len(came) else NONE,
            )


def _change_rank(change: PackageChange) -> tuple[int, int, Package]:
    return -change.shipped, -change.superseded, change.after or change.before  # type: ignore[return-value]


def _ranked(
    packages: Sequence[Package | None], shipped: dict[int, int], wasted: dict[int, int]
) -> tuple[PackageBytes, ...]:
    """Return the bytes of packages, the most first, equal ones by name."""
    found = [
        PackageBytes(package, size, wasted.get(number, 0))
        for number, size in shipped.items()
        if (package := packages[number]) is not None
    ]
    return tuple(sorted(found, key=lambda each: (-each.shipped, each.package)))


def _together(ownership: Ownership, sums: _Sums, layers: list[LayerPackages]) -> Packages:
    packages = ownership.packages
    shipped: dict[int, int] = dict.fromkeys(range(1, len(packages)), 0)
    wasted: Counter[int] = Counter()
    for layer, sizes in enumerate(sums.shipped):
        for number, size in sizes.items():
            shipped[number] = shipped.get(number, 0) + size
        wasted.update(sums.wasted[layer])
    copies = [copy for each in layers for copy in each.unowned.largest]
    largest = nlargest(PATHS_SHOWN, copies, key=lambda copy: (copy.size, -copy.layer))
    return Packages(
        packages=_ranked(packages, shipped, wasted),
        unowned=Unowned(
            shipped.get(NONE, 0),
            wasted[NONE],
            tuple(largest),
            sum(each.unowned.copies for each in layers),
        ),
        layers=tuple(layers),
        installed=tuple(
            sorted(each for number in ownership.installed if (each := packages[number]))
        ),
        ownership=ownership,
    )
