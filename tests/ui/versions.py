"""Opening the screens about versions, over an image that has every kind of version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layertui.contents.comparing import side_of
from layertui.contents.opening import Contents
from layertui.contents.versions import history_of
from layertui.ui.comparing.requests import ComparisonRequest, GhostsRequest, VersionsRequest
from layertui.ui.screens.comparison import ComparisonScreen
from layertui.ui.screens.ghosts import GhostsScreen
from layertui.ui.screens.versions import VersionsScreen
from tests import archives
from tests.builders import device, directory, file, hardlink, layer, opaque, symlink, whiteout
from tests.ui.images import DAY, HOSTILE, step
from tests.ui.over_main import Over, over_main

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.ui.driving import Driver

OLD = "".join(f"setting_{number} = {number}\n" for number in range(40)).encode()
NEW = (
    OLD.replace(b"setting_3 = 3\n", b"setting_3 = three\n")
    .replace(b"setting_20 = 20\nsetting_21 = 21\n", b"")
    .replace(b"setting_35 = 35\n", b"setting_35 = 35\n\tmore = 1\n" + b"long_" * 60 + b"\n")
)
TOOL = bytes(range(256)) * 8
PATCHED = TOOL[:100] + b"PATCHED" + TOOL[107:1_500] + bytes(300) + TOOL[1_800:] + b"tail"
NAME = "[red]x\x1b]0;h\x07\u202e"
TEXT_OLD = b"\n".join(text.encode() for text in HOSTILE) + b"\ncaf\xe9\r\nend"
TEXT_NEW = TEXT_OLD.replace(b"PWNED", b"pwned") + b"\n"


def versioned_layers() -> list[bytes]:
    """Return layers in which paths come, change, go and come back."""
    base = layer(
        directory("app", mtime=DAY),
        file("app/conf", OLD, mtime=DAY),
        file("app/tool", TOOL, mode=0o755, mtime=DAY),
        file(f"app/{NAME}".encode(), TEXT_OLD, mtime=DAY),
        file("cache/big", b"c" * 90_000, mtime=DAY),
        symlink("link", "app/conf", mtime=DAY),
        device("dev/x", 1, 3),
    )
    changed = layer(
        file("app/conf", NEW, mode=0o600, mtime=DAY + 60,
             pax={"SCHILY.xattr.user.note": b"kept by hand"}),
        file("app/tool", PATCHED, mode=0o4755, uid=7, mtime=DAY),
        file(f"app/{NAME}".encode(), TEXT_NEW, mtime=DAY),
        symlink("link", "/nowhere/" + "x" * 300, mtime=DAY),
        device("dev/x", 1, 5),
        whiteout("cache"),
    )  # fmt: skip
    emptied = layer(
        opaque("app"), file("twice", b"1" * 500, mtime=DAY), file("twice", b"2" * 400, mtime=DAY)
    )
    back = layer(file("app/conf", OLD, mtime=DAY), hardlink("hard", "twice"), file("dev", b"d"))
    return [base, changed, emptied, back]


def write_versioned(path: Path) -> Path:
    """Write the image as a tarball; return its path."""
    steps = [
        step("/bin/sh -c #(nop) ADD file:4f2a in / "),
        step(f"RUN /bin/sh -c apply {HOSTILE[0]} {HOSTILE[3]} && rm -r /cache # buildkit"),
        step("RUN /bin/sh -c rm -rf /app && mkdir /app # buildkit"),
        step("COPY conf /app/conf # buildkit", comment="buildkit.dockerfile.v0"),
    ]
    layers = versioned_layers()
    members = archives.docker_save(layers, about=archives.config(layers, history=steps))
    return archives.write_tarball(members, path)


def versions_of(
    path: Path, wanted: bytes, *keys: str, layer: int = 99, **options: Any
) -> AbstractAsyncContextManager[Over[VersionsScreen]]:
    """Open an image, then the versions of a path."""

    def make(driver: Driver) -> VersionsScreen:
        stack = driver.explorer.stack
        assert stack.image is not None
        return VersionsScreen(
            VersionsRequest(
                image=stack.image,
                filesystem=driver.view.filesystem,
                contents=Contents(stack.image.layers),
                path=wanted,
                layer=layer,
            )
        )

    return over_main(path, make, *keys, **options)


def request_for(driver: Driver, wanted: bytes, pair: tuple[int, int] = (0, 1)) -> ComparisonRequest:
    """Return what asks for two versions of a path beside one another."""
    stack = driver.explorer.stack
    assert stack.image is not None
    history = history_of(driver.view.filesystem, wanted)
    old, new = (history[number] for number in pair)
    return ComparisonRequest(
        image=stack.image,
        contents=Contents(stack.image.layers),
        path=wanted,
        old=side_of(old, old.layer),
        new=side_of(new, new.layer),
    )


def comparison_of(
    path: Path, wanted: bytes, *keys: str, pair: tuple[int, int] = (0, 1), **options: Any
) -> AbstractAsyncContextManager[Over[ComparisonScreen]]:
    """Open an image, then two versions of a path beside one another."""

    def make(driver: Driver) -> ComparisonScreen:
        return ComparisonScreen(request_for(driver, wanted, pair))

    return over_main(path, make, *keys, **options)


def ghosts_of_image(
    path: Path, *keys: str, **options: Any
) -> AbstractAsyncContextManager[Over[GhostsScreen]]:
    """Open an image, then its ghosts."""

    def make(driver: Driver) -> GhostsScreen:
        stack = driver.explorer.stack
        assert stack.image is not None
        assert stack.accounting is not None
        return GhostsScreen(
            GhostsRequest(
                image=stack.image,
                filesystem=driver.view.filesystem,
                contents=Contents(stack.image.layers),
                accounting=stack.accounting,
            )
        )

    return over_main(path, make, *keys, **options)
