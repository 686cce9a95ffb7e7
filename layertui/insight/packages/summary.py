"""What is told of the packages of an image: bytes by package, and what each layer did to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from layertui.insight.packages.owners import Ownership
    from layertui.insight.packages.package import Package
    from layertui.notices import Notice

PATHS_SHOWN = 20
"""How many paths of no package are told at most, of a layer and of the image."""


class PackageBytes(NamedTuple):
    """Bytes of the copies that a package owns.

    Attributes:
        package: The package.
        shipped: All of them.
        wasted: Those that the image does not show.
    """

    package: Package
    shipped: int
    wasted: int

    @property
    def visible(self) -> int:
        """Those that the image shows."""
        return self.shipped - self.wasted


class UnownedCopy(NamedTuple):
    """A copy that no package owns.

    Attributes:
        path: Absolute.
        size: Bytes.
        layer: The layer that ships it.
    """

    path: bytes
    size: int
    layer: int


class Unowned(NamedTuple):
    """The copies that no package owns.

    Attributes:
        shipped: Their bytes.
        wasted: Those that the image does not show.
        largest: The largest of them, at most PATHS_SHOWN; none that is empty.
        copies: How many of them are not empty.
    """

    shipped: int = 0
    wasted: int = 0
    largest: tuple[UnownedCopy, ...] = ()
    copies: int = 0

    @property
    def visible(self) -> int:
        """Bytes that the image shows."""
        return self.shipped - self.wasted


class PackageChange(NamedTuple):
    """What a layer did to a package.

    Attributes:
        before: What was installed below, or None where the layer added it.
        after: What is installed after the layer, or None where it removed it.
        shipped: Bytes of the layer's copies that the package owns after it; where it removed
            the package, that it owned below.
        superseded: Bytes of copies, of the package as it was below, that the layer made waste.
    """

    before: Package | None
    after: Package | None
    shipped: int
    superseded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPackages:
    """The packages of one layer; the largest stand first in each list.

    Attributes:
        layer: Its number.
        installed: How many packages are installed after it.
        added: The packages that were not there below.
        upgraded: The packages that were there in another version.
        removed: The packages that are not there any more.
        owned: The packages that own bytes of its copies.
        unowned: Its copies that no package owns.
    """

    layer: int
    installed: int
    added: tuple[PackageChange, ...]
    upgraded: tuple[PackageChange, ...]
    removed: tuple[PackageChange, ...]
    owned: tuple[PackageBytes, ...]
    unowned: Unowned


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """The packages of an image and the bytes that they own.

    The shipped bytes of `packages` and of `unowned` sum to the size of the image, the wasted ones
    to its wasted size; those of a layer to the size and the wasted size of the layer.

    Attributes:
        packages: All packages of all layers, the most shipped bytes first. Each version of a
            package is one of its own.
        unowned: The copies that no package owns.
        layers: One a layer.
        installed: The packages after the last layer, by manager, name and version.
        ownership: Which package owns each copy.
    """

    packages: tuple[PackageBytes, ...]
    unowned: Unowned
    layers: tuple[LayerPackages, ...]
    installed: tuple[Package, ...]
    ownership: Ownership

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What could not be read."""
        return self.ownership.notices
