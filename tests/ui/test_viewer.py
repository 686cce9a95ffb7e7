"""The viewer: a file as text, as bytes, as what it is, or where it leads."""

from __future__ import annotations

import stat
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from layertui.contents.kinds import Family
from layertui.contents.opening import Stored
from layertui.contents.places import Place as Where
from layertui.errors import CancelledError, DamagedImageError
from layertui.layers.fields import SparseMap
from layertui.limits import Limits
from layertui.ui.place import Place
from layertui.ui.screens.explorer import ExplorerScreen
from layertui.ui.screens.viewer import ViewerScreen
from layertui.ui.viewer.request import ViewRequest
from tests.ui.driving import opened, raw_characters
from tests.ui.over_main import NOTHING_YET, Over
from tests.ui.viewing import viewing, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.contents.opening import Contents


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """An image of files of many kinds."""
    return write_files(tmp_path / "files.tar")


def _shown(over: Over[ViewerScreen]) -> list[str]:
    """Return the lines between the sides of the frame."""
    return [line[1:].split("\u2502")[0].rstrip() for line in over.lines()[2:-2]]


def _edge(over: Over[ViewerScreen], *, upper: bool = False) -> str:
    return over.lines()[1 if upper else -2]


def _keys(over: Over[ViewerScreen]) -> str:
    return over.lines()[-1]


async def test_text_has_the_numbers_of_its_lines_and_what_it_is_above(files: Path) -> None:
    async with viewing(files, "/usr/bin/shop", size=(80, 24)) as over:
        assert "script, UTF-8" in _edge(over, upper=True)
        assert "after layer 2, from layer 0" in _edge(over, upper=True)
        assert _shown(over)[:3] == [
            " Run by  /usr/bin/env python3",
            "\u2500" * 78,
            "  1  #!/usr/bin/env python3",
        ]
        assert "lines 1 to 14 of 14" in _edge(over)
        assert "/usr/bin/shop" in over.lines()[0]
        assert "-rwxr-xr-x" in over.lines()[0]


async def test_enter_on_a_file_opens_it_and_esc_comes_back(files: Path) -> None:
    async with opened(files) as driver:
        await driver.press("tab", "E")
        driver.explorer.go_to(Place(1, b"/etc/motd"))
        await driver.press("enter")
        screen = driver.app.screen
        assert isinstance(screen, ViewerScreen)
        while screen.busy:
            await driver.pilot.pause()
        await driver.pilot.pause()
        assert "we are closed" in driver.text()
        await driver.press("c")
        while screen.busy:
            await driver.pilot.pause()
        await driver.pilot.pause()
        assert "welcome" in driver.text()
        await driver.press("escape")
        assert isinstance(driver.app.screen, ExplorerScreen)
        assert driver.path() == "/etc/motd"


async def test_enter_on_a_directory_still_folds(files: Path) -> None:
    async with opened(files) as driver:
        await driver.press("tab", "enter")
        assert "/dev/null" in driver.paths()
        assert isinstance(driver.app.screen, ExplorerScreen)


async def test_the_key_to_open_is_told_where_a_file_is_under_the_cursor(files: Path) -> None:
    async with opened(files) as driver:
        await driver.press("tab", "E")
        assert "Open " not in driver.lines()[-1]
        await driver.press("down")
        assert "Open " in driver.lines()[-1]
        await driver.press("up")
        assert "Open " not in driver.lines()[-1]


async def test_bytes_are_shown_in_hexadecimal_beside_characters(files: Path) -> None:
    async with viewing(files, "/usr/bin/sell", size=(80, 24)) as over:
        first = next(line for line in _shown(over) if "00000000" in line)
        assert first == (
            " 00000000  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  .ELF............"
        )
        assert "ELF program" in _edge(over, upper=True)
        assert "bytes 0 to 271 of 9 204" in _edge(over)
        assert any("Machine  x86-64, 64 bit, little endian" in line for line in _shown(over))


async def test_a_file_of_a_terabyte_is_gone_through_like_any_other(files: Path) -> None:
    async with viewing(files, "/var/data") as over:
        subject = over.screen.subject
        assert subject is not None
        entry = replace(subject.entry, size=1 << 40)
    hole = SparseMap(real_size=1 << 40, stored=0, pieces=())
    place = Where(2, Stored(0, 0, hole))
    async with viewing(files, "/var/data", "G", entry=entry, place=place) as over:
        assert _shown(over)[-1].startswith(" fffffffff0  00 00 00")
        await over.press("pageup", "g")
        assert _shown(over)[0].startswith(" 0000000000  00 00 00")


async def test_a_second_click_opens_a_file(files: Path) -> None:
    async with opened(files) as driver:
        driver.explorer.go_to(Place(1, b"/etc/motd"))
        await driver.pilot.pause()
        row = driver.tree.cursor - driver.tree.scroll_offset.y
        await driver.pilot.click(driver.tree, offset=(60, row), times=2)
        await driver.pilot.pause()
        assert isinstance(driver.app.screen, ViewerScreen)


async def test_t_turns_text_to_bytes_and_back(files: Path) -> None:
    async with viewing(files, "/etc/motd", "t") as over:
        assert any("77 65 20 61 72 65" in line for line in _shown(over))
        assert "t Text" in _keys(over)
        await over.press("t")
        assert _shown(over)[0] == "  1  we are closed"
        assert "t Bytes" in _keys(over)


async def test_turning_stays_at_the_place(files: Path) -> None:
    async with viewing(files, "/var/log/lines", *["pagedown"] * 3, size=(80, 24)) as over:
        first = _shown(over)[0].split("  ")[-1]
        await over.press("t")
        assert first[:12] in _shown(over)[0] + _shown(over)[1]
        await over.press("t")
        assert _shown(over)[0].endswith(first)


async def test_x_takes_the_file_out(files: Path) -> None:
    from layertui.ui.screens.extract import ExtractScreen

    async with viewing(files, "/etc/motd", "x") as over:
        assert isinstance(over.driver.app.screen, ExtractScreen)


async def test_bytes_may_be_looked_at_as_text(files: Path) -> None:
    async with viewing(files, "/usr/bin/sell", "t") as over:
        assert any("/lib64/ld-linux" in line for line in _shown(over))
        assert not raw_characters(over.text())


async def test_c_shows_what_was_below_and_the_layer_again(files: Path) -> None:
    async with viewing(files, "/etc/motd", "c", layer=1) as over:
        assert _shown(over)[0] == "  1  welcome"
        assert "below, after layer 0" in _edge(over, upper=True)
        assert "8 B" in over.lines()[0]
        await over.press("c")
        assert _shown(over)[0] == "  1  we are closed"


async def test_there_is_nothing_below_what_a_layer_did_not_change(files: Path) -> None:
    async with viewing(files, "/etc/motd") as over:
        assert "c Below" not in _keys(over)


async def test_a_file_that_is_gone_is_shown_as_it_was_below(files: Path) -> None:
    async with viewing(files, "/var/old", layer=1) as over:
        assert _shown(over)[0] == "  1  gone soon"
        assert "below, after layer 0" in _edge(over, upper=True)


async def test_a_path_that_is_nowhere_is_told(files: Path) -> None:
    async with viewing(files, "/no/such") as over:
        assert "is not there" in over.text()


async def test_one_version_is_shown_whatever_the_path_is_now(files: Path) -> None:
    async with viewing(files, "/etc/motd", layer=0) as over:
        subject = over.screen.subject
        assert subject is not None
        asked: dict[str, Any] = {"entry": subject.entry, "place": subject.place}
    async with viewing(files, "/etc/motd", layer=2, **asked) as over:
        assert _shown(over)[0] == "  1  welcome"
        assert "as layer 0 wrote it" in _edge(over, upper=True)


async def test_a_symbolic_link_tells_where_it_leads_and_enter_opens_that(files: Path) -> None:
    async with viewing(files, "/etc/alternatives") as over:
        assert "   ../bin/shop" in _shown(over)
        assert any("/usr/bin/shop   a file of 289 B" in line for line in _shown(over))
        await over.press("enter")
        other = over.driver.app.screen
        assert isinstance(other, ViewerScreen)
        assert other.request.path == b"/usr/bin/shop"
        await over.driver.press("escape")
        assert over.driver.app.screen is over.screen


async def test_a_link_to_a_directory_goes_there(files: Path) -> None:
    async with viewing(files, "/bin", "enter") as over:
        assert over.outcome == Place(2, b"/usr/bin")


@pytest.mark.parametrize(
    ("path", "words"),
    [("/etc/broken", "It leads nowhere"), ("/etc/loop", "lead in a circle")],
)
async def test_links_that_lead_nowhere_say_so(files: Path, path: str, words: str) -> None:
    async with viewing(files, path, "enter") as over:
        assert words in over.text()
        assert "Open target" not in _keys(over)
        assert over.outcome is NOTHING_YET


async def test_a_hard_link_has_the_content_of_what_it_leads_to(files: Path) -> None:
    async with viewing(files, "/usr/bin/vend") as over:
        assert any("Hard link to  /usr/bin/sell" in line for line in _shown(over))
        assert any(".ELF" in line for line in _shown(over))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/dev/null", "It is a character device: there is nothing to read."),
        ("/dev/null", "Its numbers are 1 and 3."),
        ("/dev/initctl", "It is a named pipe"),
        ("/var/log/nothing", "The file is empty."),
    ],
)
async def test_what_has_no_content_is_told(files: Path, path: str, words: str) -> None:
    async with viewing(files, path) as over:
        assert words in over.text()


async def test_search_goes_to_what_is_found_and_n_to_the_next(files: Path) -> None:
    keys = ["slash", *"total", "enter"]
    async with viewing(files, "/usr/bin/shop", *keys, size=(60, 15)) as over:
        assert "1 of 2" in _edge(over)
        await over.press("n")
        assert "2 of 2" in _edge(over)
        assert any("{total(sys.argv" in line for line in _shown(over))
        await over.press("n")
        assert "1 of 2" in _edge(over)
        await over.press("N")
        assert "2 of 2" in _edge(over)


async def test_esc_ends_the_search_before_it_leaves(files: Path) -> None:
    async with viewing(files, "/usr/bin/shop", "slash", *"total", "enter") as over:
        await over.press("escape")
        assert over.outcome is NOTHING_YET
        assert "of 2" not in _edge(over)
        await over.press("escape")
        assert over.outcome is None


async def test_esc_in_the_line_of_the_search_goes_back_to_the_text(files: Path) -> None:
    async with viewing(files, "/etc/motd", "slash", *"clo", "escape") as over:
        assert over.screen.focused is over.screen.body.text
        assert over.outcome is NOTHING_YET


async def test_what_is_not_found_is_told(files: Path) -> None:
    async with viewing(files, "/etc/motd", "slash", *"nowhere", "enter") as over:
        assert "not found" in _edge(over)


async def test_a_search_that_is_too_long_says_so_and_stays(files: Path) -> None:
    async with viewing(files, "/etc/motd", "slash") as over:
        field = over.screen.focused
        assert field is not None
        field.value = "x" * 100_000  # type: ignore[attr-defined]
        await over.press("enter")
        assert "too long" in over.text()
        assert over.screen.focused is field


async def test_all_of_a_long_text_is_searched(files: Path) -> None:
    keys = ["slash", *"29998", "enter"]
    async with viewing(files, "/var/log/lines", *keys) as over:
        assert any("line 29998 of the log" in line for line in _shown(over))
        assert "1 of 1" in _edge(over)


async def test_bytes_are_searched_as_text_and_in_hexadecimal(files: Path) -> None:
    async with viewing(files, "/var/data", "slash", *"needle", "enter") as over:
        assert "found at 30d40" in _edge(over)
        assert any("needle" in line for line in _shown(over))
        await over.press("slash", *"00 01 02 03", "enter", "n")
        assert over.screen.body.hex.has_found
        await over.press("N")
        assert "found at" in _edge(over)
        await over.press("slash", *"nothing", "enter")
        assert "not found" in _edge(over)


async def test_long_lines_are_cut_and_wrapped_on_request(files: Path) -> None:
    async with viewing(files, "/var/log/long", size=(80, 24)) as over:
        assert _shown(over)[0].endswith("\u2026")
        assert any(line.endswith("second") for line in _shown(over))
        await over.press("right")
        assert _shown(over)[0].startswith("  1  cdefghij")
        await over.press("left")
        assert _shown(over)[0].startswith("  1  start abc")
        await over.press("w")
        assert [line[:5] for line in _shown(over)[:3]] == ["  1  ", "  \u21aa  ", "  \u21aa  "]
        assert not any("\u2026" in line for line in _shown(over))
        await over.press("w")
        assert _shown(over)[0].endswith("\u2026")


async def test_wrapped_text_is_laid_out_anew_when_the_screen_changes(files: Path) -> None:
    async with viewing(files, "/var/log/long", "w", size=(80, 24)) as over:
        await over.driver.pilot.resize_terminal(60, 24)
        await over.settle()
        assert max(len(line) for line in _shown(over)) <= 58
        assert not any("\u2026" in line for line in _shown(over))


async def test_the_end_of_a_long_text_is_read_when_it_is_gone_to(files: Path) -> None:
    async with viewing(files, "/var/log/lines", "G") as over:
        assert _shown(over)[-1].endswith("line 29999 of the log")
        assert "of 30 000" in _edge(over)
        await over.press("g")
        assert _shown(over)[0].endswith("line 0 of the log")


async def test_the_viewer_opens_at_a_line_or_a_byte(files: Path) -> None:
    async with viewing(files, "/var/log/lines", line=20_000) as over:
        assert any("line 19999 of the log" in line for line in _shown(over))
    async with viewing(files, "/var/data", offset=200_000) as over:
        assert any("needle" in line for line in _shown(over))


async def test_what_is_left_out_is_told_and_plus_reads_on(files: Path) -> None:
    limits = replace(Limits(), viewed_text_size=256 << 10)
    async with viewing(files, "/var/log/lines", "G", limits=limits) as over:
        assert "are not read; + reads on" in _edge(over)
        assert over.screen.body.text.load is not None
        before = over.screen.body.text.load.read
        await over.press("plus")
        assert over.screen.body.text.load.read > before


async def test_other_encodings_are_told(files: Path) -> None:
    async with viewing(files, "/var/log/latin") as over:
        assert "not UTF-8, shown as Latin-1" in _edge(over, upper=True)
        assert _shown(over)[0] == "  1  f\u00fcr alle"
    async with viewing(files, "/var/log/wide") as over:
        assert "UTF-16, little endian" in _edge(over, upper=True)
        assert _shown(over)[1] == "  2  zwei"


async def test_nothing_of_a_hostile_file_reaches_the_terminal_raw(files: Path) -> None:
    async with viewing(files, "/var/log/hostile") as over:
        assert not raw_characters(over.text())
        assert _shown(over)[0] == r"  1  [bold]\x1b[31m\x07\x9b \u202e[/foo] [@click=app.quit]q"


async def test_every_path_of_a_hostile_image_can_be_looked_at(hostile: Path) -> None:
    async with opened(hostile) as driver:
        view = driver.view
        for node in range(1, len(view.filesystem.table)):
            request = ViewRequest(
                filesystem=view.filesystem,
                contents=driver.explorer.contents or pytest.fail("there are no contents"),
                path=view.filesystem.table.path(node),
                layer=len(view.filesystem.indexes) - 1,
            )
            over = Over(driver, ViewerScreen(request))
            await over.settle()
            assert not raw_characters(over.text())
            await driver.press("escape")


async def test_the_keys_are_told(files: Path) -> None:
    async with viewing(files, "/etc/motd", "question_mark", size=(120, 60)) as over:
        for words in ("Show it as bytes", "Let long lines go on below", "Take the file out"):
            assert words in over.text()


async def test_facts_beyond_the_first_are_shown_on_request(files: Path) -> None:
    async with viewing(files, "/etc/ca.pem", size=(60, 15)) as over:
        assert over.screen.kind is not None
        assert over.screen.kind.family is Family.CERTIFICATE
        assert "i shows 3 more" in over.text()
        assert "elliptic curve" not in over.text()
        await over.press("i")
        assert "elliptic curve P-256" in over.text()
        await over.press("i")
        assert "elliptic curve" not in over.text()


async def test_the_files_stay_in_sight_where_the_terminal_is_wide(files: Path) -> None:
    async with viewing(files, "/usr/bin/shop", size=(200, 60)) as over:
        assert "16 paths" in over.lines()[1]
        await over.press("z")
        assert "16 paths" not in over.lines()[1]
        await over.press("z")
        assert "16 paths" in over.lines()[1]


async def test_y_copies_the_path(files: Path) -> None:
    async with viewing(files, "/usr/bin/shop", "y") as over:
        assert over.copied == "/usr/bin/shop"


# Reading that takes long, or fails


async def test_a_file_of_a_damaged_layer_is_told(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DamagedImageError("layer 0 ends within a file", hint="Get it again.")

    monkeypatch.setattr("layertui.contents.opening.Contents.open", fail)
    async with viewing(files, "/usr/bin/shop") as over:
        assert "layer 0 ends within a file" in over.text()
        assert "Get it again." in over.text()
        await over.press("escape")
        assert over.outcome is None


class _Slow:
    """A content that does not come until nobody waits for it any more."""

    size = 1_000

    def __init__(self, cancelled: Callable[[], bool], progress: Callable[[int], None]) -> None:
        self._cancelled = cancelled
        self._progress = progress

    def read_at(self, _offset: int, _length: int) -> bytes:
        """Wait."""
        while not self._cancelled():
            time.sleep(0.01)
            self._progress(1_000_000)
        raise CancelledError("the reading was stopped")


def _slow_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no content come from now on."""

    def open_slowly(
        _contents: Contents,
        _layer: int,
        _stored: Stored,
        *,
        cancelled: Callable[[], bool],
        progress: Callable[[int], None],
    ) -> _Slow:
        return _Slow(cancelled, progress)

    monkeypatch.setattr("layertui.contents.opening.Contents.open", open_slowly)


async def test_esc_stops_reading_before_it_leaves(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with viewing(files, "/var/data", size=(80, 24)) as over:
        _slow_down(monkeypatch)
        await over.driver.press("G")
        assert over.screen.busy
        assert "\u00b7\u00b7 \u00b7\u00b7" in over.text()
        await over.driver.press("escape")
        assert not over.screen.busy
        assert over.outcome is NOTHING_YET
        await over.driver.press("escape")
        assert over.outcome is None


async def test_what_is_passed_on_the_way_is_told_and_esc_leaves(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _slow_down(monkeypatch)
    async with opened(files) as driver:
        driver.explorer.go_to(Place(2, b"/var/data"))
        await driver.press("enter")
        screen = driver.app.screen
        assert isinstance(screen, ViewerScreen)
        job = screen._opening.job
        assert job is not None
        while "unpacking the layer: 1.0 MB of up to" not in driver.text():
            await driver.pilot.pause()
        assert "it is unpacked up to the file" in driver.text()
        await driver.press("escape")
        assert isinstance(driver.app.screen, ExplorerScreen)
        assert job.cancelled()


# Other programs


def _told(over: Over[ViewerScreen]) -> str:
    """Return what was told at the edge of the screen."""
    return " ".join(each.message for each in over.driver.app._notifications)


@contextmanager
def _suspended() -> Iterator[None]:
    yield


@pytest.fixture
def handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A terminal that can be given away, and programs that copy what they get."""
    program = tmp_path / "shows"
    told = tmp_path / "told"
    program.write_text(
        f'#!/bin/sh\nstat -c "%a %n" "$2" "$(dirname "$2")" > {told}\ncat "$2" >> {told}\n'
    )
    program.chmod(0o755)
    for name in ("PAGER", "EDITOR"):
        monkeypatch.setenv(name, f"{program} --first")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr("layertui.ui.app.ExplorerApp.suspend", lambda _app: _suspended())
    monkeypatch.setattr("textual.drivers.headless_driver.HeadlessDriver.can_suspend", True)
    return told


@pytest.mark.parametrize("key", ["p", "e"])
async def test_pager_and_editor_get_a_private_copy_that_goes_afterwards(
    files: Path, handed: Path, key: str
) -> None:
    async with viewing(files, "/etc/motd", key) as over:
        await over.settle()
    first, second, *content = handed.read_text().splitlines()
    mode, path = first.split(" ", 1)
    assert (mode, second.split(" ")[0]) == ("600", "700")
    assert Path(path).name == "motd"
    assert content == ["we are closed", "today"]
    assert not Path(path).parent.exists()


async def test_a_program_that_is_not_there_is_told(
    files: Path, handed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", "/no/such/pager")
    async with viewing(files, "/etc/motd", "p") as over:
        await over.settle()
        assert "$PAGER names no program" in _told(over)
    assert not handed.exists()


async def test_a_file_that_is_too_large_is_not_copied(files: Path, handed: Path) -> None:
    limits = replace(Limits(), handed_size=10)
    async with viewing(files, "/etc/motd", "p", limits=limits) as over:
        await over.settle()
        assert "at most 10 B are copied" in _told(over)
    assert not handed.exists()


async def test_a_copy_has_a_plain_name(tmp_path: Path) -> None:
    from layertui.blob import BytesBlob
    from layertui.contents.private_copy import PrivateCopy

    copy = PrivateCopy(b"-a\x1b[31m b/../c.py")
    copy.write(BytesBlob(b"x" * 10), lambda: False)
    assert copy.path.name == "a__31m_b_.._c.py"
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600
    copy.remove()
    assert not copy.path.parent.exists()
