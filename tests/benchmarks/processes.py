"""Commands run as whole processes: wall time, and the memory of the process and its children."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SAMPLING = 0.02
"""Seconds between two looks at the memory of a process tree."""

PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of `ru_maxrss`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command.

    Attributes:
        seconds: From just before the start until it was reaped.
        peak: Bytes; the most that one process of it held, children that it waited for included.
        exit_code: As the shell would say it.
    """

    seconds: float
    peak: int
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The memory of a process and all its descendants, looked at every `SAMPLING` seconds.

    Attributes:
        peak: Bytes; the largest sum of resident sets, shared pages counted in each process.
        processes: The most that were there at a time.
    """

    peak: int
    processes: int


def run(command: list[str], cache: Path | None = None) -> Run:
    """Run a command to its end, its output thrown away and without a `CI` variable.

    Args:
        command: Program and arguments.
        cache: Where layertui remembers layers, or None to let it remember nothing.
    """
    start = time.perf_counter()
    pid = _spawn(command, cache).pid
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    return Run(
        seconds=seconds,
        peak=usage.ru_maxrss * RSS_UNIT,
        exit_code=os.waitstatus_to_exitcode(status),
    )


def watch(command: list[str]) -> Memory:
    """Run a command to its end and look at the memory of all its processes (Linux)."""
    process = _spawn(command)
    peak = processes = 0
    while not _ended(process):
        pids = descendants(process.pid)
        processes = max(processes, len(pids))
        peak = max(peak, sum(map(resident, pids)))
    return Memory(peak=peak, processes=processes)


def descendants(pid: int) -> list[int]:
    """Return a process and everything below it."""
    found = [pid]
    for parent in found:
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:
                continue
    return found


def resident(pid: int) -> int:
    """Return the bytes of a process in memory, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_SIZE
    except (OSError, IndexError):
        return 0


def median(runs: list[Run]) -> Run:
    """Return the median time and the median peak of several runs of one command."""
    return Run(
        seconds=statistics.median(run.seconds for run in runs),
        peak=round(statistics.median(run.peak for run in runs)),
        exit_code=max(run.exit_code for run in runs),
    )


def warm(path: Path) -> None:
    """Read a file once, so that every run finds it in the page cache."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 22):
            pass


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Wait for one sampling interval; return whether the process ended in it."""
    try:
        process.wait(SAMPLING)
    except subprocess.TimeoutExpired:
        return False
    return True


def _spawn(command: list[str], cache: Path | None = None) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment["LAYERTUI_CACHE_ENABLED"] = "yes" if cache else "no"
    if cache:
        environment["LAYERTUI_CACHE_FOLDER"] = str(cache)
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
