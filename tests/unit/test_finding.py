from __future__ import annotations

import pytest

from layertui.errors import CancelledError
from layertui.filesystem.finding import MOST_FOUND, Kind, Sought, find, nearest_layer, rank
from layertui.filesystem.nodes import NodeTable
from layertui.filesystem.texts import BLOCK
from tests.builders import file, opaque, whiteout
from tests.layers import stack


def table_of(*paths: str) -> NodeTable:
    """Return a table of paths and of all directories above them."""
    keys = {b""}
    for path in paths:
        parts = path.encode("utf-8", "surrogateescape").strip(b"/").split(b"/")
        keys |= {b"\0".join(parts[: end + 1]) for end in range(len(parts))}
    return NodeTable(keys)


def found(text: str, *paths: str) -> list[str]:
    """Return what is found in paths, best first."""
    table = table_of(*paths)
    *_, last = find(table, text)
    assert last.complete
    return [table.path(node).decode("utf-8", "surrogateescape") for node in last.nodes]


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        ("passwd", "/etc/passwd", Kind.EXACT),
        ("pass", "/etc/passwd", Kind.PREFIX),
        ("wd", "/etc/passwd", Kind.INSIDE),
        ("bp", "/usr/base-passwd", Kind.WORDS),
        ("bapa", "/usr/base-passwd", Kind.WORDS),
        ("pwd", "/etc/passwd", Kind.SCATTERED),
        ("etc", "/etc/passwd", Kind.ACROSS),
        ("epw", "/etc/passwd", Kind.FAR),
        ("etc/passwd", "/etc/passwd", Kind.EXACT),
        ("/etc/passwd", "/etc/passwd", Kind.EXACT),
        ("/passwd", "/etc/passwd", Kind.EXACT),
        ("etc/pa", "/etc/passwd", Kind.PREFIX),
        ("tc/pa", "/etc/passwd", Kind.INSIDE),
        ("us/lo/bi", "/usr/local/bin", Kind.WORDS),
        ("us/bi", "/usr/local/bin", Kind.FAR),
        ("etc/", "/etc/passwd", Kind.PREFIX),
        ("pass wd", "/etc/passwd", Kind.WORDS),
        ("my doc", "/home/my documents", Kind.PREFIX),
        (".py", "/app/main.py", Kind.INSIDE),
        ("m.p", "/app/main.py", Kind.WORDS),
    ],
)
def test_how_a_path_matches(text: str, path: str, kind: Kind) -> None:
    assert Sought(text).kind(path) is kind


@pytest.mark.parametrize("text", ["passwdx", "wdp", "/etc/passwd/", "passwd/etc", "PASSWD"])
def test_what_does_not_match(text: str) -> None:
    assert Sought(text).kind("/etc/passwd") is None


def test_a_capital_letter_makes_case_matter() -> None:
    paths = ("/README", "/readme")
    assert found("readme", *paths) == ["/README", "/readme"]
    assert found("README", *paths) == ["/README"]
    assert found("Readme", *paths) == []


def test_what_matches_better_comes_first_however_long_it_is() -> None:
    paths = (
        "/f/i/n/d",
        "/find.d/x/y",
        "/a/f-i-n-d-er",
        "/a/ffiinndd",
        "/a/refinder",
        "/a/b/c/d/e/findings-of-a-year",
        "/a/b/c/d/e/f/g/find",
    )
    assert found("find", *paths) == [
        "/a/b/c/d/e/f/g/find",
        "/find.d",
        "/a/b/c/d/e/findings-of-a-year",
        "/a/refinder",
        "/a/f-i-n-d-er",
        "/a/ffiinndd",
        "/find.d/x",
        "/find.d/x/y",
        "/f/i/n/d",
    ]


def test_of_equal_matches_the_shorter_and_the_shallower_come_first() -> None:
    assert found("a.c", "/lib/a.conf", "/lib/a.co", "/l/i/b/a.c1", "/library/a.co") == [
        "/lib/a.co",
        "/lib/a.conf",
        "/library/a.co",
        "/l/i/b/a.c1",
    ]
    assert found("n", "/d/name", "/d/now") == ["/d/now", "/d/name"]


def test_a_slash_reaches_across_directories() -> None:
    paths = ("/usr/lib/python3", "/usr/share/python3", "/var/lib/dpkg")
    assert found("lib/py", *paths)[0] == "/usr/lib/python3"
    assert "/usr/share/python3" not in found("lib/py", *paths)
    assert found("/v", *paths) == ["/var", "/var/lib", "/var/lib/dpkg"]


def test_nothing_asked_for_is_what_stands_in_the_root_and_the_count_of_all() -> None:
    table = table_of("/bin/sh", "/etc/motd", "/usr/lib/x")
    (only,) = find(table, "  ")
    assert [table.path(node) for node in only.nodes] == [b"/bin", b"/etc", b"/usr"]
    assert (only.count, only.complete) == (7, True)


def test_the_root_is_never_found() -> None:
    assert found("/") == []
    assert found("/", "/a") == ["/a"]


def test_a_bounded_number_is_told_and_all_are_counted() -> None:
    paths = [f"/d/{number:04}" for number in range(3 * MOST_FOUND)]
    *_, last = find(table_of(*paths), "0")
    assert len(last.nodes) == MOST_FOUND
    assert last.count == sum("0" in path for path in paths)


def test_what_is_better_takes_the_place_of_what_is_worse_though_it_comes_late() -> None:
    paths = [f"/a/{number:05}-x" for number in range(BLOCK + 10)]
    assert found("x", *paths, "/z/deep/below/x")[0] == "/z/deep/below/x"
    assert found("a/x", *paths, "/z/a/x")[0] == "/z/a/x"


def test_what_is_found_so_far_is_told_before_all_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layertui.filesystem.finding._FIRST", 0)
    monkeypatch.setattr("layertui.filesystem.finding._PAUSE", 0)
    told = list(find(table_of("/a/name", "/n/a/m/e"), "name"))
    assert [each.complete for each in told[-2:]] == [False, True]
    assert len(told[0].nodes) == 1
    assert (len(told[-1].nodes), told[-1].count) == (2, 2)


def test_a_search_is_stopped_between_steps() -> None:
    table = table_of(*(f"/a/{number}" for number in range(3_000)))
    asked: list[None] = []

    def cancelled() -> bool:
        asked.append(None)
        return len(asked) == 3

    with pytest.raises(CancelledError):
        list(find(table, "a", cancelled=cancelled))
    assert len(asked) == 3


def test_names_that_are_no_text_are_found_by_the_rest_of_them() -> None:
    name = b"\xff\xfename".decode("utf-8", "surrogateescape")
    assert found("name", f"/{name}") == [f"/{name}"]
    assert Sought("name").spots(f"/{name}") == (3, 4, 5, 6)


@pytest.mark.parametrize(
    ("text", "path", "marked"),
    [
        ("pass", "/pass/passwd", "------^^^^--"),
        ("wd", "/wd/passwd", "--------^^"),
        ("bp", "/b/base-passwd", "---^----^-----"),
        ("pwd", "/pw/passwd", "----^---^^"),
        ("etc", "/etc/passwd", "-^^^-------"),
        ("evx", "/e/v/evan/x", "-----^^---^"),
        ("tc/pa", "/etc/passwd", "--^^^^^----"),
        ("/etc", "/etc", "^^^^"),
        ("pa wd", "/etc/passwd", "-----^^--^^"),
    ],
)
def test_which_characters_match(text: str, path: str, marked: str) -> None:
    spots = Sought(text).spots(path)
    assert "".join("^" if place in spots else "-" for place in range(len(path))) == marked


def test_no_characters_are_told_where_letters_grow_when_they_are_compared() -> None:
    assert Sought("i").spots("/\u0130i") == ()
    assert found("i", "/\u0130i") == ["/\u0130i"]


def test_a_hostile_name_takes_no_longer_than_it_is_long() -> None:
    text = "a" * 60 + "b"
    assert Sought(text).kind("/" + "a-" * 20_000) is None
    assert Sought(text).kind("/" + "aa-" * 20_000 + "c/b") is Kind.FAR


def test_few_texts_are_ranked_and_equal_ones_keep_their_order() -> None:
    among = ["Hide unchanged", "Sort by size", "Sort by name", "The resort"]
    assert [number for number, _ in rank("sort", among)] == [1, 2, 3]
    assert [number for number, _ in rank("sbn", among)] == [2]
    assert [number for number, _ in rank("", among)] == [0, 1, 2, 3]
    assert rank("by n", among)[0].spots == (5, 6, 7, 8)
    assert rank("zz", among) == []


def test_the_first_characters_that_match_are_told_of_a_text_and_the_last_of_a_path() -> None:
    assert rank("xy", ["xay xay"])[0].spots == (0, 2)
    assert rank("ay", ["xay xay"])[0].spots == (1, 2)
    assert Sought("xy").spots("/xay xay") == (5, 7)
    assert Sought("ay").spots("/xay xay") == (6, 7)


def test_a_slash_in_a_few_texts_is_a_character_like_others() -> None:
    assert rank("/l", ["rm /usr/lib", "ls /lib"])[0].number == 0
    assert [number for number, _ in rank("lib", ["ls lib", "lib /x"])] == [1, 0]


# By layer: absent, given, changed, absent, absent, given, absent.
COMING_AND_GOING = (
    [file("other")],
    [file("a/x", b"1")],
    [file("a/x", b"2")],
    [whiteout("a/x")],
    [file("other", b"2")],
    [file("a/x", b"3")],
    [opaque("a")],
)


@pytest.mark.parametrize(
    ("number", "nearest"), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 5), (5, 5), (6, 5)]
)
def test_the_nearest_layer_that_has_a_path(number: int, nearest: int) -> None:
    filesystem = stack(*COMING_AND_GOING)
    node = filesystem.table.find(b"/a/x")
    assert node is not None
    assert nearest_layer(filesystem, node, number) == nearest


def test_of_two_layers_as_near_the_lower_is_gone_to() -> None:
    filesystem = stack([file("x")], [whiteout("x")], [file("x")])
    node = filesystem.table.find(b"/x")
    assert node is not None
    assert nearest_layer(filesystem, node, 1) == 0
