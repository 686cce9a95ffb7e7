"""What an image is taken from once it is opened: an archive, a directory, an engine, a registry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from layertui.sources.assemble import assemble
from layertui.sources.base import annotated_base, named_base
from layertui.sources.choose import choose_candidate, choose_offer, listing
from layertui.sources.offering import offerings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layertui.blob import Cancelled
    from layertui.image import Image
    from layertui.limits import Limits
    from layertui.sources.candidate import Offer
    from layertui.sources.container import Container
    from layertui.sources.offering import Offering


class Source(Protocol):
    """What a chooser shows and an image is taken from."""

    @property
    def listing(self) -> tuple[str, ...]:
        """One printable line an image: `0  shop/api:2.4`."""
        ...

    def offerings(self, cancelled: Cancelled = lambda: False) -> tuple[Offering, ...]:
        """Return what can be opened.

        Raises:
            CancelledError: The work was stopped.
        """
        ...

    def image(
        self,
        *,
        choice: str = "",
        platform: str = "",
        position: int | None = None,
        base: str = "",
        cancelled: Cancelled = lambda: False,
    ) -> Image:
        """Return one of the images; closing it closes the source.

        Args:
            choice: A number from 0, a name or an id; not needed where there is one image.
            platform: `os/architecture[/variant]`; of this host where empty.
            position: Which of the images for several platforms, instead of a platform.
            base: A number of layers or an image; what the annotations tell where empty.
            cancelled: Asked while anything is waited for.

        Raises:
            LayertuiError: It cannot be had; the type tells why.
        """
        ...

    def close(self) -> None:
        """Release files and connections; idempotent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """An opened archive or directory with the images it offers.

    Attributes:
        reference: What the user asked for, raw.
        container: Where the documents and layers are.
        offers: The images, in the order `--image N` counts.
        choice: The image that the user named along with the path, or empty.
        limits: Bounds on documents.
        open_other: Opens another image for a platform, for one that is called a base.
    """

    reference: str
    container: Container
    offers: tuple[Offer, ...]
    choice: str
    limits: Limits
    open_other: Callable[[str, str, Cancelled], Image]

    @property
    def listing(self) -> tuple[str, ...]:
        """One printable line an image: `0  shop/api:2.4`."""
        return listing(self.offers)

    def offerings(self, cancelled: Cancelled = lambda: False) -> tuple[Offering, ...]:
        """Return what can be opened; configs are read where nothing else tells a platform.

        Raises:
            CancelledError: The work was stopped.
        """
        return tuple(offerings(self.offers, self.container, self.limits, cancelled))

    def image(
        self,
        *,
        choice: str = "",
        platform: str = "",
        position: int | None = None,
        base: str = "",
        cancelled: Cancelled = lambda: False,
    ) -> Image:
        """Return one of the images; closing it closes the source.

        Args:
            choice: A number from 0, a name or an id; not needed where there is one image.
            platform: `os/architecture[/variant]`; of this host where empty.
            position: Which of the images for several platforms, instead of a platform.
            base: A number of layers or an image; what the annotations tell where empty.
            cancelled: Asked while another image is opened that is called the base.

        Raises:
            AmbiguousImageError: There are several and none was chosen.
            ImageNotFoundError: None fits the choice or the platform.
            DamagedImageError: Its documents cannot be read.
            UsageError: The platform is not one, or the base is not below the image.
        """
        image = self._assembled(choice or self.choice, platform, position)
        same = str(image.platform) if image.platform.known else ""

        def sibling(name: str) -> Image:
            return self._assembled(name, same)

        def other(name: str) -> Image:
            return self.open_other(name, same, cancelled)

        if base:
            return named_base(image, base, sibling, other)
        return annotated_base(image, image.annotations, sibling)

    def _assembled(self, choice: str, platform: str, position: int | None = None) -> Image:
        """Return an image without regard to its base."""
        offer = choose_offer(self.offers, choice, self.container.label)
        if position is None:
            candidate = choose_candidate(offer, self.container, platform, self.limits)
        else:
            candidate = offer.candidates[position]
        image = assemble(
            candidate,
            offer,
            self.container,
            reference=self.reference,
            limits=self.limits,
            close=self.container.close,
        )
        return replace(
            image,
            number=_place(offer, self.offers),
            position=_place(candidate, offer.candidates),
        )

    def close(self) -> None:
        """Release files; idempotent."""
        self.container.close()


def _place(item: object, items: Sequence[object]) -> int:
    return next(number for number, each in enumerate(items) if each is item)
