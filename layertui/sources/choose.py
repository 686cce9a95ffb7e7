"""Which of several images, and for which platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import (
    AmbiguousImageError,
    ImageNotFoundError,
    LayertuiError,
)
from layertui.oci.config import ImageConfig, parse_config
from layertui.oci.platform import Platform
from layertui.oci.reference import means
from layertui.sources.container import find_first, read_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.limits import Limits
    from layertui.sources.candidate import Candidate, Offer
    from layertui.sources.container import Container

_SHORTEST_ID = 4


def listing(offers: Sequence[Offer]) -> tuple[str, ...]:
    """Return one printable line an image: its number, then its names or its short ImageID."""
    return tuple(f"{number}  {_title(offer)}" for number, offer in enumerate(offers))


def choose_offer(offers: Sequence[Offer], choice: str, label: str) -> Offer:
    """Return the image that a choice names: a number from 0, a name, an id; or the only one.

    Raises:
        AmbiguousImageError: There are several.
        ImageNotFoundError: There is none.
    """
    found = _matching(offers, choice) if choice else offers
    if len(found) == 1:
        return found[0]
    lines = listing(offers)
    if not found:
        raise ImageNotFoundError(
            f"{label} holds no image `{printable(choice, 200)}`",
            hint=f"It holds {'; '.join(lines[:10])}.",
        )
    raise AmbiguousImageError(
        f"{label} holds {len(offers)} images",
        choices=lines,
        hint="Choose one with --image N or --image NAME.",
    )


def choose_candidate(
    offer: Offer, container: Container, platform: str, limits: Limits
) -> Candidate:
    """Return the image for a platform; without one, for this host, else the first that is there.

    Raises:
        ImageNotFoundError: There is none for that platform.
        UsageError: The platform is not written as one.
    """
    wanted = Platform.parse(platform) if platform else None
    if not offer.candidates:
        raise _nothing_to_open(offer, container, wanted)
    if wanted is None and len(offer.candidates) == 1:
        return offer.candidates[0]
    platforms = [platform_of(each, container, limits) for each in offer.candidates]
    fitting = [offer.candidates[place] for place in fitting_places(platforms, wanted)]
    present = [candidate for candidate in fitting if candidate.is_present(container)]
    if wanted is not None:
        if not fitting:
            raise no_platform(wanted, platforms, offer.absent, container.label)
        return (present or fitting)[0]
    there = (each for each in offer.candidates if each.is_present(container))
    return next(iter(present), None) or next(there, None) or (fitting or offer.candidates)[0]


def fitting_places(
    platforms: Sequence[Platform | None], wanted: Platform | None
) -> tuple[int, ...]:
    """Return which of several platforms do for the wanted one, or for this host."""
    host = wanted or Platform.host()
    return tuple(
        place
        for place, platform in enumerate(platforms)
        if platform is not None and platform.satisfies(host)
    )


def platform_of(candidate: Candidate, container: Container, limits: Limits) -> Platform | None:
    """Return what an image runs on: as the index says, else as its config says."""
    if candidate.platform is not None and candidate.platform.known:
        return candidate.platform
    config = candidate.config
    if isinstance(config, ImageConfig):
        return config.platform
    blob = find_first(container, config.names)
    if blob is None:
        return None
    try:
        data = read_whole(blob, config.names[0], limit=limits.config_size)
        return parse_config(data, what="config").platform
    except LayertuiError:
        return None


def _matching(offers: Sequence[Offer], choice: str) -> list[Offer]:
    number = choice.removeprefix("@")
    named = [offer for offer in offers if _is_named(offer, choice)]
    if number.isdecimal() and number.isascii() and len(number) < 10 and int(number) < len(offers):
        return [offers[int(number)]]
    return named


def _is_named(offer: Offer, choice: str) -> bool:
    names = (*offer.tags, *offer.aliases)
    if choice in names or any(means(choice, name) for name in names):
        return True
    digests = [each.config_digest for each in offer.candidates]
    digests += [each.manifest_digest for each in offer.candidates]
    if len(choice) < _SHORTEST_ID:
        return False
    return any(
        digest and (digest.encoded.startswith(choice) or digest == choice) for digest in digests
    )


def _title(offer: Offer) -> str:
    if offer.tags:
        return ", ".join(printable(tag, 200) for tag in offer.tags)
    digests = [each.config_digest for each in offer.candidates]
    short = next((digest.short for digest in digests if digest), "")
    short = short or next((printable(name, 12) for name in offer.aliases), "")
    return f"<none> {short}".rstrip()


def _nothing_to_open(offer: Offer, container: Container, wanted: Platform | None) -> LayertuiError:
    if offer.problems:
        return offer.problems[0]
    listed = ", ".join(map(str, offer.absent))
    return ImageNotFoundError(
        f"{container.label} holds no image for {wanted}"
        if wanted
        else f"{container.label} lists an image, but does not hold it",
        hint=f"Listed, but not in the archive: {listed}.",
    )


def no_platform(
    wanted: Platform,
    platforms: Sequence[Platform | None],
    listed: Sequence[Platform],
    label: str,
) -> ImageNotFoundError:
    """Return that there is no image for a platform, and for which there are some.

    Args:
        wanted: The platform that was asked for.
        platforms: Those that there are images for; None where that is not known.
        listed: Those that are listed without being there.
        label: What holds the images, printable.
    """
    there = ", ".join(dict.fromkeys(str(each) for each in platforms if each is not None))
    absent = ", ".join(map(str, listed))
    hint = f"It holds {there or 'none that tells its platform'}"
    hint += f"; listed, but not in it: {absent}." if absent else "."
    return ImageNotFoundError(f"{label} holds no image for {wanted}", hint=hint)
