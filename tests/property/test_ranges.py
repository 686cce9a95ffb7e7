"""The change between any two states, and the bytes below any directory, from scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings

from layertui.analysis.tallies import Tally, tallies, tally_between
from layertui.filesystem.changes import ChangeStrips, Comparison
from layertui.filesystem.sizes import SubtreeSizes
from layertui.filesystem.tree import Change
from tests.property.stacks import merged, stacks
from tests.reference import Item, State, change, is_directory, states

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem


def told(filesystem: Filesystem, strip: bytes) -> dict[str, str]:
    names = (filesystem.table.path(node).decode()[1:] for node in range(1, len(strip)))
    return {
        name: Change(value).name.lower()
        for name, value in zip(names, strip[1:], strict=True)
        if value
    }


@settings(max_examples=400)
@given(stacks())
def test_a_comparison_of_any_two_states_is_that_of_their_listings(stack: list[list[Item]]) -> None:
    filesystem, all_states = merged(stack), states(stack)
    strips = ChangeStrips(filesystem)
    for lower in range(-1, len(stack)):
        for upper in range(lower, len(stack)):
            below, above = all_states[lower + 1], all_states[upper + 1]
            expected = {path: change(below, above, path) for path in below.keys() | above.keys()}
            assert told(filesystem, strips.changes(Comparison(lower, upper))) == expected


@settings(max_examples=100)
@given(stacks())
def test_comparisons_do_not_depend_on_those_made_before(stack: list[list[Item]]) -> None:
    filesystem = merged(stack)
    pairs = [
        Comparison(lower, upper) for upper in range(len(stack)) for lower in range(-1, upper + 1)
    ]
    kept = ChangeStrips(filesystem)
    alone = {pair: ChangeStrips(filesystem).changes(pair) for pair in pairs}
    for pair in [*pairs, *reversed(pairs)]:
        assert kept.changes(pair) == alone[pair]


def naive_sizes(state: State) -> dict[str, int]:
    """Return the bytes below every directory; a copy counts at its own path, else at the first."""
    carriers: dict[object, str] = {}
    for path in sorted(state, key=lambda path: path.replace("/", "\0")):
        node = state[path]
        if node.copy is not None:
            own = (node.copy.layer, node.copy.path) == (node.layer, path) and node.kind == "file"
            if own or node.copy not in carriers:
                carriers[node.copy] = path
    sizes = {path: 0 for path, node in state.items() if is_directory(node)} | {"": 0}
    for path in carriers.values():
        size = len(state[path].data)
        parts = path.split("/")
        for count in range(len(parts)):
            sizes["/".join(parts[:count])] += size
    return sizes


@settings(max_examples=400)
@given(stacks())
def test_directories_hold_the_bytes_of_the_copies_below_them(stack: list[list[Item]]) -> None:
    filesystem, all_states = merged(stack), states(stack)
    sizes = SubtreeSizes(filesystem)
    for layer, state in enumerate(all_states[1:]):
        for path, expected in naive_sizes(state).items():
            node = filesystem.table.find(path.encode())
            assert node is not None
            assert sizes.total(node, layer) == expected, (layer, path)


def naive_tally(stack: list[State], lower: int, upper: int) -> dict[str, Tally]:
    """Return by change the files and links between two states, and the bytes they ship."""
    below, above = stack[lower + 1], stack[upper + 1]
    told = {"added": Tally(), "modified": Tally(), "removed": Tally()}
    for path in below.keys() | above.keys():
        happened = change(below, above, path)
        node = below[path] if happened == "removed" else above.get(path)
        if node is not None and happened in told and node.kind in ("file", "hardlink", "symlink"):
            size = len(node.data) if node.kind == "file" else 0
            told[happened] = Tally(told[happened].files + 1, told[happened].size + size)
    return told


@settings(max_examples=400)
@given(stacks())
def test_what_layers_did_together_is_counted_as_from_their_listings(
    stack: list[list[Item]],
) -> None:
    filesystem, all_states = merged(stack), states(stack)
    strips, of_layers = ChangeStrips(filesystem), tallies(filesystem)
    for lower in range(-1, len(stack)):
        for upper in range(lower + 1, len(stack)):
            comparison = Comparison(lower, upper)
            told = tally_between(filesystem, comparison, strips.changes(comparison))
            assert told._asdict() == naive_tally(all_states, lower, upper)
            if upper == lower + 1:
                assert told == of_layers[upper][:3]
