"""What is known about an image when it is looked at as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.display import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.analysis.waste import Accounting
    from layertui.image import Image
    from layertui.notices import Notice
    from layertui.ui.layers.stack import LayerStack

_NAME_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReport:
    """An image, and what has been found out about it so far.

    Attributes:
        image: The image.
        accounting: Where its bytes went, or None as long as that is not known.
        notices: What is odd about it and about its layers.
        sizes: Bytes of the files of each layer, None for one that is not read.
    """

    image: Image
    accounting: Accounting | None = None
    notices: Sequence[Notice] = ()
    sizes: Sequence[int | None] = ()

    @property
    def name(self) -> str:
        """What it is called, one printable line."""
        return printable(next(iter(self.image.tags), self.image.reference), _NAME_LIMIT)

    @property
    def base_layers(self) -> int:
        """How many layers the user did not build."""
        return sum(layer.base for layer in self.image.layers)

    def size_of(self, layer: int) -> int | None:
        """Return the bytes of the files of a layer, or None where that is not known."""
        return self.sizes[layer] if layer < len(self.sizes) else None


def source_of(image: Image) -> str:
    """Return the transport and what the user asked for, printable; the transport once."""
    told = image.reference.startswith(f"{image.source}:")
    return image.reference if told else f"{image.source}: {image.reference}"


def image_report(stack: LayerStack) -> ImageReport | None:
    """Return what the main screen knows, or None as long as no image is opened."""
    if stack.image is None:
        return None
    return ImageReport(
        image=stack.image,
        accounting=stack.accounting,
        notices=stack.notices,
        sizes=[row.size for row in stack.rows],
    )
