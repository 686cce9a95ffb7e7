"""The images that an engine keeps, for a list to choose from."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from layertui.errors import CancelledError, ImageError
from layertui.sources.engine.endpoints import LABELS
from layertui.sources.engine.finding import open_engine
from layertui.sources.listing import ListedImage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.sources.engine.documents import Inspected, KeptImage
    from layertui.sources.engine.endpoints import Surroundings
    from layertui.sources.engine.protocol import Engine

_LOOKED_INTO = 500
"""Images whose layers are asked for, the newest first."""

_SECOND = 1_000_000_000


def images_in(
    engine_name: str, cancelled: Cancelled = lambda: False, around: Surroundings | None = None
) -> tuple[ListedImage, ...]:
    """Return the images of the engine of a name, the newest first, each of its names apart.

    Raises:
        EngineError: It does not run, or does not answer.
        CancelledError: `cancelled` said so.
    """
    engine = open_engine(engine_name, around)
    try:
        return tuple(_listed(engine, cancelled))
    finally:
        engine.close()


def _listed(engine: Engine, cancelled: Cancelled) -> Iterator[ListedImage]:
    kept = sorted(engine.images(), key=lambda image: -image.created)
    known = dict(_looked_into(engine, kept, cancelled))
    owners = Counter(layer for each in known.values() for layer in set(each.diff_ids))
    for image in kept:
        found = known.get(image.id)
        shared = sum(owners[layer] > 1 for layer in found.diff_ids) if found else None
        for name in image.tags or ("",):
            yield ListedImage(
                argument=f"{engine.name}:{name or image.short_id}",
                keeper=LABELS[engine.name],
                name=name,
                image_id=image.short_id,
                size=image.size,
                created=image.created * _SECOND if image.created > 0 else None,
                platform=_platform(image, found),
                layers=len(found.diff_ids) if found else None,
                shared_layers=shared,
                shared_size=image.shared_size if image.shared_size >= 0 else None,
            )


def _looked_into(
    engine: Engine, kept: Sequence[KeptImage], cancelled: Cancelled
) -> Iterator[tuple[str, Inspected]]:
    """Yield what the engine tells of each image; of one that is gone by now, nothing."""
    wanted = [image.id for image in kept[:_LOOKED_INTO]]
    while wanted:
        if cancelled():
            raise CancelledError("the listing was stopped")
        some, wanted = wanted[: engine.at_once], wanted[engine.at_once :]
        try:
            yield from zip(some, engine.inspect_all(some), strict=True)
        except ImageError:
            continue


def _platform(image: KeptImage, found: Inspected | None) -> str:
    if image.platforms:
        return ", ".join(image.platforms)
    return str(found.platform) if found is not None and found.platform.known else ""
