"""Time what a shell waits for: `python -m tests.benchmarks.startup`."""

from __future__ import annotations

import argparse
import shlex
import sys

from tests.benchmarks import processes
from tests.benchmarks.headless import program

ROUNDS = 20


def main() -> None:
    """Print the median wall time of each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--layertui", default=program("layertui"), help="command")
    options = parser.parse_args()
    layertui = shlex.split(options.layertui)
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "layertui --version": [*layertui, "--version"],
        "layertui --help": [*layertui, "--help"],
    }
    if dive := program("dive"):
        commands["dive --version"] = [dive, "--version"]
    print("| command | wall ms |\n|---|---|")
    runs: dict[str, list[processes.Run]] = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            runs[name].append(processes.run(command))
    for name, of_command in runs.items():
        print(f"| {name} | {processes.median(of_command).seconds * 1000:.0f} |")


if __name__ == "__main__":
    main()
