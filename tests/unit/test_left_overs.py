"""What builds leave behind, found in small images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError
from layertui.insight.left_over_table import TABLE, left_overs, with_own
from layertui.insight.leftovers import find_left_overs
from tests.builders import file, hardlink, whiteout
from tests.insight import inspected

if TYPE_CHECKING:
    from layertui.insight.finding import Finding

LISTS = file("var/lib/apt/lists/deb.example_Packages", b"x" * 300)


def found(*layers: list[bytes], **more: object) -> list[Finding]:
    return list(find_left_overs(inspected(*layers, **more).inspection))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("var/lib/apt/lists/a", "apt lists"),
        ("var/cache/apt/archives/a.deb", "apt cache"),
        ("var/lib/dpkg/status-old", "dpkg back-ups"),
        ("var/cache/apk/APKINDEX.tar.gz", "apk cache"),
        ("var/cache/dnf/a/b.solv", "yum and dnf cache"),
        ("root/.cache/pip/http/a", "pip cache"),
        ("home/app/.cache/uv/a", "pip cache"),
        ("root/.npm/_cacache/index", "npm cache"),
        ("usr/local/share/.cache/yarn/v6/a", "yarn and pnpm cache"),
        ("usr/local/cargo/registry/cache/a.crate", "cargo cache"),
        ("go/pkg/mod/example.com/a.go", "go cache"),
        ("usr/local/bundle/ruby/3.2.0/cache/rack.gem", "gem cache"),
        ("root/.m2/repository/a.jar", "maven and gradle cache"),
        ("app/__pycache__/a.pyc", "Python bytecode"),
        ("app/a.pyc", "Python bytecode"),
        ("app/CMakeFiles/a.bin", "build trees"),
        ("app/target/debug/app", "build trees"),
        ("app/a.o", "object files"),
        ("app/.git/objects/pack/a.pack", "version control"),
        ("var/log/dpkg.log", "logs"),
        ("app/install.log", "logs"),
        ("tmp/a", "temporary files"),
        ("app/.DS_Store", "temporary files"),
        ("core.1234", "core dumps"),
        ("usr/share/doc/bash/README", "documentation"),
        ("usr/share/locale/de/LC_MESSAGES/a.mo", "locales"),
    ],
)
def test_what_a_build_leaves_behind_is_told_by_its_path(path: str, group: str) -> None:
    (finding,) = found([file(path, b"12345")])
    assert (finding.group, finding.size, finding.layer) == (group, 5, 0)
    assert finding.paths == (b"/" + path.encode(),)
    assert finding.cure


@pytest.mark.parametrize(
    "path",
    [
        "usr/share/doc/bash/copyright", "app/core", "app/core/a.py", "var/lib/apt/extended_states",
        "usr/lib/locale/C.utf8/LC_CTYPE", "app/logs/today", "app/git/a", "app/targets/debug/a",
        "app/core.py", "tmpfile",
    ],
)  # fmt: skip
def test_what_an_image_needs_is_left_alone(path: str) -> None:
    assert found([file(path, b"12345")]) == []


def test_files_are_grouped_by_layer_and_the_most_bytes_come_first() -> None:
    small = file("tmp/a", b"1"), file("tmp/b", b"22")
    findings = found([LISTS], [*small, file("tmp/c")])
    assert [(each.group, each.layer, each.size, len(each.paths)) for each in findings] == [
        ("apt lists", 0, 300, 1),
        ("temporary files", 1, 3, 2),
    ]
    assert findings[1].paths == (b"/tmp/b", b"/tmp/a")


def test_what_was_removed_later_is_still_shipped() -> None:
    (finding,) = found([LISTS], [whiteout("var/lib/apt/lists")])
    assert (finding.layer, finding.size, finding.ghost) == (0, 300, True)
    assert "still shipped" in finding.message


def test_at_most_twenty_paths_are_named() -> None:
    (finding,) = found([file(f"tmp/{number}", b"1") for number in range(23)])
    assert (len(finding.paths), finding.more, finding.size) == (20, 3, 23)


def test_bytes_that_another_path_leads_to_are_not_promised() -> None:
    assert found([LISTS, hardlink("kept", "var/lib/apt/lists/deb.example_Packages")]) == []
    inside = hardlink("var/lib/apt/lists/b", "var/lib/apt/lists/deb.example_Packages")
    assert [each.size for each in found([LISTS, inside])] == [300]


def test_a_copy_that_lost_its_place_in_its_own_layer_counts() -> None:
    again = file("var/lib/apt/lists/deb.example_Packages", b"y" * 200)
    assert sorted(each.size for each in found([LISTS, again])) == [200, 300]


def test_the_cure_fits_the_instruction() -> None:
    git = [file("app/.git/index", b"1")]
    ran, copied, theirs = (
        found(git, steps=["RUN git clone a"]),
        found(git, steps=["COPY . /app # buildkit"]),
        found(git, steps=["COPY . /app # buildkit"], base=1),
    )
    assert "same RUN" in ran[0].cure
    assert ".dockerignore" in copied[0].cure
    assert "base image" in theirs[0].cure
    assert [each[0].base for each in (ran, copied, theirs)] == [False, False, True]


def test_a_table_can_be_extended() -> None:
    mine = left_overs("fixtures", "spec/fixtures/ *.fixture", "Do not copy them", besides="*.keep")
    image = inspected([file("app/spec/fixtures/a.log", b"1"), file("spec/fixtures/.keep", b"1")])
    (finding,) = find_left_overs(image.inspection, table=(mine, *TABLE))
    assert (finding.group, finding.paths) == ("fixtures", (b"/app/spec/fixtures/a.log",))


def test_looking_can_be_stopped() -> None:
    with pytest.raises(CancelledError):
        find_left_overs(inspected([LISTS]).inspection, cancelled=lambda: True)


def test_a_group_of_ones_own_takes_the_place_of_one_of_its_name() -> None:
    mine, off = left_overs("logs", "*.journal", ""), left_overs("apt lists", "", "")
    table = with_own((mine, off))
    assert table[0] == mine
    assert [group.group for group in table].count("logs") == 1
    assert "apt lists" not in [group.group for group in table]
    assert with_own(()) == TABLE
