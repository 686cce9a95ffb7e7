"""An image of files of many kinds, and the viewer over the main screen."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from layertui.contents.opening import Contents
from layertui.ui.screens.viewer import ViewerScreen
from layertui.ui.viewer.request import ViewRequest
from tests import archives
from tests.builders import device, directory, fifo, file, hardlink, layer, symlink, whiteout
from tests.kinds import CERTIFICATE, PROGRAM, elf, png
from tests.ui.over_main import over_main

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.ui.driving import Driver
    from tests.ui.over_main import Over

DAY = 1_714_979_289


def files_layers() -> list[bytes]:
    """Return three layers of files of many kinds."""
    base = layer(
        directory("etc", mtime=DAY),
        file("etc/motd", b"welcome\n", mtime=DAY),
        file("etc/shop.json", b'{"name": "shop", "open": true, "prices": [1, 2]}\n', mtime=DAY),
        file("etc/ca.pem", CERTIFICATE.encode(), mtime=DAY),
        file("usr/bin/shop", PROGRAM.encode(), mode=0o755, mtime=DAY),
        file("usr/bin/sell", elf(), mode=0o755, mtime=DAY),
        hardlink("usr/bin/vend", "usr/bin/sell", mode=0o755),
        file("usr/share/logo.png", png(640, 480), mtime=DAY),
        file("var/old", b"gone soon\n", mtime=DAY),
        device("dev/null", 1, 3, mode=0o666),
        fifo("dev/initctl"),
    )
    change = layer(
        file("etc/motd", b"we are closed\ntoday\n", mtime=DAY + 60),
        whiteout("var/old"),
        symlink("bin", "usr/bin", mtime=DAY),
        symlink("etc/alternatives", "../bin/shop", mtime=DAY),
        symlink("etc/broken", "/nowhere/at/all", mtime=DAY),
        symlink("etc/loop", "loop", mtime=DAY),
    )
    logs = layer(
        file("var/log/lines", b"".join(b"line %d of the log\n" % n for n in range(30_000))),
        file("var/log/long", b"start " + b"abcdefghij" * 400 + b" end\nsecond\n"),
        file("var/log/latin", "f\u00fcr alle\n".encode("latin-1")),
        file("var/log/wide", "\ufeff\u65e5\u672c\nzwei\n".encode("utf-16-le")),
        file(
            "var/log/hostile", b"[bold]\x1b[31m\x07\xc2\x9b \xe2\x80\xae[/foo] [@click=app.quit]q\n"
        ),
        file("var/log/nothing", b""),
        file("var/data", b"\0\1\2\3" * 50_000 + b"needle" + bytes(1_000)),
    )
    return [base, change, logs]


def write_files(path: Path, **how: Any) -> Path:
    """Write the image as an archive."""
    return archives.write_tarball(archives.docker_save(files_layers(), **how), path)


@asynccontextmanager
async def viewing(
    image: Path, path: str, *keys: str, layer: int = 2, **options: Any
) -> AsyncIterator[Over[ViewerScreen]]:
    """Open the viewer on a path of an image and press keys there.

    Args:
        image: The image.
        path: The path.
        keys: To be pressed.
        layer: The layer after which it is looked at.
        options: More of the request, and how the image is opened.
    """
    asked = {name: options.pop(name) for name in (*_ASKED,) if name in options}

    def make(driver: Driver) -> ViewerScreen:
        stack = driver.explorer.stack
        assert stack.image is not None
        return ViewerScreen(
            ViewRequest(
                filesystem=driver.view.filesystem,
                contents=Contents(stack.image.layers),
                path=path.encode(),
                layer=layer,
                **asked,
            )
        )

    async with over_main(image, make, *keys, **options) as over:
        yield over


_ASKED = ("below", "entry", "place", "line", "offset", "limits")
