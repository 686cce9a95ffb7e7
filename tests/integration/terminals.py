"""The program in a real pseudo-terminal, with all that it writes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")

TIMEOUT = 30.0
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"
MOUSE_OFF = b"\x1b[?1000l"
PROGRAM = (sys.executable, "-m", "layertui")

_SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


def words(output: bytes) -> str:
    """Return what is written without the sequences that say where and how."""
    return _SEQUENCE.sub(b"", output).decode("utf-8", "replace")


class Session:
    """A program in a pseudo-terminal of its own.

    Args:
        command: The program and its arguments.
        size: Columns and rows.
        environment: Variables besides the usual ones.
        stdin: What is on standard input instead of the terminal: a file, or None for nothing.
    """

    def __init__(
        self,
        *command: str,
        size: tuple[int, int] = (80, 24),
        environment: Mapping[str, str] | None = None,
        **stdin: Path | None,
    ) -> None:
        self.output = b""
        self._pid, self._descriptor = pty.fork()
        if self._pid == 0:
            _become(command, size, environment or {}, stdin)
        self.before = termios.tcgetattr(self._descriptor)

    def wait_for(self, text: bytes, *, after: int = 0) -> None:
        """Read until a text has come, behind so many bytes of output."""
        self._read_until(lambda: text in self.output[after:])

    def send(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._descriptor, keys)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self._pid, number)

    def wait_until_stopped(self) -> None:
        """Read until the program has stopped, not ended."""
        self._read_until(lambda: os.WIFSTOPPED(self._status(os.WNOHANG | os.WUNTRACED)))

    def end(self) -> int:
        """Read until the program has ended; return its exit code."""
        ended: list[int] = []

        def has_ended() -> bool:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                ended.append(os.waitstatus_to_exitcode(status))
            return bool(pid)

        self._read_until(has_ended)
        self._pid = 0
        return ended[0]

    def modes(self) -> list[Any]:
        """Return how the terminal is set."""
        return termios.tcgetattr(self._descriptor)

    def close(self) -> None:
        """End what is still running."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._descriptor)

    def _status(self, options: int) -> int:
        return os.waitpid(self._pid, options)[1]

    def _read_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + TIMEOUT
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"nothing came of it: {self.output[-500:]!r}")
            self._read(0.05)
        while self._read(0):
            pass

    def _read(self, seconds: float) -> bool:
        if select.select([self._descriptor], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                more = os.read(self._descriptor, 1 << 16)
                self.output += more
                return bool(more)
        return False


def _become(
    command: tuple[str, ...],
    size: tuple[int, int],
    environment: Mapping[str, str],
    stdin: Mapping[str, Path | None],
) -> None:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    every = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_THEME": "textual-dark"}
    every |= {"LANG": "C.UTF-8", **environment}
    for name in {"NO_COLOR", "CI", "COLUMNS", "LINES", "LC_ALL", "LC_CTYPE"} - {*environment}:
        every.pop(name, None)
    try:
        for path in stdin.values():
            os.close(0)
            if path is not None:
                os.set_inheritable(os.open(path, os.O_RDONLY), True)
        os.execvpe(command[0], command, every)
    finally:
        os._exit(127)


def assert_left(session: Session, *, times: int = 1) -> None:
    """Check that the terminal is as it was."""
    assert session.output.count(ENTER) == session.output.count(LEAVE) == times
    after = session.output.rpartition(LEAVE)[2]
    assert SHOW_CURSOR in session.output.rpartition(ENTER)[2]
    assert MOUSE_OFF in session.output
    assert session.modes() == session.before
    assert b"Traceback" not in session.output
    assert not re.search(r"[A-Za-z]{3}", words(after))
