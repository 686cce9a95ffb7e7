"""Every key of a picker, on a list of commands with groups."""

from __future__ import annotations

import pytest

from layertui.ui.commands import Command
from layertui.ui.screens.go_to_path import GoToPathScreen
from layertui.ui.screens.palette import PaletteScreen
from layertui.ui.screens.themes import ThemesScreen
from layertui.ui.widgets.line_view import Span
from layertui.ui.widgets.pick_list import Choice, choice_spans, fitted
from tests.ui.driving import raw_characters
from tests.ui.hosting import Hosted, hosted
from tests.ui.images import HOSTILE, shop_filesystem


def command(title: str, group: str = "Files", keys: str = "") -> Command:
    return Command(group=group, title=title, keys=keys, run=lambda: None)


FEW = (
    command("Sort by name", keys="o"),
    command("Show hidden"),
    command("Next layer", "Layers", "]"),
    command("Fold all"),
)
MANY = tuple(command(f"Command {number:02}", f"Group {number // 10}") for number in range(60))


def palette(driven: Hosted) -> PaletteScreen:
    screen = driven.host.screen
    assert isinstance(screen, PaletteScreen)
    return screen


def titles(driven: Hosted) -> list[str]:
    return [choice.text for choice in palette(driven).picks.choices]


def under_cursor(driven: Hosted) -> str:
    choice = palette(driven).picks.choice
    return choice.text if choice else ""


async def test_typing_narrows_and_the_best_is_under_the_cursor() -> None:
    async with hosted(PaletteScreen(FEW)) as driven:
        assert "4 of 4" in driven.text()
        await driven.press("s", "h")
        assert titles(driven) == ["Show hidden"]
        assert under_cursor(driven) == "Show hidden"
        assert "1 of 4" in driven.text()
        await driven.press("backspace")
        assert titles(driven) == ["Sort by name", "Show hidden"]


async def test_groups_stand_together_below_a_heading_the_group_of_the_best_first() -> None:
    async with hosted(PaletteScreen(FEW)) as driven:
        assert titles(driven) == ["Sort by name", "Show hidden", "Fold all", "Next layer"]
        shown = [line.strip(" \u2502\u258c") for line in driven.lines()]
        place = shown.index("Files")
        assert shown[place + 1].split() == ["Sort", "by", "name", "o"]
        assert shown[place + 4] == "Layers"
        await driven.press("l")
        assert palette(driven).picks.choices[0].group == "Layers"


async def test_keys_move_in_the_list_while_the_line_keeps_the_focus() -> None:
    async with hosted(PaletteScreen(MANY)) as driven:
        page = palette(driven).picks.size.height - 1
        moves = (
            ("down", 1), ("ctrl+n", 2), ("up", 1), ("pagedown", 1 + page), ("pageup", 1),
            ("ctrl+end", 59), ("down", 59), ("ctrl+home", 0), ("up", 0),
        )  # fmt: skip
        for key, place in moves:
            await driven.press(key)
            assert under_cursor(driven) == f"Command {place:02}", key
        assert driven.host.focused is driven.host.screen.query_one("PickerInput")
        await driven.press("5")
        assert under_cursor(driven) == "Command 05"


async def test_the_cursor_and_the_heading_above_it_are_in_sight() -> None:
    async with hosted(PaletteScreen(MANY), size=(60, 15)) as driven:
        await driven.press("pagedown", "pagedown", "pagedown")
        assert under_cursor(driven) in driven.text()
        await driven.press("ctrl+home")
        assert "Group 0" in driven.text()


async def test_enter_chooses_what_is_under_the_cursor() -> None:
    async with hosted(PaletteScreen(FEW)) as driven:
        await driven.press("down", "enter")
        assert driven.results == [FEW[1]]


async def test_enter_does_nothing_where_nothing_is_found() -> None:
    async with hosted(PaletteScreen(FEW)) as driven:
        await driven.press("z", "enter")
        assert "No command matches." in driven.text()
        assert "0 of 4" in driven.text()
        assert driven.results == []


async def test_esc_leaves_without_choosing() -> None:
    async with hosted(PaletteScreen(FEW)) as driven:
        await driven.press("s", "escape")
        assert driven.results == [None]


async def test_a_click_chooses_and_a_click_on_a_heading_does_not() -> None:
    async with hosted(PaletteScreen(FEW)) as driven:
        await driven.pilot.click("#picker-list", offset=(5, 0))
        await driven.settle()
        assert driven.results == []
        await driven.pilot.click("#picker-list", offset=(5, 2))
        await driven.settle()
        assert driven.results == [FEW[1]]


@pytest.mark.parametrize("letter", ["q", "g", "j", "k", "G", "question_mark", "apostrophe"])
async def test_letters_that_are_keys_elsewhere_are_typed(letter: str) -> None:
    async with hosted(PaletteScreen(FEW)) as driven:
        await driven.press(letter)
        assert len(palette(driven).typed) == 1


async def test_what_cannot_be_seen_of_hostile_texts_is_escaped() -> None:
    commands = [command(text, keys="x") for text in HOSTILE]
    async with hosted(PaletteScreen(commands)) as driven:
        assert "[red]x[/red]" in driven.text()
        assert raw_characters(driven.text()) == []
        await driven.press("x", "left_square_bracket")
        assert raw_characters(driven.text()) == []
        assert all(len(line) for line in driven.lines())


def painted(text: str, width: int, **more: object) -> list[Span]:
    choice = Choice(value=0, text=text, **more)  # type: ignore[arg-type]
    return list(choice_spans(choice, width, here=False))


def test_the_characters_that_were_typed_stand_out() -> None:
    spans = painted("abcd", 10, spots=(1, 2), lead=1)
    assert spans == [Span("a", "dim"), Span("bc", "found"), Span("d")]


def test_nothing_recedes_under_the_cursor() -> None:
    choice = Choice(value=0, text="ab", spots=(1,), lead=1, quiet=True, note="n")
    spans = list(choice_spans(choice, 20, here=True))
    assert spans == [Span("a"), Span("b", "found-here"), Span(" " * 17), Span("n")]


def test_a_path_that_is_too_long_loses_its_start_and_others_their_end() -> None:
    assert "".join(span.text for span in painted("/long/path", 6, keeps_end=True)) == "\u2026/path"
    assert "".join(span.text for span in painted("long words", 6)) == "long\u2026"


def test_a_note_stands_at_the_right_and_gives_way_to_the_text() -> None:
    text = "".join(span.text for span in painted("abc", 30, note="in layer 3"))
    assert text == "abc" + " " * 17 + "in layer 3"
    text = "".join(span.text for span in painted("a" * 40, 20, note="in layer 3"))
    assert text == "a" * 11 + "\u2026  in la\u2026"


@pytest.mark.parametrize("width", range(12))
def test_wide_characters_never_take_more_cells_than_there_are(width: int) -> None:
    from rich.cells import cell_len

    spans = [Span("\u6587\u6587"), Span("ab"), Span("\u6587"), Span("cde")]
    for keeps_end in (False, True):
        kept = fitted(spans, width, keeps_end=keeps_end)
        assert sum(cell_len(span.text) for span in kept) <= width


SMALL = [(20, 5), (200, 5), (20, 6), (40, 7), (60, 9), (20, 10), (44, 12), (20, 60)]


@pytest.mark.parametrize("size", SMALL)
async def test_what_is_found_and_what_is_typed_is_seen_at_every_size(size: tuple[int, int]) -> None:
    pickers = (
        (PaletteScreen(MANY), "10", "Command 10"),
        (GoToPathScreen(shop_filesystem(), 2), "etc", "/etc"),
        (ThemesScreen(print, "/home/somebody/.config/layertui/config.toml"), "nord", "nord"),
    )
    for picker, typed, found in pickers:
        async with hosted(picker, size=size) as driven:
            await driven.press(*typed)
            line = next(line for line in driven.lines() if "\u258c" in line)
            assert found in line
            assert any(f"\u276f {typed}" in line for line in driven.lines())


async def test_a_dialog_made_small_has_room_for_what_is_found() -> None:
    async with hosted(PaletteScreen(MANY), size=(120, 40)) as driven:
        await driven.press("1", "0")
        assert " 1 of 60 " in driven.text()
        await driven.pilot.resize_terminal(20, 5)
        await driven.settle()
        assert "Command 10" in driven.text()
        assert driven.line_with("Commands") == ""
        await driven.pilot.resize_terminal(120, 40)
        await driven.settle()
        assert " 1 of 60 " in driven.text()
        assert driven.line_with("Commands")
