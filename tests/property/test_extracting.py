"""What is taken out of random stacks is what the merged filesystem says, and nothing else."""

from __future__ import annotations

import os
import stat
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings

from layertui.contents.extracting import extract
from layertui.contents.planning import Selection, planned
from layertui.contents.tar_stream import TarSink
from layertui.layers.entries import DIRECTORY, FILE, KIND_NAMES
from tests import builders
from tests.property.stacks import stacks
from tests.taking_out import Seen, seen, stack, take_out

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem
    from tests.reference import Item

KINDS = {"directory": stat.S_IFDIR, "file": stat.S_IFREG, "symlink": stat.S_IFLNK}


def blobs(items: list[list[Item]]) -> list[bytes]:
    return [builders.layer(*(item.entry() for item in layer)) for layer in items]


def expected(filesystem: Filesystem, layer: int) -> dict[str, tuple[int, int, int]]:
    """Return type, permissions and size of all that can be taken out but links."""
    found = {}
    for node in range(1, len(filesystem.table)):
        version = filesystem.version(node, layer)
        if not filesystem.exists(version):
            continue
        entry = filesystem.entry(node, version)
        kind = KIND_NAMES[filesystem.kind(version)]
        if kind in ("directory", "file"):
            found[os.fsdecode(entry.path[1:])] = (KINDS[kind], entry.mode, entry.size)
    return found


def without_links(tree: dict[str, Seen]) -> dict[str, tuple[int, int, int]]:
    return {
        path: (each.type, each.mode, len(each.content))
        for path, each in tree.items()
        if each.type != stat.S_IFLNK
    }


@settings(max_examples=150, deadline=None)
@given(stacks())
def test_a_folder_has_what_each_layer_shows(items: list[list[Item]]) -> None:
    layers = blobs(items)
    filesystem, _ = stack(layers)
    for number in range(len(layers)):
        with tempfile.TemporaryDirectory(prefix="layertui-test-") as folder:
            outcome = take_out(layers, Path(folder, "new"), layer=number)
            tree = seen(Path(folder, "new"))
            assert without_links(tree) == expected(filesystem, number)
            assert len(tree) + len(outcome.left_out) == len(list(filesystem.listing(number)))
            assert [each.name for each in Path(folder).iterdir()] == ["new"]
            _check_links(Path(folder, "new"))


def _check_links(top: Path) -> None:
    for parent, folders, files in os.walk(top):
        for path in (Path(parent, name) for name in (*folders, *files)):
            if path.is_symlink():
                assert Path(os.path.realpath(path)).is_relative_to(os.path.realpath(top))


@settings(max_examples=150, deadline=None)
@given(stacks())
def test_a_stream_has_what_each_layer_shows(items: list[list[Item]]) -> None:
    layers = blobs(items)
    filesystem, contents = stack(layers)
    for number in range(len(layers)):
        target = BytesIO()
        sink = TarSink(target.write)
        outcome = extract(planned(Selection(filesystem, 0, number)), contents, sink)
        sink.finish()
        target.seek(0)
        with tarfile.open(fileobj=target) as archive:
            names = {f"/{member.name}" for member in archive if member.name != "."}
        shown = {os.fsdecode(entry.path) for entry in filesystem.listing(number)}
        left_out = {os.fsdecode(left.path) for left in outcome.left_out}
        assert names | left_out == shown
        assert not names & left_out


@settings(max_examples=100, deadline=None)
@given(stacks())
def test_layers_over_one_another_are_what_they_have(items: list[list[Item]]) -> None:
    layers = blobs(items)
    with tempfile.TemporaryDirectory(prefix="layertui-test-") as folder:
        for number in range(len(layers)):
            take_out(layers, Path(folder, f"layer-{number}"), layer=number, only=True)
        filesystem, _ = stack(layers)
        for number in range(len(layers)):
            kinds = {
                os.fsdecode(filesystem.table.path(filesystem.versions.nodes[version])[1:]): (
                    filesystem.kind(version)
                )
                for version in filesystem.layer_versions(number)
                if filesystem.exists(version)
            }
            there = set(without_links(seen(Path(folder, f"layer-{number}"))))
            assert {path for path, kind in kinds.items() if kind in (FILE, DIRECTORY)} <= there
            for parent in there - set(kinds):
                assert any(path.startswith(f"{parent}/") for path in kinds)
