"""A program in a pseudo-terminal of 120x40 that answers no queries, timed byte by byte."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass

COLUMNS, ROWS = 120, 40
READ_SIZE = 1 << 16

ALTERNATE_SCREEN = b"\x1b[?1049h"
"""What a full-screen program sends before its first frame."""

ESCAPE_SEQUENCE = re.compile(
    rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # operating system command
    rb"|\x1bP[^\x1b]*\x1b\\"  # device control string
    rb"|\x1b\[[0-?]*[ -/]*[@-~]"  # control sequence
    rb"|\x1b[ -/]*[0-~]"
)
VISIBLE_TEXT = re.compile(rb"[A-Za-z]{3}")

KEYS = {
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "enter": b"\r",
    "escape": b"\x1b",
    "space": b" ",
    "backspace": b"\x7f",
    "comma": b",",
    "ctrl+space": b"\0",
}
"""The keys with a name; `ctrl+a` to `ctrl+z` and single characters need none here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """One answer of the program: output with no silence in it.

    Attributes:
        first: Seconds until its first byte.
        last: Seconds until its last byte.
        data: The output.
    """

    first: float
    last: float
    data: bytes


class Terminal:
    """A program in a pseudo-terminal; a context manager that ends it."""

    def __init__(self, command: list[str]) -> None:
        self.started = time.perf_counter()
        self._pid, self._descriptor = pty.fork()
        if self._pid == 0:
            _become(command)
        self._peak = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    def first_frame(self, timeout: float) -> float:
        """Return the seconds from the start to the first visible text on the alternate screen."""
        seen = b""
        while (left := self.started + timeout - time.perf_counter()) > 0:
            seen += self._read(left)
            now = time.perf_counter()
            frame = seen.partition(ALTERNATE_SCREEN)[2]
            if VISIBLE_TEXT.search(ESCAPE_SEQUENCE.sub(b"", frame)):
                return now - self.started
        raise TimeoutError(f"no frame within {timeout:.0f} s")

    def settle(self, quiet: float, timeout: float) -> float:
        """Read until nothing has come for `quiet` seconds; return when the last byte came."""
        last = time.perf_counter()
        deadline = last + timeout
        while self._read(quiet):
            last = time.perf_counter()
            if last > deadline:
                raise TimeoutError(f"still drawing after {timeout:.0f} s")
        return last - self.started

    def press(self, key: str, *, quiet: float, timeout: float) -> Burst | None:
        """Send a key and return the answer, None when none has begun within `timeout` seconds."""
        start = time.perf_counter()
        os.write(self._descriptor, encoded(key))
        data = self._read(timeout)
        if not data:
            return None
        first = last = time.perf_counter()
        while more := self._read(quiet):
            data += more
            last = time.perf_counter()
        return Burst(first=first - start, last=last - start, data=data)

    def end(self) -> int:
        """End the program and return the most bytes of memory it ever held."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._peak = os.wait4(self._pid, 0)[2].ru_maxrss * 1024
            self._pid = 0
            os.close(self._descriptor)
        return self._peak

    def _read(self, timeout: float) -> bytes:
        if not select.select([self._descriptor], [], [], max(timeout, 0))[0]:
            return b""
        try:
            return os.read(self._descriptor, READ_SIZE)
        except OSError:  # the program has closed the terminal
            return b""


def encoded(key: str) -> bytes:
    """Return what a terminal sends for a key: a name of `KEYS`, `ctrl+LETTER` or a character."""
    if key in KEYS:
        return KEYS[key]
    if key.startswith("ctrl+"):
        return bytes([ord(key[-1].upper()) - 64])
    return key.encode()


def _become(command: list[str]) -> None:
    """Turn the child of a fork into the program, in a terminal of the right size."""
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    removed = ("CI", "NO_COLOR", "COLUMNS", "LINES")
    environment = {name: value for name, value in os.environ.items() if name not in removed}
    environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    environment |= {"LAYERTUI_CACHE_ENABLED": "no"}
    try:
        os.execvpe(command[0], command, environment)
    finally:
        os._exit(127)
