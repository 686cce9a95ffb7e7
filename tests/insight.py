"""Images in memory, inspected, for what finds things in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.inspection import Inspection, inspect_image
from layertui.blob import BytesBlob
from layertui.contents.opening import Contents
from layertui.image import Image, Layer
from layertui.oci.config import History, ImageConfig, Settings
from layertui.oci.platform import Platform
from tests import archives, builders

if TYPE_CHECKING:
    from collections.abc import Sequence


class Inspected(NamedTuple):
    """An image that was inspected, and what is in its files."""

    inspection: Inspection
    contents: Contents


def inspected(
    *layers: Sequence[bytes],
    steps: Sequence[str] = (),
    env: Sequence[str] = (),
    labels: dict[str, str] | None = None,
    base: int = 0,
    packed: bool = False,
) -> Inspected:
    """Return an image of layers, each given as its entries; `steps` made them, then none."""
    history = tuple(
        History(created_by=step, empty_layer=number >= len(layers))
        for number, step in enumerate(steps)
    )
    blobs = [builders.layer(*entries) for entries in layers]
    config = ImageConfig(config=Settings(env=tuple(env), labels=labels or {}), history=history)
    image = Image(
        reference="image",
        source="docker-archive",
        tags=(),
        config=config,
        image_id=None,
        manifest_digest=None,
        platform=Platform(os="linux", architecture="amd64", variant="", os_version=""),
        layers=tuple(
            Layer(
                index=number,
                blob=BytesBlob(archives.packed(blob) if packed else blob),
                history=history[number] if number < len(history) else None,
                base=number < base,
            )
            for number, blob in enumerate(blobs)
        ),
    )
    return Inspected(inspect_image(image), Contents(image.layers))
