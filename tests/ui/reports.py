"""Reports about small images, for the pages that tell about them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from layertui.sources import open_image
from layertui.ui.image.report import ImageReport
from tests import archives

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from layertui.ui.drawing.blocks import Block


@contextmanager
def report_on(path: Path, **options: Any) -> Iterator[ImageReport]:
    """Open an image and tell of it what is known before its layers are read."""
    image = open_image(str(path), **options)
    try:
        sizes = [100 * (number + 1) for number in range(len(image.layers))]
        yield ImageReport(image=image, notices=image.notices, sizes=sizes)
    finally:
        image.close()


def write_image(path: Path, **about: Any) -> Path:
    """Write an image of three layers with a config of one's own; return its path."""
    layers = archives.sample_layers(3)
    members = archives.docker_save(layers, about=archives.config(layers, **about))
    return archives.write_tarball(members, path / "image.tar")


def rows(blocks: Iterable[Block]) -> list[str]:
    """Return the lines of blocks as they are read."""
    lines = (line for block in blocks for line in block.lines)
    return ["".join(span.text for span in line).rstrip() for line in lines]


def values(blocks: Iterable[Block]) -> list[str]:
    """Return what the items copy, those that copy something."""
    return [block.value for block in blocks if block.value]
