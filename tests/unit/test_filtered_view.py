"""The tree while it is filtered: what is unfolded, counted and stepped to."""

from __future__ import annotations

from layertui.filesystem.changes import ChangeStrips, Comparison
from layertui.filesystem.matching import search
from layertui.filesystem.query import Syntax, parse_query
from layertui.filesystem.siblings import Siblings
from layertui.filesystem.sizes import SubtreeSizes
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort, TreeView
from tests.builders import directory, file, hardlink, opaque, whiteout
from tests.layers import stack
from tests.unit.test_view import names, node, view_of

LAYERS = [
    [
        file("app/lib/one.py", b"1" * 10), file("app/lib/two.txt", b"2" * 90),
        file("app/docs/lib.md", b"3" * 20), file("etc/conf", b"4"),
        file("usr/share/a/deep/lib", b"5" * 50), file("usr/share/b", b"6" * 70),
    ],
    [file("app/lib/new.py", b"7" * 30), whiteout("usr/share/a"), file("etc/conf", b"44")],
]  # fmt: skip


def filtered(view: TreeView, line: str, syntax: Syntax = Syntax.TEXT) -> TreeView:
    view.filter(search(view.filesystem, parse_query(line, syntax)))
    return view


def paths(view: TreeView, step: int = 1) -> list[str]:
    """Return the matches in the order in which they are stepped to."""
    found, match = list[int](), view.next_match(None, step)
    while match is not None and match not in found:
        found.append(match)
        match = view.next_match(match, step)
    return [view.filesystem.table.path(match).decode() for match in found]


def test_what_leads_to_a_match_is_unfolded_and_what_is_below_one_is_folded() -> None:
    view = filtered(view_of(*LAYERS, upper=0), "lib")
    assert names(view) == [
        "/app", "/app/docs", "/app/docs/lib.md", "/app/lib", "/usr", "/usr/share",
        "/usr/share/a", "/usr/share/a/deep", "/usr/share/a/deep/lib",
    ]  # fmt: skip
    row = view.row(node(view, "/app/lib"))
    assert (row.expandable, row.expanded) == (True, False)
    view.expand(node(view, "/app/lib"))
    assert "/app/lib/two.txt" in names(view)


def test_a_filter_ends_with_the_folds_from_before_it() -> None:
    view = view_of(*LAYERS)
    view.expand(node(view, "/usr"))
    before = names(view)
    filtered(view, "lib").expand_all()
    filtered(view, "conf").expand(node(view, "/etc"), expanded=False)
    assert names(view) == ["/etc"]
    view.filter(None)
    assert names(view) == before
    assert not view.filtered
    assert view.match_count == 0
    view.filter(None)
    assert names(view) == before


def test_matches_of_another_filesystem_change_nothing() -> None:
    view, other = filtered(view_of(*LAYERS), "conf"), view_of(LAYERS[0])
    view.filter(search(other.filesystem, parse_query("lib")))
    assert names(view) == ["/etc", "/etc/conf"]
    assert view.query == parse_query("conf")


def test_a_newer_filter_starts_unfolded_anew() -> None:
    view = filtered(view_of(*LAYERS), "conf")
    view.expand(node(view, "/etc"), expanded=False)
    assert names(filtered(view, "conf")) == ["/etc", "/etc/conf"]


def test_the_filter_goes_along_to_other_states() -> None:
    view = filtered(view_of(*LAYERS, upper=0), ".py")
    assert names(view) == ["/app", "/app/lib", "/app/lib/one.py"]
    view.compare(Comparison(0, 1))
    assert names(view)[2:] == ["/app/lib/new.py", "/app/lib/one.py"]
    assert view.query == parse_query(".py")


def test_changes_and_a_filter_must_both_let_a_path_pass() -> None:
    view = filtered(view_of(*LAYERS, lower=0), "lib")
    view.show_only(frozenset((Change.ADDED, Change.REMOVED)))
    assert names(view) == [
        "/app", "/app/lib", "/usr", "/usr/share", "/usr/share/a", "/usr/share/a/deep",
        "/usr/share/a/deep/lib",
    ]  # fmt: skip
    assert view.match_count == 2
    view.expand(node(view, "/app/lib"))
    assert names(view)[:3] == ["/app", "/app/lib", "/app/lib/new.py"]
    assert view.row_counts() == (8, 15)
    view.show_only(ALL_CHANGES)
    assert view.match_count == 3


def test_sizes_and_types_filter_too() -> None:
    view = filtered(view_of(*LAYERS), ">=70")
    assert names(view) == [
        "/app", "/app/lib", "/app/lib/two.txt", "/usr", "/usr/share", "/usr/share/b",
    ]  # fmt: skip
    assert paths(filtered(view, "type:dir lib")) == ["/app/lib"]


def test_steps_go_through_folded_directories_and_round() -> None:
    view = filtered(view_of(*LAYERS, lower=0), "lib")
    view.expand_all(expanded=False)
    expected = ["/app/docs/lib.md", "/app/lib", "/usr/share/a/deep/lib"]
    assert paths(view) == expected
    assert paths(view, -1) == expected[::-1]
    assert view.is_match(node(view, "/app/lib"))
    assert not view.is_match(node(view, "/app"))
    assert view.next_match(node(view, "/etc")) == node(view, "/usr/share/a/deep/lib")


def test_steps_follow_the_order_by_size() -> None:
    view = filtered(view_of(*LAYERS, lower=0), "lib")
    view.sort_by(Sort.SIZE)
    expected = ["/app/lib", "/app/docs/lib.md", "/usr/share/a/deep/lib"]
    assert paths(view) == expected
    assert paths(view, -1) == expected[::-1]
    assert view.next_match(node(view, "/usr/share/b"), 1) == node(view, "/usr/share/a/deep/lib")


def test_where_nothing_matches_there_is_no_step_and_no_row() -> None:
    for sort in Sort:
        view = filtered(view_of(*LAYERS), "nothing")
        view.sort_by(sort)
        assert names(view) == []
        assert view.next_match(None) is None
        assert view.next_match(node(view, "/etc"), -1) is None
        assert not view.has_changes
        assert view.next_change(None) is None


def test_steps_lead_to_every_change_that_is_shown() -> None:
    view = view_of(*LAYERS, lower=0)
    changed, place = list[str](), view.next_change(None)
    while place is not None and view.filesystem.table.path(place).decode() not in changed:
        changed.append(view.filesystem.table.path(place).decode())
        place = view.next_change(place)
    assert changed == [
        "/app/lib/new.py", "/etc/conf", "/usr/share/a", "/usr/share/a/deep",
        "/usr/share/a/deep/lib",
    ]  # fmt: skip
    assert view.has_changes
    assert filtered(view, "conf").next_change(None) == node(view, "/etc/conf")
    view.filter(None)
    view.show_only(frozenset((Change.UNMODIFIED,)))
    assert not view.has_changes
    assert view.next_change(None) is None


def test_a_state_compared_with_itself_shows_no_change() -> None:
    view = view_of(*LAYERS, lower=1, upper=1)
    assert names(view) == ["/app", "/etc", "/usr"]
    assert not view.has_changes


def test_removed_paths_stand_by_the_size_they_had() -> None:
    files = [file(f"d/{name}", b"x" * size) for name, size in (("a", 5), ("b", 900), ("c", 40))]
    view = view_of(files, [whiteout("d/b"), whiteout("d/a")], lower=0)
    view.expand(node(view, "/d"))
    view.sort_by(Sort.SIZE)
    assert names(view) == ["/d", "/d/b", "/d/c", "/d/a"]
    assert view.largest_sibling(node(view, "/d/a")) == 40
    view.compare(Comparison(-1, 0))
    assert view.largest_sibling(node(view, "/d/a")) == 900
    view.compare(Comparison(-1, 1))
    assert view.largest_sibling(node(view, "/d/c")) == 40


def test_the_largest_sibling_may_be_a_directory_or_the_path_itself() -> None:
    view = view_of([file("d/x/f", b"1" * 700), file("d/y", b"2" * 60), hardlink("e/l", "d/y")])
    assert view.largest_sibling(node(view, "/d/y")) == 700
    assert view.largest_sibling(node(view, "/d/x/f")) == 700
    assert view.largest_sibling(node(view, "/e/l")) == 60
    assert view.largest_sibling(node(view, "/d")) == 760


def test_the_largest_sibling_is_zero_where_all_are_removed() -> None:
    view = view_of([file("d/f", b"1")], [opaque("d")], lower=0)
    assert view.largest_sibling(node(view, "/d/f")) == 0


def test_siblings_that_are_in_neither_state_have_no_place_by_size() -> None:
    filesystem = stack([file("a", b"1"), file("b", b"22")], [file("c", b"333")], [whiteout("b")])
    comparison = Comparison(-1, 0)
    changes = ChangeStrips(filesystem).changes(comparison)
    siblings = Siblings(filesystem, SubtreeSizes(filesystem), comparison, changes)
    found = [filesystem.table.path(child) for child in siblings.by_size(0)]
    assert found == [b"/b", b"/a"]


def test_only_a_few_comparisons_are_kept() -> None:
    view = view_of(*([file("f", b"x" * layer)] for layer in range(9)))
    for upper in range(9):
        view.compare(Comparison(-1, upper))
        assert view.largest_sibling(1) == upper
    assert len(view._basis._siblings) == 4


def test_what_was_no_directory_yet_cannot_have_been_folded() -> None:
    first = filtered(view_of([file("a"), file("b/a")]), "a")
    first.expand(node(first, "/a"), expanded=False)
    second = view_of([file("a"), file("b/a")], [file("a/a")])
    second.adopt(first)
    assert names(filtered(second, "a")) == ["/a", "/a/a", "/b", "/b/a"]


def test_the_layer_that_gave_a_path_or_removed_it_is_told() -> None:
    view = view_of(
        [file("f"), file("g"), file("d/h")], [file("f", b"1")], [directory("d", mode=0o700)],
        [whiteout("g")], lower=0,
    )  # fmt: skip
    layers = {path: view.layer_of(node(view, path)) for path in ("/f", "/g", "/d", "/d/h")}
    assert layers == {"/f": 1, "/g": 3, "/d": 2, "/d/h": 0}
    view.compare(Comparison(-1, 1))
    assert view.layer_of(node(view, "/d")) == 0


def test_a_view_beside_another_one_has_folds_of_its_own() -> None:
    view = view_of(*LAYERS, lower=0)
    second = view.beside(Comparison(1, 1))
    second.expand_all()
    assert names(view) == ["/app", "/etc", "/usr"]
    second.adopt(filtered(view, "conf"))
    assert names(second) == ["/etc", "/etc/conf"]
    second.expand(node(second, "/etc"), expanded=False)
    second.filter(None)
    assert names(second) == ["/app", "/etc", "/usr"]
    assert names(view) == ["/etc", "/etc/conf"]
