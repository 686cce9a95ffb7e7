"""The same walk where every text of the image wants to be more than text."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from tests.integration.terminals import ENTER, LEAVE, MOUSE_OFF, SHOW_CURSOR, words
from tests.integration.tmux import PROGRAM, PROMPT, Terminal, written
from tests.integration.tools import require
from tests.ui.images import write_hostile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZES = [(120, 40), (80, 24), (60, 15)]
HOME = ("space Mark a range",)
FILES = (" Open ",)

WALK: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Down", ("▌ 1 ",), ()),
    ("i", ("esc closes", "─ Layer 1 ─"), ()),
    ("i", HOME, ("esc closes",)),
    ("?", ("─ Keys ─",), ()),
    ("Escape", HOME, ("─ Keys ─",)),
    ("Space", ("from layer 1",), ()),
    ("Escape", HOME, ("from layer 1",)),
    ("s", ("compressed size",), ()),
    ("Tab", ("▌", "0[red]x[_red]", *FILES), ()),
    ("/", ("Text, glob, regex",), ()),
    ("=PWNED", (r"3a\x1b]0;PWNED\x07b", "1 match"), ()),
    ("Enter", ("End the filter", "Move"), ()),
    ("y", ("Copied the path.",), ()),
    ("Escape", ("0[red]x[_red]",), ("/ PWNED",)),
    ("v", ("The files after layer",), ()),
    ("v", FILES, ("The files after layer",)),
    ("p", ("─ Go to a path",), ()),
    ("=PWNED", (r"/3a\x1b]0;PWNED\x07b", "1 of "), ()),
    ("Enter", (r"╰─ /3a\x1b]0;PWNED\x07b ─",), ("─ Go to a path",)),
    ("C-p", ("─ Commands ─",), ()),
    ("=layer 3:", (r"Go to layer 3: a\x1b]0;PWNED\x07b",), ()),
    ("Enter", ("Layer 3",), ("─ Commands ─",)),
    ("w", (" waste ",), ()),
    ("Escape", FILES, (" waste ",)),
    ("I", ("1 Overview", "names         [red]x[/red]"), ()),
    ("2", ("Environment", "[red]x[/red]"), ()),
    ("3", ("layer 0", "[red]x[/red]"), ()),
    ("4", ("[@click=app.quit]q[/]",), ()),
    ("5", ("manifest.json", "[red]x[/red]"), ()),
    ("l", ('"architecture"',), ()),
    ("G", ("▌ }",), ()),
    ("Escape", FILES, ("1 Overview",)),
    ("D", ("Rebuilt from the history", r"a\x1b]0;PWNED\x07b"), ()),
    ("a", ("Copied the Dockerfile.",), ()),
    ("Escape", FILES, ("Rebuilt from the history",)),
    ("Tab", HOME, ()),
    ("y", ("Copied the DiffID.",), ()),
    ("Y", ("Copied the instruction.",), ()),
)
"""A key, or a text after an equals sign; what is to be seen then, and what is not."""

PLAIN = re.compile(
    rb"\x1b\[[0-9;:]*[A-HJKm]"  # colours, places
    rb"|\x1b\[[?>=<][0-9;$]*[hlpu]"  # modes of the terminal, asked for and set
    rb"|\x1b\]22;default\x07"  # the shape of the pointer
    rb"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # what the user copies
)
"""Every sequence that the program has a reason to send."""
COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
COPIES = sum("Copied" in text for _key, seen, _gone in WALK for text in seen)


@pytest.fixture(params=SIZES, ids=lambda size: "x".join(map(str, size)))
def terminal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Terminal]:
    """A terminal of a size, of a user whose folders are empty."""
    require("tmux")
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "temporary").mkdir()
    running = Terminal(folder, request.param, {"TMPDIR": str(folder / "temporary")})
    yield running
    running.close()


def test_nothing_that_an_image_says_is_more_than_text(terminal: Terminal, tmp_path: Path) -> None:
    image, raw = write_hostile(tmp_path / "hostile.tar"), tmp_path / "raw"
    folder = terminal.home.parent
    before, title = written(folder), terminal.state("pane_title")
    terminal.record(raw)
    terminal.enter(f"{PROGRAM} {image}; echo it ended with $?")
    terminal.see("wasted 0 B", *HOME)
    for key, seen, gone in WALK:
        _do(terminal, key)
        terminal.see(*seen, without=gone)
    assert terminal.state("pane_title") == title
    terminal.press("q")
    terminal.see("it ended with 0", PROMPT.strip())
    terminal.wait(lambda _text: b"it ended with 0" in raw.read_bytes(), "for all that was sent")
    assert terminal.state("pane_title") == title
    assert written(folder) == before
    _assert_tame(raw.read_bytes())


def _do(terminal: Terminal, key: str) -> None:
    if key.startswith("="):
        terminal.type(key[1:])
    else:
        terminal.press(key)


def _assert_tame(output: bytes) -> None:
    assert output.count(ENTER) == output.count(LEAVE) == 1
    shown, _, after = output.partition(ENTER)[2].partition(LEAVE)
    assert MOUSE_OFF in shown + after
    assert SHOW_CURSOR in shown + after
    rest = PLAIN.sub(b"", shown).decode()
    assert [sign for sign in rest if not sign.isprintable() and sign not in "\r\n"] == []
    assert r"a\x1b]0;PWNED\x07b" in words(shown)
    copied = [base64.b64decode(found).decode() for found in COPIED.findall(shown)]
    assert len(copied) == COPIES
    assert all(line.isprintable() for text in copied for line in text.split("\n"))
