from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from layertui.analysis.inspection import Inspection, inspect_image
from layertui.demo import TAG, write_demo
from layertui.filesystem.tree import Change, Differs
from layertui.layers.entries import KIND_NAMES
from layertui.sources import open_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DIGEST = "dae16b9e440716447bc40d95e4d7ad10c528c61af7454cdb50bdc779c23576cf"
WRITE_AND_DIGEST = """
import hashlib, pathlib, sys
from layertui.demo import write_demo
path = pathlib.Path(sys.argv[1])
write_demo(path)
print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.tar"
    write_demo(path)
    return path


@pytest.fixture(scope="module")
def inspection(demo: Path) -> Iterator[Inspection]:
    image = open_image(str(demo), platform="linux/amd64")
    yield inspect_image(image, verify=True)
    image.close()


def changes_of(inspection: Inspection, change: Change) -> list[tuple[bytes, str]]:
    """Return the paths that changed so in any layer, each with what differs."""
    filesystem = inspection.filesystem
    versions = filesystem.versions
    return [
        (filesystem.table.path(node), " ".join(Differs(differs).names))
        for node, made, differs in zip(
            versions.nodes, versions.changes, versions.differs, strict=True
        )
        if made == change
    ]


def test_the_sample_is_the_same_bytes_on_every_machine(demo: Path) -> None:
    assert hashlib.sha256(demo.read_bytes()).hexdigest() == DIGEST


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_neither_time_zone_nor_hash_seed_changes_a_byte(tmp_path: Path, zone: str) -> None:
    written = subprocess.run(
        [sys.executable, "-c", WRITE_AND_DIGEST, tmp_path / "demo.tar"],
        env={"TZ": zone, "PYTHONHASHSEED": str(len(zone)), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True, check=True, text=True,
    )  # fmt: skip

    assert written.stdout.strip() == DIGEST


def test_a_file_that_is_there_already_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "demo.tar"
    path.write_bytes(bytes(8 << 20))

    write_demo(path)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == DIGEST


def test_the_sample_takes_at_most_six_megabytes(demo: Path) -> None:
    assert demo.stat().st_size <= 6_000_000


def test_the_sample_opens_as_a_named_image_with_nothing_odd_about_it(
    inspection: Inspection,
) -> None:
    image = inspection.image

    assert (image.source, image.tags, str(image.platform)) == (
        "docker-archive", (TAG,), "linux/amd64",
    )  # fmt: skip
    assert inspection.notices == ()
    assert not inspection.incomplete


def test_every_layer_has_the_digest_that_the_config_tells(inspection: Inspection) -> None:
    assert len(inspection.verified) >= 8
    assert all(inspection.verified)


def test_every_layer_has_a_step_and_some_steps_have_no_layer(inspection: Inspection) -> None:
    image = inspection.image
    steps = [step for step in image.config.history if step]

    assert all(layer.history for layer in image.layers)
    assert sum(not step.empty_layer for step in steps) == len(image.layers)
    assert sum(step.empty_layer for step in steps) >= 4


def test_the_steps_are_written_as_builders_write_them(inspection: Inspection) -> None:
    steps = [step.created_by for step in inspection.image.config.history if step]

    assert any("#(nop)" in step for step in steps)
    assert any(step.endswith("# buildkit") for step in steps)
    assert any("    && " in step for step in steps)
    assert any(step.count("\n") >= 4 for step in steps)


def test_the_layers_add_remove_and_repeat(inspection: Inspection) -> None:
    for change in (Change.ADDED, Change.MODIFIED, Change.REMOVED, Change.UNMODIFIED):
        assert changes_of(inspection, change), change.name


@pytest.mark.parametrize(
    ("path", "differs"),
    [
        (b"/etc/passwd", "content mtime"),
        (b"/srv/api/bin/server", "mode"),
        (b"/srv/api/bin/server", "owner"),
        (b"/srv/api/bin/server", "xattrs"),
        (b"/srv/api/releases/2.4", "mtime"),
        (b"/srv/api/current", "mtime link"),
        (b"/srv/api/logs", "type mode mtime"),
    ],
)
def test_something_changes_in_each_way(inspection: Inspection, path: bytes, differs: str) -> None:
    assert (path, differs) in changes_of(inspection, Change.MODIFIED)


@pytest.mark.parametrize("cause", ["removed", "rewritten", "metadata", "identical"])
def test_every_cause_of_waste_costs_something_to_see(inspection: Inspection, cause: str) -> None:
    causes = inspection.accounting.causes

    assert getattr(causes, cause) >= 100_000


@pytest.mark.parametrize(
    ("path", "how"),
    [
        (b"/var/lib/apt/lists/bookworm_main_Packages", "a whiteout"),
        (b"/usr/share/doc/bash/copyright", "the whiteout of a directory"),
        (b"/srv/api/static/app.css", "an opaque marker"),
        (b"/srv/api/logs/debug.log", "a change of type"),
    ],
)
def test_copies_are_removed_by(inspection: Inspection, path: bytes, how: str) -> None:
    causes = {copy.cause for copy in inspection.accounting.wasted if copy.path == path}

    assert "removed" in causes, how


def test_the_filesystem_has_every_type_but_block_devices(inspection: Inspection) -> None:
    filesystem = inspection.filesystem
    types = {entry.type for entry in filesystem.listing(len(filesystem.indexes) - 1)}

    assert types == set(KIND_NAMES) - {"blockdev"}


def test_there_are_special_bits_odd_names_and_deep_folders(inspection: Inspection) -> None:
    filesystem = inspection.filesystem
    entries = list(filesystem.listing(len(filesystem.indexes) - 1))

    assert {entry.mode & 0o7000 for entry in entries} >= {0o4000, 0o2000, 0o1000}
    assert any(b"\xe9" in entry.path for entry in entries)
    assert max(entry.path.count(b"/") for entry in entries) >= 10
    assert any(entry.implied for entry in entries)


def test_sizes_reach_from_bytes_to_a_megabyte(inspection: Inspection) -> None:
    sizes = [layer.size for layer in inspection.accounting.layers]

    assert min(sizes) == 0
    assert any(0 < size < 1_000 for size in sizes)
    assert any(100_000 < size < 1_000_000 for size in sizes)
    assert max(sizes) > 1_000_000
