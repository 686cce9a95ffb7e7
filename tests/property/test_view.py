"""After any sequence of actions the rows are those computed from scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.filesystem.changes import Comparison
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort, TreeView
from tests.property.stacks import merged, stacks
from tests.property.test_ranges import naive_sizes
from tests.reference import Item, State, change, is_directory, states

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem

CHANGES = st.frozensets(st.sampled_from(sorted(ALL_CHANGES)), min_size=1)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("expand"), st.integers(0, 20)),
        st.tuples(st.just("collapse"), st.integers(0, 20)),
        st.tuples(st.just("expand all"), st.booleans()),
        st.tuples(st.just("reveal"), st.integers(0, 20)),
        st.tuples(st.just("filter"), CHANGES),
        st.tuples(st.just("sort"), st.sampled_from(Sort)),
        st.tuples(st.just("compare"), st.integers(0, 24)),
    ),
    max_size=8,
)


class NaiveView:
    """What a view shows, worked out anew from two states."""

    def __init__(self, stack: list[list[Item]], all_paths: set[str]) -> None:
        self.states = states(stack)
        self.all_paths = all_paths
        self.comparison = Comparison(-1, 0)
        self.expanded: set[str] = set()
        self.shown: frozenset[Change] = ALL_CHANGES
        self.sort = Sort.NAME

    @property
    def below(self) -> State:
        return self.states[self.comparison.lower + 1]

    @property
    def above(self) -> State:
        return self.states[self.comparison.upper + 1]

    def change(self, path: str) -> Change:
        return Change[change(self.below, self.above, path).upper()]

    def passing(self) -> set[str]:
        hits = {
            path
            for path in self.below.keys() | self.above.keys()
            if self.change(path) in self.shown
        }
        return hits | {
            "/".join(path.split("/")[:n]) for path in hits for n in range(1, path.count("/") + 1)
        }

    def size(self, path: str) -> int:
        state = self.above if path in self.above else self.below
        node = state[path]
        return naive_sizes(state)[path] if is_directory(node) else len(node.data)

    def rows(self) -> list[str]:
        passing, found = self.passing(), list[str]()

        def add(parent: str) -> None:
            children = [
                path for path in passing if path.rpartition("/")[0] == parent and path != parent
            ]
            children.sort(key=lambda path: path.encode())
            if self.sort is Sort.SIZE:
                children.sort(key=self.size, reverse=True)
            for child in children:
                found.append(child)
                if child in self.expanded:
                    add(child)

        add("")
        return found


def act(view: TreeView, naive: NaiveView, action: tuple[str, object]) -> None:
    """Do the same to both."""
    name, value = action
    nodes = len(view.filesystem.table)
    if name in ("expand", "collapse", "reveal"):
        assert isinstance(value, int)
        node = value % nodes
        path = view.filesystem.table.path(node).decode()[1:]
        if name == "reveal":
            view.reveal(node)
            naive.expanded |= {"/".join(path.split("/")[:n]) for n in range(1, path.count("/") + 1)}
        elif node:
            view.expand(node, expanded=name == "expand")
            (naive.expanded.add if name == "expand" else naive.expanded.discard)(path)
    elif name == "expand all":
        view.expand_all(expanded=bool(value))
        naive.expanded = set(naive.all_paths) if value else set()
    elif name == "filter":
        assert isinstance(value, frozenset)
        view.show_only(value)
        naive.shown = value
    elif name == "sort":
        assert isinstance(value, Sort)
        view.sort_by(value)
        naive.sort = value
    else:
        assert isinstance(value, int)
        upper = value % len(view.filesystem.indexes)
        naive.comparison = Comparison(value // 5 % (upper + 1) - 1, upper)
        view.compare(naive.comparison)


def check(view: TreeView, naive: NaiveView) -> None:
    table, expected = view.filesystem.table, naive.rows()
    shown = list(view.nodes_from(0)) if len(view) else []
    assert [table.path(node).decode()[1:] for node in shown] == expected
    assert len(view) == len(expected)
    for place, node in enumerate(shown):
        assert view.row_of(node) == place
        assert view.node_at(place) == node
        row, path = view.row(node), expected[place]
        assert (row.depth, row.name.decode()) == (path.count("/"), path.rpartition("/")[2])
        assert row.size == naive.size(path)
        assert row.expandable == any(other.startswith(path + "/") for other in naive.passing())
        assert row.expanded == (row.expandable and path in naive.expanded)
    passing, there = len(naive.passing()), naive.below.keys() | naive.above.keys()
    assert view.row_counts() == (passing, len(there))
    assert {node for node in range(1, len(table)) if view.has_row(node)} == set(shown)


def pair(stack: list[list[Item]]) -> tuple[TreeView, NaiveView]:
    filesystem: Filesystem = merged(stack)
    paths = {filesystem.table.path(n).decode()[1:] for n in range(1, len(filesystem.table))}
    return TreeView(filesystem, Comparison(-1, 0)), NaiveView(stack, paths)


@settings(max_examples=300)
@given(stacks(), ACTIONS)
def test_rows_are_what_they_are_from_scratch(
    stack: list[list[Item]], actions: list[tuple[str, object]]
) -> None:
    view, naive = pair(stack)
    check(view, naive)
    for action in actions:
        act(view, naive, action)
        check(view, naive)


@settings(max_examples=150)
@given(stacks(), ACTIONS)
def test_changes_below_a_directory_are_counted(
    stack: list[list[Item]], actions: list[tuple[str, object]]
) -> None:
    view, naive = pair(stack)
    for action in actions:
        act(view, naive, action)
    changed = [
        path
        for path in naive.below.keys() | naive.above.keys()
        if naive.change(path) is not Change.UNMODIFIED
    ]
    for node in range(len(view.filesystem.table)):
        path = view.filesystem.table.path(node).decode()[1:]
        inside = [other for other in changed if other.startswith(path + "/") or not path]
        assert view.changes_below(node) == len(inside)


@settings(max_examples=150)
@given(stacks(), ACTIONS, st.integers(1, 5))
def test_a_view_adopts_the_look_of_a_view_of_fewer_layers(
    stack: list[list[Item]], actions: list[tuple[str, object]], most: int
) -> None:
    part = stack[:most]
    view, naive = pair(part)
    for action in actions:
        act(view, naive, action)
    whole, expected = pair(stack)
    whole.compare(naive.comparison)
    whole.adopt(view)
    expected.comparison, expected.shown, expected.sort = naive.comparison, naive.shown, naive.sort
    expected.expanded = {
        path
        for path in naive.expanded
        if any(other.startswith(path + "/") for other in naive.all_paths)
    }
    check(whole, expected)
