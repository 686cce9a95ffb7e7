"""Time a search in contents against zcat and grep: `python -m tests.benchmarks.searching [NAME]`.

Whole processes in turns, on files in the page cache: `zcat LAYER | grep -a -c` of one layer after
another, and `layertui grep -a -c --all-layers` with and without what is remembered of the layers.
What is looked for is a word that no file has, one that many have, and an expression. What is
printed is a Markdown table of medians; the ratio is to zcat and grep.
"""

from __future__ import annotations

import argparse
import shlex
import tempfile
from pathlib import Path
from typing import NamedTuple

from layertui.blob import chunks
from layertui.sources import open_image
from tests.benchmarks import processes
from tests.benchmarks.headless import ROUNDS, program
from tests.benchmarks.images import CACHE, IMAGES, build

MIB = 1 << 20
PEER, KNOWN, UNKNOWN = "zcat, grep", "layertui, layers known", "layertui, layers new"


class Pattern(NamedTuple):
    """What is looked for.

    Attributes:
        name: What it stands for.
        text: As grep takes it.
        flags: How it is read.
    """

    name: str
    text: str
    flags: tuple[str, ...] = ("-F",)


PATTERNS = (
    Pattern("a word in no file", "no such word"),
    Pattern("the same in any case", "no such word", ("-F", "-i")),
    Pattern("a word in many files", "a0a0"),
    Pattern("an expression", "secret[_-]?key *= *[0-9a-f]+", ("-E",)),
)


def layers_of(path: Path, folder: Path) -> list[Path]:
    """Write the layers of an image as they are stored."""
    image = open_image(str(path))
    written = []
    for layer in image.layers:
        assert layer.blob is not None
        written.append(folder / f"{layer.index:02d}.gz")
        with written[-1].open("wb") as file:
            file.writelines(chunks(layer.blob))
    image.close()
    return written


def peer_command(layers: list[Path], pattern: Pattern) -> list[str]:
    """Return what searches layers one after another with the tools of the system."""
    grep = shlex.join(["grep", "-a", "-c", *pattern.flags, pattern.text])
    lines = (f"zcat {shlex.quote(str(layer))} | LC_ALL=C {grep}" for layer in layers)
    return ["/bin/sh", "-c", "; ".join(lines)]


def measure(
    path: Path, layertui: list[str], pattern: Pattern, rounds: int, folder: Path
) -> dict[str, processes.Run]:
    """Return the median of each way to search an image."""
    command = [*layertui, "grep", "-a", "-c", "--all-layers", *pattern.flags, pattern.text]
    command.append(str(path))
    peer = peer_command(sorted((folder / "layers").iterdir()), pattern)
    cache = folder / "cache"
    processes.run(command, cache)
    runs: dict[str, list[processes.Run]] = {PEER: [], KNOWN: [], UNKNOWN: []}
    for _ in range(rounds):
        runs[PEER].append(processes.run(peer))
        runs[KNOWN].append(processes.run(command, cache))
        runs[UNKNOWN].append(processes.run(command))
    return {name: processes.median(each) for name, each in runs.items()}


def main() -> None:
    """Measure the image asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", nargs="?", default="gigabyte", help=", ".join(IMAGES))
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"folder, default {CACHE}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--layertui", default=program("layertui"), help="command")
    options = parser.parse_args()
    path = build(options.name, options.cache)
    processes.warm(path)
    print("| image | looked for | with | wall s | ratio | peak RSS MiB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="layertui-bench-") as name:
        folder = Path(name)
        (folder / "layers").mkdir()
        layers_of(path, folder / "layers")
        for pattern in PATTERNS:
            found = measure(path, shlex.split(options.layertui), pattern, options.rounds, folder)
            for way, run in found.items():
                print(
                    f"| {options.name} | {pattern.name} | {way} | {run.seconds:.2f}"
                    f" | {run.seconds / found[PEER].seconds:.2f} | {run.peak / MIB:.0f} |"
                )


if __name__ == "__main__":
    main()
