"""An image whose layers are on their way: what of it is shown, and when."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob
from layertui.image import Layer
from layertui.layers.cache import IndexCache
from layertui.limits import Limits
from layertui.oci.digest import Digest
from layertui.sources import open_source
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
from tests import archives
from tests.builders import file, layer
from tests.deliveries import PLAIN, STORED, Arriving, Fake, Listing, Waiting, delivered, happened
from tests.ui.driving import Driver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layertui.image import Image
    from layertui.sources import Source

BASE = layer(file("base", b"b" * 1000))


class Brought:
    """A source whose image has layers that have to be brought."""

    def __init__(self, source: Source, layers: tuple[Layer, ...]) -> None:
        self._source = source
        self._layers = layers

    def image(self, **chosen: object) -> Image:
        return replace(self._source.image(), layers=self._layers)

    def close(self) -> None:
        self._source.close()


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ExplorerApp]:
    """Return what starts the screen on an image with these layers."""
    path = archives.write_tarball(archives.docker_save([BASE, PLAIN]), tmp_path / "i.tar")

    def start(*layers: Layer, cache: IndexCache | None = None) -> ExplorerApp:
        source = Brought(open_source(str(path)), layers)
        monkeypatch.setattr("layertui.sources.open_source", lambda *_a, **_o: source)
        return ExplorerApp(OpenRequest(image="brought", cache=cache))

    return start


def at_hand(data: bytes = BASE) -> Layer:
    return Layer(index=0, blob=BytesBlob(data), stored_size=len(data), diff_id=Digest.of(data))


async def until(driver: Driver, *texts: str) -> None:
    """Wait until all texts are on the screen."""
    while not all(text in driver.text() for text in texts):
        await driver.pilot.pause(0.001)


async def test_what_a_layer_lists_is_shown_as_listed_until_it_is_here(
    show: Callable[..., ExplorerApp],
) -> None:
    delivery = Listing(Arriving(STORED), Event(), happened())
    app = show(at_hand(), delivered(delivery, 1))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot)
        await until(driver, "1 ~", "listed, 0 % here")
        await driver.press("down", "tab")
        await until(driver, "listed")
        assert any("listed" in row for row in driver.tree_rows())
        assert "listed, not verified" in driver.text()
        assert driver.explorer.stack.accounting is None
        delivery.arrived.set()
        await driver.settle()
        assert [row.split()[-1] for row in driver.tree_rows()] == ["base", "f", "g"]
        assert "1 \u2713" in driver.text()
        assert driver.explorer.stack.accounting is not None


async def test_layers_that_are_here_are_shown_while_others_arrive(
    show: Callable[..., ExplorerApp],
) -> None:
    delivery = Waiting(Arriving(STORED), Event(), in_order=True)
    app = show(at_hand(), delivered(delivery, 1))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot)
        await until(driver, "1.0 kB", "read 1 of 2 layers", "0 %")
        delivery.arrived.set()
        await driver.settle()
        assert "wasted 0 B" in driver.text()


async def test_layers_that_were_known_are_told(
    show: Callable[..., ExplorerApp], tmp_path: Path
) -> None:
    cache = IndexCache(tmp_path / "cache", capacity=1 << 30, limits=Limits())
    for known in (False, True):
        delivery = Fake(Arriving(STORED))
        app = show(at_hand(), delivered(delivery, 1), cache=cache)
        async with app.run_test(size=(120, 60)) as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            assert ("1 known from before" in driver.text()) == known
            await driver.press("down")
            assert ("yes, it was not read again" in driver.text()) == known
        assert delivery.opened == (0 if known else 1)
