"""What layertui makes of an image, ready to be compared."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.filesystem.merge import merge
from layertui.layers.indexing import index_layer
from layertui.sources import open_image

if TYPE_CHECKING:
    from layertui.filesystem.tree import Entry, Filesystem
    from layertui.image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An image and everything in it, without the way it came.

    Attributes:
        diff_ids: Of the layers.
        history: Instruction, comment and emptiness of each step.
        listings: The merged filesystem after each layer.
    """

    diff_ids: tuple[str, ...]
    history: tuple[tuple[str, str, bool], ...]
    listings: tuple[tuple[Entry, ...], ...]


def read_filesystem(locator: str) -> Filesystem:
    """Open an image and apply its layers."""
    image = open_image(locator)
    with contextlib.closing(image):
        return _merged(image)


def read_model(locator: str) -> Model:
    """Open an image and return all that should not depend on the transport."""
    image = open_image(locator)
    with contextlib.closing(image):
        filesystem = _merged(image)
        return Model(
            diff_ids=tuple(str(layer.diff_id) for layer in image.layers),
            history=tuple(
                (step.created_by, step.comment, step.empty_layer)
                for step in image.config.history
                if step
            ),
            listings=tuple(tuple(filesystem.listing(layer.index)) for layer in image.layers),
        )


def _merged(image: Image) -> Filesystem:
    assert not image.incomplete
    indexes = []
    for layer in image.layers:
        assert layer.blob is not None
        indexes.append(index_layer(layer.blob, number=layer.index))
    assert all(index.complete for index in indexes)
    return merge(indexes)
