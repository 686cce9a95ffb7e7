"""The accounting identity, and the laws of merging, on random stacks of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.analysis.waste import account
from layertui.blob import BytesBlob
from layertui.filesystem.changes import Comparison
from layertui.filesystem.merge import merge
from layertui.filesystem.view import TreeView
from layertui.layers.indexing import index_layer
from tests import builders

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

PATHS = st.sampled_from(["a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "d/e/b", "l", "l/a"])
CONTENTS = st.sampled_from([b"", b"1", b"22", b"33", b"4" * 700])
MODES = st.sampled_from([0o644, 0o755])
TIMES = st.sampled_from([0, 5])


@st.composite
def entries(draw: st.DrawFn) -> bytes:
    path = draw(PATHS)
    kind = draw(st.integers(0, 9))
    mode, mtime = draw(MODES), draw(TIMES)
    if kind <= 3:
        return builders.file(path, draw(CONTENTS), mode=mode, mtime=mtime)
    if kind == 4:
        return builders.directory(path, mtime=mtime)
    if kind == 5:
        return builders.symlink(path, draw(PATHS))
    if kind == 6:
        return builders.hardlink(path, draw(PATHS))
    return builders.opaque(path) if kind == 7 else builders.whiteout(path)


LAYERS = st.lists(st.lists(entries(), max_size=8), min_size=1, max_size=5)


def filesystem(stack: list[list[bytes]]) -> Filesystem:
    return merge(
        [
            index_layer(BytesBlob(builders.layer(*layer)), number=number)
            for number, layer in enumerate(stack)
        ]
    )


@settings(max_examples=400)
@given(LAYERS, st.integers(0, 5))
def test_layer_sizes_sum_to_what_is_visible_and_the_four_causes(
    stack: list[list[bytes]], base: int
) -> None:
    tree = filesystem(stack)
    accounting = account(tree, base_layers=min(base, len(stack)))
    shipped = {
        (entry_layer, row): index.sizes[row]
        for entry_layer, index in enumerate(tree.indexes)
        for row in range(len(index))
    }
    shown = set()
    for node in range(len(tree.table)):
        version = tree.version(node, len(stack))
        if tree.exists(version):
            shown.add(tree.source(version))
    visible = sum(shipped.get(place, 0) for place in shown)
    assert accounting.visible_size == visible
    assert sum(layer.size for layer in accounting.layers) == visible + accounting.causes.total
    assert sum(layer.superseded_size for layer in accounting.layers) == accounting.wasted_size
    assert sum(layer.wasted_size for layer in accounting.layers) == accounting.wasted_size
    assert 0 <= accounting.efficiency <= 1
    assert 0 <= accounting.user_wasted_percent <= 1


@settings(max_examples=200)
@given(LAYERS)
def test_visible_files_are_counted_from_what_each_layer_did(stack: list[list[bytes]]) -> None:
    tree = filesystem(stack)
    accounting = account(tree, base_layers=1)
    counted = [e for e in tree.listing(len(stack)) if e.type in ("file", "hardlink", "symlink")]
    assert accounting.visible_files == len(counted)


@settings(max_examples=200)
@given(LAYERS)
def test_net_sizes_of_layers_sum_to_what_is_visible_after_each(stack: list[list[bytes]]) -> None:
    net = TreeView(filesystem(stack), Comparison(-1, 0)).net_sizes()
    for count in range(1, len(stack) + 1):
        accounting = account(filesystem(stack[:count]), base_layers=0)
        assert sum(net[:count]) == accounting.visible_size
