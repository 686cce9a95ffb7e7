from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from layertui.image import Image
from layertui.sources import open_image
from tests.archives import Members, write_tarball

if TYPE_CHECKING:
    from pathlib import Path

OpenMembers = Callable[..., Image]


@pytest.fixture
def open_members(tmp_path: Path) -> Iterator[OpenMembers]:
    """Open members as a tarball; takes the options of `open_image` and closes the image."""
    images: list[Image] = []

    def opened(members: Members, **options: Any) -> Image:
        images.append(open_image(str(write_tarball(members, tmp_path / "image.tar")), **options))
        return images[-1]

    yield opened
    for image in images:
        image.close()
