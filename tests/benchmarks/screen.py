"""Time the screen: `python -m tests.benchmarks.screen [NAME ...]`.

The program runs in a pseudo-terminal of 120x40. What is measured:

* *first frame*: from before the fork to the first visible text on the alternate screen;
* *settled*: to the last byte before two seconds of silence, so all of the image is there;
* *key to first byte*, *key to last byte*: from just before the key is written to the first and to
  the last byte of the answer, which ends when nothing has come for `QUIET` seconds. The next key
  is sent only then, so no answer is counted for another key. A key that gets no answer is counted
  as lost, with no latency;
* *peak RSS* of the process.

The keys of a tool are in its profile below; each list can be given on the command line, keys
separated by commas. Layers are switched before and after everything is unfolded.
"""

from __future__ import annotations

import argparse
import itertools
import shlex
import statistics
import time
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.headless import MIB, program
from tests.benchmarks.images import CACHE, build
from tests.benchmarks.processes import warm
from tests.benchmarks.terminal import Burst, Terminal

QUIET = 0.2
"""Seconds of silence that end the answer to a key."""

SETTLED = 2.0
"""Seconds of silence after which the image is taken to be read."""

START_TIMEOUT = 300.0
KEY_TIMEOUT = 30.0

SERIES = ("unfold", "cursor", "layers", "switch", "find", "letters")
"""The fields of a profile that can be given on the command line."""

BUDGET = 120.0
"""Seconds that one series of keys may take: a slow program answers fewer keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a tool is driven.

    Attributes:
        arguments: Before the path of the image.
        unfold: From the start to the tree, in focus and with every directory unfolded.
        cursor: Pressed over and over there.
        layers: From there to the list of layers, in focus.
        switch: Pressed over and over there; each changes the layer.
        find: From there to where a filter is typed.
        letters: Pressed over and over there; each changes what is filtered for. The first byte
            of the answer is the letter, the last one the files that were found.
    """

    arguments: tuple[str, ...] = ()
    unfold: tuple[str, ...]
    cursor: tuple[str, ...]
    layers: tuple[str, ...]
    switch: tuple[str, ...]
    find: tuple[str, ...]
    letters: tuple[str, ...] = ("l", "i", "b", "c", *["backspace"] * 4)


PROFILES = {
    "layertui": Profile(
        unfold=("tab", "E"),
        cursor=("down",),
        layers=("shift+tab",),
        switch=("down", "up"),
        find=("/",),
    ),
    "dive": Profile(
        arguments=("--source=docker-archive",),
        unfold=("tab",),  # everything is unfolded from the start
        cursor=("down",),
        layers=("tab",),
        switch=("down", "up"),
        find=("ctrl+f",),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one tool does on one image; times are seconds."""

    first_frame: float
    settled: float
    unfold: list[Burst | None]
    cursor: list[Burst | None]
    switch: list[Burst | None]
    letters: list[Burst | None]
    peak: int


def measure(command: list[str], profile: Profile, count: int) -> Figures:
    """Drive a tool once and return its figures."""
    with Terminal(command) as terminal:
        first_frame = terminal.first_frame(START_TIMEOUT)
        settled = terminal.settle(SETTLED, START_TIMEOUT)
        unfold = [_press(terminal, key) for key in profile.unfold]
        cursor = _series(terminal, profile.cursor, count)
        for key in profile.layers:
            _press(terminal, key)
        switch = _series(terminal, profile.switch, count)
        for key in profile.find:
            _press(terminal, key)
        letters = _series(terminal, profile.letters, count)
        return Figures(
            first_frame=first_frame, settled=settled, unfold=unfold,
            cursor=cursor, switch=switch, letters=letters, peak=terminal.end(),
        )  # fmt: skip


def table(image: str, tool: str, figures: Figures) -> list[str]:
    """Return the figures as lines of a Markdown table of `HEADER`."""
    lines = [
        f"| {image} | {tool} | first frame | 1 | {figures.first_frame * 1000:.0f} | | | | | |",
        f"| {image} | {tool} | settled | 1 | {figures.settled * 1000:.0f} | | | | | |",
    ]
    for name, bursts in (
        ("unfold", figures.unfold), ("cursor", figures.cursor), ("layer", figures.switch),
        ("filter", figures.letters),
    ):  # fmt: skip
        lines.append(f"| {image} | {tool} | {name} | {latencies(bursts)} |")
    lines.append(f"| {image} | {tool} | peak RSS MiB | | {figures.peak / MIB:.0f} | | | | | |")
    return lines


HEADER = (
    "| image | tool | what | keys | first byte ms | p95 | last byte ms | p95 | bytes | lost |",
    "|---|---|---|---|---|---|---|---|---|---|",
)


def latencies(bursts: list[Burst | None]) -> str:
    """Return count, medians and 95th percentiles, the median size, and the keys with no answer.

    The size tells whether a key did its work: a new layer redraws more than a cursor that moves.
    """
    answered = [burst for burst in bursts if burst]
    if not answered:
        return f"{len(bursts)} | | | | | | {len(bursts)}"
    first = sorted(burst.first * 1000 for burst in answered)
    last = sorted(burst.last * 1000 for burst in answered)
    cells = [f"{statistics.median(times):.0f} | {percentile(times):.0f}" for times in (first, last)]
    size = statistics.median(len(burst.data) for burst in answered)
    lost = len(bursts) - len(answered)
    return f"{len(bursts)} | {cells[0]} | {cells[1]} | {size:.0f} | {lost}"


def percentile(ordered: list[float], share: float = 0.95) -> float:
    """Return the value that `share` of the values do not exceed (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _press(terminal: Terminal, key: str) -> Burst | None:
    return terminal.press(key, quiet=QUIET, timeout=KEY_TIMEOUT)


def _series(terminal: Terminal, keys: tuple[str, ...], count: int) -> list[Burst | None]:
    deadline = time.perf_counter() + BUDGET
    bursts = []
    for key in itertools.islice(itertools.cycle(keys), count):
        bursts.append(_press(terminal, key))
        if time.perf_counter() > deadline:
            break
    return bursts


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: million")
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"folder, default {CACHE}")
    parser.add_argument("--keys", type=int, default=60, help="keys a series, default 60")
    for tool in PROFILES:
        parser.add_argument(f"--{tool}", default=program(tool), help="command, empty for none")
        for series in SERIES:
            parser.add_argument(f"--{tool}-{series}", metavar="KEYS", help="separated by commas")
    return parser.parse_args()


def _profile(tool: str, options: argparse.Namespace) -> Profile:
    given = {
        series: tuple(filter(None, text.split(",")))
        for series in SERIES
        if (text := getattr(options, f"{tool}_{series}")) is not None
    }
    return replace(PROFILES[tool], **given)


def main() -> None:
    """Measure the images asked for and print one table."""
    options = _options()
    print("\n".join(HEADER))
    for name in options.names or ["million"]:
        path = build(name, options.cache)
        warm(path)
        for tool in PROFILES:
            if text := getattr(options, tool):
                profile = _profile(tool, options)
                command = [*shlex.split(text), *profile.arguments, str(path)]
                print("\n".join(table(name, tool, measure(command, profile, options.keys))))


if __name__ == "__main__":
    main()
