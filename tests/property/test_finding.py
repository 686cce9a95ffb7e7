"""Whatever is asked for, what is found is what a plain reading of the rule finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from layertui.filesystem.finding import MOST_FOUND, Sought, find, rank
from layertui.filesystem.nodes import NodeTable

NAMES = st.text(alphabet="abAB.-_ \u00e9\u0130\udcff", min_size=1, max_size=6)
PATHS = st.lists(NAMES, min_size=1, max_size=4)
ASKED = st.text(alphabet="abAB.-_/ \u00e9", max_size=5)


def holds(text: str, asked: str) -> bool:
    """Tell whether a text holds characters in their order: the rule, read letter by letter."""
    if asked == asked.lower():
        text = text.lower()
    rest = iter(text)
    return all(each in rest for each in asked if not each.isspace())


def table_of(paths: list[list[str]]) -> NodeTable:
    keys = {b""}
    for parts in paths:
        for end in range(len(parts)):
            key = "\0".join(parts[: end + 1]).encode("utf-8", "surrogateescape")
            keys.add(key)
    return NodeTable(keys)


def path_of(table: NodeTable, node: int) -> str:
    return table.path(node).decode("utf-8", "surrogateescape")


@given(st.lists(PATHS, max_size=12), ASKED)
def test_all_paths_that_match_are_found_and_no_others(paths: list[list[str]], asked: str) -> None:
    table = table_of(paths)
    nodes = range(1, len(table))
    *_, last = find(table, asked)
    expected = {node for node in nodes if holds(path_of(table, node), asked)}
    assert last.count == len(expected)
    if asked.strip():
        assert len(expected) <= MOST_FOUND
        assert sorted(last.nodes) == sorted(expected)


@given(st.lists(PATHS, max_size=12), ASKED.filter(str.strip))
def test_what_is_found_stands_by_how_it_matches(paths: list[list[str]], asked: str) -> None:
    table, sought = table_of(paths), Sought(asked)
    *_, last = find(table, asked)
    kinds = [sought.kind(sought.fold(path_of(table, node))) for node in last.nodes]
    assert None not in kinds
    assert kinds == sorted(kinds, key=lambda kind: -1 if kind is None else kind)


@given(NAMES, ASKED, st.booleans())
def test_the_characters_told_are_those_that_were_typed(
    name: str, asked: str, as_path: bool
) -> None:
    text = f"/b/{name}/a/{name}" if as_path else name
    sought = Sought(asked, paths=as_path)
    spots = sought.spots(text)
    assert list(spots) == sorted(set(spots))
    if spots:
        told = "".join(sought.fold(text[place]) for place in spots)
        assert "".join(told.split()) == "".join(asked.split())


@given(st.lists(NAMES, max_size=8), ASKED)
def test_a_few_texts_are_ranked_by_the_same_rule(among: list[str], asked: str) -> None:
    numbers = [number for number, _ in rank(asked, among)]
    assert sorted(numbers) == [
        number for number, text in enumerate(among) if holds(text, asked.strip())
    ]
