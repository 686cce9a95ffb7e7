"""The index of an image on the screen: all is there but the contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.analysis.inspection import inspect_image
from layertui.sources import open_image
from layertui.sources.index_file import saved_image
from tests.ui.driving import opened

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_saved_index_is_explored_like_its_image(shop: Path, tmp_path: Path) -> None:
    image = open_image(str(shop))
    index = tmp_path / "shop.index"
    index.write_bytes(b"".join(saved_image(image, inspect_image(image).filesystem.indexes)))
    image.close()

    async with opened(index) as driver:
        saved = list(driver.view.filesystem.listing(99))
    async with opened(shop) as driver:
        assert list(driver.view.filesystem.listing(99)) == saved
