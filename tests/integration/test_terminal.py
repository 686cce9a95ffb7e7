"""The screen in a real pseudo-terminal: it comes, it goes, and it leaves the terminal as it was."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.integration.terminals import (
    ENTER,
    LEAVE,
    PROGRAM,
    SHOW_CURSOR,
    Session,
    assert_left,
    words,
)
from tests.ui.images import write_hostile, write_shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., Session]

WITHOUT_TERMINAL = (
    sys.executable,
    "-c",
    "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:], start_new_session=True))",
)
"""Runs a command that `/dev/tty` does not open for."""


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts commands in pseudo-terminals, and ends what still runs after the test."""
    running: list[Session] = []

    def started(*command: str, **options: object) -> Session:
        running.append(Session(*command, **options))  # type: ignore[arg-type]
        return running[-1]

    yield started
    for session in running:
        session.close()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small image."""
    return write_shop(tmp_path / "shop.tar")


@pytest.fixture
def session(start: Start, shop: Path) -> Session:
    """The screen on a small image that has been read."""
    running = start(*PROGRAM, str(shop))
    running.wait_for(b"wasted")
    return running


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


def test_an_image_that_cannot_be_had_ends_in_exit_2(start: Start, tmp_path: Path) -> None:
    running = start(*PROGRAM, str(tmp_path / "nothing.tar"))
    running.wait_for(b"Image not found")
    running.send(b"\x03")
    assert running.end() == 2
    assert_left(running)


def test_quitting_while_the_image_is_read_from_a_pipe_does_not_wait(
    start: Start, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.tar")
    keep_open = os.open(tmp_path / "pipe.tar", os.O_RDWR)
    running = start(*PROGRAM, str(tmp_path / "pipe.tar"))
    running.wait_for(b"opening")
    running.send(b"q")
    assert running.end() in (0, 2)
    assert_left(running)
    os.close(keep_open)


# Suspended


def test_a_suspended_screen_gives_the_terminal_back_and_returns(session: Session) -> None:
    session.send(b"\x1a")
    session.wait_until_stopped()
    assert session.output.count(LEAVE) == 1
    assert SHOW_CURSOR in session.output.rpartition(ENTER)[2]
    assert session.modes() == session.before
    seen = len(session.output)
    session.signal(signal.SIGCONT)
    session.wait_for(b"wasted", after=seen)
    session.send(b"i")
    session.wait_for(b"esc closes", after=seen)
    session.send(b"\x03")
    assert session.end() == 0
    assert_left(session, times=2)


def test_a_shell_suspends_and_continues_the_screen(start: Start, shop: Path) -> None:
    shell = start("sh", "-i", environment={"PS1": "<shell>", "ENV": ""})
    shell.wait_for(b"<shell>")
    shell.send(f"{sys.executable} -m layertui {shop}\n".encode())
    shell.wait_for(b"wasted")
    shell.send(b"\x1a")
    shell.wait_for(b"<shell>", after=shell.output.index(ENTER))
    seen = len(shell.output)
    shell.send(b"fg\n")
    shell.wait_for(b"wasted", after=seen)
    shell.send(b"q")
    shell.wait_for(b"<shell>", after=seen)
    shell.send(b"exit 0\n")
    assert shell.end() == 0
    assert shell.output.count(ENTER) == shell.output.count(LEAVE) == 2


# Standard input


def test_an_image_on_standard_input_leaves_the_keyboard_alone(start: Start, shop: Path) -> None:
    running = start("sh", "-c", f"cat {shop} | {' '.join(PROGRAM)} -")
    running.wait_for(b"wasted")
    seen = len(running.output)
    running.send(b"i")
    running.wait_for(b"esc closes", after=seen)
    running.send(b"\x03")
    assert running.end() == 0
    assert_left(running)


@pytest.mark.parametrize("stdin", ["/dev/null", None], ids=["empty", "closed"])
def test_keys_come_from_the_terminal_without_a_standard_input(
    start: Start, shop: Path, stdin: str | None
) -> None:
    running = start(*PROGRAM, str(shop), stdin=stdin)
    running.wait_for(b"wasted")
    running.send(b"q")
    assert running.end() == 0
    assert_left(running)


@pytest.mark.parametrize("stdin", ["/dev/null", None], ids=["empty", "closed"])
def test_no_image_on_standard_input_is_told(start: Start, stdin: str | None) -> None:
    running = start(*PROGRAM, "-", stdin=stdin)
    running.wait_for(b"standard input is empty")
    running.send(b"\x03")
    assert running.end() == 2
    assert_left(running)


def test_errors_that_go_elsewhere_do_not_take_the_screen_along(
    start: Start, shop: Path, tmp_path: Path
) -> None:
    running = start("sh", "-c", f"exec {' '.join(PROGRAM)} {shop} 2> {tmp_path / 'errors'}")
    running.wait_for(b"wasted")
    running.send(b"q")
    assert running.end() == 0
    assert_left(running)
    assert (tmp_path / "errors").read_bytes() == b""


def test_without_a_keyboard_the_summary_is_printed(start: Start, shop: Path) -> None:
    running = start(*WITHOUT_TERMINAL, *PROGRAM, "-", stdin=shop)
    assert running.end() == 0
    assert b"there is no keyboard" in running.output
    assert b"Most wasted paths" in running.output
    assert b"\x1b" not in running.output


@pytest.mark.parametrize("terminal", ["dumb", ""])
def test_a_terminal_without_a_screen_gets_the_summary(
    start: Start, shop: Path, terminal: str
) -> None:
    running = start(*PROGRAM, str(shop), environment={"TERM": terminal})
    assert running.end() == 0
    assert b"this terminal has no screen; here is the summary" in running.output
    assert b"Most wasted paths" in running.output
    assert b"\x1b" not in running.output


# ASCII

KEYS = (b"\x1b[B", b"i", b"i", b"?", b"?", b"\t", b"E", b"\x1b[B", b"\x03")


@pytest.mark.parametrize(
    "environment",
    [{"TERM": "linux"}, {"TERM": "vt220"}, {"LC_ALL": "C"}, {"LANG": "C"},
     {"LANG": "de_DE.ISO-8859-1"}],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("write", [write_shop, write_hostile])
def test_a_terminal_without_box_drawing_gets_ascii_only(
    start: Start, tmp_path: Path, write: Callable[[Path], Path], environment: dict[str, str]
) -> None:
    running = start(*PROGRAM, str(write(tmp_path / "image.tar")), environment=environment)
    running.wait_for(b"wasted")
    for key in KEYS:
        running.send(key)
    assert running.end() == 0
    assert_left(running)
    assert running.output.isascii()
    assert "+-" in words(running.output)


def test_ascii_is_drawn_where_it_is_asked_for(start: Start, shop: Path) -> None:
    running = start(*PROGRAM, "--ascii", str(shop))
    running.wait_for(b"wasted")
    running.send(b"q")
    assert running.end() == 0
    assert running.output.isascii()


def test_a_terminal_with_box_drawing_gets_it(session: Session) -> None:
    assert "\u2500" in words(session.output)


# Sizes


def test_any_size_is_drawn(session: Session) -> None:
    step = partial(session.wait_for, b"\x1b[")
    for size in [(60, 15), (20, 5), (1, 1), (200, 60), (3, 40), (120, 2), (80, 24)]:
        seen = len(session.output)
        session.resize(*size)
        step(after=seen)
    session.send(b"q")
    assert session.end() == 0
    assert_left(session)
