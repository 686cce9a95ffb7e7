"""The page in a real browser: it asks for nothing, complains of nothing, and can be used."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from layertui.analysis.rules import Rules
from layertui.display import printable
from tests import reporting
from tests.integration.chromium import Page
from tests.integration.tools import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from layertui.analysis.inspection import Inspection

    Opened = Callable[..., Page]

TILE = "[...document.querySelectorAll('#map .t')]"
CRUMBS = "[...document.querySelectorAll('#crumbs button')].map((each) => each.textContent)"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Open the page of an inspection."""
    require("chromium")
    pages: list[Page] = []

    def open_page(inspection: Inspection, *, width: int = 1200, **options: bool) -> Page:
        file = tmp_path / "page.html"
        file.write_bytes(reporting.written("html", inspection, reporting.FINDINGS))
        page = Page(tmp_path / f"profile{len(pages)}", (width, 900), **options)
        pages.append(page)
        page.open(file)
        return page

    yield open_page
    for page in pages:
        page.close()


def test_the_page_asks_for_nothing_and_complains_of_nothing(opened: Opened, tmp_path: Path) -> None:
    for inspection in (
        reporting.demo(tmp_path),
        reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN),
    ):
        page = opened(inspection)
        assert page.ask(f"{TILE}.length") > 20
        assert page.requested() == [(tmp_path / "page.html").as_uri()]
        assert page.complaints() == []


def test_hostile_names_are_texts_and_nothing_else(opened: Opened, tmp_path: Path) -> None:
    page = opened(reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN))

    made = page.ask("[...new Set([...document.querySelectorAll('*')].map((e) => e.localName))]")
    assert not set(made) & {"img", "a", "iframe", "textarea", "link", "object", "form", "b2"}
    assert page.ask("document.scripts.length") == 2
    assert page.ask("document.title") == "<b>@shop</b>|`api` - layertui"
    paths = set(page.ask("[...document.querySelectorAll('.paths code')].map((e) => e.textContent)"))
    wasted = [printable(b"/h/" + name, 400) for name in reporting.HOSTILE_NAMES]
    assert paths == set(wasted)


def test_the_map_is_filled_by_the_layers_in_proportion(opened: Opened, tmp_path: Path) -> None:
    inspection = reporting.demo(tmp_path)
    page = opened(inspection)

    areas = page.ask(f"{TILE}.filter((e) => e.classList.contains('layer')).map("
                     "(e) => [e.area.l, (e.offsetWidth + 2) * (e.offsetHeight + 2)])")  # fmt: skip
    whole = page.ask("document.getElementById('map').clientWidth"
                     " * document.getElementById('map').clientHeight")  # fmt: skip
    shares = {layer: area / whole for layer, area in areas}
    assert set(shares) == {0, 1, 5, 6, 7, 8, 9}
    for layer, share in shares.items():
        size = inspection.accounting.layers[layer].size
        assert share == pytest.approx(size / inspection.accounting.size, abs=0.01)


def test_tiles_stay_inside_the_map_and_beside_one_another(opened: Opened, tmp_path: Path) -> None:
    page = opened(reporting.demo(tmp_path))

    boxes = page.ask(f"{TILE}.filter((e) => !e.matches('.layer, .folder')).map((e) => "
                     "[e.offsetLeft, e.offsetTop, e.offsetWidth, e.offsetHeight])")  # fmt: skip
    wide, high = page.ask(
        "((e) => [e.clientWidth, e.clientHeight])(document.getElementById('map'))"
    )
    assert all(
        x >= 0 and y >= 0 and x + w <= wide + 1 and y + h <= high + 1 for x, y, w, h in boxes
    )
    for number, (x, y, w, h) in enumerate(boxes):
        for left, top, width, height in boxes[:number]:
            shared_w = min(x + w, left + width) - max(x, left)
            shared_h = min(y + h, top + height) - max(y, top)
            assert min(shared_w, shared_h) <= 1


def place_of(page: Page, condition: str) -> tuple[float, float]:
    """Scroll the first tile that meets a condition into sight; return a place in its corner."""
    found = """((e) => { e.scrollIntoView({block: "center"});
        const {x, y} = e.getBoundingClientRect(); return [x + 8, y + 6]; })"""
    x, y = page.ask(f"{found}({TILE}.find((e) => {condition}))")
    return x, y


def test_a_click_goes_into_a_layer_and_escape_comes_back(opened: Opened, tmp_path: Path) -> None:
    page = opened(reporting.demo(tmp_path, label="demo"))
    assert page.ask(CRUMBS) == ["demo  5.7 MB"]

    page.click(*place_of(page, "e.matches('.layer') && e.area.l === 5"))
    assert page.ask(CRUMBS) == ["demo  5.7 MB", "layer 5: COPY . .  1.1 MB"]
    names = page.ask(f"{TILE}.map((e) => e.textContent)")
    assert any("vendor.js" in name for name in names)

    page.press("Escape")
    assert page.ask(CRUMBS) == ["demo  5.7 MB"]


def test_the_pointer_is_told_where_it_is(opened: Opened, tmp_path: Path) -> None:
    page = opened(reporting.demo(tmp_path))

    x, y = place_of(page, "e.textContent.includes('pkgcache.bin')")
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    told = page.ask("document.getElementById('tip').innerText")
    assert "/var/cache/apt/pkgcache.bin" in told
    assert "143 kB, 2.5 % of what is shipped" in told
    assert "layer 1, removed later" in told


def test_without_scripts_the_tables_tell_everything(opened: Opened, tmp_path: Path) -> None:
    page = opened(reporting.demo(tmp_path, rules=Rules()), scripts=False)

    page.send("DOM.enable")
    root = page.send("DOM.getDocument")["root"]["nodeId"]
    html = page.send("DOM.getOuterHTML", nodeId=root)["outerHTML"]
    assert "The map needs JavaScript" in html
    assert html.count('class="t ') == 0
    assert "RUN chown -R shop:shop /srv/api" in html
    assert page.complaints() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read_in_light_and_in_dark(opened: Opened, tmp_path: Path, dark: bool) -> None:
    rules = Rules(highest_user_wasted_percent=1.0)
    page = opened(reporting.demo(tmp_path, rules=rules), dark=dark)

    pairs = page.ask("""[...document.querySelectorAll('td, th, h1, p, small, .badge, .t.file')].map(
        (e) => {
          let ground = e;
          const clear = (c) => c === 'rgba(0, 0, 0, 0)';
          while (clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
          return [getComputedStyle(e).color, getComputedStyle(ground).backgroundColor];
        })""")
    contrasts = [contrast(*map(channels, pair)) for pair in pairs]
    assert min(contrasts) >= 4.5
    ground = channels(page.ask("getComputedStyle(document.body).backgroundColor"))
    assert (luminance(ground) < 0.1) is dark


def channels(colour: str) -> tuple[float, ...]:
    return tuple(float(number) / 255 for number in re.findall(r"[\d.]+", colour)[:3])


def luminance(colour: tuple[float, ...]) -> float:
    """Return how bright a colour is, as WCAG 2 has it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("width", [360, 700, 1600])
def test_nothing_sticks_out_of_the_page(opened: Opened, tmp_path: Path, width: int) -> None:
    page = opened(reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN), width=width)

    assert page.ask("document.documentElement.scrollWidth") <= width
    assert page.ask(f"{TILE}.length") > 5


def test_the_policy_of_the_page_keeps_other_scripts_out(opened: Opened, tmp_path: Path) -> None:
    page = opened(reporting.demo(tmp_path))

    page.ask("""(() => { const script = document.createElement('script');
        script.textContent = 'document.title = "broken in"';
        document.body.append(script); return 1; })()""")
    assert page.ask("document.title") != "broken in"
    assert "Content Security Policy" in json.dumps(page.complaints())
