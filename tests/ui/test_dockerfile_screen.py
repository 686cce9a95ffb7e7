"""The Dockerfile view: what can be done in it, and how it looks."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from layertui.ui.image.report import image_report
from layertui.ui.place import Place
from layertui.ui.screens.dockerfile import DockerfileScreen
from tests import archives
from tests.ui.driving import Driver, opened
from tests.ui.images import HOSTILE, step
from tests.ui.reports import write_image
from tests.ui.test_hostile import raw_characters

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


SIZES = [(60, 15), (80, 24), (120, 40), (200, 60)]
NOTHING_YET = object()


class Shown:
    """The Dockerfile view over the main screen."""

    def __init__(self, driver: Driver, screen: DockerfileScreen) -> None:
        self.driver = driver
        self.screen = screen
        self.outcome: object = NOTHING_YET

    def take(self, outcome: Place | None) -> None:
        """Note where the view leads."""
        self.outcome = outcome

    @property
    def copied(self) -> str:
        """What was copied last."""
        return self.driver.app.clipboard


@asynccontextmanager
async def shown(
    path: Path,
    *keys: str,
    size: tuple[int, int] = (120, 40),
    layer: int | None = None,
    theme: str = "",
) -> AsyncIterator[Shown]:
    """Show the Dockerfile of an image, and press keys."""
    async with opened(path, size=size, theme=theme) as driver:
        report = image_report(driver.explorer.stack)
        assert report is not None
        shown = Shown(driver, DockerfileScreen(report, layer))
        driver.app.push_screen(shown.screen, shown.take)
        await driver.pilot.pause()
        await driver.press(*keys)
        yield shown


async def test_the_cursor_begins_at_the_layer_that_was_looked_at(shop: Path) -> None:
    async with shown(shop, layer=2) as view:
        block = view.screen.text.current
        assert block is not None
        assert block.value.startswith("RUN sed")


async def test_bytes_stand_before_the_instructions(shop: Path) -> None:
    async with shown(shop) as view:
        line = next(line for line in view.driver.lines() if "COPY shop /app" in line)
        assert line.split()[1:3] == ["1", "95.6"]
        assert "\u2501" in line


async def test_enter_leads_to_the_layer(shop: Path) -> None:
    async with shown(shop, "down", "down", "down", "down", "enter") as view:
        assert view.outcome == Place(layer=2)


async def test_a_step_without_a_layer_leads_nowhere(shop: Path) -> None:
    async with shown(shop, "down", "enter") as view:
        assert "To its layer" not in view.driver.lines()[-1]
        assert view.outcome is NOTHING_YET


async def test_a_second_click_leads_to_the_layer(shop: Path) -> None:
    async with shown(shop) as view:
        row = next(n for n, line in enumerate(view.driver.lines()) if "COPY" in line)
        await view.driver.pilot.click("#dockerfile", offset=(40, row - 2), times=2)
        await view.driver.pilot.pause()
        assert view.outcome == Place(layer=1)


@pytest.mark.parametrize("key", ["y", "Y"])
async def test_an_instruction_is_copied(shop: Path, key: str) -> None:
    async with shown(shop, key, layer=2) as view:
        first, second = view.copied.split("\n")
        assert first == "RUN sed -i s/shop/sold/ /app/main.py \\"
        assert second == "    && echo hello > /etc/motd"


async def test_the_whole_dockerfile_is_copied(shop: Path) -> None:
    async with shown(shop, "a") as view:
        assert view.copied.startswith("# base image: layer 0\nADD file:4f2a in /\n")
        assert view.copied.endswith('CMD ["python", "/app/main.py"]\n')


@pytest.mark.parametrize("key", ["escape", "D"])
async def test_leaving_leads_nowhere(shop: Path, key: str) -> None:
    async with shown(shop, key) as view:
        assert view.outcome is None


async def test_a_long_instruction_is_read_to_its_end(tmp_path: Path) -> None:
    command = " && ".join(f"command-{number} --with argument" for number in range(60))
    steps = [step("ADD a /"), step(f"RUN /bin/sh -c {command}"), step("RUN last")]
    path = write_image(tmp_path, history=steps)
    async with shown(path, "down", size=(60, 15)) as view:
        seen = set()
        while view.screen.text.cursor == 1:
            text = view.driver.text()
            seen |= {number for number in range(60) if f"command-{number} " in text}
            view.screen.text.action_cursor_down()
            await view.driver.pilot.pause()
        assert seen == set(range(60))


async def test_what_becomes_known_is_taken_in(shop: Path) -> None:
    from dataclasses import replace

    async with shown(shop, "down", "down") as view:
        report = image_report(view.driver.explorer.stack)
        assert report is not None
        view.screen.show_report(replace(report, sizes=[1, 2, 3, 4, 5]))
        await view.driver.pilot.pause()
        assert "8 steps, 5 layers, 15 B" in view.driver.lines()[0]
        assert view.screen.text.cursor == 2


@pytest.mark.parametrize("size", SIZES)
async def test_a_hostile_image_is_only_text(hostile: Path, size: tuple[int, int]) -> None:
    async with shown(hostile, size=size) as view:
        for _ in HOSTILE:
            assert raw_characters(view.driver.text()) == []
            await view.driver.press("y", "down")
            assert raw_characters(view.copied) == []
        await view.driver.press("a")
        assert raw_characters(view.copied) == []
        assert not view.driver.app._exit


async def test_an_image_without_a_history_says_so(tmp_path: Path) -> None:
    members = archives.docker_save([], about=archives.config([], history=[]))
    async with shown(archives.write_tarball(members, tmp_path / "i.tar"), "y", "enter") as view:
        assert "The image tells nothing of how it was built." in view.driver.text()


@pytest.mark.parametrize("size", SIZES)
async def test_looks(shop: Path, picture: Any, size: tuple[int, int]) -> None:
    async with shown(shop, size=size, layer=2) as view:
        assert view.driver.svg() == picture


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_looks_in_other_themes(shop: Path, picture: Any, theme: str) -> None:
    async with shown(shop, layer=2, theme=theme) as view:
        assert view.driver.svg() == picture


async def test_looks_without_colour(
    shop: Path, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(shop, layer=2) as view:
        assert view.driver.svg() == picture
