"""Two versions beside one another: metadata, texts, bytes, and from difference to difference."""

from __future__ import annotations

from asyncio import to_thread
from threading import Event
from time import sleep
from typing import TYPE_CHECKING, NoReturn

import pytest

from layertui.contents import opening
from layertui.errors import CancelledError, DamagedImageError
from layertui.ui.screens import comparison as comparison_module
from layertui.ui.screens.comparison import ComparisonScreen
from tests.ui.driving import SIZES, opened, raw_characters
from tests.ui.versions import NAME, comparison_of, request_for, write_versioned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_versioned(tmp_path / "versioned.tar")


async def test_metadata_is_told_field_by_field(image: Path) -> None:
    async with comparison_of(image, b"/app/conf") as over:
        lines = [" ".join(line.strip("\u2502 ").split()) for line in over.lines()]
        assert "~ mode 0644 rw-r--r-- 0600 rw-------" in lines
        assert "owner 0:0 0:0" in lines
        assert "~ user.note - kept by hand" in lines


async def test_texts_stand_side_by_side_where_there_is_room(image: Path) -> None:
    async with comparison_of(image, b"/app/conf", "n") as over:
        assert "setting_3 = 3" in over.text()
        row = next(line for line in over.lines() if "setting_3 = 3 " in line)
        assert "setting_3 = three" in row
        await over.press("v")
        rows = [line for line in over.lines() if "setting_3 = " in line]
        assert ["- setting" in rows[0], "+ setting" in rows[1]] == [True, True]
    async with comparison_of(image, b"/app/conf", size=(80, 24)) as over:
        assert not over.screen.look.beside


async def test_n_goes_to_the_next_difference_and_round(image: Path) -> None:
    async with comparison_of(image, b"/app/conf", size=(80, 24)) as over:
        assert "3 differences" in over.text()
        told = []
        for key in ("n", "n", "n", "n", "N"):
            await over.press(key)
            line = next(line for line in over.lines() if "difference " in line)
            told.append(line.partition("difference ")[2].split()[0])
        assert told == ["1", "2", "3", "1", "3"]
        assert "setting_35" in over.text()


async def test_turning_it_keeps_the_difference_in_sight(image: Path) -> None:
    async with comparison_of(image, b"/app/conf", "n", "n", "n", "v", size=(80, 24)) as over:
        assert "\u258c" in over.text()
        assert "difference 3 of 3" in over.text()


async def test_all_lines_are_shown_or_those_around_differences(image: Path) -> None:
    async with comparison_of(image, b"/app/conf", size=(120, 80)) as over:
        assert "setting_12 " not in over.text()
        await over.press("a")
        assert "setting_12 " in over.text()
        await over.press("a")
        assert "setting_12 " not in over.text()


async def test_the_ends_of_long_lines_are_seen_by_moving(image: Path) -> None:
    async with comparison_of(image, b"/app/conf", "n", "n", "n") as over:
        assert "long_long_" in over.text()
        before = over.text()
        await over.press("l", "l")
        assert "ting_36" not in over.text()
        await over.press("h", "h", "h")
        assert over.text() == before


async def test_binary_contents_tell_where_they_differ_in_hex(image: Path) -> None:
    async with comparison_of(image, b"/app/tool", "n") as over:
        text = over.text()
        assert "Binary contents, 3 differences, the first at offset 100" in text
        assert "from offset 100 (0x64)" in text
        assert "PATCHED" in text
        await over.press("v", "n", "n")
        assert "difference 3 of 3" in over.text()
        assert "tail" in over.text()


async def test_what_has_no_content_tells_metadata_alone(image: Path) -> None:
    async with comparison_of(image, b"/dev/x") as over:
        assert "Neither has contents." in over.text()
        assert "1, 5" in over.text()
        await over.press("n", "v", "a", "l")


async def test_versions_that_are_the_same_are_told_to_be(image: Path) -> None:
    async with comparison_of(image, b"/app/conf", pair=(0, 3)) as over:
        assert "nothing differs" in over.text()
        assert "The contents are the same." in over.text()


async def test_a_removal_is_compared_as_nothing(image: Path) -> None:
    async with comparison_of(image, b"/app/conf", pair=(1, 2)) as over:
        assert "not there" in over.text()
        assert "40 lines removed" in over.text()


async def test_a_binary_content_against_nothing_tells_its_size(image: Path) -> None:
    async with comparison_of(image, b"/app/tool", pair=(1, 2)) as over:
        assert "Only the version after layer 1 has a content, 2.1 kB." in over.text()


async def test_a_content_that_cannot_be_read_is_told(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise DamagedImageError("the layer is \x1b damaged")

    monkeypatch.setattr(opening.Contents, "open", broken)
    async with comparison_of(image, b"/app/conf") as over:
        assert "The contents cannot be compared." in over.text()
        assert "the layer is \\x1b damaged" in over.text()
        await over.press("escape")
        assert over.outcome is None


async def test_c_goes_back_and_stops_comparing(image: Path) -> None:
    async with comparison_of(image, b"/app/conf", "c") as over:
        assert over.outcome is None
        assert not over.screen.busy


async def test_long_comparing_tells_how_far_it_is_and_ends_when_the_screen_is_left(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Event()

    def endless(
        *_: object, cancelled: Callable[[], bool], progress: Callable[[int], None], **__: object
    ) -> NoReturn:
        while not cancelled():
            progress(123_000_000)
            sleep(0.001)
        ended.set()
        raise CancelledError("stopped")

    monkeypatch.setattr(comparison_module, "compared", endless)
    monkeypatch.setattr(comparison_module, "_PAUSE", 0)
    async with opened(image) as driver:
        driver.app.push_screen(ComparisonScreen(request_for(driver, b"/app/conf")))
        while "Comparing the contents: 123 MB are read." not in driver.text():
            await driver.pilot.pause()
        await driver.press("escape")
        assert driver.app.screen is driver.explorer
        assert await to_thread(ended.wait, 10)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", [f"/app/{NAME}".encode(), b"/link", b"/app/tool"])
async def test_hostile_texts_come_out_literally(
    image: Path, size: tuple[int, int], path: bytes
) -> None:
    async with comparison_of(image, path, "n", size=size) as over:
        for _ in range(2):
            assert not raw_characters(over.text())
            assert all(len(line) <= size[0] for line in over.lines())
            await over.press("v")
