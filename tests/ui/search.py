"""The search screen over the main one, and an image to search in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layertui.contents.opening import Contents
from layertui.ui.screens.search import SearchScreen
from layertui.ui.search.request import SearchRequest
from tests import archives
from tests.builders import directory, file, hardlink, layer, whiteout
from tests.ui.images import step
from tests.ui.over_main import over_main

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from layertui.filesystem.query import Query
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


def search_screen(driver: Driver, query: Query | None = None) -> SearchScreen:
    """Return the screen for the layer that is looked at."""
    image = driver.explorer.stack.image
    assert image is not None
    return SearchScreen(
        SearchRequest(
            filesystem=driver.view.filesystem,
            contents=Contents(image.layers),
            layer=driver.view.comparison.upper,
            query=query,
        )
    )


def searched(
    path: Path, text: str = "", *keys: str, query: Query | None = None, **options: Any
) -> AbstractAsyncContextManager[Over[SearchScreen]]:
    """Open an image, type a text into the search screen, search for it, press keys."""
    typed = [*text, "enter"] if text else []
    names = {" ": "space", "=": "equals_sign", ".": "full_stop"}
    pressed = [names.get(key, key) for key in typed]
    return over_main(path, lambda driver: search_screen(driver, query), *pressed, *keys, **options)
