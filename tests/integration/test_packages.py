"""Whose files are, on an image of real package managers, against what these list themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from layertui.analysis.inspection import inspect_image
from layertui.contents.opening import Contents
from layertui.insight.packages.changes import packages_of
from layertui.insight.packages.package import Package
from layertui.layers.entries import FILE
from layertui.sources import open_image
from tests.integration import packaged
from tests.integration.packaged import ARCHIVES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.analysis.inspection import Inspection
    from layertui.insight.packages.summary import PackageChange, Packages
    from tests.integration.engines import Docker

TAG = "localhost/layertui-packages:1"


class Known(NamedTuple):
    listed: packaged.Listed
    inspection: Inspection
    found: Packages

    def sizes(self, layer: int) -> dict[str, int]:
        return {each.package.name: each.shipped for each in self.found.layers[layer].owned}


@pytest.fixture(scope="module")
def known(engine: Docker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    folder = tmp_path_factory.mktemp("packages")
    listed = packaged.build(engine, folder, TAG)
    engine.run("save", "--output", folder / "image.tar", TAG)
    image = open_image(str(folder / "image.tar"))
    inspection = inspect_image(image)
    contents = Contents(image.layers)
    yield Known(
        listed, inspection, packages_of(inspection.filesystem, inspection.accounting, contents)
    )
    image.close()


def test_every_file_of_the_image_is_of_the_package_that_lists_it(known: Known) -> None:
    filesystem = known.inspection.filesystem
    top, ours, truth = len(filesystem.indexes) - 1, {}, {}
    for node in range(1, len(filesystem.table)):
        version = filesystem.version(node, top)
        if not filesystem.exists(version) or filesystem.versions.rows[version] < 0:
            continue
        layer, row = filesystem.versions.layers[version], filesystem.versions.rows[version]
        if filesystem.indexes[layer].kinds[row] == FILE:
            path = filesystem.table.path(node).decode()
            owner = known.found.ownership.owner(layer, row)
            ours[path] = owner and f"{owner.manager} {owner.name}"
            truth[path] = f"apt {known.listed.files[path]}" if path in known.listed.files else None
            if path in known.listed.python:
                truth[path] = "pip demo"
            if path[1:] in packaged.APK_FILES:
                truth[path] = "apk tool"
    assert len(ours) > 1_000
    assert sum(owner is not None for owner in ours.values()) > 1_000
    assert {path: (ours[path], truth[path]) for path in ours if ours[path] != truth[path]} == {}


def test_the_same_packages_are_installed(known: Known) -> None:
    installed = {each.name: each.version for each in known.found.installed if each.manager == "apt"}
    assert installed == known.listed.versions
    others = [each for each in known.found.installed if each.manager != "apt"]
    assert others == [Package("apk", "tool", "3.2-r1", "x86_64"), Package("pip", "demo", "1.5")]
    assert known.found.notices == ()


def test_each_layer_did_to_packages_what_its_instruction_says(known: Known) -> None:
    names = [
        [_names(changes) for changes in (layer.added, layer.upgraded, layer.removed)]
        for layer in known.found.layers[packaged.COPIED :]
    ]
    assert names == [
        [[], [], []],
        [["alpha", "gamma"], [], []],
        [[], ["alpha"], []],
        [["beta"], [], []],
        [[], [], ["gamma"]],
        [["demo"], [], []],
        [["tool"], [], []],
    ]


def test_bytes_are_of_the_layer_that_shipped_them(known: Known) -> None:
    """Files that an instruction wrote are counted with it, wherever databases were rewritten."""
    assert known.sizes(packaged.COPIED) == {}
    assert known.sizes(packaged.FIRST) == {
        "alpha": sum(map(len, ARCHIVES["alpha-1"].values())),
        "gamma": sum(map(len, ARCHIVES["gamma-1"].values())),
    }
    assert known.sizes(packaged.UPGRADE) == {"alpha": sum(map(len, ARCHIVES["alpha-2"].values()))}
    diverted = {
        "beta": sum(map(len, ARCHIVES["beta-1"].values())),
        "alpha": len(ARCHIVES["alpha-2"]["usr/bin/alpha"]),
    }
    assert known.sizes(packaged.DIVERSION) == diverted
    assert known.sizes(packaged.REMOVAL) == {}
    assert known.sizes(packaged.APK) == {"tool": 900}
    python = known.inspection.filesystem.indexes[packaged.PYTHON]
    assert known.sizes(packaged.PYTHON) == {"demo": python.size}


def test_waste_is_of_the_package_whose_files_are_gone(known: Known) -> None:
    (upgraded,) = known.found.layers[packaged.UPGRADE].upgraded
    assert upgraded.superseded == sum(map(len, ARCHIVES["alpha-1"].values()))
    (removed,) = known.found.layers[packaged.REMOVAL].removed
    assert removed.superseded == sum(map(len, ARCHIVES["gamma-1"].values()))
    wasted = {
        f"{each.package.name} {each.package.version}": each.wasted
        for each in known.found.packages
        if each.wasted and f"{each.package.name}-{each.package.version}" in ARCHIVES
    }
    assert wasted == {
        "alpha 1": upgraded.superseded,
        "alpha 2": len(ARCHIVES["alpha-2"]["usr/bin/alpha"]),
        "gamma 1": removed.superseded,
    }


def _names(changes: Iterable[PackageChange]) -> list[str]:
    packages = (change.after or change.before for change in changes)
    return sorted(package.name for package in packages if package)
