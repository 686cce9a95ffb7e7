"""The command palette holds what can be done now, and does it where it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.ui.commands import (
    Command,
    bound_commands,
    layer_commands,
    theme_commands,
    theme_names,
)
from layertui.ui.screens.palette import PaletteScreen
from layertui.ui.settings.keymap import checked_keymap
from tests import archives
from tests.builders import file, layer
from tests.ui.driving import Driver, opened
from tests.ui.hosting import Hosted, hosted
from tests.ui.images import HOSTILE
from tests.ui.panes import Pane, PanesScreen, layer_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from textual.widget import Widget


def told(commands: list[Command]) -> list[tuple[str, str, str]]:
    return [(command.group, command.title, command.keys) for command in commands]


async def run(driven: Hosted, title: str) -> None:
    """Choose a command in the palette and run it, as the program does."""
    commands = bound_commands(driven.host.below)
    driven.host.push_screen(PaletteScreen(commands), lambda chosen: chosen and chosen.do())
    await driven.settle()
    await driven.press(*title.replace(" ", ""), "enter")


async def test_the_keys_of_all_panes_and_of_the_screen_are_commands_once() -> None:
    screen = PanesScreen()
    async with hosted(below=screen):
        assert told(bound_commands(screen)) == [
            ("Layers", "Do it", "x"),
            ("Layers", "Tell the screen", "c"),
            ("Files", "Sort", "y"),
            ("Screen", "Do it everywhere", "e"),
        ]


async def test_a_command_says_in_full_what_its_key_does() -> None:
    screen = PanesScreen()
    async with hosted(below=screen):
        titles = [command.title for command in bound_commands(screen) if command.keys == "e"]
        assert titles == ["Do it everywhere"]


async def test_the_pane_with_the_focus_comes_first() -> None:
    screen = PanesScreen()
    async with hosted(below=screen) as driven:
        screen.query_one("#right").focus()
        await driven.settle()
        assert bound_commands(screen)[0].group == "Files"


async def test_a_pane_that_is_seen_comes_before_one_that_is_not() -> None:
    screen = PanesScreen()
    async with hosted(below=screen) as driven:
        screen.query_one("#left").display = False
        screen.set_focus(None)
        await driven.settle()
        assert bound_commands(screen)[0].group == "Files"


async def test_only_what_would_change_something_is_offered() -> None:
    screen = PanesScreen()
    async with hosted(below=screen):
        assert "Do nothing" not in [command.title for command in bound_commands(screen)]
        for pane in screen.query(Pane):
            pane.can = {"never": True, "maybe": True, "done": False}
        titles = [command.title for command in bound_commands(screen)]
        assert {"Do nothing", "Do it later"} <= set(titles)
        assert "Do it" not in titles


async def test_keys_that_the_user_has_changed_are_told() -> None:
    screen = PanesScreen()
    async with hosted(below=screen) as driven:
        driven.host.set_keymap({"files.sort": "f7,s"})
        assert ("Files", "Sort", "f7") in told(bound_commands(screen))


async def test_a_command_of_another_pane_is_done_there_with_the_focus_on_it() -> None:
    screen = PanesScreen()
    async with hosted(below=screen) as driven:
        await run(driven, "Sort")
        assert screen.notes == ["right: sorted"]
        assert screen.query_one("#right").has_focus


async def test_a_command_of_the_screen_leaves_the_focus_alone() -> None:
    screen = PanesScreen()
    async with hosted(below=screen) as driven:
        await run(driven, "everywhere")
        assert screen.notes == ["on the screen"]
        assert screen.query_one("#left").has_focus


async def test_an_action_of_the_screen_that_a_pane_has_a_key_for_is_done_on_the_screen() -> None:
    screen = PanesScreen()
    async with hosted(below=screen) as driven:
        await run(driven, "Tell")
        assert screen.notes == ["from a pane"]


async def test_leaving_the_palette_does_nothing() -> None:
    screen = PanesScreen()
    async with hosted(below=screen) as driven:
        await driven.show(PaletteScreen(bound_commands(screen)))
        await driven.press("s", "escape")
        assert screen.notes == []
        assert driven.results == [None]


async def test_the_focus_is_put_as_the_screen_wants_it() -> None:
    screen = PanesScreen()
    put: list[Widget] = []

    def focus(pane: Widget) -> None:
        put.append(pane)
        screen.set_focus(pane)

    async with hosted(below=screen) as driven:
        (sort,) = (each for each in bound_commands(screen, focus=focus) if each.keys == "y")
        await sort.do()
        await driven.settle()
        assert put == [screen.query_one("#right")]
        assert screen.notes == ["right: sorted"]


async def test_the_palette_is_not_a_command_of_its_own() -> None:
    screen = PanesScreen()
    async with hosted(below=screen):
        assert "Commands" not in [command.title for command in bound_commands(screen)]


def test_all_layers_but_the_one_looked_at_can_be_gone_to() -> None:
    gone: list[int] = []
    commands = layer_commands(layer_rows("FROM x", "RUN y", *["COPY z"] * 9), 1, gone.append)
    assert told(commands)[:2] == [
        ("All layers", "Go to layer 0: FROM x", "0"),
        ("All layers", "Go to layer 2: COPY z", "2"),
    ]
    assert told(commands)[-1] == ("All layers", "Go to layer 10: COPY z", "")
    commands[-1].run()
    assert gone == [10]


async def test_a_hostile_instruction_is_a_command_like_others() -> None:
    async with hosted(PaletteScreen(layer_commands(layer_rows("x", *HOSTILE), 0, print))) as driven:
        assert "Go to layer 1: [red]x[/red]" in driven.text()
        assert "\\x1b]0;PWNED" in driven.text()


async def test_themes_are_commands_but_for_the_one_that_is_used() -> None:
    async with hosted(theme="nord") as driven:
        commands = theme_commands(driven.host)
        titles = [command.title for command in commands]
        assert "Theme: nord" not in titles
        assert len(titles) == len(theme_names(driven.host)) - 1
        commands[titles.index("Theme: dracula")].run()
        assert driven.host.theme == "dracula"


async def test_without_colour_no_theme_is_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with hosted() as driven:
        assert theme_commands(driven.host) == []


async def test_what_the_program_does_everywhere_comes_last(shop: Path) -> None:
    async with opened(shop) as driver:
        commands = bound_commands(driver.explorer)
        assert ("Program", "Quit", "q") in told(commands)
        assert commands[0].group == "Layers"
        assert commands[-1].group == "Program"
        assert not {"Move", "Scroll"} & {command.title for command in commands}


def keys_of(driver: Driver, *names: str) -> dict[str, str]:
    commands = bound_commands(driver.explorer)
    return {
        command.title: command.keys
        for command in commands
        if any(name in command.title for name in names)
    }


def offered(driver: Driver, *names: str) -> set[str]:
    return set(keys_of(driver, *names))


async def test_the_comparison_there_is_is_not_offered(shop: Path) -> None:
    async with opened(shop) as driver:
        below, base = "Compare with the layer below", "Compare with the base"
        assert keys_of(driver, "Compare") == {base: "c"}
        await driver.press("c")
        assert keys_of(driver, "Compare") == {below: "c"}
        await driver.press("space")
        assert keys_of(driver, "Compare") == {base: "c", below: "^l"}
        await driver.press("c")
        assert keys_of(driver, "Compare") == {below: "c"}


async def test_the_key_told_is_the_one_to_press_for_that(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end", "slash", *"a", "enter")
        await driver.searched()
        told = keys_of(driver, "layer", "match", "Fold all, or", "Filter", "End the filter")
        assert told["Go to the next layer"] == "]"
        assert told["Go to the next match of the filter"] == "n"
        assert told["Fold all, or unfold all"] == "^space"
        assert told["Filter the files by name, path, size and type"] == "/"
        assert told["End the filter and go back to where it began"] == "esc"


async def test_a_key_of_ones_own_for_the_comparison_is_told(shop: Path) -> None:
    async with opened(shop) as driver:
        driver.app.set_keymap(checked_keymap({"compare.toggle": "f6"}, "a test"))
        assert keys_of(driver, "Compare") == {"Compare with the base": "f6"}
        await driver.press("f6")
        assert keys_of(driver, "Compare") == {"Compare with the layer below": "f6"}


async def test_the_one_layer_and_the_one_pane_there_are_offer_no_other(tmp_path: Path) -> None:
    members = archives.docker_save([layer(file("a"))])
    image = archives.write_tarball(members, tmp_path / "one.tar")
    async with opened(image, size=(60, 15)) as driver:
        assert not offered(driver, "layer", "half", "all the room", "Jump", "at the left") - {
            "Compare with the base",
            "Go to the layer that the path comes from",
            "Split: what the layer did above, the files after it below",
            "Show all about the layer or the range, and the image",
            "Copy the instruction of the layer",
            "Show another size of the layers: files, compressed, net, running total",
            "Go to the next pane: layers, files",
            "Jump to a pane",
            "Show what each layer did to the path",
            "Take the path, or the layer, out of the image",
            "Write the image as it was after the layer",
        }


async def test_panes_beside_the_one_with_the_focus_are_offered(shop: Path) -> None:
    async with opened(shop) as driver:
        assert offered(driver, "at the left") == {"Next pane at the left"}
        await driver.press("right")
        assert len(offered(driver, "at the left")) == 2
        await driver.press("tab", "tab", "tab")
        assert offered(driver, "at the left") == set()
        assert len(offered(driver, "half", "all the room", "Jump")) == 4
