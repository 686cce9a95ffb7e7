"""A view of the tree that works everything out anew, to hold the real one against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.filesystem.changes import Comparison
from layertui.filesystem.query import Syntax
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort
from tests.property.test_ranges import naive_sizes
from tests.reference import Item, Node, State, change, is_directory, states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class NaiveQuery:
    """A line of the filter, and what it means for a path without a leading slash."""

    line: str
    syntax: Syntax
    names: Callable[[str], bool] = lambda _: True
    judges: Callable[[Node], bool] = lambda _: True


def name(path: str) -> str:
    return path.rpartition("/")[2]


def size_in(least: int, most: int) -> Callable[[Node], bool]:
    return lambda node: node.real_kind == "file" and least <= len(node.data) <= most


def of_kind(*kinds: str) -> Callable[[Node], bool]:
    return lambda node: node.kind in kinds


QUERIES = (
    NaiveQuery("a", Syntax.TEXT, lambda path: "a" in name(path)),
    NaiveQuery("d", Syntax.TEXT, lambda path: "d" in name(path)),
    NaiveQuery("D", Syntax.TEXT, lambda path: False),
    NaiveQuery("d/e", Syntax.TEXT, lambda path: path == "d/e"),
    NaiveQuery("/d", Syntax.TEXT, lambda path: name(path).startswith("d")),
    NaiveQuery("d*", Syntax.GLOB, lambda path: name(path).startswith("d")),
    NaiveQuery("d/?", Syntax.GLOB, lambda path: path in ("d/a", "d/b", "d/e")),
    NaiveQuery("/d/**", Syntax.GLOB, lambda path: path.startswith("d/")),
    NaiveQuery("^.$", Syntax.REGEX, lambda path: len(name(path)) == 1),
    NaiveQuery("d/(a|f)", Syntax.REGEX, lambda path: path == "d/a"),
    NaiveQuery("type:file", Syntax.TEXT, judges=of_kind("file")),
    NaiveQuery("type:dir,fifo", Syntax.GLOB, judges=of_kind("directory", "fifo")),
    NaiveQuery("type:link", Syntax.REGEX, judges=of_kind("symlink")),
    NaiveQuery(">1", Syntax.TEXT, judges=size_in(2, 10**9)),
    NaiveQuery("=0", Syntax.TEXT, judges=size_in(0, 0)),
    NaiveQuery("e <1k >=1", Syntax.TEXT, lambda path: "e" in name(path), size_in(1, 999)),
    NaiveQuery(
        "type:hardlink >0", Syntax.TEXT,
        judges=lambda node: node.kind == "hardlink" and size_in(1, 999)(node),
    ),
)  # fmt: skip


def above(paths: Iterable[str]) -> set[str]:
    """Return the directories above paths."""
    return {"/".join(path.split("/")[:n]) for path in paths for n in range(1, path.count("/") + 1)}


class NaiveView:
    """What a view shows, worked out anew from two states."""

    def __init__(self, stack: list[list[Item]], all_paths: set[str]) -> None:
        self.states = states(stack)
        self.all_paths = all_paths
        self.comparison = Comparison(-1, 0)
        self.expanded: set[str] = set()
        self.former: set[str] | None = None
        self.shown: frozenset[Change] = ALL_CHANGES
        self.sort = Sort.NAME
        self.query: NaiveQuery | None = None

    @property
    def below(self) -> State:
        return self.states[self.comparison.lower + 1]

    @property
    def above(self) -> State:
        return self.states[self.comparison.upper + 1]

    def there(self) -> set[str]:
        return self.below.keys() | self.above.keys()

    def change(self, path: str) -> Change:
        return Change[change(self.below, self.above, path).upper()]

    def node(self, path: str) -> Node:
        return self.above.get(path) or self.below[path]

    def filter(self, query: NaiveQuery | None) -> None:
        self.query = query
        if self.former is None:
            self.former = self.expanded
        if query is None:
            self.expanded, self.former = self.former, None
        else:
            self.expanded = self.fresh(query)

    def fresh(self, query: NaiveQuery) -> set[str]:
        """Return the directories above what matches in any state."""
        return above(
            path
            for state in self.states
            for path, node in state.items()
            if query.names(path) and query.judges(node)
        )

    def shown_paths(self) -> set[str]:
        """Return what the changes alone let pass."""
        hits = {path for path in self.there() if self.change(path) in self.shown}
        return hits | above(hits)

    def matching(self) -> set[str]:
        if self.query is None:
            return set()
        return {
            path
            for path in self.shown_paths()
            if self.query.names(path) and self.query.judges(self.node(path))
        }

    def passing(self) -> set[str]:
        if self.query is None:
            return self.shown_paths()
        hits = self.matching()
        content = {path for path in self.shown_paths() if above([path]) & hits}
        return hits | above(hits) | content

    def changed(self) -> set[str]:
        return {path for path in self.passing() if self.change(path) is not Change.UNMODIFIED}

    def size(self, path: str) -> int:
        state = self.above if path in self.above else self.below
        node = state[path]
        return naive_sizes(state)[path] if is_directory(node) else len(node.data)

    def largest_sibling(self, path: str) -> int:
        parent = path.rpartition("/")[0]
        siblings = [other for other in self.above if other.rpartition("/")[0] == parent]
        return max(map(self.size, siblings), default=0)

    def layer_of(self, path: str) -> int:
        if path in self.above:
            return self.above[path].layer
        went = [
            layer
            for layer in range(self.comparison.lower + 1, self.comparison.upper + 1)
            if path in self.states[layer] and path not in self.states[layer + 1]
        ]
        return went[-1]

    def rows(self, *, unfolded: bool = False) -> list[str]:
        """Return the rows in order; `unfolded`: with everything expanded."""
        passing, found = self.passing(), list[str]()

        def add(parent: str) -> None:
            children = [path for path in passing if path.rpartition("/")[0] == parent != path]
            children.sort(key=lambda path: path.encode())
            if self.sort is Sort.SIZE:
                children.sort(key=self.size, reverse=True)
            for child in children:
                found.append(child)
                if unfolded or child in self.expanded:
                    add(child)

        add("")
        return found
