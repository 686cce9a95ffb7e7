"""An image as an engine tells of it, before anything of it is exported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from layertui.blob import BytesBlob
from layertui.image import Layer
from layertui.oci.config import History
from layertui.sources.assemble import assemble
from layertui.sources.candidate import Candidate, NamedPart, Offer, Part
from layertui.sources.engine.containers import WRITABLE
from layertui.sources.engine.delivery import ArrivingBlob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from layertui.blob import Blob
    from layertui.image import Image
    from layertui.limits import Limits
    from layertui.notices import Notice
    from layertui.sources.engine.arrival import Arrival
    from layertui.sources.engine.documents import Inspected, KeptContainer
    from layertui.sources.engine.protocol import Engine

_INSPECT = "inspect"


class _Answers:
    """What an engine answered, as a container of files."""

    def __init__(self, label: str, documents: dict[str, bytes]) -> None:
        self.label = label
        self._documents = documents

    @property
    def notices(self) -> tuple[Notice, ...]:
        return ()

    def find(self, name: str) -> Blob | None:
        data = self._documents.get(name)
        return None if data is None else BytesBlob(data)

    def names(self) -> Iterable[str]:
        return self._documents.keys()

    def close(self) -> None:
        pass


def image_of(
    engine: Engine,
    inspected: Inspected,
    steps: Sequence[History],
    export: Arrival,
    *,
    reference: str,
    limits: Limits,
    close: Callable[[], None],
) -> Image:
    """Return an image whose layers the export brings.

    Raises:
        LimitExceededError: It has too many layers.
    """
    candidate = Candidate(
        transport=engine.name,
        config=inspected.image_config(steps),
        layers=tuple(Part(names=(diff_id,)) for diff_id in inspected.diff_ids),
        manifest_digest=None if inspected.is_config_id else inspected.target,
        documents=(NamedPart(_INSPECT, Part(names=(_INSPECT,))),),
    )
    image = assemble(
        candidate,
        Offer(tags=inspected.tags),
        _Answers(engine.label, {_INSPECT: inspected.document}),
        reference=reference,
        limits=limits,
        close=close,
        deliver=lambda part: ArrivingBlob(export, part.names[0]),
    )
    return replace(image, image_id=inspected.target if inspected.is_config_id else None)


def with_writable_layer(image: Image, container: KeptContainer, files: Arrival) -> Image:
    """Return the image of a container with what the container wrote as one more layer."""
    step = History(created=container.created, created_by=f"container {container.plain_name}")
    layer = Layer(index=len(image.layers), delivery=ArrivingBlob(files, WRITABLE), history=step)
    config = msgspec.structs.replace(image.config, history=(*image.config.history, step))
    return replace(image, layers=(*image.layers, layer), config=config)
