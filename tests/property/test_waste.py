"""The accounting against what the naive applier shows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.analysis.waste import CAUSES, account
from tests.property.stacks import merged, stacks
from tests.reference import Copy, Item, State, change, states


def shipped(stack: list[list[Item]]) -> dict[Copy, int]:
    return {
        Copy(layer, item.path, place): len(item.data)
        for layer, items in enumerate(stack)
        for place, item in enumerate(items)
        if item.kind == "file"
    }


def shown(state: State) -> set[Copy]:
    return {node.copy for node in state.values() if node.copy is not None}


@settings(max_examples=400)
@given(stacks(), st.integers(0, 5))
def test_every_shipped_byte_is_visible_or_wasted_for_one_cause(
    stack: list[list[Item]], base: int
) -> None:
    accounting = account(merged(stack), base_layers=min(base, len(stack)))
    copies, visible = shipped(stack), shown(states(stack)[-1])
    assert accounting.size == sum(copies.values())
    assert accounting.visible_size == sum(copies[copy] for copy in visible)
    assert accounting.causes.total == accounting.size - accounting.visible_size
    assert {copy.cause for copy in accounting.wasted} <= set(CAUSES)
    wasted = sorted((copy.layer, copy.size) for copy in accounting.wasted)
    assert wasted == sorted(
        (copy.layer, size) for copy, size in copies.items() if size and copy not in visible
    )


@settings(max_examples=400)
@given(stacks(), st.integers(1, 4))
def test_user_waste_is_what_is_not_shown_or_what_the_base_holds(
    stack: list[list[Item]], base: int
) -> None:
    base = min(base, len(stack))
    all_states = states(stack)
    accounting = account(merged(stack), base_layers=base)
    copies, visible, below = shipped(stack), shown(all_states[-1]), all_states[base]
    waste = 0
    for copy, size in copies.items():
        held = below.get(copy.path)
        data = stack[copy.layer][copy.place].data
        repeats = held is not None and held.real_kind == "file" and held.data == data
        if copy.layer >= base and (copy not in visible or repeats):
            waste += size
    assert accounting.user_wasted_size == waste
    assert accounting.user_size == sum(size for copy, size in copies.items() if copy.layer >= base)


@settings(max_examples=400)
@given(stacks())
def test_the_layer_that_superseded_a_copy_is_the_first_that_does_not_show_it(
    stack: list[list[Item]],
) -> None:
    all_states = states(stack)
    expected = []
    for copy, size in shipped(stack).items():
        gone = [
            layer
            for layer in range(copy.layer, len(stack))
            if copy not in shown(all_states[layer + 1])
        ]
        if gone and size:
            expected.append((copy.layer, size, gone[0]))
    found = [
        (copy.layer, copy.size, copy.superseded_by)
        for copy in account(merged(stack), base_layers=0).wasted
    ]
    assert sorted(found) == sorted(expected)


@settings(max_examples=300)
@given(stacks())
def test_tallies_count_files_and_links_by_what_happened_to_them(stack: list[list[Item]]) -> None:
    all_states = states(stack)
    for layer, layer_account in enumerate(account(merged(stack), base_layers=0).layers):
        below, above = all_states[layer], all_states[layer + 1]
        counted = ("file", "hardlink", "symlink")
        numbers = {"added": [0, 0], "modified": [0, 0], "removed": [0, 0]}
        for path in below.keys() | above.keys():
            kind = change(below, above, path)
            node = (below if kind == "removed" else above)[path]
            if kind in numbers and node.kind in counted:
                numbers[kind][0] += 1
                numbers[kind][1] += len(node.data) if node.kind == "file" else 0
        tally = layer_account.tally
        assert [*tally.added] == numbers["added"]
        assert [*tally.modified] == numbers["modified"]
        assert [*tally.removed] == numbers["removed"]
        assert tally.net_files == sum(node.kind in counted for node in above.values()) - sum(
            node.kind in counted for node in below.values()
        )
