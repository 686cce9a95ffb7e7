"""How many bytes of an image each package owns."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from layertui.insight.packages.owners import find_owners
from layertui.policy.baseline import KnownPackage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents
    from layertui.filesystem.tree import Filesystem


def package_sizes(
    filesystem: Filesystem, contents: Contents, *, cancelled: Cancelled | None = None
) -> Mapping[str, KnownPackage]:
    """Return by package manager and name the versions and the bytes of packages in all layers.

    Args:
        filesystem: The filesystem.
        contents: What is in its files.
        cancelled: Asked now and then.

    Raises:
        CancelledError: `cancelled` said so.
    """
    owners = find_owners(filesystem, contents, cancelled=cancelled)
    shipped: Counter[int] = Counter()
    for index, numbers in zip(filesystem.indexes, owners.owners, strict=True):
        for number, size in zip(numbers, index.sizes, strict=False):
            if size and number:
                shipped[number] += size
    found: dict[str, KnownPackage] = {}
    for number, package in enumerate(owners.packages):
        if package is None:
            continue
        name = _text(f"{package.manager} {package.name}")
        known = found.get(name, KnownPackage("", 0))
        versions = dict.fromkeys((*filter(None, known.version.split(", ")), _text(package.version)))
        found[name] = KnownPackage(", ".join(versions), known.size + shipped[number])
    return {name: known for name, known in found.items() if known.size}


def _text(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
