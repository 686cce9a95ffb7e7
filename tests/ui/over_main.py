"""A screen over the main one: what is done on it, what it copies, where it leads."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from layertui.ui.image.report import image_report
from tests.ui.driving import Driver, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from textual.screen import Screen

    from layertui.ui.image.report import ImageReport

AnyScreen = TypeVar("AnyScreen", bound="Screen[Any]")

NOTHING_YET = object()
"""The outcome of a screen that is still there."""


class Over(Generic[AnyScreen]):
    """A screen over the main screen.

    Attributes:
        driver: Of the application.
        screen: The screen.
        outcome: Where it led.
    """

    def __init__(self, driver: Driver, screen: AnyScreen) -> None:
        self.driver = driver
        self.screen = screen
        self.outcome: object = NOTHING_YET
        driver.app.push_screen(screen, self._take)

    def _take(self, outcome: object) -> None:
        self.outcome = outcome

    async def settle(self) -> None:
        """Wait until nothing goes on beside the screen and everything is drawn."""
        await self.driver.pilot.pause()
        while getattr(self.screen, "busy", False):
            await self.driver.pilot.pause()
        await self.driver.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, and wait for what goes on beside the screen."""
        await self.driver.press(*keys)
        await self.settle()

    @property
    def copied(self) -> str:
        """What was copied last."""
        return self.driver.app.clipboard

    def lines(self) -> list[str]:
        """Return what is drawn, line by line."""
        return self.driver.lines()

    def text(self) -> str:
        """Return what is drawn."""
        return self.driver.text()


@asynccontextmanager
async def over_main(
    path: Path, make: Callable[[Driver], AnyScreen], *keys: str, **options: Any
) -> AsyncIterator[Over[AnyScreen]]:
    """Open an image, make a screen over it and press keys there.

    Args:
        path: The image.
        make: Returns the screen once everything is read.
        keys: To be pressed.
        options: How the image is opened, as `opened` takes them.
    """
    async with opened(path, **options) as driver:
        over = Over(driver, make(driver))
        await over.settle()
        await over.press(*keys)
        yield over


def report_of(driver: Driver) -> ImageReport:
    """Return what is known of the image."""
    report = image_report(driver.explorer.stack)
    assert report is not None
    return report
