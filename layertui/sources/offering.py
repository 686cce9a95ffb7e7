"""What can be opened of a source, told without reading layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from layertui.errors import CancelledError, LayertuiError
from layertui.sources.choose import platform_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.limits import Limits
    from layertui.sources.candidate import Candidate, Offer
    from layertui.sources.container import Container


class OfferedPlatform(NamedTuple):
    """One image for one platform; its place among its siblings is its position.

    Attributes:
        platform: What it runs on, printable, or empty where nothing tells.
        short_id: The first characters of its ImageID, or empty where that is not known.
        present: Whether there is anything of it to open.
    """

    platform: str
    short_id: str
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """One image by name, for one or several platforms.

    Attributes:
        number: What `--image` calls it.
        names: The names it carries, raw.
        platforms: What it can be opened for.
        absent: The platforms that are listed without being there, printable.
        problems: Why some of its manifests cannot be read, printable.
    """

    number: int
    names: tuple[str, ...]
    platforms: tuple[OfferedPlatform, ...]
    absent: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def offerings(
    offers: Sequence[Offer], container: Container, limits: Limits, cancelled: Cancelled
) -> Iterator[Offering]:
    """Yield what each offer comes to.

    Raises:
        CancelledError: The work was stopped.
    """
    for number, offer in enumerate(offers):
        platforms = []
        for candidate in offer.candidates:
            if cancelled():
                raise CancelledError("the reading was stopped")
            platforms.append(_offered(candidate, container, limits))
        yield Offering(
            number=number,
            names=offer.tags,
            platforms=tuple(platforms),
            absent=tuple(map(str, offer.absent)),
            problems=tuple(error.message for error in offer.problems),
        )


def _offered(candidate: Candidate, container: Container, limits: Limits) -> OfferedPlatform:
    platform = platform_of(candidate, container, limits)
    digest = candidate.config_digest
    try:
        present = candidate.is_present(container)
    except LayertuiError:
        present = False
    return OfferedPlatform(
        platform=str(platform) if platform is not None and platform.known else "",
        short_id=digest.short if digest else "",
        present=present,
    )
