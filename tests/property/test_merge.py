"""Merging against a naive applier, and its independence of the order of entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.filesystem.tree import Change
from tests.property.stacks import layers, merged, stacks
from tests.reference import Item, Node, State, change, states

if TYPE_CHECKING:
    from layertui.filesystem.tree import Entry, Filesystem


def seen(filesystem: Filesystem, layer: int) -> dict[str, tuple[object, ...]]:
    return {entry.path.decode()[1:]: entry_facts(entry) for entry in filesystem.listing(layer)}


def entry_facts(entry: Entry) -> tuple[object, ...]:
    link = None if entry.link is None else entry.link.decode()
    return (
        entry.type,
        entry.layer,
        entry.size,
        entry.mode,
        entry.uid,
        entry.mtime,
        link,
        entry.implied,
    )


def node_facts(node: Node) -> tuple[object, ...]:
    time = None if node.mtime is None else node.mtime * 1_000_000_000
    link = {"symlink": node.link, "hardlink": "/" + node.link}.get(node.kind)
    return (
        node.kind,
        node.layer,
        len(node.data),
        node.mode,
        node.uid,
        time,
        link,
        node.mtime is None,
    )


def expected(state: State) -> dict[str, tuple[object, ...]]:
    return {path: node_facts(node) for path, node in state.items()}


@settings(max_examples=300)
@given(stacks(markers=False))
def test_without_markers_merging_is_writing_into_a_dict(stack: list[list[Item]]) -> None:
    filesystem = merged(stack)
    for layer, state in enumerate(states(stack)[1:]):
        assert seen(filesystem, layer) == expected(state)


@settings(max_examples=600)
@given(stacks())
def test_merging_is_what_the_naive_applier_does(stack: list[list[Item]]) -> None:
    filesystem = merged(stack)
    for layer, state in enumerate(states(stack)[1:]):
        assert seen(filesystem, layer) == expected(state)


@settings(max_examples=300)
@given(stacks())
def test_every_version_tells_the_change_against_the_state_below(stack: list[list[Item]]) -> None:
    filesystem, all_states = merged(stack), states(stack)
    for layer in range(len(stack)):
        below, above = all_states[layer], all_states[layer + 1]
        told = {
            filesystem.table.path(filesystem.versions.nodes[version]).decode()[1:]: Change(
                filesystem.versions.changes[version]
            ).name.lower()
            for version in filesystem.layer_versions(layer)
        }
        for path in below.keys() | above.keys():
            expected_change = change(below, above, path)
            assert told.get(path, "unmodified") == expected_change, path
        assert set(told) <= below.keys() | above.keys()


@settings(max_examples=300)
@given(st.lists(layers(unique=True), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_entries_inside_a_layer_does_not_matter(
    stack: list[list[Item]], random: st.DrawFn
) -> None:
    stack = [without_conflicts(layer) for layer in stack]
    shuffled = [random.sample(layer, len(layer)) for layer in stack]  # type: ignore[attr-defined]
    first, second = merged(stack), merged(shuffled)
    for layer in range(len(stack)):
        assert seen(first, layer) == seen(second, layer)


def without_conflicts(layer: list[Item]) -> list[Item]:
    """Return a layer without what stands below something that is no directory."""
    files = {item.path for item in layer if item.kind not in ("directory", "whiteout", "opaque")}
    return [
        item
        for item in layer
        if item.kind in ("whiteout", "opaque")
        or not any(item.path.startswith(path + "/") for path in files)
    ]
