"""A walk from the main screen to others and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.sample import STEPS_WITH_FILES
from tests.integration.tmux import PROGRAM, PROMPT

if TYPE_CHECKING:
    from tests.integration.tmux import Terminal

ENDED = "it ended with"
_NARROW = 70
"""Columns below which one half of the main screen is seen at a time."""


class Walk:
    """The program in a terminal, on its main screen, with the first layer under the cursor.

    Args:
        terminal: Where it runs, or is to be started.
        image: The sample.

    Attributes:
        is_narrow: Whether one half of the main screen is seen at a time.
    """

    def __init__(self, terminal: Terminal, image: str) -> None:
        self.terminal = terminal
        self.command = f"clear; {PROGRAM} {image}; echo {ENDED} $?"
        self.is_narrow = False
        self._home = ""

    def begin(self, size: tuple[int, int]) -> None:
        """Give the terminal a size, start the program unless it runs, remember what is seen."""
        self.terminal.resize(*size)
        if not self.runs:
            self.terminal.press("C-c")
            self.terminal.settle(_is_at_the_prompt, "for the shell to take a command")
            self.terminal.enter(self.command)
        self.is_narrow = size[0] < _NARROW
        self._answer_at(*size)
        self._home = self.terminal.settle(
            lambda text: _is_home(text, *size), "for the main screen to be there"
        )

    def _answer_at(self, columns: int, rows: int) -> None:
        """Wait until a key is answered on a screen of the size, so that nothing of it is due."""
        for key, mark in (("Down", "\u258c 1"), ("Up", "\u258c 0")):
            self.terminal.wait(
                lambda text: _is_filled(text, columns, rows), "for the screen to be drawn"
            )
            self.terminal.press(key)
            self.terminal.see(mark)

    @property
    def runs(self) -> bool:
        """Whether the program has the terminal."""
        return self.terminal.state("alternate_on") == ["1"]

    def end(self) -> None:
        """Wait until everything is as it was when the walk began."""
        self.terminal.wait(self._home.__eq__, f"for everything to be as it was:\n{self._home}")

    def quit(self) -> None:
        """Quit, wherever the walk has come to."""
        if self.runs:
            self.terminal.press("C-c")
            self.terminal.see(f"{ENDED} 0\n{PROMPT.strip()}")

    def to_files(self, layer: int) -> None:
        """Go from the layers to the files of one of them."""
        self.terminal.type(str(layer))
        self.terminal.press("Tab")
        self.terminal.see(f"\u2500 Layer {layer}", "\u2570\u2500 /bin \u2500", " Open ")

    def from_files(self) -> None:
        """Go from the files to the first layer, with all folded and the cursor at the top."""
        self.terminal.press("C", "g", "Tab")
        self.terminal.type("0")

    def choose(self, command: str) -> None:
        """Run a command of the palette, the first that a text finds."""
        self.terminal.press("C-p")
        self.terminal.see("\u2500 Commands \u2500", "enter does it, esc leaves")
        self.terminal.type(command)
        self.terminal.see(f"\u276f {command} ")
        self.terminal.press("Enter")

    def at_path(self, path: str, layer: int) -> None:
        """Wait until the cursor is on a path in the files of a layer."""
        self.terminal.see(f"\u2570\u2500 {path} \u2500", f"\u2500 Layer {layer} against ")


def _is_at_the_prompt(text: str) -> bool:
    """Tell whether the line that was interrupted is done with, and another is to be typed."""
    return "^C" in text and text.rstrip().endswith(PROMPT.rstrip())


def _is_filled(text: str, columns: int, rows: int) -> bool:
    """Tell whether the main screen is drawn, each line but the first and the last at its full."""
    lines = text.rstrip("\n").split("\n")
    return (
        [*map(len, lines)][1:-1] == [columns] * (rows - 2)
        and "wasted" in lines[0]
        and "space Mark a range" in lines[-1]
    )


def _is_home(text: str, columns: int, rows: int) -> bool:
    """Tell whether the main screen is drawn, and all that is read of the image told."""
    checked = min(STEPS_WITH_FILES, rows - 5)
    return (
        _is_filled(text, columns, rows) and text.count("\u2713") >= checked and "\u258c 0" in text
    )
