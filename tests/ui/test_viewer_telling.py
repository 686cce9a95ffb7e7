"""What the viewer says of links."""

from __future__ import annotations

import pytest

from layertui.blob import BytesBlob
from layertui.contents.subjects import subject_at, way_of
from layertui.filesystem.merge import merge
from layertui.layers.indexing import index_layer
from layertui.ui.viewer.telling import link_lines
from tests.builders import directory, layer, symlink


def told_of(path: bytes) -> str:
    entries = layer(directory("links"), symlink("links/up", ".."), symlink("top", "/"))
    filesystem = merge([index_layer(BytesBlob(entries))])
    subject = subject_at(filesystem, path, 0)
    assert subject is not None
    lines = link_lines(subject, way_of(filesystem, path, 0), 60)
    return "\n".join("".join(span.text for span in line) for line in lines)


@pytest.mark.parametrize("path", [b"/links/up", b"/top"])
def test_a_link_to_the_root_is_not_broken(path: bytes) -> None:
    told = told_of(path)
    assert "/   the root of the image" in told
    assert told.endswith("It leads to the root of the image.")
