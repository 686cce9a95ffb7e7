"""The numbers that stand for the versions of a path, held against comparing all pairs of them."""

from __future__ import annotations

import gzip
from itertools import combinations
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.blob import BytesBlob
from layertui.filesystem.changes import ChangeStrips, Comparison
from layertui.filesystem.likeness import UNTOLD, Likeness
from layertui.filesystem.merge import differences, merge
from layertui.filesystem.tree import Change
from layertui.layers.fields import UNKNOWN_TIME
from layertui.layers.indexing import index_layer
from tests import builders

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

NAMES = ("a", "b", "d")
FILES = st.builds(
    builders.file,
    st.sampled_from([*NAMES, "d/f", "d/f"]),
    st.sampled_from([b"", b"1", b"22", b"33", b"33"]),
    mode=st.sampled_from([0o644, 0o600]),
    mtime=st.sampled_from([0, 0, 5]),
    pax=st.sampled_from([None, None, None, {"mtime": b"nan"}]),
)
DIRECTORIES = st.builds(builders.directory, st.sampled_from(NAMES), mtime=st.sampled_from([0, 5]))
OTHERS = st.one_of(
    st.builds(builders.symlink, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.builds(builders.hardlink, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.builds(builders.device, st.sampled_from(NAMES), st.just(1), st.sampled_from([3, 5])),
    st.builds(builders.whiteout, st.sampled_from([*NAMES, "d/f"])),
)
LAYERS = st.lists(st.one_of(FILES, FILES, DIRECTORIES, OTHERS), max_size=4)
TIMES = st.one_of(
    st.builds(builders.file, st.just("a"), mtime=st.sampled_from([0, 5])),
    st.just(builders.file("a", pax={"mtime": b"nan"})),
)
STACKS = st.one_of(
    st.lists(LAYERS, min_size=3, max_size=7),
    st.lists(st.lists(TIMES, min_size=1, max_size=1), min_size=3, max_size=5),
)
PACKED = st.lists(st.booleans(), min_size=7, max_size=7)


def stacked(layers: list[list[bytes]], packed: list[bool]) -> Filesystem:
    """Return the filesystem of layers, some of them compressed."""
    tars = [builders.layer(*entries) for entries in layers]
    stored = [gzip.compress(tar) if pack else tar for tar, pack in zip(tars, packed, strict=False)]
    return merge([index_layer(BytesBlob(data), number=n) for n, data in enumerate(stored)])


def alike(filesystem: Filesystem, node: int, lower: int, upper: int) -> bool | None:
    """Tell whether nothing differs; None: the node is not in both states."""
    versions = [filesystem.version(node, layer) for layer in (lower, upper)]
    if not all(map(filesystem.exists, versions)):
        return None
    return not differences(filesystem.indexes, *map(filesystem.source, versions))


def chain(filesystem: Filesystem, node: int) -> list[int]:
    version = filesystem.versions.last[node]
    versions = list[int]()
    while version >= 0:
        versions.append(version)
        version = filesystem.versions.previous[version]
    return versions


@settings(max_examples=400)
@given(STACKS, PACKED)
def test_versions_have_one_number_where_nothing_differs(
    layers: list[list[bytes]], packed: list[bool]
) -> None:
    filesystem = stacked(layers, packed)
    likeness = Likeness(filesystem)
    strips = [likeness.after(layer) for layer in range(len(layers))]
    for node in range(len(filesystem.table)):
        if len(chain(filesystem, node)) < 3:
            continue
        for lower, upper in combinations(range(len(layers)), 2):
            expected = alike(filesystem, node, lower, upper)
            below, above = strips[lower][node], strips[upper][node]
            if expected is not None and UNTOLD not in (below, above):
                assert (below == above) == expected
            assert expected is None or (below == UNTOLD) == (above == UNTOLD)


@settings(max_examples=200)
@given(STACKS)
def test_numbers_tell_all_where_digests_and_times_are_known(layers: list[list[bytes]]) -> None:
    filesystem = stacked(layers, [True] * len(layers))
    likeness = Likeness(filesystem)
    strips = [likeness.after(layer) for layer in range(len(layers))]
    for node in range(len(filesystem.table)):
        places = [filesystem.source(version) for version in chain(filesystem, node)]
        times = {filesystem.indexes[layer].mtimes[row] for layer, row in places if row >= 0}
        implied = any(row < 0 for _, row in places)
        if UNKNOWN_TIME not in times and not implied:
            assert all(strip[node] != UNTOLD for strip in strips)


@settings(max_examples=300)
@given(STACKS, PACKED)
def test_strips_say_what_comparing_one_by_one_says(
    layers: list[list[bytes]], packed: list[bool]
) -> None:
    filesystem = stacked(layers, packed)
    strips = ChangeStrips(filesystem)
    for lower, upper in combinations(range(len(layers)), 2):
        changes = strips.changes(Comparison(lower, upper))
        for node in range(1, len(filesystem.table)):
            expected = alike(filesystem, node, lower, upper)
            if expected is None:
                assert changes[node] in (Change.ABSENT, Change.ADDED, Change.REMOVED)
            else:
                told = Change.UNMODIFIED if expected else Change.MODIFIED
                assert changes[node] == told
