"""Small images for the screen, the same bytes in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests import archives
from tests.builders import (
    device,
    directory,
    fifo,
    file,
    hardlink,
    layer,
    symlink,
    whiteout,
)
from tests.layers import stack

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.filesystem.tree import Filesystem

DAY = 1_714_979_289
SHELL = "/bin/sh -c "


def step(created_by: str, *, empty: bool = False, **more: Any) -> dict[str, Any]:
    """Return one step of a history."""
    made = {"created": archives.CREATED, "created_by": created_by, **more}
    return made | ({"empty_layer": True} if empty else {})


def shop_layers() -> list[bytes]:
    """Return a base and four layers that add, change, remove and repeat."""
    base = layer(
        directory("bin", mtime=DAY),
        file("bin/sh", b"#" * 120_000, mode=0o755, mtime=DAY),
        hardlink("bin/dash", "bin/sh", mode=0o755),
        file("bin/su", b"s" * 5_000, mode=0o4755, mtime=DAY),
        directory("dev", mtime=DAY),
        device("dev/null", 1, 3, mode=0o666),
        device("dev/sda", 8, 0, kind=b"4"),
        fifo("dev/initctl"),
        directory("etc", mtime=DAY),
        file("etc/motd", b"welcome\n", mtime=DAY),
        file("etc/passwd", b"root:x:0:0\n", mtime=DAY),
        symlink("lib", "usr/lib", mtime=DAY),
        file("usr/lib/libc.so", b"c" * 90_000, mtime=DAY),
        directory("tmp", mode=0o1777, mtime=DAY),
    )
    application = layer(
        directory("app", uid=1000, gid=1000, mtime=DAY),
        file("app/main.py", b"print('shop')\n" * 400, uid=1000, gid=1000, mtime=DAY),
        file("app/data.bin", b"d" * 60_000, uid=1000, gid=1000, mtime=DAY),
        file("app/cache/first", b"1" * 30_000, mtime=DAY),
    )
    changed = layer(
        file("app/main.py", b"print('sold')\n" * 400, uid=1000, gid=1000, mtime=DAY + 60),
        file("etc/motd", b"hello\n", mtime=DAY + 60),
    )
    modes = layer(file("app/data.bin", b"d" * 60_000, mode=0o755, uid=1000, gid=1000, mtime=DAY))
    removed = layer(whiteout("app/cache"), file("app/r\xe9sum\xe9 \u6587.txt", b"x", mtime=DAY))
    return [base, application, changed, modes, removed]


def shop_config() -> bytes:
    """Return the config of the shop image."""
    steps = [
        step(f"{SHELL}#(nop) ADD file:4f2a in / "),
        step(f'{SHELL}#(nop)  CMD ["bash"]', empty=True),
        step("COPY shop /app # buildkit", comment="buildkit.dockerfile.v0"),
        step("ENV SHOP=open", empty=True),
        step(f"RUN {SHELL}sed -i s/shop/sold/ /app/main.py && echo hello > /etc/motd # buildkit"),
        step(f"RUN {SHELL}chmod 755 /app/data.bin # buildkit"),
        step(f"RUN {SHELL}rm -rf /app/cache # buildkit"),
        step('CMD ["python" "/app/main.py"]', empty=True),
    ]
    return archives.config(shop_layers(), history=steps)


def write_shop(path: Path) -> Path:
    """Write the shop image as a tarball; return its path."""
    members = archives.docker_save(shop_layers(), about=shop_config())
    return archives.write_tarball(members, path)


HOSTILE = (
    "[red]x[/red]",
    "[/oops]",
    "[@click=app.quit]q[/]",
    "a\x1b]0;PWNED\x07b",
    "c1\x9b31m",
    "bidi\u202egnp.exe",
    "line\nbreak\rtab\t",
    "tag\U000e0041",
)
"""Texts that must come out literally, what is not printable as an escape."""


def write_hostile(path: Path) -> Path:
    """Write an image every text of which wants to be more than text; return its path."""
    names = [name.replace("/", "_") for name in HOSTILE]
    layers = [
        layer(
            *(file(f"{number}{name}", b"x") for number, name in enumerate(names)),
            *(symlink(f"link{number}", text) for number, text in enumerate(HOSTILE)),
            file(b"\xff\xfe", b"not UTF-8"),
        )
    ] * 1 + [layer(file(f"second {number}", b"y")) for number in range(len(HOSTILE) - 1)]
    about = archives.config(
        layers,
        history=[step(text, comment=text, author=text) for text in HOSTILE],
        architecture=HOSTILE[0],
        config={"Labels": {text: text for text in HOSTILE}, "Env": list(HOSTILE)},
    )
    members = archives.docker_save(layers, about=about, tags=[*HOSTILE])
    return archives.write_tarball(members, path)


def shop_filesystem() -> Filesystem:
    """Return three layers: /app/cache/first is in 1 alone, /app/late in 2."""
    return stack(
        [file("etc/passwd", b"1"), file("usr/bin/passwd", b"2")],
        [file("app/cache/first", b"1"), file("app/main.py", b"2")],
        [whiteout("app/cache"), file("app/late", b"3")],
    )
