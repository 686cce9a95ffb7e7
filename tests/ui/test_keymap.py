"""Keys of one's own: which are refused, and where they are shown."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.binding import BindingsMap
from textual.widget import Widget

from layertui.config import ScreenSettings
from layertui.errors import ConfigError
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
from layertui.ui.screens.explorer import ExplorerScreen
from layertui.ui.settings.keymap import checked_keymap, keys_in_effect, screens_and_widgets
from layertui.ui.settings.known_bindings import Holder, holders, known_bindings
from tests.ui.driving import Driver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def opened_with(path: Path, screen: ScreenSettings) -> AsyncIterator[Driver]:
    """Open an image on a screen with settings and wait until everything is read."""
    app = ExplorerApp(OpenRequest(image=str(path), screen=screen))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver


def test_every_binding_of_ours_has_an_id_and_says_what_it_does() -> None:
    ours = [
        binding
        for holder in holders()
        for _, binding in BindingsMap(holder.node.__dict__.get("BINDINGS", ()))
    ]
    assert [binding for binding in ours if not binding.id or not binding.description] == []
    assert {binding.id for binding in ours} == set(known_bindings())


def test_the_keys_of_the_program_itself_hide_none() -> None:
    everything = {identity: keys for identity, keys, _ in keys_in_effect({})}
    assert checked_keymap(everything, "here") == {}


def test_keys_that_are_moved_out_of_the_way_may_be_taken() -> None:
    swapped = {"tree.sort": "c", "compare.toggle": "o,ctrl+k"}
    assert checked_keymap(swapped, "here") == swapped


@pytest.mark.parametrize(
    ("keys", "one", "other", "key"),
    [
        ({"tree.sort": "space"}, "tree.fold", "tree.sort", "space"),
        ({"tree.sort": "f2", "tree.fold": "f2"}, "tree.sort", "tree.fold", "f2"),
        ({"move.down": "E"}, "move.down", "tree.expand-all", "E"),
        ({"tree.sort": "c"}, "compare.toggle", "tree.sort", "c"),
        ({"layer.next": "o"}, "layer.next", "tree.sort", "o"),
        ({"layer.next": "?"}, "help", "layer.next", "question_mark"),
        ({"tree.sort": "?"}, "help", "tree.sort", "question_mark"),
        ({"tree.sort": "ctrl+q"}, '"Quit"', "tree.sort", "ctrl+q"),
        ({"layer.next": "ctrl+pgdn"}, "layer.next", '"Page Right"', "ctrl+pagedown"),
        ({"waste.user": "O"}, "waste.user", "table.reverse", "O"),
    ],
)
def test_a_key_that_would_hide_another_binding_is_refused_with_both(
    keys: dict[str, str], one: str, other: str, key: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        checked_keymap(keys, "here")
    message = caught.value.message
    assert message.startswith("here: keys: ")
    assert message.endswith(f" are both on {key}")
    assert one in message
    assert other in message


def test_the_key_of_the_command_palette_is_taken() -> None:
    with pytest.raises(ConfigError, match=r"are both on ctrl\+p"):
        checked_keymap({"tree.sort": "ctrl+p"}, "here")


def test_a_widget_that_no_screen_imports_may_be_on_any() -> None:
    class Orphan(Widget):
        """Made only when it is needed."""

    screen, widget = Holder(ExplorerScreen, ()), Holder(Orphan, ())
    assert list(screens_and_widgets([screen, widget])) == [(screen, widget)]


@pytest.mark.parametrize(
    "keys",
    [
        {"layers.page-down": "o"},
        {"waste.user": "c"},
        {"tree.sort": "u", "tree.unmodified": "f2"},
        {"help.close": "z"},
        {"text.first": "E"},
        {"tree.expand": "right,X"},
        {"chooser.quit": "f1"},
        {"filter.clear": "f1"},
        {"layer.next": "ctrl+e"},
        {"suspend": "ctrl+e"},
        {"layer.next": "ctrl+t"},
    ],
)
def test_keys_of_panes_and_screens_apart_may_be_the_same(keys: dict[str, str]) -> None:
    assert checked_keymap(keys, "here") == keys


def test_a_binding_that_there_is_not_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"there is no binding 'tree\.srot'") as caught:
        checked_keymap({"tree.srot": "f2"}, "here")
    assert caught.value.hint == "Did you mean tree.sort?"


def test_what_takes_turns_on_a_key_keeps_it_when_the_other_moves() -> None:
    assert checked_keymap({"waste.clear": "f3"}, "here") == {
        "waste.clear": "f3",
        "waste.leave": "escape",
    }


def test_a_key_that_would_be_typed_is_refused_in_a_line_of_text() -> None:
    with pytest.raises(ConfigError, match="x is typed into the line"):
        checked_keymap({"filter.clear": "x"}, "here")


async def test_a_key_of_ones_own_works_and_the_usual_one_does_not(shop: Path) -> None:
    async with opened_with(shop, ScreenSettings(keys={"layer.next": "f2,Q"})) as driver:
        assert isinstance(driver.explorer, ExplorerScreen)
        before = driver.explorer.layer_number
        await driver.press("right_square_bracket")
        assert driver.explorer.layer_number == before
        await driver.press("f2")
        assert driver.explorer.layer_number == before + 1
        await driver.press("Q")
        assert driver.explorer.layer_number == before + 2


async def test_a_key_of_ones_own_is_shown_in_the_footer_and_in_the_help(shop: Path) -> None:
    async with opened_with(shop, ScreenSettings(keys={"help": "f12"})) as driver:
        assert " f12 Help" in driver.lines()[-1]
        assert " ? Help" not in driver.lines()[-1]
        await driver.press("f12", "G")
        [line] = [line for line in driver.lines() if " Help " in line and "f12" in line]
        assert "f1 " not in line.replace("f12", "")
        assert "?" not in line
