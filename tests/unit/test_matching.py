"""Which paths a query finds."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError
from layertui.filesystem import matching, texts
from layertui.filesystem.changes import ChangeStrips, Comparison
from layertui.filesystem.matching import Matches, search
from layertui.filesystem.query import Syntax, parse_query
from tests.builders import device, directory, fifo, file, hardlink, symlink, whiteout
from tests.layers import stack
from tests.unit.test_tar_sparse import gnu

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

TREE = [
    file("usr/lib/libc.so", b"1234"), file("usr/lib/python3/Lib.py"), file("usr/LIB/x.so.1"),
    file("lib/usr/lib/a.so"), directory("etc"), file("etc/a.b"), file("etc/[x]"),
]  # fmt: skip


def found(
    filesystem: Filesystem, line: str, syntax: Syntax = Syntax.TEXT, layer: int | None = None
) -> list[str]:
    """Return the paths that match after a layer, after the last one by default."""
    upper = len(filesystem.indexes) - 1 if layer is None else layer
    comparison = Comparison(-1, upper)
    return paths(search(filesystem, parse_query(line, syntax)), comparison)


def paths(matches: Matches, comparison: Comparison) -> list[str]:
    changes = ChangeStrips(matches.filesystem).changes(comparison)
    strip = matches.at(comparison, changes)
    table = matches.filesystem.table
    return [
        table.path(node).decode("utf-8", "surrogateescape")
        for node in range(len(table))
        if strip[node] and changes[node]
    ]


@pytest.mark.parametrize(
    ("syntax", "line", "expected"),
    [
        (Syntax.TEXT, "libc", ["/usr/lib/libc.so"]),
        (Syntax.TEXT, "lib", ["/lib", "/lib/usr/lib", "/usr/LIB", "/usr/lib",
                              "/usr/lib/libc.so", "/usr/lib/python3/Lib.py"]),
        (Syntax.TEXT, "LIB", ["/usr/LIB"]),
        (Syntax.TEXT, "Lib", ["/usr/lib/python3/Lib.py"]),
        (Syntax.TEXT, ".so", ["/lib/usr/lib/a.so", "/usr/LIB/x.so.1", "/usr/lib/libc.so"]),
        (Syntax.TEXT, "a.b", ["/etc/a.b"]),
        (Syntax.TEXT, "[x]", ["/etc/[x]"]),
        (Syntax.TEXT, "usr/lib", ["/lib/usr/lib", "/usr/LIB", "/usr/lib"]),
        (Syntax.TEXT, "usr/lib/", ["/lib/usr/lib/a.so", "/usr/LIB/x.so.1", "/usr/lib/libc.so",
                                   "/usr/lib/python3"]),
        (Syntax.TEXT, "/lib", ["/lib", "/lib/usr/lib", "/usr/LIB", "/usr/lib",
                               "/usr/lib/libc.so", "/usr/lib/python3/Lib.py"]),
        (Syntax.TEXT, "b/L", []),
        (Syntax.TEXT, "3/L", ["/usr/lib/python3/Lib.py"]),
        (Syntax.GLOB, "*.so", ["/lib/usr/lib/a.so", "/usr/lib/libc.so"]),
        (Syntax.GLOB, "lib", ["/lib", "/lib/usr/lib", "/usr/LIB", "/usr/lib"]),
        (Syntax.GLOB, "?.[!c]*", ["/etc/a.b", "/lib/usr/lib/a.so", "/usr/LIB/x.so.1"]),
        (Syntax.GLOB, "[[]x]", ["/etc/[x]"]),
        (Syntax.GLOB, r"\[x\]", ["/etc/[x]"]),
        (Syntax.GLOB, "[x", []),
        (Syntax.GLOB, "L*", ["/usr/LIB", "/usr/lib/python3/Lib.py"][:2]),
        (Syntax.GLOB, "/usr/*", ["/usr/LIB", "/usr/lib"]),
        (Syntax.GLOB, "/usr/lib/**", ["/usr/LIB/x.so.1", "/usr/lib/libc.so", "/usr/lib/python3",
                                      "/usr/lib/python3/Lib.py"]),
        (Syntax.GLOB, "/**/*.so", ["/lib/usr/lib/a.so", "/usr/lib/libc.so"]),
        (Syntax.GLOB, "usr/*/*.so", ["/lib/usr/lib/a.so", "/usr/lib/libc.so"]),
        (Syntax.GLOB, "/usr/**/Lib.py", ["/usr/lib/python3/Lib.py"]),
        (Syntax.GLOB, "/usr/lib/**/libc.so", ["/usr/lib/libc.so"]),
        (Syntax.GLOB, "/usr/", ["/usr"]),
        (Syntax.GLOB, "/usr?lib", []),
        (Syntax.GLOB, "/usr[!a]lib", []),
        (Syntax.GLOB, "**c.so", ["/usr/lib/libc.so"]),
        (Syntax.REGEX, r"\.so$", ["/lib/usr/lib/a.so", "/usr/lib/libc.so"]),
        (Syntax.REGEX, r"^lib\S", ["/usr/lib/libc.so", "/usr/lib/python3/Lib.py"]),
        (Syntax.REGEX, "^L", ["/usr/LIB", "/usr/lib/python3/Lib.py"]),
        (Syntax.REGEX, "^/usr/lib|etc/", ["/etc/[x]", "/etc/a.b", "/usr/LIB", "/usr/lib"]),
        (Syntax.REGEX, "(?x) /usr /lib #c", ["/lib/usr/lib", "/usr/LIB", "/usr/lib"]),
        (Syntax.REGEX, "(?-i:usr/L)", ["/usr/LIB"]),
        (Syntax.REGEX, "(?i)USR/lib$", ["/lib/usr/lib", "/usr/LIB", "/usr/lib"]),
    ],
)  # fmt: skip
def test_names_match_a_pattern_without_a_slash_and_paths_one_with(
    syntax: Syntax, line: str, expected: list[str]
) -> None:
    assert found(stack(TREE), line, syntax) == expected


def test_names_of_any_language_match_whatever_their_case() -> None:
    filesystem = stack([file("Ärger/ÜBUNG.txt"), file("straße"), file("日本/語"), file("x")])
    assert found(filesystem, "übung") == ["/Ärger/ÜBUNG.txt"]
    assert found(filesystem, "Übung") == []
    assert found(filesystem, "ärger/ü") == ["/Ärger/ÜBUNG.txt"]
    assert found(filesystem, "stra?e", Syntax.GLOB) == ["/straße"]
    assert found(filesystem, "ü.ung", Syntax.REGEX) == ["/Ärger/ÜBUNG.txt"]
    assert found(filesystem, "^.$", Syntax.REGEX) == ["/x", "/日本/語"]


def test_names_that_are_not_text_are_searched_like_any_other() -> None:
    filesystem = stack([file(b"caf\xe9"), file(b"d\xff/a\nb"), file("z")])
    assert found(filesystem, "caf") == ["/caf\udce9"]
    assert found(filesystem, "caf?", Syntax.GLOB) == ["/caf\udce9"]
    assert found(filesystem, r"^a\sb$", Syntax.REGEX) == ["/d\udcff/a\nb"]
    assert found(filesystem, "a*b", Syntax.GLOB) == ["/d\udcff/a\nb"]
    assert found(filesystem, "/a") == ["/d\udcff/a\nb"]


def test_every_path_of_many_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    filesystem = stack([file(f"d{number % 7}/f{number:05}") for number in range(9_000)])
    assert len(found(filesystem, "f")) == 9_000
    assert len(found(filesystem, "d1/f")) == len(range(1, 9_000, 7))
    assert found(filesystem, "f08999") == ["/d4/f08999"]
    assert len(found(filesystem, "^f.*9$", Syntax.REGEX)) == 900
    monkeypatch.setattr(texts, "_KEPT", 0)
    again = stack([file(f"d{number % 7}/f{number:05}") for number in range(9_000)])
    assert found(again, "f08999") == ["/d4/f08999"]
    assert found(again, "f08998") == ["/d3/f08998"]


def test_names_are_kept_for_the_next_search_as_long_as_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = texts.Texts([b"", b"a", b"a\0Bcd"])
    assert room.names(0, folded=True) == "\0a\0bcd"
    assert room.names(0, folded=True) is room.names(0, folded=True)
    monkeypatch.setattr(texts, "_KEPT", 7)
    small = texts.Texts([b"", b"a", b"a\0Bcd"])
    assert small.names(0, folded=True) is small.names(0, folded=True)
    assert small.names(0, folded=False) is not small.names(0, folded=False)


KINDS = [
    file("file", b"12345"), file("sub/empty"), hardlink("hard", "file"), hardlink("dangling", "no"),
    symlink("link", "file"), fifo("pipe"), device("null", 1, 3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("type:file", ["/file", "/sub/empty"]),
        ("type:dir", ["/sub"]),
        ("type:hardlink", ["/dangling", "/hard"]),
        ("type:link,fifo", ["/link", "/pipe"]),
        ("type:device", ["/null"]),
        (">1", ["/file", "/hard"]),
        ("<9", ["/file", "/hard", "/sub/empty"]),
        ("=0", ["/sub/empty"]),
        (">=5 <=5 type:hardlink", ["/hard"]),
        ("=0 type:dir", []),
        ("l <9", ["/file"]),
        ("<0", []),
    ],
)
def test_sizes_judge_files_and_what_hard_links_lead_to(line: str, expected: list[str]) -> None:
    assert found(stack(KINDS), line) == expected


def test_a_file_counts_with_its_holes() -> None:
    filesystem = stack([file("before"), gnu(), hardlink("hard", "f"), file("small", b"1" * 35)])
    assert found(filesystem, "=200") == ["/f", "/hard"]
    assert found(filesystem, "=35") == ["/small"]


def test_directories_that_no_entry_tells_of_are_directories() -> None:
    assert found(stack([file("a/b/c")]), "type:dir") == ["/a", "/a/b"]


def test_the_size_and_the_type_of_the_state_count() -> None:
    filesystem = stack(
        [file("f", b"1"), file("d/x")], [file("f", b"22"), file("d")], [file("f", b"3")],
        [whiteout("f")], [file("f", b"44")],
    )  # fmt: skip
    assert [found(filesystem, "=2", layer=layer) for layer in range(5)] == [
        [], ["/f"], [], [], ["/f"],
    ]  # fmt: skip
    assert [found(filesystem, "type:dir", layer=layer) for layer in (0, 1)] == [["/d"], []]
    backwards = search(filesystem, parse_query("=2"))
    states = [paths(backwards, Comparison(-1, layer)) for layer in (4, 2, 0, 3, 1)]
    assert states == [["/f"], [], [], [], ["/f"]]


def test_what_is_removed_is_judged_as_it_was() -> None:
    filesystem = stack(
        [file("f", b"1"), file("g", b"22")], [file("f", b"22"), file("g", b"1")],
        [whiteout("f"), whiteout("g")],
    )  # fmt: skip
    matches = search(filesystem, parse_query("=2"))
    assert paths(matches, Comparison(1, 2)) == ["/f"]
    assert paths(matches, Comparison(0, 2)) == ["/g"]
    assert paths(matches, Comparison(0, 1)) == ["/f"]
    assert paths(matches, Comparison(2, 2)) == []


def test_what_is_only_removed_turns_no_verdict() -> None:
    filesystem = stack([file("f", b"22")], [whiteout("f")], [file("f", b"33")])
    judgement = search(filesystem, parse_query("=2")).judgement
    assert judgement is not None
    strips = [judgement.at(Comparison(-1, layer), bytes(2)) for layer in range(3)]
    assert strips[0] is strips[1] is strips[2]


def test_many_layers_are_judged_in_any_order() -> None:
    filesystem = stack(*([file("f", b"x" * (layer % 3))] for layer in range(20)))
    matches = search(filesystem, parse_query("=2"))
    for layer in [*range(20), *reversed(range(20)), 3, 17, 0, 19, 5]:
        expected = ["/f"] if layer % 3 == 2 else []
        assert paths(matches, Comparison(-1, layer)) == expected


def test_what_leads_to_matches_of_any_layer_is_told() -> None:
    filesystem = stack([file("a/b/f", b"1"), file("a/c/g")], [file("a/b/f", b"22")])
    matches = search(filesystem, parse_query("=2"))
    leading = [filesystem.table.path(n) for n, lead in enumerate(matches.leading) if lead]
    assert leading == [b"/a", b"/a/b"]


def test_the_root_never_matches() -> None:
    filesystem = stack([directory("."), file("a/b")])
    for line in ("", "/", "type:dir"):
        assert not search(filesystem, parse_query(line)).hits[0]
    for line, syntax in (("*", Syntax.GLOB), ("^", Syntax.REGEX), ("/|^", Syntax.REGEX)):
        assert not search(filesystem, parse_query(line, syntax)).hits[0]
        assert search(filesystem, parse_query(line, syntax)).hits[1]


@pytest.mark.parametrize("line", ["a", "/a", "=3", "type:file"])
def test_a_search_stops_when_asked_at_any_moment(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "perf_counter", lambda: 0.0)
    filesystem = stack([file(f"a{number}", b"123") for number in range(5_000)])
    questions = count()
    search(filesystem, parse_query(line), cancelled=lambda: next(questions) < 0)
    asked = next(questions)
    assert asked > 1
    for moment in range(asked):
        answers = map(moment.__eq__, count())
        with pytest.raises(CancelledError):
            search(filesystem, parse_query(line), cancelled=answers.__next__)


def test_names_that_take_long_are_tried_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    filesystem = stack([file(f"f{number}") for number in range(1_000)])
    asked: dict[int, int] = {}
    for seconds in (1, 0):
        questions = count()
        monkeypatch.setattr(matching, "perf_counter", count(step=seconds).__next__)
        never = map((-1).__eq__, questions).__next__
        search(filesystem, parse_query("f.*9", Syntax.REGEX), cancelled=never)
        asked[seconds] = next(questions)
    assert asked[1] > 900
    assert asked[0] < 20


def test_an_expression_looks_at_the_start_of_a_name_that_is_endless() -> None:
    filesystem = stack([file("x" * 1_000 + "y" + "z" * 500)])
    assert len(found(filesystem, "y")) == len(found(filesystem, "y", Syntax.REGEX)) == 1
    assert found(filesystem, "z", Syntax.REGEX) != []
    assert found(filesystem, "z{100}", Syntax.REGEX) == []
    assert len(found(filesystem, "z" * 100)) == 1
