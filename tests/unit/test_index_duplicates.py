"""Entries of one layer that cannot all be: the last one counts, and nothing stale stays."""

from __future__ import annotations

from layertui.layers.entries import DIRECTORY, FILE, SYMLINK
from tests.builders import directory, file, hardlink, symlink
from tests.layers import codes, index, paths


def test_the_last_of_two_files_counts_and_the_first_is_kept_as_superseded() -> None:
    layer = index(file("f", b"old", mode=0o600, mtime=1), file("f", b"newer"))
    assert paths(layer) == [b"f"]
    assert list(layer.sizes) == [5]
    [copy] = layer.superseded
    assert (copy.path, copy.size, copy.attributes.mode, copy.mtime) == (b"f", 3, 0o600, 10**9)
    assert copy.digest != bytes(16)
    assert layer.size == 8
    assert codes(layer) == ["duplicate-entry"]
    assert layer.notices[0].path == b"/f"


def test_of_three_files_two_are_superseded() -> None:
    layer = index(file("f", b"1"), file("f", b"22"), file("f", b"333"))
    assert list(layer.sizes) == [3]
    assert [copy.size for copy in layer.superseded] == [1, 2]
    assert codes(layer) == ["duplicate-entry"] * 2


def test_names_that_become_one_path_are_duplicates() -> None:
    layer = index(file("./f", b"1"), file("/f", b"22"), file("a/../f", b"333"))
    assert (paths(layer), list(layer.sizes)) == ([b"f"], [3])


def test_a_repeated_directory_supersedes_nothing() -> None:
    layer = index(directory("d", mode=0o700), file("d/f"), directory("d", mode=0o711))
    assert paths(layer) == [b"d", b"d/f"]
    assert layer.attribute_table[layer.attributes[0]].mode == 0o711
    assert layer.superseded == ()
    assert codes(layer) == ["duplicate-entry"]


def test_the_kind_may_change_between_duplicates() -> None:
    assert index(file("x", b"1"), symlink("x", "t")).kinds == bytes((SYMLINK,))
    assert index(symlink("x", "t"), file("x", b"1")).kinds == bytes((FILE,))
    assert index(symlink("x", "t"), file("x", b"1")).links == {}
    assert index(file("x", b"1"), directory("x")).kinds == bytes((DIRECTORY,))


def test_a_file_that_becomes_a_directory_with_something_in_it() -> None:
    layer = index(file("d", b"old"), directory("d"), file("d/c", b"child"))
    assert paths(layer) == [b"d", b"d/c"]
    assert list(layer.kinds) == [DIRECTORY, FILE]
    assert [copy.path for copy in layer.superseded] == [b"d"]


def test_a_directory_with_something_in_it_that_becomes_a_file_leaves_nothing_stale() -> None:
    layer = index(
        directory("d"),
        file("d/c", b"child"),
        directory("d/e"),
        file("d/e/f", b"f"),
        file("d", b"new"),
    )
    assert (paths(layer), list(layer.kinds), layer.implied) == ([b"d"], [FILE], ())
    assert sorted(copy.path for copy in layer.superseded) == [b"d/c", b"d/e/f"]


def test_a_child_that_comes_after_the_file_above_it_makes_that_a_directory() -> None:
    layer = index(file("d", b"old"), file("d/c", b"child"))
    assert (paths(layer), layer.implied) == ([b"d/c"], (b"d",))
    assert [copy.path for copy in layer.superseded] == [b"d"]
    assert codes(layer) == ["duplicate-entry"]


def test_a_file_that_comes_after_what_is_implied_below_it_takes_its_place() -> None:
    layer = index(file("d/c", b"child"), file("d", b"new"))
    assert (paths(layer), layer.implied) == ([b"d"], ())
    assert [copy.path for copy in layer.superseded] == [b"d/c"]


def test_only_what_came_before_a_file_goes_with_the_directory_it_replaced() -> None:
    layer = index(file("d/a", b"a"), file("d", b"d"), file("d/b", b"b"))
    assert (paths(layer), layer.implied) == ([b"d/b"], (b"d",))
    assert sorted(copy.path for copy in layer.superseded) == [b"d", b"d/a"]


def test_links_in_the_place_of_a_directory_are_settled_alike() -> None:
    for link in (symlink("d", "t"), hardlink("d", "t")):
        assert paths(index(file("d/c"), link, file("t"))) == [b"d", b"t"]
        assert paths(index(link, file("d/c"), file("t"))) == [b"d/c", b"t"]


def test_conflicts_at_several_depths_are_settled_by_what_came_last() -> None:
    assert paths(index(file("a/b/c"), file("a/b"), file("a"))) == [b"a"]
    assert paths(index(file("a"), file("a/b"), file("a/b/c"))) == [b"a/b/c"]
    assert paths(index(file("a/b"), file("a"), file("a/b/c"))) == [b"a/b/c"]
    assert paths(index(file("a"), file("a/b/c"), file("a/b"))) == [b"a/b"]
    assert paths(index(file("a/b/c"), file("a"), file("a/b"))) == [b"a/b"]
    assert paths(index(file("a/b"), file("a/b/c"), file("a"))) == [b"a"]


def test_siblings_of_a_conflict_are_not_touched() -> None:
    layer = index(file("d.x"), file("d/c"), file("d"), file("d-y"), file("e/f"))
    assert paths(layer) == [b"d", b"d-y", b"d.x", b"e/f"]


def test_many_files_below_many_files_are_settled_in_one_pass() -> None:
    chain = [file("a/" * depth + "f") for depth in range(40)]
    wrong = [file("/".join("a" * depth), b"x") for depth in range(1, 41)]
    below = [file("a/" * 40 + f"{number}") for number in range(2_000)]
    layer = index(*wrong, *chain, *below)
    assert len(layer) == 2_040
    assert len(layer.superseded) == 40
