"""Which layers of an image are its base, the ones the user did not build."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import ImageError, ImageNotFoundError, UsageError
from layertui.image import BaseImage
from layertui.notices import BASE_MISMATCH, Notice
from layertui.oci.descriptor import ANNOTATION_BASE_DIGEST, ANNOTATION_BASE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layertui.image import Image


def named_base(
    image: Image, base: str, sibling: Callable[[str], Image], open_other: Callable[[str], Image]
) -> Image:
    """Return an image with the layers marked that a user calls its base.

    Args:
        image: The image.
        base: A number of layers, or the name of a sibling or of an image to open.
        sibling: Returns an image that lies beside it, by name.
        open_other: Opens another image by what the user typed.

    Raises:
        UsageError: The image does not stand on that base.
        ImageError: The base cannot be had.
    """
    if base.isdecimal() and base.isascii():
        count = int(base[:10])
        if count > len(image.layers):
            raise UsageError(f"--base {count}: the image has only {len(image.layers)} layers")
        return _marked(image, count)
    other = _opened(base, sibling, open_other)
    below = _layers_below(image, other)
    if below is None:
        raise UsageError(
            f"--base {printable(base, 200)}: the image does not stand on that one",
            hint="The DiffIDs of a base are the first DiffIDs of the image.",
        )
    return _marked(image, below, _base_image(image, other, base))


def annotated_base(
    image: Image, annotations: Mapping[str, str], sibling: Callable[[str], Image]
) -> Image:
    """Return an image with the layers marked that its annotations call its base, else layer 0.

    Only a base that lies beside the image is looked at; nothing is fetched.
    """
    names = [annotations.get(key, "") for key in (ANNOTATION_BASE_DIGEST, ANNOTATION_BASE_NAME)]
    for name in filter(None, names):
        try:
            other = sibling(name)
        except (ImageError, UsageError):
            continue
        below = None if other.image_id == image.image_id else _layers_below(image, other)
        if below is not None:
            called = annotations.get(ANNOTATION_BASE_NAME, "") or name
            return _marked(image, below, _base_image(image, other, called))
        message = f"the image does not stand on {printable(name, 200)}, which it calls its base"
        notice = Notice(code=BASE_MISMATCH, message=message)
        return replace(_marked(image, 1), notices=(*image.notices, notice))
    return _marked(image, 1)


def _opened(
    base: str, sibling: Callable[[str], Image], open_other: Callable[[str], Image]
) -> Image:
    try:
        return sibling(base)
    except ImageNotFoundError:
        other = open_other(base)
        other.close()
        return other


def _layers_below(image: Image, base: Image) -> int | None:
    """Return how many layers a base has, or None where it is not below the image."""
    below = [layer.diff_id for layer in base.layers]
    if None in below or below != [layer.diff_id for layer in image.layers[: len(below)]]:
        return None
    return len(below)


def _base_image(image: Image, base: Image, name: str) -> BaseImage:
    """Return what is known of a base; steps that the two histories share are its own."""
    pairs = zip(image.config.steps, base.config.steps, strict=False)
    shared = takewhile(lambda pair: pair[0] == pair[1], pairs)
    return BaseImage(name=name, steps=sum(1 for _ in shared))


def _marked(image: Image, count: int, base: BaseImage | None = None) -> Image:
    layers = tuple(replace(layer, base=layer.index < count) for layer in image.layers)
    return replace(image, layers=layers, base_image=base)
