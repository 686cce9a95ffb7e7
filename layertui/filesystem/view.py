"""The tree as rows on a screen: what is expanded, shown, searched for and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import compress, pairwise
from typing import TYPE_CHECKING, NamedTuple

from layertui.filesystem.changes import ChangeStrips, Comparison
from layertui.filesystem.rows import Rows
from layertui.filesystem.siblings import Siblings
from layertui.filesystem.sized_rows import SizedRows, SizeOrder
from layertui.filesystem.sizes import SubtreeSizes
from layertui.filesystem.strips import above, below, both, differing, either, inverted
from layertui.filesystem.tree import Change
from layertui.layers.entries import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layertui.filesystem.matching import Matches
    from layertui.filesystem.query import Query
    from layertui.filesystem.strips import Strip
    from layertui.filesystem.tree import Entry, Filesystem

ALL_CHANGES = frozenset((Change.ADDED, Change.MODIFIED, Change.REMOVED, Change.UNMODIFIED))
_KEPT_COMPARISONS = 4


class Sort(Enum):
    """The order of siblings."""

    NAME = "name"
    SIZE = "size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One path on the screen.

    Attributes:
        node: The node.
        depth: Levels below the top of the tree, from 0.
        name: The last component of the path, raw.
        change: What happened to it; a directory with changes below it is MODIFIED.
        entry: What it is in the upper state, or was in the lower one where it was removed.
        size: Bytes of the file, or of everything below the directory.
        expandable: True for a directory that has something shown below it.
        expanded: True when that is on the screen.

    """

    node: int
    depth: int
    name: bytes
    change: Change
    entry: Entry
    size: int
    expandable: bool
    expanded: bool


class _Carried(NamedTuple):
    """The filter of a view that another one took over from, which waits for its search.

    Attributes:
        query: What is filtered for.
        turned: The directories that are folded or unfolded by hand.

    """

    query: Query
    turned: list[int]


class _Basis:
    """What all views of a filesystem share."""

    def __init__(self, filesystem: Filesystem) -> None:
        self.totals = SubtreeSizes(filesystem)
        self.folded = inverted(filesystem.table.inner)
        self._filesystem = filesystem
        self._strips = ChangeStrips(filesystem)
        self._siblings: dict[Comparison, Siblings] = {}

    def compared(self, comparison: Comparison) -> tuple[bytes, Siblings]:
        """Return what happened to the nodes between two states, and what siblings hold."""
        changes = self._strips.changes(comparison)
        siblings = self._siblings.pop(comparison, None) or Siblings(
            self._filesystem, self.totals, comparison, changes
        )
        self._siblings[comparison] = siblings
        if len(self._siblings) > _KEPT_COMPARISONS:
            del self._siblings[next(iter(self._siblings))]
        return changes, siblings


class TreeView:
    """The rows of a filesystem between two states.

    A filter has an expansion of its own, in which everything is expanded that leads to a
    match; the one from before the filter comes back with its end.

    Args:
        filesystem: What to show.
        comparison: The states to compare.
        basis: What another view of the filesystem shares; by default it is made.

    Attributes:
        filesystem: What is shown.
        comparison: The states that are compared.
        sort: The order of siblings.
        shown_changes: The changes whose paths are shown.
        match_count: Paths that match the filter and are shown, folded ones included.

    """

    def __init__(
        self, filesystem: Filesystem, comparison: Comparison, *, basis: _Basis | None = None
    ) -> None:
        self.filesystem = filesystem
        self.comparison = comparison
        self.sort = Sort.NAME
        self.shown_changes = ALL_CHANGES
        self.match_count = 0
        self._table = filesystem.table
        self._basis = basis or _Basis(filesystem)
        self._matches: Matches | None = None
        self._former: bytearray | None = None
        self._carried: _Carried | None = None
        self._row_counts: tuple[int, int] | None = None
        self._expanded = bytearray(self._basis.folded)
        self._expanded[0] = 1
        self._show()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    @property
    def query(self) -> Query | None:
        """What is filtered for, or is to be searched for after `adopt`, or None."""
        if self._matches is not None:
            return self._matches.query
        return self._carried.query if self._carried else None

    @property
    def filtered(self) -> bool:
        """True while a filter is on."""
        return self._matches is not None

    @property
    def has_changes(self) -> bool:
        """True where a path that is shown was added, modified or removed."""
        return self._shown_changed.find(1) >= 0

    @property
    def changes(self) -> bytes:
        """What happened to every node itself between the two states, as a strip."""
        return self._changes

    def beside(self, comparison: Comparison) -> TreeView:
        """Return a second view of the filesystem, all of it folded and shown, by name."""
        return TreeView(self.filesystem, comparison, basis=self._basis)

    def row_counts(self) -> tuple[int, int]:
        """Return how many paths pass the filters and how many there are, folded ones included."""
        if self._row_counts is None:
            there = len(self._changes) - 1 - self._changes.count(0, 1)
            self._row_counts = self._passing.count(1), there
        return self._row_counts

    def compare(self, comparison: Comparison) -> None:
        """Show other states."""
        self.comparison = comparison
        self._show()

    def show_only(self, changes: frozenset[Change]) -> None:
        """Show paths with these changes, and the directories that lead to them."""
        self.shown_changes = changes
        self._show()

    def filter(self, matches: Matches | None) -> None:
        """Show what matches, what is below it, and the directories that lead there.

        Args:
            matches: What a search in this filesystem found; None ends the filter. What was found
                in another filesystem comes too late and changes nothing.

        """
        if matches is not None and matches.filesystem is not self.filesystem:
            return
        if self._former is None:
            self._former = self._expanded
        if matches is None:
            self._expanded, self._former = self._former, None
        else:
            self._expanded = bytearray(either(matches.leading, self._basis.folded))
            self._expanded[0] = 1
            if self._carried and self._carried.query == matches.query:
                for node in self._carried.turned:
                    self._expanded[node] ^= 1
        self._matches, self._carried = matches, None
        self._pass()

    def sort_by(self, sort: Sort) -> None:
        """Order siblings by name, or by size with the largest first."""
        self.sort = sort

    def expand(self, node: int, *, expanded: bool = True) -> None:
        """Expand or collapse a directory."""
        self._expanded[node] = expanded
        self._fold()

    def expand_all(self, *, expanded: bool = True) -> None:
        """Expand or collapse all directories."""
        self._expanded = bytearray(b"\1" * len(self._table) if expanded else self._basis.folded)
        self._expanded[0] = 1
        self._fold()

    def reveal(self, node: int) -> None:
        """Expand what is above a node."""
        while node:
            node = self._table.parents[node]
            self._expanded[node] = 1
        self._fold()

    def adopt(self, other: TreeView) -> None:
        """Take over what is expanded, shown, sorted and filtered in another view.

        The filter of a view of another filesystem needs a search in this one: until the matches
        of `query` are passed to `filter`, which then folds as it was, all paths are shown.
        Where all directories were expanded, those that come with the filesystem are, too.
        """
        self.sort = other.sort
        self.shown_changes = other.shown_changes
        if other.filesystem is self.filesystem:
            self._expanded = bytearray(other._expanded)
            self._former = None if other._former is None else bytearray(other._former)
            self._matches, self._carried = other._matches, other._carried
        else:
            self.filter(None)
            former = other._expanded if other._former is None else other._former
            inner = other._table.inner
            if both(inner, inverted(former)).find(1) < 0 <= inner.find(1, 1):
                self.expand_all()
            else:
                for node in self._translated(other, _marked(both(former, inner))):
                    self._expanded[node] = 1
            self._carry(other)
        self._show()

    def has_row(self, node: int) -> bool:
        """Tell whether a node has a row."""
        return bool(self._rows.mask[node])

    def visible_ancestor(self, node: int) -> int | None:
        """Return a node or the nearest one above it that has a row, or None."""
        while node and not self._rows.mask[node]:
            node = self._table.parents[node]
        return node or None

    def parent(self, node: int) -> int | None:
        """Return the node above, or None at the top."""
        return self._table.parents[node] or None

    def node_at(self, row: int) -> int:
        """Return the node of a row."""
        return next(self.nodes_from(row))

    def nodes_from(self, row: int) -> Iterator[int]:
        """Yield the nodes of a row and the ones after it."""
        rows = self._rows if self.sort is Sort.NAME else self._sized_rows
        return rows.nodes_from(row)

    def row_of(self, node: int) -> int:
        """Return the row of a node that has one."""
        rows = self._rows if self.sort is Sort.NAME else self._sized_rows
        return rows.row_of(node)

    def row(self, node: int) -> Row:
        """Return what the row of a node shows."""
        change = self.change(node)
        lower, upper = self.comparison
        version = self.filesystem.version(node, lower if change is Change.REMOVED else upper)
        expandable = self._passing.find(1, node + 1, self._table.ends[node]) >= 0
        return Row(
            node=node,
            depth=self._table.depth(node) - 1,
            name=self._table.name(node),
            change=self._display_change(node, change),
            entry=self.filesystem.entry(node, version),
            size=self._siblings.size(node),
            expandable=expandable,
            expanded=expandable and bool(self._expanded[node]),
        )

    def change(self, node: int) -> Change:
        """Return what happened to a node itself."""
        return Change(self._changes[node])

    def layer_of(self, node: int) -> int:
        """Return the layer that a path comes from as it is in the upper state.

        Of a removed one, that is the layer that removed it.
        """
        version = self.filesystem.version(node, self.comparison.upper)
        return self.filesystem.versions.layers[version]

    def net_sizes(self) -> list[int]:
        """Return by how many bytes each layer made grow, or below 0 shrink, what is shown."""
        total = self._basis.totals.total
        totals = [total(0, layer) for layer in range(len(self.filesystem.indexes))]
        return [after - before for before, after in pairwise([0, *totals])]

    def largest_sibling(self, node: int) -> int:
        """Return the bytes of the largest path in a node's directory, removed ones left out."""
        return self._siblings.largest(self._table.parents[node])

    def changes_below(self, node: int) -> int:
        """Return how many paths below a directory were added, modified or removed."""
        return self._changed.count(1, node + 1, self._table.ends[node])

    def is_match(self, node: int) -> bool:
        """Tell whether a node is a match of the filter that is shown."""
        return bool(self._matching[node])

    def next_match(self, node: int | None, step: int = 1) -> int | None:
        """Return the next match (`step` -1: the one before), the first one after the last.

        It may be folded away; None where there is none.
        """
        return self._next(node, step, self._matching)

    def next_change(self, node: int | None, step: int = 1) -> int | None:
        """Return the next path that was added, modified or removed, as `next_match` does."""
        return self._next(node, step, self._shown_changed)

    def _next(self, node: int | None, step: int, marked: Strip) -> int | None:
        """Return the next marked node in the order of the screen."""
        place = node or 0
        if self.sort is Sort.NAME:
            if step > 0:
                found = marked.find(1, place + 1)
                found = marked.find(1) if found < 0 else found
            else:
                found = marked.rfind(1, 0, place)
                found = marked.rfind(1) if found < 0 else found
            return found if found > 0 else None
        while place and not self._passing[place]:
            place = self._table.parents[place]
        turn = self._order.after if step > 0 else self._order.before
        reached = turn(place, marked)
        return turn(0, marked) if reached is None else reached

    def _display_change(self, node: int, change: Change) -> Change:
        quiet = change is Change.UNMODIFIED and self._is_directory(node)
        return Change.MODIFIED if quiet and self.changes_below(node) else change

    def _is_directory(self, node: int) -> bool:
        version = self.filesystem.version(node, self.comparison.upper)
        return self.filesystem.kind(version) == DIRECTORY

    def _show(self) -> None:
        """Work out which nodes pass by what happened to them."""
        self._changes, self._siblings = self._basis.compared(self.comparison)
        self._changed = self._changes.translate(_CHANGED)
        shown = self._changes.translate(_marks(self.shown_changes))
        if self.shown_changes != ALL_CHANGES:
            shown = either(shown, above(shown, self._table))
        self._shown = b"\0" + shown[1:]
        self._pass()

    def _pass(self) -> None:
        """Work out which of the nodes shown pass the filter."""
        if self._matches is None:
            self._matching = bytes(len(self._shown))
            self._passing = self._shown
        else:
            matches = self._matches
            found = matches.at(self.comparison, self._changes)
            self._matching = both(found, self._shown)
            # What is above anything shown is shown: nothing below a match left out is shown.
            content = matches.content if found == matches.hits else below(found, self._table)
            leading = matches.leading
            if self._matching != matches.hits:
                leading = bytes(above(self._matching, self._table))
            self._passing = both(either(self._matching, leading, content), self._shown)
        self.match_count = self._matching.count(1)
        self._row_counts = None
        self._shown_changed = both(self._changed, self._passing)
        self._order = SizeOrder(self._table, self._siblings, self._passing)
        self._fold()

    def _fold(self) -> None:
        """Work out which of the passing nodes have a row."""
        self._rows = Rows(self._table, self._passing, self._expanded)
        self._sized_rows = SizedRows(self._rows, self._order)

    def _translated(self, other: TreeView, nodes: Iterable[int]) -> Iterator[int]:
        """Yield this view's nodes of another one's, where there are any."""
        for node in nodes:
            mine = self._table.find(other._table.path(node))
            if mine is not None:
                yield mine

    def _carry(self, other: TreeView) -> None:
        """Keep what was folded and unfolded by hand under a filter for the search to come."""
        if other._matches is not None:
            fresh = either(other._matches.leading, other._basis.folded)
            turned = _marked(both(differing(fresh, other._expanded), other._table.inner))
            mine = [node for node in self._translated(other, turned) if node]
            self._carried = _Carried(other._matches.query, mine)
        elif other._carried is not None:
            mine = list(self._translated(other, other._carried.turned))
            self._carried = _Carried(other._carried.query, mine)


def _marked(strip: Strip) -> Iterator[int]:
    """Yield the nodes that a strip marks."""
    return compress(range(len(strip)), strip)


def _marks(changes: frozenset[Change]) -> bytes:
    """Return the table that turns a strip of changes into 1 for these and 0 for others."""
    return bytes(value in changes for value in range(256))


_CHANGED = _marks(ALL_CHANGES - {Change.UNMODIFIED})
