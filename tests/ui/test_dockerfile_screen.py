"""The Dockerfile view: what can be done in it, and how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from layertui.ui.place import Place
from layertui.ui.screens.dockerfile import DockerfileScreen
from tests import archives
from tests.ui.driving import SIZES, raw_characters
from tests.ui.images import HOSTILE, step
from tests.ui.over_main import NOTHING_YET, Over, over_main, report_of
from tests.ui.reports import write_image

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path


def shown(
    path: Path, *keys: str, layer: int | None = None, **options: Any
) -> AbstractAsyncContextManager[Over[DockerfileScreen]]:
    """Show the Dockerfile of an image, and press keys."""
    return over_main(
        path, lambda driver: DockerfileScreen(report_of(driver), layer), *keys, **options
    )


async def test_the_cursor_begins_at_the_layer_that_was_looked_at(shop: Path) -> None:
    async with shown(shop, layer=2) as view:
        block = view.screen.text.current
        assert block is not None
        assert block.value.startswith("RUN sed")


async def test_bytes_stand_before_the_instructions(shop: Path) -> None:
    async with shown(shop) as view:
        line = next(line for line in view.lines() if "COPY shop /app" in line)
        assert line.split()[1:3] == ["1", "95.6"]
        assert "\u2501" in line


async def test_enter_leads_to_the_layer(shop: Path) -> None:
    async with shown(shop, "down", "down", "down", "down", "enter") as view:
        assert view.outcome == Place(layer=2)


async def test_a_step_without_a_layer_leads_nowhere(shop: Path) -> None:
    async with shown(shop, "down", "enter") as view:
        assert "To its layer" not in view.lines()[-1]
        assert view.outcome is NOTHING_YET


async def test_a_second_click_leads_to_the_layer(shop: Path) -> None:
    async with shown(shop) as view:
        row = next(n for n, line in enumerate(view.lines()) if "COPY" in line)
        await view.driver.pilot.click("#dockerfile", offset=(40, row - 2), times=2)
        await view.settle()
        assert view.outcome == Place(layer=1)


@pytest.mark.parametrize("key", ["y", "Y"])
async def test_an_instruction_is_copied(shop: Path, key: str) -> None:
    async with shown(shop, key, layer=2) as view:
        first, second = view.copied.split("\n")
        assert first == "RUN sed -i s/shop/sold/ /app/main.py \\"
        assert second == "    && echo hello > /etc/motd"


async def test_the_whole_dockerfile_is_copied(shop: Path) -> None:
    async with shown(shop, "a") as view:
        assert view.copied.startswith("# base image: layer 0\n# FROM unknown base (1 layer)\nADD")
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
            text = view.text()
            seen |= {number for number in range(60) if f"command-{number} " in text}
            view.screen.text.action_cursor_down()
            await view.settle()
        assert seen == set(range(60))


async def test_what_becomes_known_is_taken_in(shop: Path) -> None:
    from dataclasses import replace

    async with shown(shop, "down", "down") as view:
        report = report_of(view.driver)
        view.screen.show_report(replace(report, sizes=[1, 2, 3, 4, 5]))
        await view.settle()
        assert "8 steps, 5 layers, 15 B" in view.lines()[0]
        assert view.screen.text.cursor == 2


@pytest.mark.parametrize("size", SIZES)
async def test_a_hostile_image_is_only_text(hostile: Path, size: tuple[int, int]) -> None:
    async with shown(hostile, size=size) as view:
        for _ in HOSTILE:
            assert raw_characters(view.text()) == []
            await view.press("y", "down")
            assert raw_characters(view.copied) == []
        await view.press("a")
        assert raw_characters(view.copied) == []
        assert not view.driver.app._exit


async def test_an_image_without_a_history_says_so(tmp_path: Path) -> None:
    members = archives.docker_save([], about=archives.config([], history=[]))
    async with shown(archives.write_tarball(members, tmp_path / "i.tar"), "y", "enter") as view:
        assert "The image tells nothing of how it was built." in view.text()


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
