"""Driving the screen in tests: wait for what is going on, look at what is drawn."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
from layertui.ui.screens.explorer import ExplorerScreen
from layertui.ui.widgets.file_tree import FileTree
from layertui.ui.widgets.layer_list import LayerList

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from layertui.filesystem.view import TreeView

SIZES = [(60, 15), (80, 24), (120, 40), (200, 60)]
"""Columns and lines that all screens are looked at in."""


def raw_characters(text: str) -> list[str]:
    """Return the characters that no terminal should get."""
    bad = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return [each for each in text.replace("\n", "") if unicodedata.category(each) in bad]


@asynccontextmanager
async def opened(
    path: Path,
    *,
    size: tuple[int, int] = (120, 40),
    choice: str = "",
    platform: str = "",
    theme: str = "",
    settings_file: Path | None = None,
) -> AsyncIterator[Driver]:
    """Open an image on a screen of a size and wait until everything is read."""
    request = OpenRequest(
        image=str(path), choice=choice, platform=platform, settings_file=settings_file
    )
    app = ExplorerApp(request)
    if theme:
        app.theme = theme
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver


class Driver:
    """An application that runs without a terminal."""

    def __init__(self, app: ExplorerApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def explorer(self) -> ExplorerScreen:
        """The main screen."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, ExplorerScreen)
        return screen

    @property
    def tree(self) -> FileTree:
        """The tree."""
        return self.explorer.query_one(FileTree)

    @property
    def view(self) -> TreeView:
        """What the tree shows."""
        assert self.tree.view is not None
        return self.tree.view

    def paths(self) -> list[str]:
        """Return the paths of all rows of the tree."""
        nodes = [self.view.node_at(number) for number in range(len(self.view))]
        return [self._path(node) for node in nodes]

    def path(self) -> str:
        """Return the path under the cursor of the tree."""
        assert self.tree.cursor_node is not None
        return self._path(self.tree.cursor_node)

    def _path(self, node: int) -> str:
        return self.view.filesystem.table.path(node).decode()

    @property
    def layers(self) -> LayerList:
        """The list of layers."""
        return self.explorer.query_one(LayerList)

    async def settle(self) -> None:
        """Wait until the reading thread has ended and everything is drawn."""
        await self.pilot.pause()
        for job in (self.app.opened.other, self.app.opened.job):
            if job is not None:
                await asyncio.to_thread(job.join)
            await self.pilot.pause()
        await self.searched()

    async def searched(self) -> None:
        """Wait until no search for the filter goes on and what it found is drawn."""
        await self.pilot.pause()
        await asyncio.to_thread(self.explorer.panes.files_pane.filter.wait)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys one after another."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def hurry(self, *keys: str) -> None:
        """Send keys without waiting between them."""
        for key in keys:
            self.app.simulate_key(key)
        for _ in range(4):
            await self.pilot.pause()
        await self.searched()

    def lines(self) -> list[str]:
        """Return what is drawn, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    def text(self) -> str:
        """Return what is drawn."""
        return "\n".join(self.lines())

    def layer_row(self, number: int) -> str:
        """Return the row of a layer."""
        return self.layers.render_line(self.layers.line_of(number)).text

    def tree_rows(self) -> list[str]:
        """Return the rows of the tree in sight, mark and name."""
        tree = self.tree
        rows = [tree.render_line(y).text for y in range(min(tree.line_count, tree.size.height))]
        return [row.rstrip() for row in rows]

    def svg(self) -> str:
        """Return the picture of the screen, without what differs between runs."""
        return re.sub(r"terminal-\d+", "terminal", self.app.export_screenshot(simplify=True))
