"""Path patterns over the paths of a filesystem."""

from __future__ import annotations

import pytest

from layertui.insight.globs import Glob, PathSet, without

PATHS = [
    "", "a.log", "core", "core/module.py", "core.12", "core.x", "etc", "etc/a.log", "etc/b.log.1",
    "etc/pip", "home", "home/me", "home/me/.cache", "home/me/.cache/pip", "home/me/.cache/pip/w",
    "home/pip", "home/pip/x", "x~", "~", "a]b", "a\\b",
]  # fmt: skip
DIRECTORIES = ["core", "etc", "home", "home/me", "home/me/.cache", "home/me/.cache/pip", "home/pip"]


def keys(paths: list[str]) -> list[bytes]:
    return sorted(path.encode().replace(b"/", b"\0") for path in paths)


def meant(pattern: str) -> set[str]:
    table = keys(PATHS)
    (ranges,) = PathSet(table, keys(DIRECTORIES)).ranges([Glob(pattern)])
    return {
        table[node].replace(b"\0", b"/").decode() for start, end in ranges
        for node in range(start, end)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("*.log", {"a.log", "etc/a.log"}),
        ("/*.log", {"a.log"}),
        ("/etc/*.log", {"etc/a.log"}),
        ("/etc/a.log", {"etc/a.log"}),
        ("/etc/none", set()),
        ("core", {"core"}),
        ("core/", {"core/module.py"}),
        ("core.[0-9]*", {"core.12"}),
        ("core.[!0-9]*", {"core.x"}),
        ("core.?", {"core.x"}),
        (".cache/pip/", {"home/me/.cache/pip/w"}),
        (".cache/pip/**", {"home/me/.cache/pip/w"}),
        ("pip/", {"home/me/.cache/pip/w", "home/pip/x"}),
        ("/home/*/.cache/", {"home/me/.cache/pip", "home/me/.cache/pip/w"}),
        ("/home/**/pip/", {"home/me/.cache/pip/w", "home/pip/x"}),
        ("/**/w", {"home/me/.cache/pip/w"}),
        ("*~", {"x~", "~"}),
        ("~", {"~"}),
        ("a[]]b", {"a]b"}),
        ("a\\b", {"a\\b"}),
        ("*.log*", {"a.log", "etc/a.log", "etc/b.log.1"}),
        ("/etc/*", {"etc/a.log", "etc/b.log.1", "etc/pip"}),
    ],
)
def test_a_pattern_means_what_is_below_directories_or_files(pattern: str, paths: set[str]) -> None:
    assert meant(pattern) == paths


def test_a_name_stays_within_its_directory() -> None:
    assert meant("/home*pip") == set()
    assert meant("home?pip") == set()


@pytest.mark.parametrize("pattern", ["[", "a[", "[!", "a[z", "[]", "*[", "[z-a]x"])
def test_an_odd_class_is_text_or_means_nothing(pattern: str) -> None:
    assert meant(pattern) == set()


def test_ranges_less_others_stand_apart_in_order() -> None:
    assert without([(5, 9), (0, 6)], []) == [(0, 6), (6, 9)]
    assert without([(0, 10)], [(2, 3), (5, 6)]) == [(0, 2), (3, 5), (6, 10)]
    assert without([(0, 10)], [(0, 4), (1, 2), (9, 20)]) == [(4, 9)]
    assert without([(3, 5)], [(0, 10)]) == []
