"""Make the pictures of the screen: `python -m screenshots.make [IMAGE --prefix NAME-]`.

The program is run without a terminal on the sample image, or on the image named, and what it
draws is saved beside this file, as SVG and, where `rsvg-convert` (Debian: librsvg2-bin) is
installed, as PNG.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from layertui.config import ScreenSettings
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest

HERE = Path(__file__).parent
CONVERTER = "rsvg-convert"

FONT = "DejaVu Sans Mono"
"""What the PNG is drawn with: the font that the SVG names is one of the web."""

FONT_SIZE = "20.27px"
"""Makes a character of that font as wide as a cell of the picture, 12.2 px."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture.

    Attributes:
        name: Of the files.
        size: Columns and lines of the terminal.
        keys: Pressed one after another once the image is read.
        theme: Textual's name of it.
        ascii: Whether nothing but ASCII is drawn.
    """

    name: str
    size: tuple[int, int] = (120, 40)
    keys: tuple[str, ...] = ()
    theme: str = "textual-dark"
    ascii: bool = False


SHOTS = (
    Shot(name="layers", keys=("7",)),
    Shot(name="files", keys=("7", "tab", "E")),
    Shot(name="split", keys=("7", "tab", "v")),
    Shot(name="filter", keys=("9", "slash", *">20kB s", "enter")),
    Shot(name="range", keys=("5", "space", "down", "down", "tab", "u", "E")),
    Shot(name="waste", keys=("w",)),
    Shot(name="viewer", keys=("p", *"entrypoint", "enter", "enter")),
    Shot(name="bytes", keys=("p", *"app.js", "enter", "enter", "t")),
    Shot(name="versions", keys=("p", *"bin/server", "enter", "V")),
    Shot(name="comparison", keys=("p", *"etc/passwd", "enter", "V", "space", "down", "c")),
    Shot(name="ghosts", keys=("W",)),
    Shot(name="search", keys=("9", "S", *"shop", "enter")),
    Shot(name="image", keys=("I", "2")),
    Shot(name="dockerfile", keys=("7", "D")),
    Shot(name="path", keys=("p", *"vendor")),
    Shot(name="commands", keys=("ctrl+p",)),
    Shot(name="jump", keys=("apostrophe",)),
    Shot(name="help", keys=("tab", "question_mark")),
    Shot(name="light", keys=("7", "tab", "E"), theme="textual-light"),
    Shot(name="ascii", keys=("7", "tab", "E"), ascii=True),
    Shot(name="small", size=(80, 24), keys=("7",)),
    Shot(name="narrow", size=(60, 15), keys=("7",)),
    Shot(name="large", size=(200, 60), keys=("7", "tab", "E")),
)


async def take(shot: Shot, request: OpenRequest) -> str:
    """Return one picture as SVG."""
    screen = ScreenSettings(theme=shot.theme, ascii=shot.ascii)
    app = ExplorerApp(replace(request, screen=screen))
    async with app.run_test(size=shot.size) as pilot:
        await pilot.pause()
        if app.opened.job is not None:
            await asyncio.to_thread(app.opened.job.join)
        await pilot.pause()
        await pilot.press(*shot.keys)
        for _ in range(5):
            await pilot.pause(0.1)
        return app.export_screenshot(title="layertui", simplify=True)


def for_converter(svg: str) -> str:
    """Return a picture as the converter needs it: spaces kept, a font that is installed."""
    return (
        svg.replace("<text ", '<text xml:space="preserve" ')
        .replace("font-size: 20px", f"font-size: {FONT_SIZE}")
        .replace("Fira Code", FONT)
    )


def save(name: str, svg: str, folder: Path) -> None:
    """Save a picture as SVG, and as PNG where the converter is there."""
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    if shutil.which(CONVERTER):
        target = folder / f"{name}.png"
        command = [CONVERTER, "--output", str(target)]
        subprocess.run(command, input=for_converter(svg).encode(), check=True)


def main() -> None:
    """Make all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", nargs="?", help="a saved image instead of the sample image")
    parser.add_argument("--folder", type=Path, default=HERE, help="where the pictures go")
    parser.add_argument("--prefix", default="", help="what their names begin with")
    parser.add_argument("--only", metavar="NAME", help="one of the pictures")
    options = parser.parse_args()
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        if options.image:
            request = OpenRequest(image=options.image)
        else:
            request = OpenRequest(image=str(sample_image(Path(folder))), label="demo")
        for shot in SHOTS:
            if options.only in (None, shot.name):
                svg = asyncio.run(take(shot, request))
                save(f"{options.prefix}{shot.name}", svg, options.folder)


def sample_image(folder: Path) -> Path:
    """Write the built-in sample image; return its path."""
    from layertui.demo import write_demo

    path = folder / "demo.tar"
    write_demo(path)
    return path


if __name__ == "__main__":
    main()
