"""After any sequence of actions the rows are those computed from scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.filesystem.changes import Comparison
from layertui.filesystem.matching import search
from layertui.filesystem.query import parse_query
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort, TreeView
from tests.property.naive_view import QUERIES, NaiveQuery, NaiveView, above
from tests.property.stacks import merged, stacks

if TYPE_CHECKING:
    from layertui.filesystem.matching import Matches
    from layertui.filesystem.tree import Filesystem
    from tests.reference import Item

CHANGES = st.frozensets(st.sampled_from(sorted(ALL_CHANGES)), min_size=1)
FILTERS = st.tuples(st.just("filter"), st.sampled_from(QUERIES))
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("expand"), st.integers(0, 20)),
        st.tuples(st.just("collapse"), st.integers(0, 20)),
        st.tuples(st.just("expand all"), st.booleans()),
        st.tuples(st.just("reveal"), st.integers(0, 20)),
        st.tuples(st.just("show only"), CHANGES),
        st.tuples(st.just("sort"), st.sampled_from(Sort)),
        st.tuples(st.just("compare"), st.integers(0, 29)),
        st.tuples(st.just("next match"), st.integers(-20, 20)),
        FILTERS,
        FILTERS,
        st.tuples(st.just("filter"), st.none()),
    ),
    max_size=8,
)
FOLDS = st.lists(
    st.tuples(st.sampled_from(["expand", "collapse"]), st.integers(0, 20)), min_size=1, max_size=6
)
Actions = list[tuple[str, object]]


def matches(filesystem: Filesystem, query: NaiveQuery | None) -> Matches | None:
    return search(filesystem, parse_query(query.line, query.syntax)) if query else None


def path_of(view: TreeView, node: int) -> str:
    return view.filesystem.table.path(node).decode()[1:]


def comparison_of(value: int, layers: int) -> Comparison:
    """Return one of all comparisons, those of a state with itself included."""
    upper = value % layers
    return Comparison(value // 5 % (upper + 2) - 1, upper)


def act(view: TreeView, naive: NaiveView, action: tuple[str, object]) -> None:
    """Do the same to both."""
    kind, value = action
    if kind == "filter":
        assert value is None or isinstance(value, NaiveQuery)
        view.filter(matches(view.filesystem, value))
        naive.filter(value)
    elif kind == "show only":
        assert isinstance(value, frozenset)
        view.show_only(value)
        naive.shown = value
    elif kind == "sort":
        assert isinstance(value, Sort)
        view.sort_by(value)
        naive.sort = value
    elif kind == "expand all":
        view.expand_all(expanded=bool(value))
        naive.expanded = set(naive.all_paths) if value else set()
    else:
        assert isinstance(value, int)
        act_on(view, naive, kind, value)


def act_on(view: TreeView, naive: NaiveView, kind: str, value: int) -> None:
    if kind == "compare":
        naive.comparison = comparison_of(value, len(view.filesystem.indexes))
        view.compare(naive.comparison)
        return
    node: int | None = value % len(view.filesystem.table)
    if kind == "next match":
        node = view.next_match(node, 1 if value > 0 else -1)
    if not node:
        return
    path = path_of(view, node)
    if kind in ("expand", "collapse"):
        view.expand(node, expanded=kind == "expand")
        (naive.expanded.add if kind == "expand" else naive.expanded.discard)(path)
    else:
        view.reveal(node)
        naive.expanded |= above([path])


def check(view: TreeView, naive: NaiveView) -> None:
    expected, passing, there = naive.rows(), naive.passing(), naive.there()
    shown = list(view.nodes_from(0)) if len(view) else []
    assert [path_of(view, node) for node in shown] == expected
    assert len(view) == len(expected)
    for place, node in enumerate(shown):
        check_row(view, naive, node, place)
    nodes = range(1, len(view.filesystem.table))
    assert view.row_counts() == (len(passing), len(there))
    assert {node for node in nodes if view.has_row(node)} == set(shown)
    assert {path_of(view, node) for node in nodes if view.is_match(node)} == naive.matching()
    assert view.match_count == len(naive.matching())
    assert view.has_changes == bool(naive.changed())
    assert view.filtered == (naive.query is not None)


def check_row(view: TreeView, naive: NaiveView, node: int, place: int) -> None:
    assert view.row_of(node) == place
    assert view.node_at(place) == node
    row, path = view.row(node), path_of(view, node)
    assert (row.depth, row.name.decode()) == (path.count("/"), path.rpartition("/")[2])
    assert row.size == naive.size(path)
    assert row.expandable == any(other.startswith(path + "/") for other in naive.passing())
    assert row.expanded == (row.expandable and path in naive.expanded)
    assert view.largest_sibling(node) == naive.largest_sibling(path)
    assert view.layer_of(node) == naive.layer_of(path)


def pair(stack: list[list[Item]]) -> tuple[TreeView, NaiveView]:
    filesystem = merged(stack)
    paths = {filesystem.table.path(n).decode()[1:] for n in range(1, len(filesystem.table))}
    return TreeView(filesystem, Comparison(-1, 0)), NaiveView(stack, paths)


@settings(max_examples=300)
@given(stacks(), ACTIONS)
def test_rows_are_what_they_are_from_scratch(stack: list[list[Item]], actions: Actions) -> None:
    view, naive = pair(stack)
    check(view, naive)
    for action in actions:
        act(view, naive, action)
        check(view, naive)


@settings(max_examples=150)
@given(stacks(), ACTIONS)
def test_changes_below_a_directory_are_counted(stack: list[list[Item]], actions: Actions) -> None:
    view, naive = pair(stack)
    for action in actions:
        act(view, naive, action)
    changed = [path for path in naive.there() if naive.change(path) is not Change.UNMODIFIED]
    for node in range(len(view.filesystem.table)):
        path = path_of(view, node)
        inside = [other for other in changed if other.startswith(path + "/") or not path]
        assert view.changes_below(node) == len(inside)


@settings(max_examples=300)
@given(stacks(), ACTIONS, st.sampled_from(QUERIES), st.sampled_from(Sort))
def test_steps_visit_every_match_and_every_change_once_in_the_order_of_the_screen(
    stack: list[list[Item]], actions: Actions, query: NaiveQuery, sort: Sort
) -> None:
    view, naive = pair(stack)
    for action in (*actions, ("filter", query), ("sort", sort)):
        act(view, naive, action)
    order = naive.rows(unfolded=True)
    for step, wanted in ((view.next_match, naive.matching()), (view.next_change, naive.changed())):
        stops = [path for path in order if path in wanted]
        for turn, ordered in ((1, stops), (-1, stops[::-1])):
            node, visited = step(None, turn), list[str]()
            while node is not None and path_of(view, node) not in visited:
                visited.append(path_of(view, node))
                node = step(node, turn)
            assert visited == ordered
            assert node is None or path_of(view, node) == ordered[0]


@settings(max_examples=150)
@given(stacks(), ACTIONS, st.sampled_from(QUERIES), st.sampled_from(Sort))
def test_a_step_from_any_row_leads_to_the_nearest_match(
    stack: list[list[Item]], actions: Actions, query: NaiveQuery, sort: Sort
) -> None:
    view, naive = pair(stack)
    for action in (*actions, ("filter", query), ("sort", sort)):
        act(view, naive, action)
    order, wanted = naive.rows(unfolded=True), naive.matching()
    for place, path in enumerate(order):
        node = view.filesystem.table.find(path.encode())
        later = order[place + 1 :] + order[: place + 1]
        for step, ahead in ((1, later), (-1, order[:place][::-1] + order[place:][::-1])):
            found = view.next_match(node, step)
            nearest = next((other for other in ahead if other in wanted), None)
            assert (None if found is None else path_of(view, found)) == nearest


@settings(max_examples=150)
@given(stacks(), ACTIONS, ACTIONS)
def test_the_end_of_a_filter_brings_back_what_was_expanded_before_it(
    stack: list[list[Item]], before: Actions, during: Actions
) -> None:
    view, naive = pair(stack)
    for action in (*before, ("filter", None)):
        act(view, naive, action)
    rows = list(view.nodes_from(0)) if len(view) else []
    act(view, naive, ("filter", QUERIES[0]))
    for action in during:
        if action != ("filter", None):
            act(view, naive, action)
    for action in (("compare", 0), ("show only", ALL_CHANGES), ("sort", Sort.NAME)):
        act(view, naive, action)
    act(view, naive, ("filter", None))
    again, expected = pair(stack)
    for action in (*before, ("filter", None), ("compare", 0), ("show only", ALL_CHANGES)):
        act(again, expected, action)
    again.sort_by(Sort.NAME)
    assert list(view.nodes_from(0) if len(view) else ()) == list(
        again.nodes_from(0) if len(again) else ()
    ), rows


def adopted(
    stack: list[list[Item]], view: TreeView, naive: NaiveView
) -> tuple[TreeView, NaiveView]:
    """Return a view of more layers that takes over from another one, and its filter's end."""
    whole, expected = pair(stack)
    whole.compare(naive.comparison)
    whole.adopt(view)
    expected.comparison, expected.shown, expected.sort = naive.comparison, naive.shown, naive.sort
    expanded = naive.expanded if naive.former is None else naive.former
    directories = above(naive.all_paths)
    everything = directories > {""} and directories - {""} <= expanded
    expected.expanded = above(expected.all_paths) if everything else directories & expanded
    return whole, expected


@settings(max_examples=150)
@given(stacks(), ACTIONS, st.integers(1, 5))
def test_a_view_adopts_the_look_of_a_view_of_fewer_layers(
    stack: list[list[Item]], actions: Actions, most: int
) -> None:
    view, naive = pair(stack[:most])
    for action in actions:
        act(view, naive, action)
    whole, expected = adopted(stack, view, naive)
    check(whole, expected)
    assert whole.query == view.query


@settings(max_examples=300)
@given(stacks(), ACTIONS, st.integers(1, 5), st.sampled_from(QUERIES), FOLDS)
def test_a_filter_goes_on_as_it_was_folded_once_more_layers_are_searched(
    stack: list[list[Item]], actions: Actions, most: int, query: NaiveQuery, folds: Actions
) -> None:
    view, naive = pair(stack[:most])
    for action in (*actions, ("filter", query), *folds):
        act(view, naive, action)
    first, _ = adopted(stack[: most + 1], view, naive)
    whole, expected = adopted(stack, view, naive)
    whole.adopt(first)
    turned = above(naive.all_paths) & (naive.fresh(query) ^ naive.expanded)
    expected.filter(query)
    expected.expanded ^= turned
    whole.filter(matches(whole.filesystem, query))
    check(whole, expected)
    for later in (QUERIES[0], None):
        whole.filter(matches(whole.filesystem, later))
        expected.filter(later)
        check(whole, expected)


@settings(max_examples=100)
@given(stacks(), ACTIONS, st.integers(0, 29), ACTIONS)
def test_a_view_beside_another_one_looks_alike_when_asked_and_goes_its_own_way(
    stack: list[list[Item]], actions: Actions, other: int, later: Actions
) -> None:
    view, naive = pair(stack)
    for action in actions:
        act(view, naive, action)
    second = view.beside(comparison_of(other, len(stack)))
    _, expected = pair(stack)
    expected.comparison = second.comparison
    check(second, expected)
    second.adopt(view)
    expected.shown, expected.sort, expected.query = naive.shown, naive.sort, naive.query
    expected.expanded = set(naive.expanded)
    expected.former = None if naive.former is None else set(naive.former)
    for action in later:
        check(second, expected)
        act(second, expected, action)
    check(second, expected)
    check(view, naive)
