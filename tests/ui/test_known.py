"""Layers that are remembered, on the screen: what is verified, and what that shows."""

from __future__ import annotations

import os
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from layertui.blob import FileBlob
from layertui.layers.cache import IndexCache
from layertui.limits import Limits
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
from tests import archives
from tests.builders import file, layer
from tests.ui.driving import Driver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TARS = [layer(file("a", b"1" * 900)), layer(file("b", b"2"))]


@pytest.fixture(autouse=True)
def _old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the images seem to have been there for a while."""
    now = time.time_ns
    monkeypatch.setattr("layertui.blob.time.time_ns", lambda: now() + 3_000_000_000)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """The bytes that were read from each place in a file."""
    found: dict[int, int] = {}
    read_at = FileBlob.read_at

    def counting(blob: FileBlob, offset: int, length: int) -> bytes:
        data = read_at(blob, offset, length)
        found[blob.offset] = found.get(blob.offset, 0) + len(data)
        return data

    monkeypatch.setattr(FileBlob, "read_at", counting)
    return found


@asynccontextmanager
async def opened(path: Path, folder: Path) -> AsyncIterator[Driver]:
    cache = IndexCache(folder, capacity=1 << 30, limits=Limits())
    app = ExplorerApp(OpenRequest(image=str(path), cache=cache))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver


def verified(driver: Driver) -> list[bool | None]:
    return [row.verified for row in driver.layers.rows]


async def test_known_layers_are_shown_as_they_were_and_verified(
    tmp_path: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archives.write_tarball(archives.oci(TARS), tmp_path / "image.tar")
    async with opened(path, cache_folder) as driver:
        first = [driver.layer_row(number) for number in range(2)]
        assert verified(driver) == [True, True]
    monkeypatch.setattr("layertui.layers.reader.index_layer", None)
    async with opened(path, cache_folder) as driver:
        assert verified(driver) == [True, True]
        assert [driver.layer_row(number) for number in range(2)] == first


async def test_a_known_layer_that_is_another_than_its_image_says_is_told(
    tmp_path: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = archives.config([TARS[0], TARS[0]])
    members = archives.docker_save(TARS, about=about)
    path = archives.write_tarball(members, tmp_path / "image.tar")
    for _ in range(2):
        async with opened(path, cache_folder) as driver:
            assert verified(driver) == [True, False]
        monkeypatch.setattr("layertui.layers.reader.index_layer", None)


async def test_a_layer_that_was_verified_while_it_was_read_is_read_once(
    tmp_path: Path, cache_folder: Path, read: dict[int, int]
) -> None:
    tar = layer(file("a", os.urandom(300_000)))
    members = archives.oci([tar], about=b"{}")
    path = archives.write_tarball(members, tmp_path / "image.tar")
    stored = archives.packed(tar)
    async with opened(path, cache_folder) as driver:
        assert verified(driver) == [True]
    assert len(stored) <= read[path.read_bytes().index(stored)] < 1.5 * len(stored)
