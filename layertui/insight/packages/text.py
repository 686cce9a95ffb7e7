"""The packages of an image as printable lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from layertui.display import count, printable, size
from layertui.insight.packages.package import MANAGERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.insight.packages.package import Package
    from layertui.insight.packages.summary import (
        LayerPackages,
        PackageBytes,
        PackageChange,
        Packages,
        Unowned,
    )

MOST_SHOWN = 20
"""Packages and paths of one kind that are listed before the rest is only counted."""

_LONGEST = 80


def package_lines(packages: Packages, most: int = MOST_SHOWN) -> Iterator[str]:
    """Yield what owns the bytes of an image, then what each layer did to its packages.

    Args:
        packages: The packages.
        most: Packages and paths of one kind that are listed.
    """
    yield f"Packages: {installed_line(packages)}"
    yield f"  {'shipped':>8}  {'shown':>8}  {'wasted':>8}"
    for each in packages.packages[:most]:
        yield _bytes_line(each, package_name(each.package))
    rest = packages.packages[most:]
    if rest:
        shipped = size(sum(each.shipped for each in rest))
        yield f"  {shipped:>8}  {'':>8}  {'':>8}  {count(len(rest))} more packages"
    yield _bytes_line(packages.unowned, "of no package")
    yield from _unowned(packages.unowned, most)
    for layer in packages.layers:
        yield from layer_lines(layer, most)


def installed_line(packages: Packages) -> str:
    """Return how many packages are installed after the last layer: `96 apt, 4 pip`."""
    counts = Counter(package.manager for package in packages.installed)
    parts = [f"{count(counts[name])} {name}" for name in MANAGERS if counts[name]]
    return ", ".join(parts) or "none that any package manager tells of"


def layer_lines(layer: LayerPackages, most: int = MOST_SHOWN) -> Iterator[str]:
    """Yield what a layer did to packages, nothing where it did nothing."""
    lists = {
        "added": layer.added,
        "upgraded": layer.upgraded,
        "removed": layer.removed,
    }
    counts = [f"{count(len(each))} {name}" for name, each in lists.items() if each]
    if not counts:
        return
    yield ""
    yield f"Layer {layer.layer}: packages {', '.join(counts)}"
    for sign, changes in zip("+^-", lists.values(), strict=True):
        yield from _changes(sign, changes, most)


def package_name(package: Package) -> str:
    """Return a package on one printable line: `curl 7.88.1 (apt)`."""
    name, version = printable(package.name, _LONGEST), printable(package.version, _LONGEST)
    return f"{name} {version}".rstrip() + f" ({package.manager})"


def change_line(change: PackageChange) -> str:
    """Return what a layer did to a package on one printable line."""
    before, after = change.before, change.after
    told = after or before
    text = "" if told is None else package_name(told)
    if before is not None and after is not None:
        text = f"{package_name(after)}, {printable(before.version, _LONGEST) or 'before'} below"
    if change.superseded:
        text += f"; wastes {size(change.superseded)} below"
    return text


def _changes(sign: str, changes: Sequence[PackageChange], most: int) -> Iterator[str]:
    for change in changes[:most]:
        shipped = size(change.shipped) if change.shipped else "-"
        yield f"  {sign} {shipped:>8}  {change_line(change)}"
    rest = changes[most:]
    if rest:
        shipped = size(sum(change.shipped for change in rest))
        wasted = sum(change.superseded for change in rest)
        below = f"; wastes {size(wasted)} below" if wasted else ""
        shown = "-" if sign == "-" else shipped
        yield f"  {sign} {shown:>8}  in {count(len(rest))} more{below}"


def _bytes_line(each: PackageBytes | Unowned, name: str) -> str:
    wasted = size(each.wasted) if each.wasted else "-"
    return f"  {size(each.shipped):>8}  {size(each.visible):>8}  {wasted:>8}  {name}"


def _unowned(unowned: Unowned, most: int) -> Iterator[str]:
    for copy in unowned.largest[:most]:
        yield f"{'':28}    {size(copy.size):>8}  {printable(copy.path)}  (layer {copy.layer})"
    rest = unowned.copies - len(unowned.largest[:most])
    if rest:
        yield f"{'':28}    and {count(rest)} more files"
