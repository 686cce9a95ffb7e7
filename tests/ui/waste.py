"""Opening the waste screen of an image."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from layertui.display import printable
from layertui.ui.screens.waste import WasteScreen
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from layertui.analysis.waste import Accounting
    from layertui.ui.place import Place


class WasteDriver:
    """A waste screen that runs without a terminal.

    Attributes:
        driver: Of the application.
        screen: The screen.
        results: Where it led, as soon as it is left.
    """

    def __init__(self, driver: Driver, accounting: Accounting | None) -> None:
        stack = driver.explorer.stack
        assert stack.image is not None
        assert stack.accounting is not None
        self.driver = driver
        self.screen = WasteScreen(stack.image, accounting or stack.accounting)
        self.results: list[Place | None] = []
        driver.app.push_screen(self.screen, self.results.append)

    async def settle(self) -> None:
        """Wait until nothing goes on beside the screen."""
        await self.driver.pilot.pause()
        while self.screen.busy:
            await asyncio.sleep(0.001)
        await self.driver.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys one after another."""
        await self.driver.press(*keys)
        await self.settle()

    @property
    def paths(self) -> list[str]:
        """The paths that are shown, in order."""
        return [printable(row.path) for row in self.screen.table.shown]

    def text(self) -> str:
        """Return what is drawn."""
        return self.driver.text()

    def edges(self) -> list[Any]:
        """Return the words in the frame of the table."""
        return [line.words for line in self.screen.query("FrameLine")]  # type: ignore[attr-defined]


@asynccontextmanager
async def waste_of(
    path: Path,
    *,
    size: tuple[int, int] = (120, 40),
    theme: str = "",
    accounting: Accounting | None = None,
) -> AsyncIterator[WasteDriver]:
    """Open an image, then its waste screen; or that of another accounting of its layers."""
    async with opened(path, size=size, theme=theme) as driver:
        waste = WasteDriver(driver, accounting)
        await waste.settle()
        yield waste
