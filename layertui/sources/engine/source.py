"""An image or a container of an engine, as a source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import CancelledError, ImageNotFoundError
from layertui.oci.reference import means
from layertui.sources.base import annotated_base, named_base
from layertui.sources.engine.assembly import image_of, with_writable_layer
from layertui.sources.engine.containers import writable_layer_of
from layertui.sources.engine.delivery import export_of
from layertui.sources.offering import OfferedPlatform, Offering

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Cancelled
    from layertui.image import Image
    from layertui.limits import Limits
    from layertui.sources.engine.arrival import Arrival, Patience
    from layertui.sources.engine.documents import Inspected, KeptContainer, Listed
    from layertui.sources.engine.protocol import Engine

_IMAGE = "image"


class EngineSource:
    """One image that an engine keeps, or a container made of one: a `Source`.

    Args:
        engine: Which has it; closed with the source.
        inspected: What the engine tells of the image.
        reference: What the user asked for, raw.
        limits: Bounds on what it may ask for.
        open_other: Opens another image for a platform, for one that is called a base.
        container: The container, or None for an image.
        patience: When the engine is given up.
    """

    def __init__(
        self,
        engine: Engine,
        inspected: Inspected,
        *,
        reference: str,
        limits: Limits,
        open_other: Callable[[str, str, Cancelled], Image],
        container: KeptContainer | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._engine = engine
        self._inspected = inspected
        self._reference = reference
        self._limits = limits
        self._open_other = open_other
        self._container = container
        self._patience = patience
        self._arrivals: list[Arrival] = []

    @property
    def listing(self) -> tuple[str, ...]:
        """One printable line: there is one image."""
        names = self._inspected.tags or (self._inspected.asked,)
        return (f"0  {', '.join(printable(name, 200) for name in names)}",)

    def offerings(self, cancelled: Cancelled = lambda: False) -> tuple[Offering, ...]:
        """Return the platforms that the engine tells of.

        Raises:
            CancelledError: The work was stopped.
        """
        if cancelled():
            raise CancelledError("the reading was stopped")
        offered = tuple(map(_offered, self._listed())) or (self._only(),)
        return (Offering(number=0, names=self._inspected.tags, platforms=offered),)

    def image(
        self,
        *,
        choice: str = "",
        platform: str = "",
        position: int | None = None,
        base: str = "",
        cancelled: Cancelled = lambda: False,
    ) -> Image:
        """Return the image; closing it closes the source.

        Args:
            choice: 0, or a name of the image.
            platform: `os/architecture[/variant]`; what the engine takes by itself where empty.
            position: Which of the platforms that the engine tells of, instead of a platform.
            base: A number of layers or an image; layer 0 where empty.
            cancelled: Asked while another image is opened that is called the base.

        Raises:
            ImageNotFoundError: It has none for that platform.
            EngineError: The engine does not answer.
            UsageError: The platform is not one, or the base is not below the image.
        """
        self._check_choice(choice)
        listed = self._listed()
        if position is not None and position < len(listed):
            platform = str(listed[position].platform)
        image = self._assembled(platform)
        places = [place for place, each in enumerate(listed) if each.platform == image.platform]
        image = replace(image, position=places[0] if places else 0)
        same = str(image.platform) if image.platform.known else ""

        def no_sibling(name: str) -> Image:
            raise ImageNotFoundError(f"`{printable(name, 200)}` is not beside the image")

        if base:
            other = self._open_other
            return named_base(image, base, no_sibling, lambda name: other(name, same, cancelled))
        return annotated_base(image, image.annotations, no_sibling)

    def close(self) -> None:
        """Stop the engine if it still sends, and release connections; idempotent."""
        for arrival in self._arrivals:
            arrival.close()
        self._engine.close()

    def _assembled(self, platform: str) -> Image:
        inspected = self._inspected
        if platform:
            inspected = self._engine.inspect(inspected.asked, platform)
        export = export_of(self._engine, inspected, limits=self._limits, patience=self._patience)
        self._arrivals.append(export)
        image = image_of(
            self._engine,
            inspected,
            self._engine.history(inspected),
            export,
            reference=self._reference,
            limits=self._limits,
            close=self.close,
        )
        if self._container is None:
            return image
        files = writable_layer_of(
            self._engine, self._container.id, limits=self._limits, patience=self._patience
        )
        self._arrivals.append(files)
        return with_writable_layer(image, self._container, files)

    def _listed(self) -> tuple[Listed, ...]:
        return tuple(
            each
            for each in self._inspected.manifests
            if each.kind == _IMAGE and each.platform.known
        )

    def _only(self) -> OfferedPlatform:
        platform, target = self._inspected.platform, self._inspected.target
        return OfferedPlatform(
            platform=str(platform) if platform.known else "",
            short_id=target.short if target else "",
            present=True,
        )

    def _check_choice(self, choice: str) -> None:
        tags = self._inspected.tags
        if choice not in ("", "0", "@0") and not any(means(choice, tag) for tag in tags):
            raise ImageNotFoundError(
                f"`{printable(self._reference, 200)}` is one image, not `{printable(choice, 200)}`"
            )


def _offered(listed: Listed) -> OfferedPlatform:
    return OfferedPlatform(
        platform=str(listed.platform),
        short_id=listed.id.rpartition(":")[2][:12],
        present=listed.available,
    )
