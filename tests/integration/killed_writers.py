"""Kill writers of a cache at random moments: `python -m tests.integration.killed_writers FOLDER`.

A process of its own, without threads, so that it can fork. Writes how many writers were killed
and how many of them had left a file that they were writing; an assertion tells what is wrong.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.layers.cache import IndexCache
from layertui.limits import Limits
from tests import layers
from tests.builders import file

if TYPE_CHECKING:
    from layertui.layers.index import LayerIndex

ROUNDS = 200
LONGEST = 0.03
KEYS = ("sha256:" + "a" * 64, "sha256:" + "b" * 64, "file:1-2-3")


def cache_in(folder: Path) -> IndexCache:
    return IndexCache(folder, capacity=1 << 30, limits=Limits())


def write_for_ever(folder: Path, indexes: list[LayerIndex]) -> None:
    cache = cache_in(folder)
    while True:
        for index in indexes:
            cache.put(KEYS, index)


def killed(folder: Path, indexes: list[LayerIndex], seconds: float) -> None:
    """Let a process write until it is killed."""
    writer = os.fork()
    if not writer:
        try:
            write_for_ever(folder, indexes)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(writer, signal.SIGKILL)
    _, status = os.waitpid(writer, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def main() -> None:
    folder, chance = Path(sys.argv[1]), random.Random(4)
    indexes = [
        layers.index(*(file(f"{name}/{number:x}") for number in range(3000))) for name in "xy"
    ]
    there, left = set[str](), 0
    for _ in range(ROUNDS):
        killed(folder, indexes, chance.uniform(0, LONGEST))
        cache = cache_in(folder)
        for key in KEYS:
            found = cache.get([key], with_digests=True)
            assert found in indexes or (found is None and key not in there)
            there |= {key} if found is not None else set()
        assert cache.problem == ""
        temporary = list(folder.glob(".*.tmp"))
        left += bool(temporary)
        for path in temporary:
            path.unlink()
    sys.stdout.write(f"{ROUNDS} {left} {len(there)}\n")


if __name__ == "__main__":
    main()
