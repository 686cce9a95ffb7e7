"""The waste screen: totals, filters, and where it leads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest

from layertui.analysis.waste import CAUSES, Causes, WastedCopy
from layertui.errors import CancelledError
from layertui.ui.place import Place
from layertui.ui.screens.help import HelpScreen
from layertui.ui.screens.waste import WasteScreen
from layertui.ui.tables.columns import Order
from layertui.ui.waste.figures import Scope
from tests import archives
from tests.builders import file, layer, whiteout
from tests.ui.driving import SIZES, opened, raw_characters
from tests.ui.images import DAY, HOSTILE, step
from tests.ui.waste import waste_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layertui.analysis.waste import Accounting


@pytest.fixture
def wasteful(tmp_path: Path) -> Path:
    """A base and three layers, with every cause of waste, also a file of the base repeated."""
    layers = [
        layer(file("a", b"1" * 900, mtime=DAY), file("b", b"2" * 500, mtime=DAY)),
        layer(file("c", b"3" * 400, mtime=DAY), file("d/e", b"4" * 300, mtime=DAY)),
        layer(
            file("a", b"1" * 900, mode=0o600, mtime=DAY),
            file("c", b"5" * 350, mtime=DAY),
            whiteout("d"),
        ),
        layer(file("c", b"5" * 350, mtime=DAY), file("kept", b"6" * 200, mtime=DAY)),
    ]
    steps = [
        step("/bin/sh -c #(nop) ADD file:4f2a in / "),
        step('/bin/sh -c #(nop)  CMD ["bash"]', empty=True),
        step("COPY . / # buildkit", comment="buildkit.dockerfile.v0"),
        step("RUN /bin/sh -c chmod 600 /a && rm -r /d # buildkit"),
        step("COPY c kept / # buildkit"),
    ]
    members = archives.docker_save(layers, about=archives.config(layers, history=steps))
    return archives.write_tarball(members, tmp_path / "wasteful.tar")


@pytest.fixture
def tidy(tmp_path: Path) -> Path:
    """An image that wastes nothing."""
    layers = [layer(file("a", b"1" * 900))]
    members = archives.docker_save(layers, about=archives.config(layers))
    return archives.write_tarball(members, tmp_path / "tidy.tar")


async def many(path: Path, number: int) -> Accounting:
    """Return the accounting of an image with waste that it does not have."""
    async with opened(path) as driver:
        accounting = driver.explorer.stack.accounting
    assert accounting is not None
    copies = tuple(
        WastedCopy(b"/many/%d" % (each % (number - 1)), each % 1000 + 1, CAUSES[each % 4], 1, 2)
        for each in range(number)
    )
    sizes = dict.fromkeys(CAUSES, 0)
    for copy in copies:
        sizes[copy.cause] += copy.size
    return replace(accounting, wasted=copies, causes=Causes(**sizes))


async def test_all_wasted_paths_are_listed_the_most_bytes_first(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        assert waste.paths == ["/a", "/c", "/d/e"]
        assert waste.edges()[0] == ("Wasted paths", "3 paths  1.9 kB")
        row = next(line for line in waste.driver.lines() if "/c " in line)
        assert "750 B" in row
        assert "layers 1, 2" in row
        assert "layers 2, 3" in row
        assert "rewritten later +1" in row


async def test_the_head_tells_how_much_is_wasted(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        head = waste.driver.lines()[0]
        assert "wasted 1.9 kB of 3.9 kB   50.0 %   efficiency 50.0 %" in head


async def test_totals_by_cause_have_copies_bytes_and_share(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        causes = [line[:60].split() for line in waste.driver.lines()[3:7]]
        assert causes[0][1:9] == ["mode,", "owner", "or", "time", "1", "900", "B", "46.2"]
        assert [row.cause for row in waste.screen.totals.by_cause.shown] == [
            "metadata",
            "rewritten",
            "identical",
            "removed",
        ]


async def test_totals_by_layer_tell_what_is_shipped_unseen_and_made_waste(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        rows = waste.screen.totals.by_layer.shown
        assert [tuple(row) for row in rows] == [
            (0, 900, 0),
            (1, 700, 0),
            (2, 350, 1600),
            (3, 0, 350),
        ]
        assert "RUN chmod 600 /a && rm" in waste.text()


async def test_the_cause_under_the_cursor_is_explained(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        assert "chmod or chown in a later RUN copies the whole file." in waste.text()
        await waste.press("tab", "end")
        assert "A later layer removes the file" in waste.text()


async def test_enter_leads_to_the_layer_that_made_the_largest_copy_waste(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("down", "enter")
        assert waste.results == [Place(2, b"/c")]


async def test_f_leads_to_the_layer_that_ships_the_largest_copy(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("down", "f")
        assert waste.results == [Place(1, b"/c")]


async def test_a_double_click_leads_where_enter_does(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.driver.pilot.click("#waste-paths", offset=(8, 2), times=2)
        await waste.driver.pilot.pause()
        assert waste.results == [Place(2, b"/d/e")]


@pytest.mark.parametrize("key", ["escape", "w"])
async def test_escape_and_w_go_back(wasteful: Path, key: str) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press(key)
        assert waste.results == [None]


async def test_enter_on_a_cause_shows_its_copies_alone_and_again_all(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("tab", "down", "enter")
        assert waste.screen.scope == Scope(cause="rewritten")
        assert waste.paths == ["/c"]
        assert waste.edges()[0] == ("Wasted paths   rewritten later", "1 of 3 paths  400 B")
        assert "\u2713 rewritten later" in waste.text()
        await waste.press("space")
        assert waste.screen.scope == Scope()
        assert len(waste.paths) == 3


async def test_a_click_on_a_layer_shows_what_it_ships_or_wastes(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.driver.pilot.click("#waste-layers", offset=(8, 3))
        await waste.settle()
        assert waste.screen.scope == Scope(layer=3)
        assert waste.paths == ["/c"]
        assert waste.edges()[0] == ("Wasted paths   layer 3", "1 of 3 paths  350 B")
        await waste.driver.pilot.click("#waste-layers", offset=(8, 2))
        await waste.settle()
        assert waste.edges()[0] == ("Wasted paths   layer 2", "3 paths  1.9 kB")


async def test_cause_layer_and_text_filter_together_and_escape_takes_all_away(
    wasteful: Path,
) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("tab", "down", "enter", "tab", "end", "up", "enter", "slash", "c", "down")
        assert waste.edges()[0][0] == "Wasted paths   rewritten later   layer 2   /c"
        assert waste.paths == ["/c"]
        await waste.press("escape")
        assert waste.edges()[0] == ("Wasted paths", "3 paths  1.9 kB")
        assert waste.results == []
        await waste.press("escape")
        assert waste.results == [None]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("D/", ["/d/e"]),
        ("rewritten", ["/c"]),
        ("layer 3", ["/c"]),
        ("layer 2", ["/a", "/c", "/d/e"]),
        ("nothing", []),
    ],
)
async def test_the_filter_takes_paths_causes_and_layers(
    wasteful: Path, text: str, paths: list[str]
) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("slash")
        waste.screen.query_one("FilterInput").value = text.lower()  # type: ignore[attr-defined]
        await waste.settle()
        assert waste.paths == paths


async def test_the_filter_opens_from_the_totals(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("tab", "slash", "d", "slash")
        assert waste.paths == ["/d/e"]


async def test_rows_are_sorted_by_every_column(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        orders = []
        for _ in range(6):
            await waste.press("o")
            orders.append((waste.screen.table.order.column, waste.paths))
        assert orders == [
            ("copies", ["/c", "/a", "/d/e"]),
            ("cause", ["/a", "/d/e", "/c"]),
            ("shipped", ["/a", "/d/e", "/c"]),
            ("wasted", ["/a", "/d/e", "/c"]),
            ("path", ["/a", "/c", "/d/e"]),
            ("bytes", ["/a", "/c", "/d/e"]),
        ]
        await waste.press("O")
        assert waste.screen.table.order == Order("bytes", falling=False)
        assert waste.paths == ["/d/e", "/c", "/a"]


async def test_u_shows_the_waste_of_the_users_layers(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("u")
        assert waste.paths == ["/a", "/c", "/d/e"]
        assert waste.edges()[0] == ("Wasted paths of your layers", "3 paths  1.9 kB")
        assert "repeats the base" in waste.text()
        assert "wasted 1.9 kB of 2.5 kB in your layers   78.0 %" in waste.driver.lines()[0]
        assert waste.screen.scope == Scope(user=True)
        await waste.press("u")
        assert "repeats the base" not in waste.text()


async def test_u_is_offered_only_where_there_are_layers_of_both(tidy: Path) -> None:
    async with waste_of(tidy) as waste:
        assert waste.screen.check_action("toggle_user", ()) is False


async def test_an_image_without_waste_says_so(tidy: Path) -> None:
    async with waste_of(tidy) as waste:
        assert "Nothing is wasted." in waste.text()
        assert "The image shows every byte that it ships." in waste.text()
        for action in ("jump", "jump_to_shipper", "filter", "clear"):
            assert waste.screen.check_action(action, ()) is False
        await waste.press("enter")
        assert waste.results == []


async def test_where_nothing_matches_it_is_said_how_to_go_on(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("slash", "x", "y")
        assert "No wasted path matches." in waste.text()
        assert waste.edges()[0][1] == "0 of 3 paths  0 B"


async def test_tab_walks_through_the_panes(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        seen = []
        for key in ("tab", "tab", "tab", "shift+tab"):
            await waste.press(key)
            assert waste.screen.focused is not None
            seen.append(waste.screen.focused.id)
        assert seen == ["waste-causes", "waste-layers", "waste-paths", "waste-layers"]


async def test_on_a_small_screen_tab_shows_one_pane_at_a_time(wasteful: Path) -> None:
    async with waste_of(wasteful, size=(60, 15)) as waste:
        assert "mode, owner 900 B   rewritten 400 B" in waste.driver.lines()[1]
        await waste.press("tab")
        assert "By cause" in waste.text()
        assert "Wasted paths" not in waste.text()
        await waste.press("enter")
        assert "By cause" not in waste.text()
        assert "\u2713mode, owner" in waste.driver.lines()[1]
        assert waste.paths == ["/a"]


async def test_a_click_on_a_cause_of_a_small_screen_filters(wasteful: Path) -> None:
    async with waste_of(wasteful, size=(60, 15)) as waste:
        await waste.driver.pilot.click("CauseLine", offset=(3, 0))
        await waste.settle()
        assert waste.screen.scope == Scope(cause="metadata")


async def test_the_screen_unfolds_when_it_becomes_larger(wasteful: Path) -> None:
    async with waste_of(wasteful, size=(60, 15)) as waste:
        assert "By layer" not in waste.text()
        await waste.driver.pilot.resize_terminal(120, 40)
        await waste.settle()
        assert "By layer" in waste.text()
        assert "mode, owner 900 B" not in waste.text()


async def test_where_columns_of_layers_have_no_room_the_frame_names_them(wasteful: Path) -> None:
    async with waste_of(wasteful, size=(80, 24)) as waste:
        assert waste.edges()[1][1] == "shipped by layer 0, wasted by layer 2"
        assert "ADD file:4f2a in /" in waste.text()


async def test_help_lists_the_keys_of_the_screen(wasteful: Path) -> None:
    async with waste_of(wasteful) as waste:
        await waste.press("question_mark")
        assert isinstance(waste.driver.app.screen, HelpScreen)
        for words in ("Turn the order round", "To the origin", "Only your layers"):
            assert words in waste.text()


async def test_much_waste_opens_with_totals_and_lists_it_when_it_is_gathered(
    wasteful: Path,
) -> None:
    accounting = await many(wasteful, 30_000)
    async with opened(wasteful) as driver:
        assert driver.explorer.stack.image is not None
        screen = WasteScreen(driver.explorer.stack.image, accounting)
        assert [cause.copies for cause in screen.overview.causes] == [None] * 4
        assert [cause.wasted_size for cause in screen.overview.causes] == [*accounting.causes]
    async with waste_of(wasteful, accounting=accounting) as waste:
        assert len(waste.paths) == 29_999
        assert waste.edges()[0][1].startswith("29 999 paths")
        assert waste.screen.overview.causes[0].copies == 7_500
        await waste.press("tab", "enter")
        assert len(waste.paths) == 7_500


async def test_a_newer_choice_stops_an_older_gathering(wasteful: Path) -> None:
    accounting = await many(wasteful, 30_000)
    async with waste_of(wasteful, accounting=accounting) as waste:
        waste.screen.look_at(Scope(cause="removed"))
        first = waste.screen._latest.job
        assert first is not None
        assert waste.screen.busy
        assert waste.edges()[0][1] == "putting paths in order\u2026"
        waste.screen.look_at(Scope(cause="identical"))
        assert first.cancelled()
        await waste.settle()
        assert {row.summary.largest.cause for row in waste.screen.table.shown} == {"identical"}


async def test_a_gathering_that_comes_too_late_changes_nothing(wasteful: Path) -> None:
    accounting = await many(wasteful, 30_000)
    async with waste_of(wasteful, accounting=accounting) as waste:
        waste.screen.look_at(Scope(cause="removed"))
        late = waste.screen._latest.job
        assert late is not None
        waste.screen.look_at(Scope(cause="identical"))
        await waste.settle()
        before = waste.paths
        waste.screen.post_message(WasteScreen._Gathered(late, waste.screen.overview, ()))
        await waste.settle()
        assert waste.paths == before


async def test_leaving_stops_the_gathering(wasteful: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_whole: object, _scope: object, cancelled: Callable[[], bool]) -> NoReturn:
        while not cancelled():
            pass
        raise CancelledError("stopped")

    accounting = await many(wasteful, 30_000)
    async with waste_of(wasteful, accounting=accounting) as waste:
        monkeypatch.setattr("layertui.ui.screens.waste.paths_in", endless)
        waste.screen.look_at(Scope(cause="removed"))
        job = waste.screen._latest.job
        assert job is not None
        await waste.driver.press("w")
        job.join()
        assert job.cancelled()


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_texts_stand_literally(tmp_path: Path, size: tuple[int, int]) -> None:
    names = [name.replace("/", "_") for name in HOSTILE]
    layers = [layer(*(file(name, b"x" * 9) for name in names))] + [
        layer(whiteout(name)) for name in names[:7]
    ]
    about = archives.config(layers, history=[step(text) for text in HOSTILE])
    members = archives.docker_save(layers, about=about, tags=[*HOSTILE])
    path = archives.write_tarball(members, tmp_path / "hostile.tar")
    async with waste_of(path, size=size) as waste:
        for key in ("tab", "down", "enter", "tab", "down", "enter", "escape", "end"):
            assert raw_characters(waste.text()) == []
            await waste.press(key)
        assert raw_characters(waste.text()) == []
        assert not waste.driver.app._exit
