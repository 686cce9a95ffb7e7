"""The rows of the tree: which there are, in which order, and what they show."""

from __future__ import annotations

from layertui.filesystem.changes import Comparison
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort, TreeView
from tests.builders import directory, file, hardlink, symlink, whiteout
from tests.layers import stack

BASE = [
    directory("bin"), file("bin/sh", b"s" * 30), file("bin/ls", b"l" * 20),
    directory("etc"), file("etc/conf", b"c" * 5), directory("empty"), file("readme", b"r" * 25),
]  # fmt: skip


def view_of(*layers: list[bytes], lower: int = -1, upper: int | None = None) -> TreeView:
    last = len(layers) - 1 if upper is None else upper
    return TreeView(stack(*layers), Comparison(lower, last))


def names(view: TreeView) -> list[str]:
    if not len(view):
        return []
    return [view.filesystem.table.path(node).decode() for node in view.nodes_from(0)]


def node(view: TreeView, path: str) -> int:
    found = view.filesystem.table.find(path.encode())
    assert found is not None
    return found


def test_a_new_view_shows_the_top_of_the_tree_folded() -> None:
    view = view_of(BASE)
    assert names(view) == ["/bin", "/empty", "/etc", "/readme"]
    rows = [view.row(node(view, path)) for path in names(view)]
    assert [row.expandable for row in rows] == [True, False, True, False]
    assert [row.expanded for row in rows] == [False] * 4
    assert [row.depth for row in rows] == [0] * 4


def test_a_view_of_nothing_has_no_rows() -> None:
    assert names(view_of([])) == []
    assert len(view_of([])) == 0


def test_a_directory_unfolds_in_its_place_and_folds_again() -> None:
    view = view_of(BASE)
    view.expand(node(view, "/bin"))
    assert names(view) == ["/bin", "/bin/ls", "/bin/sh", "/empty", "/etc", "/readme"]
    assert view.row(node(view, "/bin")).expanded
    assert view.row(node(view, "/bin/ls")).depth == 1
    view.expand(node(view, "/bin"), expanded=False)
    assert names(view) == ["/bin", "/empty", "/etc", "/readme"]


def test_what_was_unfolded_inside_stays_so_while_the_directory_above_is_folded() -> None:
    view = view_of([file("a/b/c"), file("a/d")])
    view.expand(node(view, "/a"))
    view.expand(node(view, "/a/b"))
    view.expand(node(view, "/a"), expanded=False)
    assert names(view) == ["/a"]
    view.expand(node(view, "/a"))
    assert names(view) == ["/a", "/a/b", "/a/b/c", "/a/d"]


def test_everything_unfolds_and_folds_at_once() -> None:
    view = view_of(BASE)
    view.expand_all()
    assert len(view) == 7
    view.expand_all(expanded=False)
    assert len(view) == 4


def test_siblings_are_in_the_order_of_their_bytes_or_of_their_sizes() -> None:
    view = view_of([*BASE, file("same", b"r" * 25)])
    view.expand_all()
    view.sort_by(Sort.SIZE)
    assert names(view) == [
        "/bin", "/bin/sh", "/bin/ls", "/readme", "/same", "/etc", "/etc/conf", "/empty",
    ]  # fmt: skip
    view.sort_by(Sort.NAME)
    assert names(view)[:3] == ["/bin", "/bin/ls", "/bin/sh"]


def test_rows_and_nodes_lead_to_one_another_in_both_orders() -> None:
    view = view_of(BASE)
    view.expand_all()
    for sort in Sort:
        view.sort_by(sort)
        for place in range(len(view)):
            assert view.row_of(view.node_at(place)) == place


def test_a_filter_keeps_the_directories_that_lead_to_what_it_shows() -> None:
    view = view_of(BASE, [file("etc/conf", b"new"), whiteout("bin/ls"), file("opt/x/y")], lower=0)
    view.expand_all()
    view.show_only(frozenset((Change.MODIFIED,)))
    assert names(view) == ["/etc", "/etc/conf"]
    view.show_only(frozenset((Change.REMOVED,)))
    assert names(view) == ["/bin", "/bin/ls"]
    view.show_only(frozenset((Change.ADDED, Change.REMOVED)))
    assert names(view) == ["/bin", "/bin/ls", "/opt", "/opt/x", "/opt/x/y"]
    view.show_only(ALL_CHANGES)
    assert len(view) == 10


def test_what_leads_to_nothing_shown_is_not_expandable() -> None:
    view = view_of(BASE, [file("etc/conf", b"new")], lower=0)
    view.show_only(frozenset((Change.MODIFIED, Change.REMOVED)))
    assert names(view) == ["/etc"]
    view.show_only(frozenset((Change.UNMODIFIED,)))
    assert not view.row(node(view, "/etc")).expandable


def test_paths_that_pass_the_filter_are_counted_folded_or_not() -> None:
    for root in ([], [directory(".", mode=0o700)]):
        view = view_of([*root, *BASE], [file("etc/conf", b"new"), whiteout("bin")], lower=0)
        assert view.row_counts() == (7, 7)
        view.show_only(frozenset((Change.MODIFIED,)))
        assert view.row_counts() == (2, 7)


def test_removed_paths_show_what_they_were() -> None:
    view = view_of(BASE, [whiteout("bin")], lower=0)
    view.expand_all()
    gone = view.row(node(view, "/bin"))
    assert (gone.change, gone.size, gone.entry.type, gone.expandable) == (
        Change.REMOVED,
        50,
        "directory",
        True,
    )
    assert view.row(node(view, "/bin/sh")).size == 30
    assert sum(view.net_sizes()) == 30


def test_paths_that_are_in_neither_state_have_no_row() -> None:
    view = view_of(BASE, [file("later")], [whiteout("later")], lower=-1, upper=0)
    assert "/later" not in names(view)
    view.compare(Comparison(0, 2))
    assert "/later" not in names(view)
    view.compare(Comparison(0, 1))
    assert "/later" in names(view)


def test_a_directory_with_changes_below_it_is_modified_on_the_screen() -> None:
    view = view_of(BASE, [file("etc/conf", b"new"), directory("bin")], lower=0)
    assert view.row(node(view, "/etc")).change is Change.MODIFIED
    assert view.change(node(view, "/etc")) is Change.UNMODIFIED
    assert view.row(node(view, "/bin")).change is Change.UNMODIFIED
    assert view.row(node(view, "/readme")).change is Change.UNMODIFIED
    assert view.changes_below(node(view, "/etc")) == 1
    assert view.changes_below(node(view, "/bin")) == 0


def test_changes_of_every_kind_are_counted_below() -> None:
    layer = [file("etc/conf", b"new"), whiteout("bin/ls"), file("etc/added"), file("etc/d/e")]
    view = view_of(BASE, layer, lower=0)
    assert view.changes_below(node(view, "/etc")) == 4
    assert view.changes_below(node(view, "/bin")) == 1
    assert view.changes_below(node(view, "/etc/conf")) == 0
    assert view.changes_below(0) == 5


def test_what_becomes_a_file_keeps_its_removed_children_below_it() -> None:
    view = view_of(BASE, [file("bin", b"12345")], lower=0)
    view.expand_all()
    assert names(view)[:3] == ["/bin", "/bin/ls", "/bin/sh"]
    row = view.row(node(view, "/bin"))
    assert (row.change, row.entry.type, row.size, row.expandable) == (
        Change.MODIFIED,
        "file",
        5,
        True,
    )


def test_a_node_is_revealed_by_unfolding_what_is_above_it() -> None:
    view = view_of([file("a/b/c/f"), file("a/x"), file("z/y")])
    view.reveal(node(view, "/a/b/c"))
    assert names(view) == ["/a", "/a/b", "/a/b/c", "/a/x", "/z"]
    assert view.has_row(node(view, "/a/b/c"))
    assert not view.has_row(node(view, "/a/b/c/f"))


def test_the_nearest_row_above_a_hidden_node_is_found() -> None:
    view = view_of([file("a/b/c/f"), file("z/y")])
    assert view.visible_ancestor(node(view, "/a/b/c/f")) == node(view, "/a")
    assert view.visible_ancestor(node(view, "/a")) == node(view, "/a")
    view.show_only(frozenset((Change.REMOVED,)))
    assert view.visible_ancestor(node(view, "/a/b")) is None
    assert view.parent(node(view, "/a/b")) == node(view, "/a")
    assert view.parent(node(view, "/a")) is None


def test_a_view_of_more_layers_adopts_the_look_of_one_of_fewer() -> None:
    first = view_of(BASE)
    first.expand(node(first, "/bin"))
    first.sort_by(Sort.SIZE)
    first.show_only(ALL_CHANGES - {Change.REMOVED})
    second = view_of([file("aaa/b")], BASE, [whiteout("etc")], lower=-1)
    second.adopt(first)
    assert names(second) == ["/bin", "/bin/sh", "/bin/ls", "/readme", "/aaa", "/empty"]
    assert (second.sort, second.shown_changes) == (Sort.SIZE, ALL_CHANGES - {Change.REMOVED})


def test_where_all_is_expanded_what_comes_with_more_layers_is_too() -> None:
    first = view_of([file("etc/motd")])
    first.expand_all()
    second = view_of([file("etc/motd")], [file("usr/lib/x")])
    second.adopt(first)
    assert names(second) == ["/etc", "/etc/motd", "/usr", "/usr/lib", "/usr/lib/x"]
    first.expand(node(first, "/etc"), expanded=False)
    third = second.beside(second.comparison)
    third.adopt(first)
    assert names(third) == ["/etc", "/usr"]


def test_a_hard_link_shows_the_size_of_what_it_leads_to_and_its_directory_does_not() -> None:
    view = view_of([file("d/f", b"1234"), hardlink("e/l", "d/f"), symlink("e/s", "x")])
    assert view.row(node(view, "/e/l")).size == 4
    assert view.row(node(view, "/e")).size == 0
    assert sum(view.net_sizes()) == 4


def test_many_rows_are_found_across_blocks() -> None:
    view = view_of([file(f"d/{number:05}") for number in range(10_000)])
    view.expand(node(view, "/d"))
    assert len(view) == 10_001
    for place in (0, 1, 4_095, 4_096, 4_097, 8_192, 10_000):
        assert view.row_of(view.node_at(place)) == place
    assert len(list(view.nodes_from(9_990))) == 11
