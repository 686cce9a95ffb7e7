"""The screen comes first, and goes at once."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from layertui import sources
from layertui.layers import indexing, reader
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def gate() -> Iterator[Event]:
    """An event that is set at the end, so that no thread stays behind."""
    event = Event()
    yield event
    event.set()


def held(function: Callable[..., Any], gate: Event, reached: Event) -> Callable[..., Any]:
    """Return a function that waits at a gate before it does what it does."""

    def wait(*arguments: Any, **options: Any) -> Any:
        reached.set()
        gate.wait()
        return function(*arguments, **options)

    return wait


async def test_a_frame_stands_before_the_image_is_opened(
    shop: Path, monkeypatch: pytest.MonkeyPatch, gate: Event
) -> None:
    monkeypatch.setattr(sources, "open_source", held(sources.open_source, gate, Event()))
    app = ExplorerApp(OpenRequest(image=str(shop)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        driver = Driver(app, pilot)
        assert "shop.tar" in driver.text()
        assert "opening" in driver.text()
        gate.set()
        await driver.settle()
        assert "5 layers" in driver.text()
        assert "opening" not in driver.text()


async def test_layers_are_listed_while_they_are_read(
    shop: Path, monkeypatch: pytest.MonkeyPatch, gate: Event
) -> None:
    reached = Event()
    monkeypatch.setattr(reader, "index_layer", held(indexing.index_layer, gate, reached))
    app = ExplorerApp(OpenRequest(image=str(shop)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await asyncio.to_thread(reached.wait)
        await pilot.pause()
        driver = Driver(app, pilot)
        assert "RUN chmod 755 /app" in driver.text()
        assert "0 %" in driver.text()
        assert "Layer 0 is being read." in driver.text()
        gate.set()
        await driver.settle()
        assert "Layer 0 is being read." not in driver.text()
        assert "wasted" in driver.lines()[0]


async def test_finished_layers_are_usable_while_another_one_is_read(
    shop: Path, monkeypatch: pytest.MonkeyPatch, gate: Event
) -> None:
    index_layer, reached = indexing.index_layer, Event()

    def hold_the_last(*arguments: Any, number: int, **options: Any) -> Any:
        if number == 4:
            reached.set()
            gate.wait()
        return index_layer(*arguments, number=number, **options)

    monkeypatch.setattr(reader, "index_layer", hold_the_last)
    app = ExplorerApp(OpenRequest(image=str(shop)))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot)
        async with asyncio.timeout(20):
            while driver.explorer.stack.usable < 4:
                await pilot.pause(0.01)
        assert "bin/" in driver.text()
        await driver.press("end")
        assert "Layer 4 is being read." in driver.text()
        driver.explorer.panes.files_pane.show_filesystem(driver.view.beside(driver.view.comparison))
        await driver.press("tab", "o", "E")
        assert "Layer 4 is being read." in driver.text()
        await driver.press("tab", "up")
        assert "Layer 3 against layer 2" in driver.text()
        gate.set()
        await driver.settle()
        assert driver.explorer.stack.usable == 5


async def test_quitting_does_not_wait_for_a_layer_that_is_read(
    shop: Path, monkeypatch: pytest.MonkeyPatch, gate: Event
) -> None:
    reached = Event()
    monkeypatch.setattr(reader, "index_layer", held(indexing.index_layer, gate, reached))
    app = ExplorerApp(OpenRequest(image=str(shop)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await asyncio.to_thread(reached.wait)
        await pilot.press("q")
        assert app._exit
    assert app.opened.job is not None
    assert app.opened.job.is_alive()
    assert app.opened.job.daemon
    assert app.opened.job.cancelled()


async def test_what_is_unfolded_stays_when_more_layers_are_there(shop: Path) -> None:
    async with opened(shop) as driver:
        from layertui.filesystem.changes import Comparison
        from layertui.filesystem.merge import merge
        from layertui.filesystem.view import TreeView

        await driver.press("tab", "space", "down")
        view = driver.tree.view
        assert view is not None
        again = TreeView(merge(view.filesystem.indexes), Comparison(-1, 0))
        rows = driver.tree_rows()
        driver.tree.show(again)
        await driver.pilot.pause()
        assert driver.tree_rows() == rows
        assert driver.tree.view is again
