from __future__ import annotations

from layertui.blob import BytesBlob
from layertui.filesystem.merge import merge
from layertui.layers.indexing import index_layer
from tests.builders import file, hardlink, layer


def test_all_links_to_hidden_aufs_content_hold_it_and_it_counts_once() -> None:
    index = index_layer(
        BytesBlob(
            layer(
                file(".wh..wh.plnk/1.2", b"content"),
                hardlink("a", ".wh..wh.plnk/1.2"),
                hardlink("b", ".wh..wh.plnk/1.2"),
                hardlink("c", "/.wh..wh.plnk/1.2"),
            )
        )
    )
    shown = [(e.path, e.type, e.size, e.link) for e in merge([index]).listing(0)]
    assert shown == [
        (b"/a", "file", 7, None),
        (b"/b", "hardlink", 7, b"/a"),
        (b"/c", "hardlink", 7, b"/a"),
    ]
    assert index.size == 7
