"""A walk through every screen by keys, in a real terminal, at every size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.tmux import PROMPT, Terminal, written
from tests.integration.tools import require
from tests.integration.walk import ENDED, Walk
from tests.ui.images import write_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.sample import Saved

SIZES = [(120, 40), (80, 24), (60, 15)]
HOLD = ("alternate_on", "mouse_any_flag", "mouse_sgr_flag", "mouse_all_flag")
"""What tmux knows of the hold that a program has on the terminal."""


@pytest.fixture(scope="module")
def running(classic: Saved, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The screen on the sample, in a terminal for all walks."""
    require("tmux")
    image = classic.locator("docker save")
    terminal = Terminal(tmp_path_factory.mktemp("walk"), SIZES[0])
    terminal.enter("stty -a > before")
    yield Walk(terminal, image)
    terminal.close()


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: "x".join(map(str, size)))
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Columns and rows."""
    columns, rows = request.param
    return columns, rows


@pytest.fixture
def walk(running: Walk, size: tuple[int, int]) -> Iterator[Walk]:
    """A walk at a size, which has to come back to where it began."""
    try:
        running.begin(size)
        yield running
        running.end()
    except BaseException:
        running.quit()
        raise


@pytest.fixture
def terminal(walk: Walk) -> Terminal:
    """The terminal in which the walk is."""
    return walk.terminal


# The main screen


def test_layers_are_stepped_through(walk: Walk, terminal: Terminal) -> None:
    terminal.press("Down")
    terminal.see("▌ 1 ", " ~0  " if walk.is_narrow else "Layer 1 against layer 0")
    terminal.press("j", "]", "]")
    terminal.see("▌ 4 ", "~4  24 B" if walk.is_narrow else "Layer 4 against layer 3")
    terminal.press("G")
    terminal.see("▌11 ")
    terminal.press("[", "g")
    terminal.see("▌ 0 ")


def test_directories_are_unfolded_and_folded(walk: Walk, terminal: Terminal) -> None:
    walk.to_files(4)
    terminal.press(".", ".")
    terminal.see("▾ bin/", "╰─ /srv/app/bin/tool ─")
    terminal.press("h")
    terminal.see("╰─ /srv/app/bin ─")
    terminal.press("h")
    terminal.see("▸ bin/")
    terminal.press("Space", "l")
    terminal.see("▾ bin/", "╰─ /srv/app/bin/settings ─")
    terminal.press(",")
    terminal.see("╰─ /srv/app/bin ─")
    walk.from_files()


def test_files_are_filtered_as_text_as_glob_and_as_expression(
    walk: Walk, terminal: Terminal
) -> None:
    walk.to_files(4)
    terminal.press("Down")
    terminal.see("╰─ /boot ─")
    terminal.press("/")
    terminal.see("/ name, *.so, >10MB", "^t Text, glob, regex")
    terminal.type("k?ep")
    terminal.see("text  0 matches", "Nothing matches.")
    terminal.press("C-t")
    terminal.see("glob  1 match ", "╰─ /srv/app/config/keep ─")
    terminal.press("C-t")
    terminal.see("regex  ", without=("  0 matches", " 1 match "))
    terminal.press("C-t")
    terminal.see("text  0 matches")
    terminal.press("Escape")
    terminal.see("╰─ /boot ─", without=("k?ep",))
    walk.from_files()


def test_files_are_filtered_by_size_and_stepped_through(walk: Walk, terminal: Terminal) -> None:
    walk.to_files(4)
    terminal.press("Down")
    terminal.see("╰─ /boot ─")
    terminal.press("C-f")
    terminal.type(">10kB cache/deep/")
    terminal.see("text  6 matches", "╰─ /srv/app/cache/deep/1 ─")
    terminal.press("Enter")
    terminal.see("\u2191\u2193 Move", "/ >10kB")
    terminal.press("n")
    terminal.see("╰─ /srv/app/cache/deep/2 ─")
    terminal.press("N", "N")
    terminal.see("╰─ /srv/app/cache/deep/6 ─")
    terminal.press("Escape")
    terminal.see("╰─ /boot ─", without=(">10kB",))
    walk.from_files()


def test_what_a_layer_did_is_shown_above_what_is_then_there(walk: Walk, terminal: Terminal) -> None:
    walk.to_files(4)
    terminal.press("v")
    terminal.see("─ Layer 4 against ", "─ The files after layer 4 ─")
    terminal.press("Tab", "g")
    terminal.see("▌", "╰─ /bin ─")
    terminal.press("Tab", "Tab", "v")
    terminal.see("─ Layer 4 against", without=("The files after layer",))
    walk.from_files()


def test_layers_are_looked_at_together(walk: Walk, terminal: Terminal) -> None:
    terminal.type("3")
    terminal.press("Space")
    terminal.see("▌ 3│", "from layer 3, esc leaves")
    terminal.press("Down", "Down", "Space")
    terminal.see("  3╮", "▌ 5╯", "layers 3 to 5, esc leaves")
    terminal.press("Tab")
    terminal.see("─ Layers 3 to 5 against")
    terminal.press("Tab", "Escape")
    terminal.see("▌ 5 ", without=("esc leaves", "3╮"))
    terminal.type("0")


def test_four_sizes_of_layers_are_shown_in_turn(terminal: Terminal) -> None:
    for words in ("compressed size", "net effect", "running total", "size of files"):
        terminal.press("s")
        terminal.see(f"╭─ 12 layers, {words} ─")


def test_one_pane_is_zoomed(walk: Walk, terminal: Terminal) -> None:
    walk.to_files(0)
    terminal.press("z")
    terminal.see("╰─ /bin ─", without=("╭─ 12 layers",))
    terminal.press("z")
    walk.from_files()


def test_the_focus_jumps_to_a_pane(walk: Walk, terminal: Terminal) -> None:
    terminal.press("'")
    terminal.see("a  Layers", "  Files")
    terminal.press("Escape")
    terminal.see("space Mark a range", without=("a  Layers",))
    terminal.press("'")
    terminal.see("a  Layers")
    terminal.press("a")
    terminal.see("space Mark a range", without=("a  Layers",))


# Dialogs


def test_help_lists_the_keys_of_the_layers(terminal: Terminal) -> None:
    terminal.press("?")
    terminal.see("─ Keys ─", "esc closes", "Layers", "Move", "space ")
    terminal.press("G")
    terminal.see("Marks", "the layer added it")
    terminal.press("?")


def test_help_lists_the_keys_of_the_files(walk: Walk, terminal: Terminal) -> None:
    walk.to_files(0)
    terminal.press("F1")
    terminal.see("─ Keys ─", "esc closes", "Files")
    terminal.press("PgDn")
    terminal.see("Unfold all")
    terminal.press("Escape")
    terminal.see(" Open ", without=("─ Keys ─",))
    walk.from_files()


def test_details_tell_all_about_a_layer_and_the_image(terminal: Terminal) -> None:
    terminal.press("i")
    terminal.see("╭─ Layer 0 ─", "esc closes", "added")
    terminal.press("G")
    terminal.see("shown of shipped")
    terminal.press("Escape")


def test_a_path_of_another_layer_is_gone_to(walk: Walk, terminal: Terminal) -> None:
    terminal.press("p")
    terminal.see("─ Go to a path, looking at layer 0 ─", "enter goes there, esc leaves")
    terminal.press("Escape")
    terminal.see("space Mark a range", without=("Go to a path,",))
    terminal.press("p")
    terminal.see("─ Go to a path, looking at layer 0 ─")
    terminal.type("srvnull")
    terminal.see("/srv/app/null", "first in layer 2", "not in layer 0: enter goes to layer 2")
    terminal.press("Enter")
    walk.at_path("/srv/app/null", layer=2)
    walk.from_files()


def test_the_layer_that_a_file_is_from_is_gone_to(walk: Walk, terminal: Terminal) -> None:
    walk.to_files(9)
    terminal.press("p")
    terminal.type("app/null")
    terminal.see("/srv/app/null", " of ")
    terminal.press("Enter")
    walk.at_path("/srv/app/null", layer=9)
    terminal.press("f")
    walk.at_path("/srv/app/null", layer=2)
    walk.from_files()


def test_the_palette_finds_commands_and_runs_them(walk: Walk, terminal: Terminal) -> None:
    walk.choose("to layer 5")
    terminal.see("▌ 5 ", without=("─ Commands ─",))
    terminal.press("C-p")
    terminal.see("─ Commands ─")
    terminal.press("Escape")
    terminal.see("space Mark a range", without=("─ Commands ─",))
    terminal.type("0")


def test_themes_are_tried_and_left(walk: Walk, terminal: Terminal) -> None:
    walk.choose("themes")
    terminal.see("─ Theme ─", "enter uses it and keeps it in", "esc goes back to textual-dark")
    terminal.type("gruv")
    terminal.see("▌gruvbox", "1 of 21")
    terminal.press("Escape")


# Screens


def test_waste_is_listed_and_a_path_of_it_gone_to(walk: Walk, terminal: Terminal) -> None:
    terminal.press("w")
    terminal.see(" waste ", "─ Wasted paths ─", "/srv/app/cache/deep/1")
    for title in ("─ By cause ─", "─ By layer ─", "─ Wasted paths ─"):
        terminal.press("Tab")
        terminal.see(title)
    terminal.press("/")
    terminal.see("part of a path")
    terminal.type("settings")
    terminal.see("1 of 12 paths", "/srv/app/config/settings", "enter To the rows")
    terminal.press("Enter")
    terminal.see("⏎ To the cause")
    terminal.press("Enter")
    walk.at_path("/srv/app/config/settings", layer=4)
    walk.from_files()


def test_a_file_is_read_compared_searched_for_and_offered(walk: Walk, terminal: Terminal) -> None:
    walk.to_files(7)
    terminal.press("p")
    terminal.see("─ Go to a path")
    terminal.type("config/settings")
    terminal.see("1 of ")
    terminal.press("Enter")
    walk.at_path("/srv/app/config/settings", layer=7)
    for key, seen in (
        ("Enter", ("text, UTF-8", "1  two")),
        ("V", ("3 versions", "changed: owner")),
        ("W", ("─ Shipped and not shown ─",)),
        ("x", ("esc leaves", "./settings")),
    ):
        terminal.press(key)
        terminal.see(*seen)
        terminal.press("Escape")
        terminal.see("─ Layer 7 against ", "╰─ /srv/app/config/settings ─", without=seen)
    terminal.press("S")
    if "now a file" not in terminal.see("no binary ones"):
        terminal.type("now a file")
        terminal.press("Enter")
    terminal.see("/srv/app/switch", "now a file")
    terminal.press("Escape")
    walk.at_path("/srv/app/config/settings", layer=7)
    walk.from_files()


def test_waste_is_left_once_its_filter_is(walk: Walk, terminal: Terminal) -> None:
    terminal.press("w")
    terminal.see(" waste ")
    terminal.press("/")
    terminal.see("part of a path")
    terminal.type("settings")
    terminal.see("1 of 12 paths")
    terminal.press("Enter", "Escape")
    terminal.see(" 12 paths ", "/srv/app/cache/deep/1", without=(" of 12 paths",))
    terminal.press("Escape")


def test_the_image_is_told_on_pages(terminal: Terminal) -> None:
    terminal.press("I")
    pages = (
        ("platform      linux/amd64", "shipped "),
        ("user          1000:1000", "working dir   /srv/app/work"),
        ("layer 0", "no layer", "ENV LANG=C.UTF-8"),
        ("localhost/layertui-sample:1", "Nothing else can be opened here."),
        ("manifest.json", '"RepoTags"'),
    )
    for number, texts in enumerate(pages, start=1):
        terminal.type(str(number))
        terminal.see(" image ", "1 Overview", *texts)
    terminal.press("Right", "G")
    terminal.see("▌ }")
    terminal.press("Tab")
    terminal.see("platform      linux/amd64")
    terminal.press("Escape")


def test_the_dockerfile_leads_to_layers(terminal: Terminal) -> None:
    terminal.press("D")
    terminal.see(" Dockerfile ", "─ Rebuilt from the history ─", "ENV LANG=C.UTF-8")
    terminal.press("G", "Up", "Up")
    terminal.see("▌ 11 ", "COPY", "⏎ To its layer")
    terminal.press("Enter")
    terminal.see("▌11 ", without=("Rebuilt",))
    terminal.press("D")
    terminal.see("▌ 11 ", "Rebuilt")
    terminal.press("Escape")
    terminal.see("▌11 ", without=("Rebuilt",))
    terminal.type("0")


# Copying


def test_digest_instruction_and_path_are_copied(walk: Walk, terminal: Terminal) -> None:
    terminal.press("y")
    terminal.see("Copied the DiffID.")
    assert terminal.copied().startswith("sha256:")
    terminal.press("Y")
    terminal.see("Copied the instruction.")
    assert terminal.copied().startswith("ADD file:")
    walk.to_files(0)
    terminal.press("y")
    terminal.see("Copied the path.")
    assert terminal.copied() == "/bin"
    walk.from_files()


# The end


def test_quitting_gives_the_terminal_back(running: Walk) -> None:
    terminal = running.terminal
    for size in (*SIZES, SIZES[0]):
        running.begin(size)
    assert terminal.state(*HOLD) == [*"1111"]
    terminal.press("q")
    screen = terminal.see(f"{ENDED} 0\n{PROMPT.strip()}")
    assert "\u258c" not in screen
    assert terminal.state(*HOLD, "cursor_flag") == [*"0000", "1"]
    terminal.enter("stty -a > after; echo it was told")
    terminal.see(f"\nit was told\n{PROMPT.strip()}")
    terminal.type("echo is it seen")
    terminal.see(f"{PROMPT}echo is it seen")
    terminal.press("Enter")
    terminal.see("\nis it seen")
    files = written(terminal.work)
    assert files["before"] == files["after"]


# Settings


def test_settings_are_written_only_when_that_is_asked_for(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    require("tmux")
    folder = tmp_path_factory.mktemp("themes")
    terminal = Terminal(folder, SIZES[1])
    walk = Walk(terminal, str(write_shop(folder / "shop.tar")))
    try:
        _keep_a_theme(walk)
    finally:
        terminal.close()


def _keep_a_theme(walk: Walk) -> None:
    terminal, file = walk.terminal, "config/layertui/config.toml"
    terminal.enter(walk.command)
    terminal.see("space Mark a range", "wasted 95.6 kB")
    for key in ("Escape", "Space"):
        walk.choose("themes")
        terminal.see("─ Theme ─", "enter uses it and keeps it in")
        terminal.type("nord")
        terminal.see("▌nord")
        terminal.press(key)
        terminal.see("space Mark a range", without=("─ Theme ─",))
        assert written(terminal.home) == {}
    walk.choose("themes")
    terminal.type("gruvbox")
    terminal.see("─ Theme ─", "▌gruvbox")
    terminal.press("Enter")
    terminal.see("Kept in", without=("─ Theme ─",))
    assert 'theme = "gruvbox"' in written(terminal.home)[file].decode()
    terminal.press("q")
    terminal.see(f"{ENDED} 0")
    assert written(terminal.work) == {}
