"""A shell in a terminal of tmux: keys go in, what is to be seen comes out."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import layertui
from tests.integration.tools import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PROMPT = "shell> "
TIMEOUT = 20.0
"""Seconds after which what is waited for is taken not to come."""

PROGRAM = shlex.join((sys.executable, "-m", "layertui"))

CALM = 0.5
"""Seconds after which a screen that does not change is taken to be drawn to its end."""

_SETTINGS = """\
set -g status off
set -g default-terminal tmux-256color
set -g set-clipboard on
set -s exit-empty off
"""
_GIVEN = frozenset(("PATH", "LD_LIBRARY_PATH", "LAYERTUI_CACHE_FOLDER"))
"""Variables of the tests that the shell is to have; what is remembered is not kept in the home."""


class Terminal:
    """A shell in a window of a tmux server of its own.

    Args:
        folder: Where socket, settings and the home of the user are put; of a short name.
        size: Columns and rows.
        environment: Variables besides the usual ones.
    """

    def __init__(
        self, folder: Path, size: tuple[int, int], environment: Mapping[str, str] | None = None
    ) -> None:
        self.home, self.work = make_home(folder), folder / "work"
        self._socket, settings = folder / "socket", folder / "tmux.conf"
        self.work.mkdir()
        settings.write_text(_SETTINGS)
        variables = {**variables_of(self.home), **(environment or {})}
        shell = ("env", "-i", *(f"{name}={value}" for name, value in variables.items()), "sh", "-i")
        columns, rows = size
        run("tmux", "-u", "-S", self._socket, "-f", settings, "new-session", "-d",
            "-x", columns, "-y", rows, "-c", self.work, shlex.join(shell))  # fmt: skip
        self.see(PROMPT.strip())

    def close(self) -> None:
        """End the shell and what runs in it."""
        self._tmux("kill-server")

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._tmux("send-keys", "-l", "--", text)

    def enter(self, command: str) -> None:
        """Type a command for the shell and run it."""
        self.type(command)
        self.press("Enter")

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-x", columns, "-y", rows)

    def text(self) -> str:
        """Return what is on the screen."""
        return self._tmux("capture-pane", "-p")

    def copied(self) -> str:
        """Return what a program has put into the clipboard last, or nothing."""
        buffers = self._tmux("list-buffers", "-F", "#{buffer_name}").split()
        return self._tmux("show-buffer", "-b", buffers[0]) if buffers else ""

    def forget_copied(self) -> None:
        """Empty the clipboard."""
        for name in self._tmux("list-buffers", "-F", "#{buffer_name}").split():
            self._tmux("delete-buffer", "-b", name)

    def state(self, *names: str) -> list[str]:
        """Return what tmux knows of the terminal by the names of its formats."""
        wanted = "\n".join(f"#{{{name}}}" for name in names)
        return self._tmux("display-message", "-p", wanted).removesuffix("\n").split("\n")

    def see(self, *texts: str, without: tuple[str, ...] = ()) -> str:
        """Wait until all texts are on the screen, and others are not; return the screen."""

        def is_seen(screen: str) -> bool:
            return all(text in screen for text in texts) and not any(
                text in screen for text in without
            )

        return self.wait(is_seen, f"to see {texts}" + (f" without {without}" if without else ""))

    def wait(self, condition: Callable[[str], bool], what: str) -> str:
        """Wait until the screen is as it should be; return it."""
        deadline = time.monotonic() + TIMEOUT
        while not condition(screen := self.text()):
            if time.monotonic() > deadline:
                pytest.fail(f"waited in vain {what}:\n{screen}", pytrace=True)
        return screen

    def record(self, file: Path) -> None:
        """Write every byte that programs send to the terminal into a file from now on."""
        self._tmux("pipe-pane", f"exec cat > {shlex.quote(str(file))}")

    def settle(self, condition: Callable[[str], bool], what: str) -> str:
        """Wait until the screen is as it should be and has not changed for a while; return it."""
        last, since = "", 0.0

        def is_settled(screen: str) -> bool:
            nonlocal last, since
            if screen != last:
                last, since = screen, time.monotonic()
            return time.monotonic() - since > CALM and condition(screen)

        return self.wait(is_settled, what)

    def _tmux(self, *words: object) -> str:
        return run("tmux", "-u", "-S", self._socket, *words)


def variables_of(home: Path) -> dict[str, str]:
    """Return the variables of a user with an empty home."""
    kept = {name: value for name, value in os.environ.items() if name in _GIVEN}
    folders = {
        f"XDG_{kind}_HOME": str(home / kind.lower())
        for kind in ("CONFIG", "CACHE", "DATA", "STATE")
    }
    return {
        **kept,
        **folders,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PS1": PROMPT,
        "PYTHONPATH": str(Path(layertui.__file__).parents[1]),
        "TERM": "tmux-256color",
        "TEXTUAL_THEME": "textual-dark",
    }


def make_home(folder: Path) -> Path:
    """Make an empty home in a folder; return it."""
    home = folder / "home"
    home.mkdir()
    return home


def written(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path, with its content; directories are empty."""
    return dict(_written(folder))


def _written(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        yield str(path.relative_to(folder)), content
