"""The screen about the image: its pages, what can be done on them, and how they look."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

import pytest

from layertui.sources import open_source
from layertui.ui.open_choice import OpenChoice
from layertui.ui.place import Place
from layertui.ui.screens.image import ImageScreen
from layertui.ui.widgets.name_line import NameLine
from tests import archives
from tests.several import platforms, two_images
from tests.ui.driving import SIZES, raw_characters
from tests.ui.images import shop_config, shop_layers
from tests.ui.over_main import NOTHING_YET, Over, over_main, report_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.ui.driving import Driver


@asynccontextmanager
async def shown(path: Path, *keys: str, **options: Any) -> AsyncIterator[Over[ImageScreen]]:
    """Show the screen about an image, and press keys on it."""
    with closing(open_source(str(path))) as source:

        def make(driver: Driver) -> ImageScreen:
            return ImageScreen(report_of(driver), source)

        async with over_main(path, make, *keys, **options) as over:
            yield over


def copy_and_go_on(over: Over[ImageScreen]) -> str:
    """Copy what is under the cursor and go on; return it."""
    over.screen.action_copy()
    over.screen.text.action_cursor_down()
    return over.copied


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """An archive of one image for three platforms."""
    members = platforms("linux/amd64", "linux/arm64/v8", "windows/amd64")
    return archives.write_tarball(members, tmp_path / "several.tar")


async def test_the_overview_comes_first(shop: Path) -> None:
    async with shown(shop) as screen:
        text = screen.text()
        assert "name          shop/api:2.4" in text
        assert "platform      linux/amd64" in text
        assert "shipped         376 kB" in text
        assert "ImageID       sha256:" in text


def pages_seen(text: str) -> list[int]:
    """Return which pages are drawn: the one that is, unless something went wrong."""
    telling = ("ImageID  ", "Environment", "no layer", "can be opened here", '"RepoTags"')
    return [page for page, words in enumerate(telling) if words in text]


@pytest.mark.parametrize(
    ("keys", "page"),
    [
        (["tab"], 1),
        (["shift+tab"], 4),
        (["tab"] * 5, 0),
        (["right", "right"], 2),
        (["l", "l", "h"], 1),
        (["left"], 0),
        (["3"], 2),
        (["5", "1"], 0),
        (["5", "left"], 3),
    ],
)
async def test_keys_go_from_page_to_page(shop: Path, keys: list[str], page: int) -> None:
    async with shown(shop, *keys) as screen:
        assert pages_seen(screen.text()) == [page]


async def test_a_click_on_the_name_of_a_page_shows_it(shop: Path) -> None:
    async with shown(shop) as screen:
        column = screen.lines()[1].index("History")
        await screen.driver.pilot.click("#image-pages", offset=(column, 0))
        await screen.settle()
        assert pages_seen(screen.text()) == [2]


@pytest.mark.parametrize("size", SIZES)
async def test_the_name_of_every_page_is_always_seen(shop: Path, size: tuple[int, int]) -> None:
    async with shown(shop, size=size) as screen:
        for page in "12345":
            await screen.press(page)
            line = screen.lines()[1]
            assert all(word in line for word in ("Overview", "Config", "History", "JSON"))
            assert "images" in line.lower()


async def test_the_cursor_stays_where_it_was_on_a_page(shop: Path) -> None:
    async with shown(shop, "down", "down", "3", "down", "1") as screen:
        assert screen.screen.text.cursor == 2
        await screen.press("3")
        assert screen.screen.text.cursor == 1


async def test_documents_are_walked_through(shop: Path) -> None:
    async with shown(shop, "5") as screen:
        assert '"RepoTags"' in screen.text()
        await screen.press("right")
        assert '"architecture": "amd64"' in screen.text()
        await screen.press("right")
        assert '"architecture": "amd64"' in screen.text()
        await screen.press("left")
        assert '"RepoTags"' in screen.text()


async def test_a_click_on_the_name_of_a_document_shows_it(shop: Path) -> None:
    async with shown(shop, "5") as screen:
        column = screen.lines()[2].index("config")
        await screen.driver.pilot.click("#image-documents", offset=(column, 0))
        await screen.settle()
        assert '"architecture": "amd64"' in screen.text()


async def test_a_large_document_is_laid_out_beside_the_screen(tmp_path: Path) -> None:
    layers = shop_layers()
    about = json.loads(shop_config())
    about["config"] = {"Labels": {f"label-{number}": "x" * 50 for number in range(3_000)}}
    members = archives.docker_save(layers, about=archives.dump(about))
    path = archives.write_tarball(members, tmp_path / "large.tar")
    async with shown(path, "5", "right", "end") as screen:
        assert screen.screen.text.cursor > 3_000
        await screen.driver.pilot.resize_terminal(80, 24)
        await screen.settle()
        assert screen.lines()[-3].strip("\u2502 \u258c\u2588") == "}"
        await screen.press("left")
        assert '"RepoTags"' in screen.text()


async def test_leaving_a_large_document_at_once_shows_another(tmp_path: Path) -> None:
    layers = shop_layers()
    about = archives.config(layers, config={"Labels": {str(n): "x" * 50 for n in range(20_000)}})
    members = archives.docker_save(layers, about=about)
    path = archives.write_tarball(members, tmp_path / "large.tar")
    async with shown(path, "5") as screen:
        await screen.driver.pilot.press("right", "left")
        await screen.settle()
        assert '"RepoTags"' in screen.text()
        await screen.driver.pilot.press("right", "1")
        await screen.settle()
        assert "shop/api:2.4" in screen.text()


async def test_a_document_that_cannot_be_read_says_why(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from layertui.errors import DamagedImageError
    from layertui.image import Document

    def broken(_document: Document) -> bytes:
        raise DamagedImageError("reading the image failed: gone")

    async with shown(shop) as screen:
        monkeypatch.setattr(Document, "read", broken)
        await screen.press("5")
        assert "! reading the image failed: gone" in screen.text()


async def test_what_is_under_the_cursor_is_copied(shop: Path) -> None:
    async with shown(shop, "y") as screen:
        assert screen.copied == "shop/api:2.4"
        await screen.press("2", "down", "down", "down", "y")
        assert screen.copied == '["sh"]'
        await screen.press("5", "right", "down", "y")
        assert screen.copied == "amd64"


async def test_digests_are_copied_in_full(shop: Path) -> None:
    async with shown(shop, size=(60, 15)) as screen:
        image = screen.driver.explorer.stack.image
        assert image is not None
        seen = {copy_and_go_on(screen) for _ in range(80)}
        assert image.image_id in seen
        assert {layer.diff_id for layer in image.layers} <= seen


async def test_what_is_copied_steers_no_terminal(hostile: Path) -> None:
    async with shown(hostile) as screen:
        for page in "12345":
            await screen.press(page)
            for _ in range(60):
                assert raw_characters(copy_and_go_on(screen)) == []


async def test_copying_is_offered_only_where_there_is_something(shop: Path) -> None:
    async with shown(shop, "2") as screen:
        assert "Copy" not in screen.lines()[-1]
        await screen.press("y")
        assert screen.copied == ""


async def test_a_step_leads_to_its_layer(shop: Path) -> None:
    async with shown(shop, "3", "down", "down") as screen:
        assert "To its layer" in screen.lines()[-1]
        await screen.press("enter")
        assert screen.outcome == Place(layer=1)


async def test_a_step_without_a_layer_leads_nowhere(shop: Path) -> None:
    async with shown(shop, "3", "down", "enter") as screen:
        assert "To its layer" not in screen.lines()[-1]
        assert screen.outcome is NOTHING_YET


async def test_a_second_click_leads_to_the_layer(shop: Path) -> None:
    async with shown(shop, "3") as screen:
        await screen.driver.pilot.click("#image-text", offset=(5, 2), times=2)
        await screen.settle()
        assert screen.outcome == Place(layer=1)


async def test_another_platform_is_opened(several: Path) -> None:
    async with shown(several, "4") as screen:
        assert "Open" not in screen.lines()[-1]
        await screen.press("down", "down")
        assert "Open" in screen.lines()[-1]
        await screen.press("enter")
        assert screen.outcome == OpenChoice("0", "windows/amd64", 2)


async def test_the_page_of_platforms_begins_at_what_is_open(tmp_path: Path) -> None:
    path = archives.write_tarball(two_images(), tmp_path / "two.tar")
    async with shown(path, "4", choice="1") as screen:
        assert screen.screen.text.cursor == 1
        await screen.press("up", "enter")
        assert screen.outcome == OpenChoice("0", "linux/amd64", 0)


@pytest.mark.parametrize("key", ["escape", "I"])
async def test_leaving_leads_nowhere(shop: Path, key: str) -> None:
    async with shown(shop, "4", key) as screen:
        assert screen.outcome is None


async def test_what_becomes_known_is_taken_in(shop: Path) -> None:
    from dataclasses import replace

    async with shown(shop, "down", "down") as screen:
        report = report_of(screen.driver)
        screen.screen.show_report(replace(report, accounting=None))
        await screen.settle()
        assert "shipped            ..." in screen.text()
        assert screen.screen.text.cursor == 2


async def test_help_lists_the_keys(shop: Path) -> None:
    async with shown(shop, "question_mark") as screen:
        text = screen.text()
        assert "Next page" in text
        assert "Raw JSON" in text


@pytest.mark.parametrize("size", SIZES)
async def test_a_hostile_image_is_only_text_on_every_page(
    hostile: Path, size: tuple[int, int]
) -> None:
    async with shown(hostile, size=size) as screen:
        for keys in (["1"], ["2"], ["3"], ["4"], ["5"], ["right"]):
            await screen.press(*keys)
            for _ in range(12):
                assert raw_characters(screen.text()) == []
                screen.screen.text.action_page_down()
                await asyncio.sleep(0)
        assert not screen.driver.app._exit


async def test_names_of_many_documents_give_way(tmp_path: Path) -> None:
    members = archives.v1(archives.sample_layers(30))
    path = archives.write_tarball(members, tmp_path / "v1.tar")
    async with shown(path, "5", size=(80, 24)) as screen:
        line = screen.screen.query_one("#image-documents", NameLine)
        assert line.render_line(0).text.rstrip().endswith("\u203a")
        await screen.press(*["right"] * 30)
        text = line.render_line(0).text
        assert text.lstrip().startswith("\u2039")
        assert f'"id": "{json.loads(_last_config(members))["id"]}"' in screen.text()


def _last_config(members: archives.Members) -> bytes:
    configs = [data for name, data in members.items() if name.endswith("/json")]
    assert isinstance(configs[-1], bytes)
    return configs[-1]


PAGES = {
    "overview": ["1"],
    "config": ["2"],
    "history": ["3", "down", "down"],
    "images": ["4"],
    "json": ["5", "right", "down"],
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
async def test_looks(shop: Path, picture: Any, size: tuple[int, int], page: str) -> None:
    async with shown(shop, *PAGES[page], size=size) as screen:
        assert screen.driver.svg() == picture


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
@pytest.mark.parametrize("page", ["overview", "history", "json"])
async def test_looks_in_other_themes(shop: Path, picture: Any, theme: str, page: str) -> None:
    async with shown(shop, *PAGES[page], theme=theme) as screen:
        assert screen.driver.svg() == picture


@pytest.mark.parametrize("page", ["overview", "history", "json"])
async def test_looks_without_colour(
    shop: Path, picture: Any, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(shop, *PAGES[page]) as screen:
        assert screen.driver.svg() == picture


async def test_looks_with_several_platforms(
    tmp_path: Path, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    monkeypatch.chdir(tmp_path)
    members = platforms("linux/amd64", "linux/arm64/v8", "windows/amd64")
    archives.write_tarball(members, tmp_path / "several.tar")
    async with shown(Path("several.tar"), "4", "down", size=(80, 24)) as screen:
        assert screen.driver.svg() == picture
