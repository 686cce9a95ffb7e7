"""How many bytes of an image each package owns, its versions taken together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.insight.packages.changes import packages_of
from layertui.policy.baseline import KnownPackage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layertui.analysis.inspection import Inspection
    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents


def package_sizes(
    inspection: Inspection, contents: Contents, *, cancelled: Cancelled | None = None
) -> Mapping[str, KnownPackage]:
    """Return by package manager and name the versions and the bytes of packages in all layers.

    Args:
        inspection: The image.
        contents: What is in its files.
        cancelled: Asked now and then.

    Raises:
        CancelledError: `cancelled` said so.
    """
    packages = packages_of(
        inspection.filesystem, inspection.accounting, contents, cancelled=cancelled
    ).packages
    found: dict[str, KnownPackage] = {}
    for package, shipped, _ in sorted(packages):
        name, version = _text(f"{package.manager} {package.name}"), _text(package.version)
        before = found.get(name, KnownPackage("", 0))
        versions = dict.fromkeys(each for each in (*before.version.split(", "), version) if each)
        found[name] = KnownPackage(", ".join(versions), before.size + shipped)
    return {name: known for name, known in found.items() if known.size}


def _text(text: str) -> str:
    """Return a text without lone surrogates, which JSON in UTF-8 cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode()
