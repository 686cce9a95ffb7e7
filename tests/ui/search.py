"""The search screen over the main one, and an image to search in."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from layertui.contents.opening import Contents
from layertui.ui.screens.search import SearchScreen
from layertui.ui.search.form import SearchField
from layertui.ui.search.request import SearchRequest
from tests import archives
from tests.builders import directory, file, hardlink, layer, whiteout
from tests.ui.images import step
from tests.ui.over_main import over_main

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from layertui.filesystem.query import Query
    from layertui.ui.search.memory import SearchMemory
    from tests.ui.driving import Driver
    from tests.ui.over_main import Over

LAYERS = [
    layer(
        directory("etc"),
        file("etc/app.conf", b"# settings\nuser = shop\n\tpassword = hunter2\nport = 80\n"),
        file("etc/motd", b"welcome\n"),
        file("srv/key", b"password: swordfish\n"),
        file("usr/bin/tool", b"\x7fELF\0 password"),
        file("usr/share/words", b"".join(b"password number %d\n" % n for n in range(30))),
        file("var/min.js", b"x" * 3_000 + b";let password=1;" + b"y" * 3_000),
    ),
    layer(
        file("etc/app.conf", b"# settings\nuser = shop\nPassword = from a secret\n"),
        whiteout("srv/key"), hardlink("usr/share/copy", "usr/share/words"),
    ),
    layer(file("srv/note", b"no pass\nthe password is \x1b[31mred\xff\n")),
]  # fmt: skip


def write_searched(path: Path) -> Path:
    """Write an image with something to look for."""
    about = archives.config(LAYERS, history=[step(f"COPY part{n} /") for n in range(3)])
    return archives.write_tarball(archives.docker_save(LAYERS, about=about), path)


def search_screen(
    driver: Driver, query: Query | None = None, memory: SearchMemory | None = None
) -> SearchScreen:
    """Return the screen for the layer that is looked at."""
    image = driver.explorer.stack.image
    assert image is not None
    return SearchScreen(
        SearchRequest(
            filesystem=driver.view.filesystem,
            contents=Contents(image.layers),
            layer=driver.view.comparison.upper,
            query=query,
            memory=memory,
        )
    )


@asynccontextmanager
async def searched(
    path: Path,
    text: str = "",
    *keys: str,
    query: Query | None = None,
    memory: SearchMemory | None = None,
    **options: Any,
) -> AsyncIterator[Over[SearchScreen]]:
    """Open an image, search for a text on the search screen, press keys."""

    def screen(driver: Driver) -> SearchScreen:
        return search_screen(driver, query, memory)

    async with over_main(path, screen, **options) as over:
        if text:
            over.screen.query_one(SearchField).value = text
            await over.press("enter")
        for key in keys:
            await over.press(key)
        yield over
