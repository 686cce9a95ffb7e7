"""The list of layers: sizes, headings, ranges, numbers, the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.events import MouseScrollDown

from layertui.filesystem.changes import Comparison
from layertui.ui.widgets.text_pane import TextPane
from tests import archives
from tests.builders import directory, file, layer
from tests.ui.driving import Driver, opened
from tests.ui.images import step

if TYPE_CHECKING:
    from pathlib import Path

ROOMY, LOW = (120, 40), (60, 9)


def many_layers(path: Path, count: int) -> Path:
    layers = [layer(file(f"file{number}", b"x" * number)) for number in range(count)]
    about = archives.config(layers, history=[step(f"RUN {number}") for number in range(count)])
    return archives.write_tarball(archives.docker_save(layers, about=about), path)


def comparison(driver: Driver) -> Comparison:
    view = driver.tree.view
    assert view is not None
    return view.comparison


def title(driver: Driver) -> str:
    return str(driver.explorer.query_one("#layer-pane").border_title)


def amounts(driver: Driver) -> list[str]:
    rows = [driver.layer_row(number) for number in range(len(driver.layers.rows))]
    return [" ".join(row[6:].split()[:2]) for row in rows]


def brackets(driver: Driver) -> str:
    return "".join(driver.layer_row(number)[3] for number in range(len(driver.layers.rows)))


# Sizes


async def test_a_key_goes_through_the_sizes_of_the_layers(shop: Path) -> None:
    async with opened(shop) as driver:
        assert title(driver) == "5 layers, size of files"
        assert amounts(driver) == ["215 kB", "95.6 kB", "5.6 kB", "60.0 kB", "1 B"]
        await driver.press("s")
        assert title(driver) == "5 layers, compressed size"
        assert [amount.split()[1] for amount in amounts(driver)] == ["kB"] * 5
        await driver.press("s")
        assert title(driver) == "5 layers, net effect"
        assert amounts(driver) == ["215 kB", "95.6 kB", "-2 B", "0 B", "-30.0 kB"]
        await driver.press("s")
        assert title(driver) == "5 layers, running total"
        assert amounts(driver) == ["215 kB", "311 kB", "316 kB", "376 kB", "376 kB"]
        await driver.press("s")
        assert title(driver) == "5 layers, size of files"


async def test_where_there_is_little_room_a_layer_is_its_number_and_its_size(shop: Path) -> None:
    async with opened(shop, size=(120, 40)) as driver:
        await driver.press(*["less_than_sign"] * 9)
        assert driver.layer_row(0).strip().startswith("\u258c 0")
        assert driver.layer_row(1).strip().endswith("95.6 kB")


async def test_the_size_is_changed_from_the_files_too(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("tab", "s", "s")
        assert title(driver) == "5 layers, net effect"


async def test_bars_have_one_scale_for_each_size(shop: Path) -> None:
    async with opened(shop) as driver:
        assert [driver.layer_row(number).count("━") for number in range(5)] == [5, 2, 0, 1, 0]
        await driver.press("s", "s", "s")
        assert [driver.layer_row(number).count("━") for number in range(5)] == [3, 4, 4, 5, 5]


async def test_a_bar_below_zero_looks_unlike_one_above(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("s", "s")
        spans = [list(driver.layers.line(driver.layers.line_of(n), 44)) for n in (1, 4)]
        bars = [next(s.part for s in row if "╸" in s.text or "━" in s.text) for row in spans]
        assert bars == ["bar", "removed"]


async def test_all_sizes_of_a_layer_are_told_beside_the_list(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end")
        pane = driver.explorer.query_one("#details", TextPane)
        text = "\n".join(pane.render_line(y).text.strip() for y in range(pane.size.height))
        for words in (
            "1 B  size of its files",
            "2.6 kB  in the image, not compressed",
            "-30.0 kB  net effect on what is shown",
            "376 kB  running total up to this layer",
        ):
            assert words in text


# Headings


async def test_the_base_stands_apart_with_a_sum_of_each_size(shop: Path) -> None:
    async with opened(shop) as driver:
        lines = [driver.layers.render_line(y).text for y in range(7)]
        assert lines[0].split("─")[0].strip() == "base image, 1 layer"
        assert lines[0].endswith(" 215 kB")
        assert lines[2].split("─")[0].strip() == "your 4 layers"
        assert lines[2].endswith(" 161 kB")
        await driver.press("s", "s")
        assert driver.layers.render_line(2).text.endswith(" 65.6 kB")


async def test_there_are_no_headings_where_there_is_no_room(shop: Path) -> None:
    async with opened(shop, size=LOW) as driver:
        assert "base image" not in driver.text()
        assert driver.layers.line_count == 5
        await driver.pilot.resize_terminal(*ROOMY)
        await driver.pilot.pause()
        assert "base image" in driver.text()
        assert driver.layers.line_count == 7


async def test_there_are_no_headings_over_layers_of_one_kind(tmp_path: Path) -> None:
    async with opened(many_layers(tmp_path / "one.tar", 1)) as driver:
        assert driver.layers.line_count == 1
        assert title(driver) == "1 layer, size of files"


async def test_the_cursor_steps_over_headings(shop: Path) -> None:
    async with opened(shop) as driver:
        lines = [driver.layers.line_of(number) for number in range(5)]
        assert lines == [1, 3, 4, 5, 6]
        for number in range(5):
            assert driver.layers.cursor == number
            assert driver.layers.render_line(lines[number]).text.startswith("▌")
            await driver.press("down")
        assert driver.layers.cursor == 4


async def test_the_first_layer_shows_its_heading(tmp_path: Path) -> None:
    async with opened(many_layers(tmp_path / "many.tar", 40)) as driver:
        await driver.press("end")
        assert driver.layers.scroll_offset.y > 0
        await driver.press("home")
        assert driver.layers.scroll_offset.y == 0
        await driver.press("pagedown", "pageup")
        assert (driver.layers.cursor, driver.layers.scroll_offset.y) == (0, 0)


async def test_layers_without_files_and_those_of_the_base_recede(tmp_path: Path) -> None:
    layers = [layer(file("a", b"a")), layer(directory("srv")), layer(file("b", b""))]
    about = archives.config(layers, history=[step("A"), step("B"), step("C")])
    members = archives.docker_save(layers, about=about)
    async with opened(archives.write_tarball(members, tmp_path / "image.tar")) as driver:
        await driver.press("end")
        looks = [list(driver.layers.line(driver.layers.line_of(n), 44))[-1].part for n in range(3)]
        assert looks == ["dim", "dim", ""]
        await driver.press("up")
        assert list(driver.layers.line(driver.layers.line_of(1), 44))[-1].part == ""


# Ranges


async def test_a_range_follows_the_cursor_until_its_other_end_is_marked(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("down", "space")
        assert (comparison(driver), brackets(driver)) == (Comparison(0, 1), " │   ")
        await driver.press("down", "down")
        assert (comparison(driver), brackets(driver)) == (Comparison(0, 3), " ╮│╯ ")
        assert "Layers 1 to 3 against layer 0" in driver.text()
        await driver.press("space", "end")
        assert driver.layers.cursor == 4
        assert (comparison(driver), brackets(driver)) == (Comparison(0, 3), " ╮│╯ ")
        await driver.press("space")
        assert (comparison(driver), brackets(driver)) == (Comparison(3, 4), " " * 5)


async def test_a_range_may_be_marked_downwards(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("3", "space")
        assert "from layer 3, esc leaves" in driver.text()
        await driver.press("0")
        assert "layers 0 to 3, esc leaves" in driver.text()
        assert (comparison(driver), brackets(driver)) == (Comparison(-1, 3), "╮││╯ ")
        assert "Layers 0 to 3 together" in driver.text()


async def test_escape_leaves_a_range_and_is_offered_only_then(shop: Path) -> None:
    async with opened(shop) as driver:
        assert "Leave the range" not in driver.lines()[-1]
        await driver.press("space", "down")
        assert "Leave the range" in driver.lines()[-1]
        await driver.press("escape")
        assert "esc leaves" not in driver.text()
        assert (comparison(driver), brackets(driver)) == (Comparison(0, 1), " " * 5)
        assert "Leave the range" not in driver.lines()[-1]


async def test_one_layer_alone_offers_no_range(tmp_path: Path) -> None:
    async with opened(many_layers(tmp_path / "one.tar", 1)) as driver:
        assert "Mark a range" not in driver.lines()[-1]


@pytest.mark.parametrize(("key", "with_base"), [("c", False), ("ctrl+a", True), ("ctrl+l", False)])
async def test_choosing_a_comparison_leaves_a_range(shop: Path, key: str, with_base: bool) -> None:
    async with opened(shop) as driver:
        await driver.press("down", "space", "end", key)
        assert driver.explorer.stack.with_base is with_base
        assert comparison(driver) == Comparison(0 if with_base else 3, 4)
        assert brackets(driver) == " " * 5


# Numbers


async def test_digits_go_to_a_layer_from_anywhere(tmp_path: Path) -> None:
    async with opened(many_layers(tmp_path / "many.tar", 25)) as driver:
        await driver.press("1", "2")
        assert driver.layers.cursor == 12
        await driver.press("tab", "2")
        assert driver.layers.cursor == 2
        assert driver.tree.has_focus
        await driver.press("down", "4")
        assert driver.layers.cursor == 4
        await driver.press("9")
        assert driver.layers.cursor == 9
        await driver.press("right_square_bracket", "1")
        assert driver.layers.cursor == 1


# The mouse


async def test_a_click_on_a_heading_moves_nothing(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("end")
        await driver.pilot.click("#layers", offset=(20, 2))
        await driver.pilot.pause()
        assert driver.layers.cursor == 4


async def test_a_double_click_on_a_layer_goes_to_its_files(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.pilot.click("#layers", offset=(20, driver.layers.line_of(2)), times=2)
        await driver.pilot.pause()
        assert driver.layers.cursor == 2
        assert driver.tree.has_focus


async def test_the_wheel_scrolls_the_layers_and_leaves_the_cursor(tmp_path: Path) -> None:
    async with opened(many_layers(tmp_path / "many.tar", 60)) as driver:
        layers = driver.layers
        region = layers.region
        turn = MouseScrollDown(
            layers, 5, 5, 0, 1, 0, False, False, False, region.x + 5, region.y + 5
        )  # fmt: skip
        driver.app.post_message(turn)
        await driver.pilot.pause()
        await driver.pilot.pause()
        assert layers.cursor == 0
        assert layers.scroll_offset.y > 0


async def test_a_long_instruction_is_read_in_full(tmp_path: Path) -> None:
    words = [f"package{number}" for number in range(600)]
    text = "RUN /bin/sh -c apt-get install " + " ".join(words)
    layers = [layer(file("a", b"a")), layer(file("b", b"b"))]
    about = archives.config(layers, history=[step("FROM"), step(text)])
    members = archives.docker_save(layers, about=about)
    async with opened(archives.write_tarball(members, tmp_path / "image.tar")) as driver:
        await driver.press("end", "right")
        seen = driver.text()
        pane = driver.explorer.query_one("#details", TextPane)
        while pane.scroll_offset.y < pane.max_scroll_y:
            await driver.press("pagedown")
            seen += driver.text()
        assert [word for word in words if word not in seen] == []
        assert "size of its files" in seen


async def test_scrolling_is_offered_where_there_is_more_to_see(shop: Path) -> None:
    async with opened(shop) as driver:
        await driver.press("right")
        assert "Scroll" in driver.lines()[-1]
        await driver.pilot.resize_terminal(120, 100)
        await driver.pilot.pause()
        await driver.pilot.pause()
        assert "Scroll" not in driver.lines()[-1]


async def test_layers_passed_in_a_hurry_keep_no_cursor(shop: Path) -> None:
    async with opened(shop) as driver:
        for number in (1, 2, 3):
            driver.layers.move_to(number)
        await driver.pilot.pause()
        shown = [driver.layers.render_line(y).text for y in range(driver.layers.line_count)]
        assert sum("\u258c" in line for line in shown) == 1
