"""The screen in a real pseudo-terminal: it comes, it goes, and it leaves the terminal as it was."""

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

from tests.ui.images import write_shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")

TIMEOUT = 30.0
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"
MOUSE_OFF = b"\x1b[?1000l"


class Session:
    """A program in a pseudo-terminal, with all that it writes."""

    def __init__(self, *arguments: str, size: tuple[int, int] = (80, 24)) -> None:
        self.output = b""
        self._pid, self._descriptor = pty.fork()
        if self._pid == 0:
            _become(arguments, size)
        self.before = termios.tcgetattr(self._descriptor)

    def wait_for(self, text: bytes) -> None:
        """Read until a text has come."""
        self._read_until(lambda: text in self.output)

    def send(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._descriptor, keys)

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self._pid, number)

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

    def _read_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + TIMEOUT
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"nothing came of it: {self.output[-500:]!r}")
            if select.select([self._descriptor], [], [], 0.05)[0]:
                with contextlib.suppress(OSError):
                    self.output += os.read(self._descriptor, 1 << 16)


def _become(arguments: tuple[str, ...], size: tuple[int, int]) -> None:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_THEME": "textual-dark"}
    for name in ("NO_COLOR", "CI", "COLUMNS", "LINES"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "layertui", *arguments]
    try:
        os.execvpe(command[0], command, environment)
    finally:
        os._exit(127)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """The screen on a small image that has been read."""
    running = Session(str(write_shop(tmp_path / "shop.tar")))
    running.wait_for(b"wasted")
    yield running
    running.close()


def assert_left(session: Session) -> None:
    """Check that the terminal is as it was."""
    assert session.output.count(ENTER) == session.output.count(LEAVE) == 1
    after = session.output.rpartition(LEAVE)[2]
    assert SHOW_CURSOR in session.output.rpartition(ENTER)[2]
    assert MOUSE_OFF in session.output
    assert session.modes() == session.before
    assert b"Traceback" not in session.output
    assert not re.search(rb"[A-Za-z]{3}", re.sub(rb"\x1b\[[0-?]*[ -/]*[@-~]", b"", after))


@pytest.mark.parametrize("key", [b"q", b"\x03"], ids=["q", "ctrl+c"])
def test_quitting_restores_the_terminal(session: Session, key: bytes) -> None:
    session.send(key)
    assert session.end() == 0
    assert_left(session)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal(session: Session, number: int) -> None:
    session.signal(number)
    assert session.end() == 130
    assert_left(session)


def test_an_image_that_cannot_be_had_ends_in_exit_2(tmp_path: Path) -> None:
    running = Session(str(tmp_path / "nothing.tar"))
    running.wait_for(b"Image not found")
    running.send(b"q")
    assert running.end() == 2
    assert_left(running)
    running.close()


def test_quitting_while_the_image_is_read_from_a_pipe_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tar")
    keep_open = os.open(tmp_path / "pipe.tar", os.O_RDWR)
    running = Session(str(tmp_path / "pipe.tar"))
    running.wait_for(b"opening")
    running.send(b"q")
    assert running.end() in (0, 2)
    assert_left(running)
    running.close()
    os.close(keep_open)
