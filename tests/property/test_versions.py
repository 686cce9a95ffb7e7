"""The histories of all paths, replayed, give the merged filesystem."""

from __future__ import annotations

from hypothesis import given, settings

from layertui.contents.versions import Happened, history_of, version_after
from tests.property.stacks import merged, stacks
from tests.reference import Item, states


@settings(max_examples=300)
@given(stacks())
def test_histories_replayed_are_the_filesystem_after_each_layer(stack: list[list[Item]]) -> None:
    filesystem = merged(stack)
    table = filesystem.table
    histories = {
        table.path(node): history_of(filesystem, table.path(node)) for node in range(1, len(table))
    }
    for layer, state in enumerate(states(stack)[1:]):
        replayed = {
            path.decode()[1:]: version.entry
            for path, history in histories.items()
            if (version := version_after(history, layer)) is not None
        }
        assert {f"/{path}" for path in state} == {f"/{path}" for path in replayed}
        for path, node in state.items():
            entry = replayed[path]
            assert entry is not None
            assert (entry.type, entry.layer) == (node.kind, node.layer)
            assert (entry.size, entry.mode) == (len(node.data), node.mode)


@settings(max_examples=300)
@given(stacks())
def test_what_happened_follows_from_what_was_there_before(stack: list[list[Item]]) -> None:
    filesystem, before = merged(stack), states(stack)
    for node in range(1, len(filesystem.table)):
        path = filesystem.table.path(node)
        known = False
        for version in history_of(filesystem, path):
            if version.happened is Happened.SUPERSEDED:
                continue
            was_there = path.decode()[1:] in before[version.layer]
            is_there = path.decode()[1:] in before[version.layer + 1]
            assert is_there == version.is_there
            assert was_there == (version.below is not None)
            if not is_there:
                assert version.happened is Happened.REMOVED
                assert version.removal is not None
            elif not was_there:
                assert version.happened is (Happened.BROUGHT_BACK if known else Happened.ADDED)
            else:
                assert version.happened in (Happened.CHANGED, Happened.REPEATED)
                assert bool(version.differs) == (version.happened is Happened.CHANGED)
            known = True
