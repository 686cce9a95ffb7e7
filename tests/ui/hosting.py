"""A dialog alone on a screen, over another one that a test makes."""

from __future__ import annotations

import os
import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

import layertui.ui
from layertui.ui.app import ExplorerApp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot


class Host(App[None]):
    """Looks as the program does.

    Args:
        below: The main screen.
    """

    CSS_PATH = Path(layertui.ui.__file__).with_name("layertui.tcss")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "layertui"
    get_theme_variable_defaults = ExplorerApp.get_theme_variable_defaults

    def __init__(self, below: Screen[None] | None = None) -> None:
        plain = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if plain else None)
        if plain:
            self.theme = "ansi-dark"
        self.below: Screen[None] = below or Screen()

    def get_default_screen(self) -> Screen[None]:
        return self.below


class Hosted:
    """A dialog that runs without a terminal.

    Attributes:
        results: What it was left with.
    """

    def __init__(self, host: Host, pilot: Pilot[None]) -> None:
        self.host = host
        self.pilot = pilot
        self.results: list[Any] = []

    async def show(self, dialog: Screen[Any]) -> None:
        self.host.push_screen(dialog, self.results.append)
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is looked for and everything is drawn."""
        await self.pilot.pause()
        while getattr(self.host.screen, "busy", False):
            await self.pilot.pause()
        await self.pilot.pause()

    def lines(self) -> list[str]:
        strips = self.host.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    def text(self) -> str:
        return "\n".join(self.lines())

    def line_with(self, words: str) -> str:
        return next((line for line in self.lines() if words in line), "")

    def svg(self) -> str:
        return re.sub(r"terminal-\d+", "terminal", self.host.export_screenshot(simplify=True))


@asynccontextmanager
async def hosted(
    dialog: Screen[Any] | None = None,
    *,
    below: Screen[None] | None = None,
    size: tuple[int, int] = (80, 24),
    theme: str = "",
) -> AsyncIterator[Hosted]:
    """Show a dialog and wait until it is drawn."""
    host = Host(below)
    if theme:
        host.theme = theme
    async with host.run_test(size=size) as pilot:
        driven = Hosted(host, pilot)
        await driven.settle()
        if dialog is not None:
            await driven.show(dialog)
        yield driven
