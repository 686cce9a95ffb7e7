"""Jump mode: a sign on each pane that is seen, a key for each sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.ui.screens.jump import JumpScreen, Sign, Target
from tests.ui.hosting import Hosted, hosted
from tests.ui.panes import PanesScreen

if TYPE_CHECKING:
    from textual.widget import Widget


def targets(screen: PanesScreen) -> dict[Widget, Target]:
    return {
        screen.query_one("#left"): Target("l", "Layers"),
        screen.query_one("#right"): Target("2", "Files"),
        screen.query_one("#line"): Target("/", "Line"),
    }


async def jump(driven: Hosted) -> PanesScreen:
    screen = driven.host.below
    assert isinstance(screen, PanesScreen)
    await driven.show(JumpScreen(targets(screen)))
    return screen


async def test_each_pane_has_a_sign_in_its_middle() -> None:
    async with hosted(below=PanesScreen()) as driven:
        screen = await jump(driven)
        for sign in driven.host.screen.query(Sign):
            pane = sign.pane.region
            assert pane.contains_region(sign.region)
            assert abs(sign.region.center[0] - pane.center[0]) <= 1
            assert abs(sign.region.center[1] - pane.center[1]) <= 1
        assert "l  Layers" in driven.text()
        assert "2  Files" in driven.text()
        assert "/  Line" in driven.lines()[-1]
        assert screen.query_one("#line").region.height == 1


@pytest.mark.parametrize(("key", "pane"), [("l", "#left"), ("2", "#right"), ("slash", "#line")])
async def test_a_key_chooses_its_pane(key: str, pane: str) -> None:
    async with hosted(below=PanesScreen()) as driven:
        screen = await jump(driven)
        await driven.press(key)
        assert driven.results == [screen.query_one(pane)]


async def test_a_click_on_a_sign_chooses_its_pane() -> None:
    async with hosted(below=PanesScreen()) as driven:
        screen = await jump(driven)
        region = next(s.region for s in driven.host.screen.query(Sign) if s.target.key == "2")
        await driven.pilot.click(offset=(region.x, region.y))
        await driven.settle()
        assert driven.results == [screen.query_one("#right")]


@pytest.mark.parametrize("key", ["escape", "apostrophe"])
async def test_the_focus_stays_when_jump_mode_is_left(key: str) -> None:
    async with hosted(below=PanesScreen()) as driven:
        screen = await jump(driven)
        await driven.press(key)
        assert driven.results == [None]
        assert screen.query_one("#left").has_focus


async def test_other_keys_do_nothing() -> None:
    async with hosted(below=PanesScreen()) as driven:
        screen = await jump(driven)
        await driven.press("x", "e", "enter", "tab")
        assert driven.results == []
        assert screen.notes == []


async def test_a_pane_that_is_not_seen_has_no_sign() -> None:
    async with hosted(below=PanesScreen()) as driven:
        driven.host.below.query_one("#right").display = False
        await driven.settle()
        await jump(driven)
        assert "Files" not in driven.text()
        await driven.press("2")
        assert driven.results == []


async def test_a_pane_that_is_not_seen_and_can_be_gone_to_has_its_sign_beside_another() -> None:
    async with hosted(below=PanesScreen()) as driven:
        screen = driven.host.below
        left, right = screen.query_one("#left"), screen.query_one("#right")
        right.display = False
        await driven.settle()
        await driven.show(
            JumpScreen({left: Target("l", "Layers"), right: Target("f", "Files", always=True)})
        )
        signs = list(driven.host.screen.query(Sign))
        assert [left.region.contains_region(sign.region) for sign in signs] == [True, True]
        for size in ((30, 9), (20, 5)):
            assert signs[0].region.right < signs[1].region.x
            await driven.pilot.resize_terminal(*size)
            await driven.settle()
        assert signs[0].region.right < signs[1].region.x
        await driven.press("f")
        assert driven.results == [right]


async def test_a_pane_that_is_hidden_meanwhile_loses_its_sign_or_its_place() -> None:
    async with hosted(below=PanesScreen()) as driven:
        await jump(driven)
        driven.host.below.query_one("#left").display = False
        await driven.pilot.resize_terminal(60, 15)
        await driven.settle()
        assert "Layers" not in driven.text()
        await driven.press("l")
        assert driven.results == []


async def test_signs_follow_the_panes_when_the_terminal_changes() -> None:
    async with hosted(below=PanesScreen()) as driven:
        await jump(driven)
        await driven.pilot.resize_terminal(60, 15)
        await driven.settle()
        for sign in driven.host.screen.query(Sign):
            assert sign.pane.region.contains_region(sign.region)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark"])
async def test_the_panes_are_seen_below_the_signs(theme: str) -> None:
    async with hosted(below=PanesScreen(), theme=theme) as driven:
        frames = sum(line.count("\u2502") for line in driven.lines())
        await jump(driven)
        assert sum(line.count("\u2502") for line in driven.lines()) > frames / 2


async def test_a_label_is_text_and_not_markup() -> None:
    async with hosted(below=PanesScreen()) as driven:
        pane = driven.host.below.query_one("#right")
        await driven.show(JumpScreen({pane: Target("a", "[red]x[/]")}))
        assert "[red]x[/]" in driven.text()
