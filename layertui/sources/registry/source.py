"""An image in a registry: its documents first, its layers when they are read."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from layertui.errors import CancelledError, LayertuiError
from layertui.oci.platform import Platform
from layertui.sources.assemble import assemble
from layertui.sources.base import annotated_base, named_base
from layertui.sources.candidate import Offer
from layertui.sources.choose import choose_offer, fitting_places, listing, no_platform
from layertui.sources.offering import OfferedPlatform, Offering
from layertui.sources.registry.blobs import RegistryDelivery
from layertui.sources.registry.waiting import stop_if

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Cancelled
    from layertui.image import Image
    from layertui.limits import Limits
    from layertui.oci.digest import Digest
    from layertui.sources.candidate import Part
    from layertui.sources.registry.catalogue import Catalogue, Entry
    from layertui.sources.registry.client import Client


class RegistrySource:
    """An image in a registry; see `layertui.sources.source.Source`.

    Args:
        reference: What to call the image, raw.
        client: Asks for layers.
        catalogue: What the name of the image leads to.
        limits: Bounds on documents and layers.
        open_other: Opens another image for a platform, for one that is called a base.
    """

    def __init__(
        self,
        reference: str,
        client: Client,
        catalogue: Catalogue,
        *,
        limits: Limits,
        open_other: Callable[[str, str, Cancelled], Image],
    ) -> None:
        self._reference = reference
        self._client = client
        self._catalogue = catalogue
        self._limits = limits
        self._open_other = open_other
        self._deliveries: dict[Digest, RegistryDelivery] = {}
        self._lock = Lock()
        aliases = (reference, client.reference.target, catalogue.digest)
        self._offer = Offer(tags=(catalogue.label,), aliases=aliases)

    @property
    def listing(self) -> tuple[str, ...]:
        """One printable line: `0  docker.io/library/debian:bookworm`."""
        return listing((self._offer,))

    def offerings(self, cancelled: Cancelled = lambda: False) -> tuple[Offering, ...]:
        """Return the one image there is, with the platforms that its index lists.

        Raises:
            CancelledError: The work was stopped.
        """
        platforms = tuple(self._offered(entry, cancelled) for entry in self._catalogue.entries)
        return (Offering(number=0, names=self._offer.tags, platforms=platforms),)

    def image(
        self,
        *,
        choice: str = "",
        platform: str = "",
        position: int | None = None,
        base: str = "",
        cancelled: Cancelled = lambda: False,
    ) -> Image:
        """Return the image for a platform; closing it closes the source.

        Args:
            choice: 0, its name or its digest; not needed.
            platform: `os/architecture[/variant]`; of this host where empty.
            position: Which of the images for several platforms, instead of a platform.
            base: A number of layers or an image; what the annotations tell where empty.
            cancelled: Asked while anything is waited for.

        Raises:
            ImageNotFoundError: It is not for that platform, or not called so.
            DamagedImageError: A document is not what it should be.
            RegistryError: A document cannot be had.
            UsageError: The platform is not one, or the base is not below the image.
        """
        image = self._assembled(choice, platform, position, cancelled)
        same = str(image.platform) if image.platform.known else ""

        def sibling(name: str) -> Image:
            return self._assembled(name, same, None, cancelled)

        def other(name: str) -> Image:
            return self._open_other(name, same, cancelled)

        if base:
            return named_base(image, base, sibling, other)
        return annotated_base(image, image.annotations, sibling)

    def close(self) -> None:
        """Stop what is on its way, give up what was brought, close connections; idempotent."""
        with self._lock:
            for delivery in self._deliveries.values():
                delivery.close()
        self._client.close()

    def _assembled(
        self, choice: str, platform: str, position: int | None, cancelled: Cancelled
    ) -> Image:
        """Return an image without regard to its base."""
        choose_offer((self._offer,), choice, self._catalogue.label)
        if position is None:
            position = self._position(platform, cancelled)
        image = assemble(
            self._catalogue.candidate(self._catalogue.entries[position], cancelled),
            self._offer,
            self._catalogue.container(cancelled),
            reference=self._reference,
            limits=self._limits,
            close=self.close,
            deliver=self._deliver,
        )
        return replace(image, position=position)

    def _position(self, platform: str, cancelled: Cancelled) -> int:
        """Return which of the images is for a platform; without one, for this host, else first."""
        wanted = Platform.parse(platform) if platform else None
        entries = self._catalogue.entries
        if wanted is None and len(entries) == 1:
            return 0
        platforms = [self._catalogue.platform(entry, cancelled) for entry in entries]
        places = fitting_places(platforms, wanted)
        if wanted is not None and not places:
            raise no_platform(wanted, platforms, (), self._catalogue.label)
        return places[0] if places else 0

    def _offered(self, entry: Entry, cancelled: Cancelled) -> OfferedPlatform:
        stop_if(cancelled)
        try:
            platform = self._catalogue.platform(entry, cancelled)
        except CancelledError:
            raise
        except LayertuiError:
            platform = None
        image_id = self._catalogue.image_id(entry)
        return OfferedPlatform(
            platform=str(platform) if platform is not None and platform.known else "",
            short_id=image_id.short if image_id is not None else "",
            present=True,
        )

    def _deliver(self, part: Part) -> RegistryDelivery | None:
        """Return what brings a layer, the same for the same digest."""
        if part.digest is None:
            return None
        with self._lock:
            if part.digest not in self._deliveries:
                self._deliveries[part.digest] = RegistryDelivery(self._client, part, self._limits)
            return self._deliveries[part.digest]
