"""Time the opening of a file in a compressed layer: `python -m tests.benchmarks.opening [NAME]`.

The largest layer of an image is indexed; then its last file is opened and its first bytes are
read, in a fresh process each round: the first time, a second time, and a file a third into the
layer after that. Beside it GNU tar takes the same file out of the layer as it stands. What is
printed is a Markdown table of medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.blob import chunks
from layertui.contents.opening import Contents
from layertui.contents.places import stored_in
from layertui.layers.entries import FILE
from layertui.layers.pool import index_layers
from layertui.sources import open_image
from tests.benchmarks.headless import ROUNDS
from tests.benchmarks.images import CACHE, IMAGES, build

if TYPE_CHECKING:
    from layertui.image import Image
    from layertui.layers.index import LayerIndex

_SHOWN = 64 << 10
"""Bytes that a screen of a viewer needs at most."""


@dataclass(frozen=True, slots=True)
class Largest:
    """The layer of an image with the most bytes.

    Attributes:
        image: The image.
        number: Of the layer.
        index: Its index.
        files: The rows of the files with content, in the order of the layer.
    """

    image: Image
    number: int
    index: LayerIndex
    files: list[int]


def largest_layer(path: Path) -> Largest:
    """Return the largest layer of an image."""
    image = open_image(str(path))
    found = max(index_layers(image.layers), key=lambda each: each.index.size)
    index = found.index
    files = [row for row in range(len(index)) if index.kinds[row] == FILE and index.sizes[row]]
    return Largest(image, found.number, index, sorted(files, key=index.payloads.__getitem__))


def opened(path: Path) -> dict[str, float]:
    """Return the seconds of each opening in this process, and how far into the layer it is."""
    largest = largest_layer(path)
    index, files = largest.index, largest.files
    contents = Contents(largest.image.layers)
    seconds = {"megabytes": index.payloads[files[-1]] / 1e6}
    rows = {"first": files[-1], "second": files[-1], "other": files[len(files) // 3]}
    for name, row in rows.items():
        start = time.perf_counter()
        contents.open(largest.number, stored_in(index, row)).read_at(0, _SHOWN)
        seconds[name] = time.perf_counter() - start
    return seconds


def taken_out(path: Path, folder: Path) -> float:
    """Return the seconds that GNU tar takes to print the last file of the largest layer."""
    largest = largest_layer(path)
    blob = largest.image.layers[largest.number].blob
    assert blob is not None
    layer = folder / "layer"
    layer.write_bytes(b"".join(chunks(blob)))
    name = largest.index.keys[largest.files[-1]].replace(b"\0", b"/").decode()
    start = time.perf_counter()
    command = ["tar", "--extract", "--to-stdout", "--gzip", f"--file={layer}", name]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure the image asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", nargs="?", default="gigabyte", help=", ".join(IMAGES))
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"folder, default {CACHE}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--once", action="store_true", help="one round, as JSON")
    options = parser.parse_args()
    path = build(options.name, options.cache)
    if options.once:
        print(json.dumps(opened(path)))
        return
    command = [sys.executable, "-m", __spec__.name, options.name, "--once"]
    command += ["--cache", str(options.cache)]
    runs: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="layertui-bench-") as folder:
        tar = []
        for _ in range(options.rounds):
            done = subprocess.run(command, capture_output=True, check=True)
            runs.append(json.loads(done.stdout))
            tar.append(taken_out(path, Path(folder)))
    median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    print("| image | MB into the layer | first ms | again ms | another file ms | tar ms |")
    print("|---|---|---|---|---|---|")
    times = (median[name] * 1e3 for name in ("first", "second", "other"))
    figures = " | ".join(f"{each:.1f}" for each in (*times, statistics.median(tar) * 1e3))
    print(f"| {options.name} | {median['megabytes']:.0f} | {figures} |")


if __name__ == "__main__":
    main()
