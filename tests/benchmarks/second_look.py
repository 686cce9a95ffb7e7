"""Time a second `layertui --ci` on an image: `python -m tests.benchmarks.second_look [NAME ...]`.

Whole processes on a file in the page cache, in turns: without the cache, with an empty cache that
is filled on the way, with a filled one, and dive. What is printed is a Markdown table of medians.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import tempfile
from pathlib import Path

from tests.benchmarks import processes
from tests.benchmarks.headless import ROUNDS, dive_command, layertui_command, program
from tests.benchmarks.images import CACHE, IMAGES, build

MIB = 1 << 20
WITHOUT, FILLING, FILLED, DIVE = "without", "filling", "filled", "dive"


def measure(
    path: Path, layertui: list[str], dive: list[str], rounds: int
) -> tuple[dict[str, processes.Run], int]:
    """Return the median of each way to look at a file, and the bytes of the filled cache."""
    processes.warm(path)
    runs: dict[str, list[processes.Run]] = {}
    command = layertui_command(layertui)(path)
    with tempfile.TemporaryDirectory(prefix="layertui-bench-") as folder:
        cache = Path(folder) / "layers"
        for _ in range(rounds):
            shutil.rmtree(cache, ignore_errors=True)
            runs.setdefault(WITHOUT, []).append(processes.run(command))
            runs.setdefault(FILLING, []).append(processes.run(command, cache))
            runs.setdefault(FILLED, []).append(processes.run(command, cache))
            if dive:
                runs.setdefault(DIVE, []).append(processes.run(dive_command(dive)(path)))
        files = [each.stat() for each in cache.iterdir()]
        size = sum({each.st_ino: each.st_size for each in files}.values())
    return {name: processes.median(each) for name, each in runs.items()}, size


def main() -> None:
    """Measure the images asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(IMAGES))
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"folder, default {CACHE}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--layertui", default=program("layertui"), help="command")
    parser.add_argument("--dive", default=program("dive"), help="command, empty for none")
    options = parser.parse_args()
    print("| image | cache | wall s | as fast as dive | peak RSS MiB | cache MB |")
    print("|---|---|---|---|---|---|")
    for name in options.names or IMAGES:
        path = build(name, options.cache)
        found, size = measure(
            path, shlex.split(options.layertui), shlex.split(options.dive), options.rounds
        )
        for way, run in found.items():
            ratio = f"{found[DIVE].seconds / run.seconds:.1f}" if DIVE in found else ""
            print(
                f"| {name} | {way} | {run.seconds:.2f} | {ratio} | {run.peak / MIB:.0f}"
                f" | {size / 1e6:.1f} |"
            )


if __name__ == "__main__":
    main()
