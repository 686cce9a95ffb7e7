"""Random stacks of layers, small enough for everything to meet everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from layertui.blob import BytesBlob
from layertui.filesystem.merge import merge
from layertui.layers.indexing import index_layer
from tests import builders
from tests.reference import Item

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

PATHS = st.sampled_from(["a", "b", "d", "d.x", "d/a", "d/b", "d/e", "d/e/a", "d/e/f/g", "l/a"])
DATA = st.sampled_from([b"", b"1", b"22", b"33", b"4" * 700, b"5" * 700])
KINDS = st.sampled_from(
    ["file"] * 4 + ["directory"] * 2 + ["symlink", "fifo", "hardlink", "hardlink"]
)


@st.composite
def items(draw: st.DrawFn, *, markers: bool = True) -> Item:
    marked = draw(st.integers(0, 9)) if markers else 9
    if marked < 2:
        return Item("whiteout", draw(PATHS))
    if marked == 2:
        return Item("opaque", draw(st.one_of(PATHS, st.just(""))))
    return Item(
        draw(KINDS),
        draw(PATHS),
        draw(DATA),
        draw(st.sampled_from([0o644, 0o755])),
        draw(st.sampled_from([0, 0, 7])),
        draw(st.sampled_from([0, 0, 5])),
        draw(PATHS),
    )


def layers(*, markers: bool = True, unique: bool = False) -> st.SearchStrategy[list[Item]]:
    """Return layers; `unique`: no path is written twice."""
    return st.lists(
        items(markers=markers),
        max_size=8,
        unique_by=(lambda item: (item.path, item.kind in ("whiteout", "opaque")))
        if unique
        else None,
    )


def stacks(*, markers: bool = True) -> st.SearchStrategy[list[list[Item]]]:
    return st.lists(layers(markers=markers), min_size=1, max_size=5)


def merged(stack: list[list[Item]]) -> Filesystem:
    """Return the filesystem of a stack."""
    tars = [builders.layer(*(item.entry() for item in layer)) for layer in stack]
    return merge([index_layer(BytesBlob(data), number=n) for n, data in enumerate(tars)])
