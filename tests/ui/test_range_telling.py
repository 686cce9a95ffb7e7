"""What is told while a range of layers is marked: its layers, its bytes, what it did."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from layertui.analysis.tallies import RangeTally, Tally, tally_between
from layertui.notices import Notice
from layertui.sources import open_image
from layertui.ui.layers.range_text import RangeReport, tell_range
from layertui.ui.layers.stack import LayerStack
from layertui.ui.messages import LayerFacts
from layertui.ui.screens.details import DetailsScreen
from layertui.ui.widgets.text_pane import TextPane
from tests.ui.driving import Driver, opened
from tests.ui.images import write_hostile, write_shop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from layertui.filesystem.changes import Comparison
    from layertui.ui.widgets.line_view import Line

RANGE = ("1", "space", "3")


def words(lines: Sequence[Line]) -> list[str]:
    return ["".join(span.text for span in line).strip() for line in lines]


def told(driver: Driver, pane: str = "#details") -> list[str]:
    found = driver.app.screen.query_one(pane, TextPane)
    return [found.render_line(y).text.strip() for y in range(found.size.height)]


def summary(driver: Driver) -> list[str]:
    return told(driver, "#summary")


async def counted(driver: Driver) -> None:
    """Wait until nothing is counted and what was counted is drawn."""
    await asyncio.to_thread(driver.explorer.teller.wait)
    await driver.pilot.pause()
    await driver.pilot.pause()


# On the screen


async def test_the_details_tell_of_the_range_while_there_is_one(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press(*RANGE)
        assert driver.explorer.panes.detail_pane.border_title == "Layers 1 to 3"
        lines = told(driver)
        for line in (
            "3 layers from 4 steps of the history",
            "+ added           3 files   95.6 kB",
            "~ changed         1 file        6 B",
            "- removed         0 files       0 B",
            "95.6 kB  shipped, not shown in the image",
            "65.6 kB  made waste by these layers",
            "161 kB  size of their files",
            "169 kB  in the image, not compressed",
            "+95.6 kB  net effect on what is shown",
            "376 kB  running total up to layer 3",
        ):
            assert line in lines


async def test_the_layers_of_the_range_are_listed_with_bytes_and_instructions(shop: Path) -> None:
    async with opened(shop, size=(120, 60)) as driver:
        await driver.press(*RANGE)
        lines = told(driver)
        start = lines.index("95.6 kB    1  COPY shop /app")
        assert [line.split("  ")[-1] for line in lines[start : start + 4]] == [
            "COPY shop /app",
            "ENV SHOP=open",
            "RUN sed -i s/shop/sold/ /a…",
            "RUN chmod 755 /app/data.bin",
        ]


@pytest.mark.parametrize(
    ("width", "sums", "changes"),
    [
        (60, "3 layers  161 kB  net +95.6 kB  wasted 95.6 kB  4 steps", "+3  95.6 kB  ~1  "),
        (80, "3 layers  161 kB  net +95.6 kB", "+3  95.6 kB  ~1  "),
        (24, "3 layers  161 kB", "+3  ~1  -0"),
    ],
)
async def test_two_lines_below_the_list_tell_what_there_is_room_for(
    shop: Path, width: int, sums: str, changes: str
) -> None:
    async with opened(shop, size=(width, 15)) as driver:
        await driver.press("down")
        assert len(summary(driver)) == 1
        await driver.press(*RANGE)
        assert summary(driver)[0] == sums
        assert summary(driver)[1].startswith(changes)


async def test_the_range_is_told_of_wherever_the_cursor_goes_then(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press(*RANGE, "space", "4")
        assert "161 kB  size of their files" in told(driver)


async def test_a_range_of_one_layer_tells_of_that_layer(shop: Path) -> None:
    async with opened(shop, size=(80, 24)) as driver:
        await driver.press("3")
        before = summary(driver)
        await driver.press("space")
        assert summary(driver) == before
        assert driver.explorer.panes.detail_pane.border_title == "Layer 3"


@pytest.mark.parametrize("key", ["escape", "c"])
async def test_the_layer_is_told_of_again_once_the_range_is_left(shop: Path, key: str) -> None:
    async with opened(shop) as driver:
        await driver.press("3")
        before = told(driver)
        await driver.press("space", "1", "3", key)
        assert told(driver) == before
        assert len(summary(driver)) == len([line for line in summary(driver) if line])


async def test_i_tells_of_the_range_where_there_is_no_room_beside_the_list(shop: Path) -> None:
    async with opened(shop, size=(80, 24)) as driver:
        await driver.press(*RANGE, "i")
        assert isinstance(driver.app.screen, DetailsScreen)
        lines = told(driver, "#all-details")
        assert "3 layers from 4 steps of the history" in lines
        assert "+ added           3 files   95.6 kB" in lines


# Counting in the background


class Gate:
    """Counts when it is told to, and knows for what it was asked."""

    def __init__(self) -> None:
        self.open = Event()
        self.asked: list[Comparison] = []

    def __call__(
        self, filesystem: Any, comparison: Comparison, changes: bytes, **more: Any
    ) -> RangeTally:
        self.asked.append(comparison)
        self.open.wait(10)
        return tally_between(filesystem, comparison, changes, **more)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr("layertui.ui.layers.teller.AT_ONCE", -1)
    monkeypatch.setattr("layertui.ui.layers.teller.tally_between", gate)
    yield gate
    gate.open.set()


async def test_what_takes_long_to_count_is_told_when_it_is_counted(shop: Path, gate: Gate) -> None:
    async with opened(shop) as driver:
        await driver.press(*RANGE)
        assert "files are being counted" in told(driver)
        assert "161 kB  size of their files" in told(driver)
        gate.open.set()
        await counted(driver)
        assert "+ added           3 files   95.6 kB" in told(driver)


async def test_a_count_that_is_not_wanted_any_more_is_never_told(shop: Path, gate: Gate) -> None:
    async with opened(shop) as driver:
        await driver.press("1", "space", "3", "4")
        gate.open.set()
        await counted(driver)
        assert [comparison.upper for comparison in gate.asked] == [3, 4]
        assert "+ added           3 files   65.6 kB" in told(driver)
        assert driver.explorer.panes.detail_pane.border_title == "Layers 1 to 4"


async def test_a_range_is_counted_once_however_often_it_is_told_of(shop: Path, gate: Gate) -> None:
    async with opened(shop) as driver:
        gate.open.set()
        await driver.press(*RANGE, "space", "4", "2", "i", "escape")
        await counted(driver)
        assert len(gate.asked) == 1


async def test_the_dialog_tells_what_is_counted_while_it_is_open(shop: Path, gate: Gate) -> None:
    async with opened(shop) as driver:
        await driver.press(*RANGE, "i")
        assert "files are being counted" in told(driver, "#all-details")
        gate.open.set()
        await counted(driver)
        assert "+ added           3 files   95.6 kB" in told(driver, "#all-details")


# As long as not all is known


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[LayerStack]:
    image = open_image(str(write_shop(tmp_path / "shop.tar")))
    stack = LayerStack()
    stack.open(image)
    stack.mark(1)
    yield stack
    image.close()


def test_layers_that_are_not_read_are_told_of_as_such(stack: LayerStack) -> None:
    stack.advance({}, {1: LayerFacts(77, True, ())}, 0.0)
    telling = tell_range(RangeReport(layers=stack.reports(3)))
    lines = words(telling.details(60))
    assert "not all of them are read" in lines
    assert "-  size of their files" in lines
    assert "-  net effect on what is shown" in lines
    assert words(telling.summary(60))[0].startswith("3 layers  4 steps")


def test_a_layer_that_cannot_be_had_is_left_out_of_the_sums_and_told_of(stack: LayerStack) -> None:
    damage = Notice(code="damaged-layer", message="it ends early\x1b", layer=2)
    facts = {n: LayerFacts(10, n != 2, (damage,) if n == 2 else ()) for n in range(5)}
    stack.advance({}, facts, 0.0)
    tally = RangeTally(Tally(1, 10), Tally(), Tally())
    lines = words(tell_range(RangeReport(layers=stack.reports(3), tally=tally)).details(60))
    assert "! layer 2: damaged" in lines
    assert "! layer 2: it ends early\\x1b" in lines
    assert "30 B  size of their files" in lines


def test_texts_of_the_image_are_printable(tmp_path: Path) -> None:
    image = open_image(str(write_hostile(tmp_path / "hostile.tar")))
    stack = LayerStack()
    stack.open(image)
    stack.mark(0)
    telling = tell_range(RangeReport(layers=stack.reports(len(image.layers) - 1)))
    lines = words(telling.details(80))
    image.close()
    assert "".join(lines).isprintable()
    assert any("\\u202e" in line for line in lines)
