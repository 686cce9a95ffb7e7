from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from layertui.blob import FileBlob
from layertui.errors import DamagedImageError
from layertui.layers.indexing import index_layer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def unreadable_blob(tmp_path: Path) -> FileBlob:
    """Return a blob whose every read fails: its descriptor is closed."""
    path = tmp_path / "file"
    path.write_bytes(bytes(1024))
    descriptor = os.open(path, os.O_RDONLY)
    os.close(descriptor)
    return FileBlob(descriptor, offset=0, size=1024)


def test_a_read_that_fails_is_an_error_of_the_image(unreadable_blob: FileBlob) -> None:
    with pytest.raises(DamagedImageError, match="reading the image failed: Bad file descriptor"):
        unreadable_blob.read_at(0, 10)


def test_a_layer_that_cannot_be_read_is_refused_by_name(unreadable_blob: FileBlob) -> None:
    with pytest.raises(DamagedImageError, match="reading the image failed"):
        index_layer(unreadable_blob)
