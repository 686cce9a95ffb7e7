"""The screen in a browser: packets in, packets out, as the server of Textual exchanges them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from threading import Timer
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.images import write_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = b"__GANGLION__\n"
TIMEOUT = 30


class Browser:
    """A program that draws to a browser.

    Args:
        arguments: Those of layertui.
        environment: Variables besides those that the server sets.
    """

    def __init__(self, *arguments: str, **environment: str) -> None:
        driver = "textual.drivers.web_driver:WebDriver"
        size = {"COLUMNS": "100", "ROWS": "30", "TEXTUAL_DRIVER": driver}
        inherited = {
            name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "CI")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "layertui", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**inherited, **size, **environment},
        )
        self._deadline = Timer(TIMEOUT, self.process.kill)
        self._deadline.start()
        self.drawn = b""
        self.told: list[dict[str, Any]] = []

    def started(self) -> bool:
        """Tell whether the program has begun to draw to a browser, and to nothing else."""
        assert self.process.stdout is not None
        return self.process.stdout.read(len(START)) == START

    def read_until(self, text: bytes) -> None:
        """Read packets until a text is drawn."""
        while text not in self.drawn:
            assert self.read(), f"nothing came of it: {self.drawn[-500:]!r}"

    def read(self) -> bool:
        """Read a packet; tell whether there was one."""
        assert self.process.stdout is not None
        head = self.process.stdout.read(5)
        if not head:
            return False
        payload = self.process.stdout.read(int.from_bytes(head[1:], "big"))
        if head[:1] == b"D":
            self.drawn += payload
        else:
            self.told.append(json.loads(payload))
        return True

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send keys (D) or what happened to the page (M)."""
        assert self.process.stdin is not None
        self.process.stdin.write(kind + len(payload).to_bytes(4, "big") + payload)
        self.process.stdin.flush()

    def close(self) -> None:
        """End what is still running."""
        self._deadline.cancel()
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """The screen on a small image, in a place with the poorest of terminals."""
    image = write_shop(tmp_path / "shop.tar")
    running = Browser(str(image), TERM="dumb", LC_ALL="C")
    assert running.started()
    running.read_until(b"wasted")
    yield running
    running.close()


def test_a_browser_gets_the_screen_whatever_the_terminal_of_the_server_is(browser: Browser) -> None:
    assert "\u2500".encode() in browser.drawn


def test_a_browser_sends_keys(browser: Browser) -> None:
    browser.send(b"D", b"i")
    browser.read_until(b"esc closes")


def test_a_browser_is_resized(browser: Browser) -> None:
    browser.drawn = b""
    browser.send(b"M", json.dumps({"type": "resize", "width": 60, "height": 15}).encode())
    browser.read_until(b"wasted")


@pytest.mark.parametrize(("kind", "payload"), [(b"D", b"q"), (b"M", b'{"type": "quit"}')])
def test_the_program_ends_with_the_page(browser: Browser, kind: bytes, payload: bytes) -> None:
    browser.send(kind, payload)
    while browser.read():
        pass
    assert browser.told[-1] == {"type": "exit"}
    assert browser.process.wait(TIMEOUT) == 0


def test_a_browser_cannot_suspend_the_program(browser: Browser) -> None:
    browser.send(b"D", b"\x1ai")
    browser.read_until(b"esc closes")


def test_an_image_on_standard_input_is_refused_under_a_browser() -> None:
    running = Browser("-")
    _, errors = running.process.communicate(timeout=TIMEOUT)
    running.close()
    assert running.process.returncode == 2
    assert b"a browser leaves no standard input for an image" in errors
