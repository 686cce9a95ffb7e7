"""The layers of one image of an engine, brought when the first of them is read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from layertui.errors import EngineError
from layertui.sources.engine.arrival import Arrival
from layertui.sources.engine.export import ClaimedLayer, LayersInExport

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Blob, Cancelled
    from layertui.errors import LayertuiError
    from layertui.limits import Limits
    from layertui.sources.engine.arrival import Patience
    from layertui.sources.engine.documents import Inspected
    from layertui.sources.engine.protocol import Engine


class ArrivingBlob:
    """What brings one blob: a `Delivery`.

    Attributes:
        in_order: False: the blob is whole and can be read anywhere once it is there.
    """

    in_order = False

    def __init__(self, arrival: Arrival, name: str) -> None:
        self._arrival = arrival
        self._name = name
        self._lock = threading.Lock()
        self._blob: Blob | None = None

    def open(self, cancelled: Cancelled) -> Blob:
        """Return the blob, the same one each time; what it holds was found right.

        Raises:
            CancelledError: `cancelled` said so while it was waited for.
            LayertuiError: It cannot be had.
        """
        if self._blob is None:
            blob = self._arrival.wait(self._name, cancelled)
            with self._lock:
                if self._blob is None:
                    self._blob = blob.checked(cancelled) if isinstance(blob, ClaimedLayer) else blob
        return self._blob


def export_of(
    engine: Engine, image: Inspected, *, limits: Limits, patience: Patience | None = None
) -> Arrival:
    """Return what brings the layers of an image, by their DiffIDs; nothing is asked for yet."""
    follow = LayersInExport(image.diff_ids, who=engine.label, limits=limits)
    return Arrival(
        lambda: engine.save(image),
        follow,
        missing=_missing(image, engine.label),
        who=engine.label,
        what="the image",
        limits=limits,
        patience=patience,
    )


def _missing(image: Inspected, who: str) -> Callable[[str], LayertuiError]:
    numbers: dict[str, int] = {}
    for number, diff_id in enumerate(image.diff_ids):
        numbers.setdefault(diff_id, number)

    def missing(diff_id: str) -> LayertuiError:
        short = diff_id.rpartition(":")[2][:12]
        return EngineError(
            f"the export of {who} does not hold layer {numbers[diff_id]} ({short})",
            hint="Its content may be gone from the engine; pull the image again.",
        )

    return missing
