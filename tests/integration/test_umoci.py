"""Random stacks of layers give what `umoci unpack` makes of them, by the hundred."""

from __future__ import annotations

import contextlib
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from layertui.blob import BytesBlob
from layertui.filesystem.merge import merge
from layertui.layers.indexing import index_layer
from tests import builders
from tests.integration import rootfs, stacks
from tests.integration.layouts import TAG, write_layout
from tests.integration.tools import ToolError, require, require_root, run

if TYPE_CHECKING:
    from collections.abc import Sequence

STACKS = 640
CHUNK = 64
"""Stacks that one test looks at, as many at a time as there are processors."""


@pytest.fixture(autouse=True)
def _umoci() -> None:
    require_root()
    require("umoci")


@pytest.mark.parametrize("first", range(0, STACKS, CHUNK))
def test_random_stacks_are_what_umoci_unpacks(first: int) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(disagreement, map(stacks.stack, range(first, first + CHUNK))))
    wrong = [first + number for number, lines in enumerate(found) if lines]
    if wrong:
        small = smallest(stacks.stack(wrong[0]))
        pytest.fail(
            f"seeds {wrong}; the first one, made small:\n"
            f"{stacks.described(small)}\n{disagreement(small)}",
            pytrace=False,
        )


def test_random_stacks_are_the_same_each_time_and_hold_every_kind_of_entry() -> None:
    generated = [stacks.stack(seed) for seed in range(STACKS)]
    assert generated == [stacks.stack(seed) for seed in range(STACKS)]
    kinds = {step.kind for layers in generated for steps in layers for step in steps}
    assert kinds == set(get_args(stacks.Kind))


def test_hard_link_keeps_the_content_that_a_later_layer_replaces() -> None:
    layers = [
        builders.layer(builders.file("a", b"1", mtime=1), builders.file("c", b"1", mtime=1)),
        builders.layer(builders.hardlink("b", "a"), builders.hardlink("d", "c")),
        builders.layer(builders.file("a", b"22", mode=0o600, mtime=2), builders.whiteout("c")),
    ]
    tree = agreed(layers)
    assert (tree[b"/b"].size, tree[b"/b"].mode, tree[b"/b"].mtime) == (1, 0o644, 1)
    assert tree[b"/d"].size == 1
    assert b"/c" not in tree


def test_hard_link_survives_the_whiteout_of_its_target_in_the_same_layer() -> None:
    layers = [
        builders.layer(builders.file("a", b"1", uid=7)),
        builders.layer(builders.hardlink("b", "a"), builders.whiteout("a")),
    ]
    assert list(agreed(layers)) == [b"/b"]
    assert agreed(layers)[b"/b"].uid == 7


def test_hard_link_has_the_metadata_of_its_target_whatever_its_own_header_says() -> None:
    layers = [
        builders.layer(
            builders.file("a", b"1", mode=0o600, uid=3, gid=4, mtime=5),
            builders.hardlink("b", "a", mode=0o777),
        )
    ]
    tree = agreed(layers)
    assert tree[b"/a"] == tree[b"/b"]


@pytest.mark.parametrize("target", [builders.symlink("a", "text"), builders.fifo("a")])
def test_hard_link_to_something_that_is_no_file_is_in_both(target: bytes) -> None:
    layers = [builders.layer(target, builders.hardlink("b", "a"))]
    assert ours(layers).keys() == theirs(layers).keys() == {b"/a", b"/b"}
    assert theirs(layers)[b"/a"] == theirs(layers)[b"/b"]
    assert ours(layers)[b"/b"].mode == theirs(layers)[b"/b"].mode


def agreed(layers: Sequence[bytes]) -> rootfs.Tree:
    """Return the filesystem of a stack on which both agree."""
    tree = ours(layers)
    assert rootfs.differences(tree, theirs(layers)) == ""
    return tree


def ours(layers: Sequence[bytes]) -> rootfs.Tree:
    """Return our merged filesystem of a stack."""
    filesystem = merge(
        [index_layer(BytesBlob(layer), number=number) for number, layer in enumerate(layers)]
    )
    return rootfs.from_filesystem(filesystem, len(layers) - 1)


def theirs(layers: Sequence[bytes]) -> rootfs.Tree:
    """Return what `umoci unpack` makes of a stack."""
    with tempfile.TemporaryDirectory(prefix="layertui-umoci-") as name:
        folder = Path(name)
        write_layout(folder / "layout", layers)
        run("umoci", "unpack", "--image", f"{folder / 'layout'}:{TAG}", folder / "bundle")
        return rootfs.from_folder(folder / "bundle" / "rootfs")


def disagreement(stack: stacks.Stack) -> str:
    """Return where we and umoci differ on a stack, empty when nowhere."""
    layers = stacks.blobs(stack)
    return rootfs.differences(ours(layers), theirs(layers))


def smallest(stack: stacks.Stack) -> stacks.Stack:
    """Leave out entries as long as what is left is still judged differently."""
    left, tried = stack, 0
    while tried < sum(map(len, left)):
        candidate = _without_entry(left, tried)
        with contextlib.suppress(ToolError):
            if disagreement(candidate):
                left = candidate
                continue
        tried += 1
    return left


def _without_entry(stack: stacks.Stack, number: int) -> stacks.Stack:
    counted = enumerate(step for steps in stack for step in steps)
    dropped = next(step for place, step in counted if place == number)
    return tuple(tuple(step for step in steps if step is not dropped) for steps in stack)
