"""Time `layertui --ci` against `dive --ci`: `python -m tests.benchmarks.headless [NAME ...]`.

Both are whole processes on the same file in the page cache, in turns, and both evaluate all
three rules with thresholds that nothing fails. What is printed is a Markdown table of medians.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import processes
from tests.benchmarks.images import CACHE, IMAGES, build

ROUNDS = 5
MIB = 1 << 20

Command = Callable[[Path], list[str]]
"""The command line that judges an image file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one tool on one image."""

    image: str
    tool: str
    run: processes.Run
    memory: processes.Memory


def layertui_command(program: list[str]) -> Command:
    """Return how layertui judges a file."""
    return lambda path: [
        *program, "--ci", "--lowest-efficiency=0", "--highest-wasted-bytes=1TB",
        "--highest-user-wasted-percent=1", str(path),
    ]  # fmt: skip


def dive_command(program: list[str]) -> Command:
    """Return how dive judges a file."""
    return lambda path: [
        *program, "--ci", "--source=docker-archive", "--lowestEfficiency=0",
        "--highestWastedBytes=1TB", "--highestUserWastedPercent=1", str(path),
    ]  # fmt: skip


def measure(image: str, path: Path, tools: dict[str, Command], rounds: int) -> list[Row]:
    """Return one row a tool; the first run of each is watched for memory and not timed."""
    processes.warm(path)
    memories = {name: processes.watch(command(path)) for name, command in tools.items()}
    runs: dict[str, list[processes.Run]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, command in tools.items():
            runs[name].append(processes.run(command(path)))
    return [
        Row(image=image, tool=name, run=processes.median(runs[name]), memory=memories[name])
        for name in tools
    ]


def table(rows: list[Row]) -> str:
    """Return the rows as Markdown; the ratios are to the last tool of the same image."""
    lines = [
        "| image | tool | wall s | ratio | peak RSS MiB | ratio | all processes MiB | exit |",
        "|---|---|---|---|---|---|---|---|",
    ]
    peers = {row.image: row for row in rows}
    for row in rows:
        peer = peers[row.image]
        lines.append(
            f"| {row.image} | {row.tool} | {row.run.seconds:.2f}"
            f" | {row.run.seconds / peer.run.seconds:.2f} | {row.run.peak / MIB:.0f}"
            f" | {row.run.peak / peer.run.peak:.2f}"
            f" | {row.memory.peak / MIB:.0f} ({row.memory.processes}) | {row.run.exit_code} |"
        )
    return "\n".join(lines)


def program(name: str) -> str:
    """Return the console script beside this Python, or the one on the path, or an empty string."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name) or ""


def main() -> None:
    """Measure the images asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(IMAGES))
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"folder, default {CACHE}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--layertui", default=program("layertui"), help="command, empty for none")
    parser.add_argument("--dive", default=program("dive"), help="command, empty for none")
    options = parser.parse_args()
    tools = {
        name: make(shlex.split(text))
        for name, text, make in (
            ("layertui", options.layertui, layertui_command),
            ("dive", options.dive, dive_command),
        )
        if text
    }
    rows: list[Row] = []
    for name in options.names or IMAGES:
        rows += measure(name, build(name, options.cache), tools, options.rounds)
    print(table(rows))


if __name__ == "__main__":
    main()
