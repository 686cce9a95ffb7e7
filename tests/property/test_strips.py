"""Strips of marked nodes are what sets of paths are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from layertui.filesystem.nodes import NodeTable
from layertui.filesystem.strips import above, below, both, differing, either, inverted

PATHS = st.sets(
    st.lists(st.sampled_from(["a", "b", "b.c", "d"]), min_size=1, max_size=4).map(tuple),
    max_size=12,
)
Path = tuple[str, ...]


def parents(path: Path) -> set[Path]:
    return {path[:depth] for depth in range(1, len(path))}


@settings(max_examples=500)
@given(PATHS, st.data())
def test_what_is_above_and_below_marked_nodes_is_found(
    leaves: set[Path], data: st.DataObject
) -> None:
    paths = leaves.union(*map(parents, leaves))
    table = NodeTable([b"", *("\0".join(path).encode() for path in paths)])
    ordered = [tuple(key.decode().split("\0")) for key in table.keys[1:]]
    marked = data.draw(st.sets(st.sampled_from(ordered)) if ordered else st.just(set[Path]()))
    strip = bytes([0, *(path in marked for path in ordered)])
    leading = {path for path, mark in zip(ordered, above(strip, table)[1:], strict=True) if mark}
    content = {path for path, mark in zip(ordered, below(strip, table)[1:], strict=True) if mark}
    assert leading == set[Path]().union(*map(parents, marked))
    assert content == {path for path in ordered if parents(path) & marked}


def test_a_pause_is_made_now_and_then() -> None:
    keys = [
        b"",
        *(b"d%05d%s" % (number, name) for number in range(9_000) for name in (b"", b"\0f")),
    ]
    table, pauses = NodeTable(keys), list[int]()
    strip = b"\0" + b"\1" * (len(table) - 1)
    above(strip, table, lambda: pauses.append(1))
    below(strip, table, lambda: pauses.append(2))
    assert (pauses.count(1), pauses.count(2)) == (4, 4)


def test_strips_are_put_together_node_by_node() -> None:
    left, right, third = bytes((0, 0, 1, 1)), bytearray((0, 1, 0, 1)), bytes((1, 1, 1, 0))
    assert both(left, right) == bytes((0, 0, 0, 1))
    assert either(left, right) == bytes((0, 1, 1, 1))
    assert differing(left, right) == bytes((0, 1, 1, 0))
    assert (both(left, right, third), either(left, right, third)) == (bytes(4), b"\1" * 4)
    assert inverted(right) == bytes((1, 0, 1, 0))
    assert both(b"", b"") == b""
