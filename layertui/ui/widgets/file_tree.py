"""The merged filesystem as a tree, every change between two states marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, get_args

from textual.binding import Binding, BindingType
from textual.message import Message

from layertui.config.screen import Column
from layertui.filesystem.query import Syntax
from layertui.filesystem.tree import Change
from layertui.filesystem.view import Sort
from layertui.ui.files.columns import FOLD, Columns, Standing, columns_for, owner_width, row_spans
from layertui.ui.place import Place
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style
    from textual import events

    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.matching import Matches
    from layertui.filesystem.view import Row, TreeView


_ATTRIBUTES = frozenset(("mode", "owner"))
_NEEDS_ROWS = frozenset(
    ("toggle_fold", "expand", "collapse", "expand_all", "collapse_all", "toggle_all",
     "toggle_sort", "next_match", "next_change", "go_to_origin")
)  # fmt: skip


class _Before(NamedTuple):
    """The place where a filter began.

    Attributes:
        home: The node the user went to.
        offset: The rows of the screen above it.
        row: The row under the cursor: another one than that of a node that is not shown.
    """

    home: int
    offset: int
    row: int


class FileTree(CursorView):
    """The rows of a `TreeView`, of which only those in sight are made."""

    BINDING_GROUP_TITLE = "Files"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "toggle_fold", "Fold", id="tree.fold", key_display="space",
                tooltip="Fold or unfold the directory"),
        Binding("enter", "open_file", "Open", id="tree.open",
                tooltip="Show what is in the file"),
        Binding("u,ctrl+u", "toggle_change('UNMODIFIED')", "Unchanged",
                id="tree.unmodified", key_display="u", tooltip="Show or hide unchanged paths"),
        Binding("n", "next_match(1)", "Next match", id="tree.next-match", key_display="n N",
                tooltip="Go to the next match of the filter"),
        Binding("N", "next_match(-1)", "Previous match", id="tree.previous-match", show=False),
        Binding("right,l", "expand", "Unfold", id="tree.expand", show=False,
                tooltip="Unfold the directory, or step into it"),
        Binding("left,h", "collapse", "Fold", id="tree.collapse", show=False,
                tooltip="Fold the directory, or step out of it"),
        Binding("E", "expand_all", "Unfold all", id="tree.expand-all", show=False),
        Binding("C", "collapse_all", "Fold all", id="tree.collapse-all", show=False),
        Binding("ctrl+space,ctrl+@", "toggle_all", "Fold all, or unfold all",
                id="tree.toggle-all", key_display="^space", show=False),
        Binding("a,ctrl+a", "toggle_change('ADDED')", "Show or hide added paths",
                id="tree.added", show=False),
        Binding("m", "toggle_change('MODIFIED')", "Show or hide changed paths",
                id="tree.modified", show=False),
        Binding("r,ctrl+r", "toggle_change('REMOVED')", "Show or hide removed paths",
                id="tree.removed", show=False),
        Binding("full_stop", "next_change(1)", "Next change", id="tree.next-change",
                show=False, tooltip="Go to the next path that was added, changed or removed"),
        Binding("comma", "next_change(-1)", "Previous change", id="tree.previous-change",
                show=False, tooltip="Go to the previous path that was added, changed or removed"),
        Binding("f", "go_to_origin", "Layer it is from", id="tree.origin", show=False,
                tooltip="Go to the layer that the path comes from"),
        Binding("o,ctrl+o", "toggle_sort", "Sort by name or size", id="tree.sort",
                key_display="o", show=False),
        Binding("b,ctrl+b", "toggle_attributes", "Show or hide mode and owner",
                id="tree.attributes", show=False),
        Binding("t", "toggle_times", "Show or hide times", id="tree.times", show=False),
    ]  # fmt: skip

    class TreeChanged(Message):
        """Another path is under the cursor, or other paths are shown."""

        def __init__(self, tree: FileTree) -> None:
            super().__init__()
            self.tree = tree

        @property
        def control(self) -> FileTree:
            """The tree."""
            return self.tree

    class OriginWanted(Message):
        """The layer is asked for that the path under the cursor comes from.

        Attributes:
            place: The layer and the path.
        """

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    class FileWanted(Message):
        """What is in the file under the cursor is asked for."""

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self.wanted: frozenset[str] = frozenset(("mode", "owner", "size", "bar"))
        self.times: bool | None = None
        self._view: TreeView | None = None
        self._row_nodes: dict[int, int] = {}
        self._home = 0
        self._home_offset = 0
        self._placing = False
        self._before_filter: _Before | None = None
        self._owner_width = 0

    @property
    def view(self) -> TreeView | None:
        """What is shown, or None."""
        return self._view

    @property
    def columns(self) -> Columns:
        """The columns there is room for."""
        return columns_for(self.line_width, self._owner_width, self.wanted, times=self.times)

    @property
    def wanted_columns(self) -> tuple[Column, ...]:
        """The columns that are asked for, as settings name them."""
        wanted = self.wanted | {"time"} if self.times else self.wanted - {"time"}
        return tuple(column for column in get_args(Column) if column in wanted)

    @property
    def cursor_node(self) -> int | None:
        """The node under the cursor, or None where nothing is shown."""
        return self._node(self.cursor) if self.line_count else None

    @property
    def is_on_file(self) -> bool:
        """Whether something else than a directory is under the cursor."""
        node = self.cursor_node
        if self._view is None or node is None:
            return False
        return self._view.row(node).entry.type != "directory"

    def show(self, view: TreeView) -> None:
        """Show another filesystem; what was expanded, filtered and sorted stays."""
        old = self._view
        if old is not None:
            view.adopt(old)
            self._home = _moved(self._home, old, view)
            if self._before_filter is not None:
                home = _moved(self._before_filter.home, old, view)
                self._before_filter = self._before_filter._replace(home=home)
        self._view = view
        self._owner_width = owner_width(view.filesystem)
        self._place()

    def compare(self, comparison: Comparison) -> None:
        """Show other states of the filesystem; the cursor stays on its path."""
        if self._view is not None and self._view.comparison != comparison:
            self._view.compare(comparison)
            self._place()

    def sort_by(self, sort: Sort) -> None:
        """Order siblings by name or by size."""
        if self._view is not None:
            self._view.sort_by(sort)
            self._place()

    def show_only(self, changes: frozenset[Change]) -> None:
        """Show the paths to which one of these changes happened."""
        if self._view is not None:
            self._view.show_only(changes)
            self._place()

    def restore(self, view: TreeView) -> None:
        """Fold, show and sort as another view does."""
        if self._view is not None:
            self._view.adopt(view)
            self._place()

    @property
    def _found(self) -> str:
        """What the names have that match, or empty where only a pattern tells."""
        query = self._view.query if self._view is not None else None
        plain = query is not None and query.syntax is Syntax.TEXT
        return query.text.rpartition("/")[2] if query is not None and plain else ""

    def filter(self, matches: Matches | None) -> None:
        """Show what matches; None ends the filter and brings back the place where it began."""
        if self._view is None:
            return
        if self._before_filter is None:
            self._before_filter = _Before(self._home, self._home_offset, self.cursor)
        self._view.filter(matches)
        row = self.cursor
        if matches is None:
            (self._home, self._home_offset, row), self._before_filter = self._before_filter, None
        elif not self._view.is_match(self._home):
            self._home = self._view.next_match(self._home) or self._home
        self._place(row)

    def go_to(self, node: int | None) -> None:
        """Put the cursor on a node, unfolding what is above it."""
        if self._view is None or node is None:
            return
        if not self._view.has_row(node):
            self._view.reveal(node)
            self._place()
        if self._view.has_row(node):
            self.move_to(self._view.row_of(node))

    def follow(self, node: int) -> None:
        """Put the cursor on a node, or on the nearest one above that has a row."""
        ancestor = self._view.visible_ancestor(node) if self._view is not None else None
        if self._view is not None and ancestor is not None:
            self.move_to(self._view.row_of(ancestor))

    def line(self, number: int, width: int, /) -> Iterator[Span]:
        """Return the row of a path."""
        view = self._view
        if view is None:
            return
        row, columns = view.row(self._node(number)), self.columns
        standing = Standing(
            share=self._share(row) if columns.bar else 0,
            changes=view.changes_below(row.node) if row.expandable and not row.expanded else 0,
            found=self._found if view.is_match(row.node) else None,
            alone=view.comparison.lower == view.comparison.upper,
        )
        yield Span("\u258c" if number == self.cursor else " ", "mark")
        yield from row_spans(row, columns, width - 1, standing)

    def watch_cursor(self, old: int, new: int) -> None:
        """Remember which path the user went to."""
        super().watch_cursor(old, new)
        if not self._placing:
            self._remember()
        self.post_message(self.TreeChanged(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember where on the screen the path under the cursor is."""
        super().watch_scroll_y(old_value, new_value)
        self._row_nodes.clear()
        if not self._placing:
            self._home_offset = self.cursor - self.scroll_offset.y

    def redraw(self) -> None:
        """Make all rows anew."""
        self._row_nodes.clear()
        super().redraw()

    def line_clicked(self, _number: int, event: events.Click, /) -> None:
        """Fold where the arrow is clicked, or the row twice."""
        style: Style = event.style
        if style.meta.get("target") == FOLD:
            self.action_toggle_fold()
        elif event.chain == 2:
            self._choose()

    def _choose(self) -> None:
        """Open the file under the cursor, or fold or unfold the directory."""
        if self.is_on_file:
            self.action_open_file()
        else:
            self.action_toggle_fold()

    def action_open_file(self) -> None:
        """Ask for what is in the file under the cursor."""
        self.post_message(self.FileWanted())

    def action_toggle_fold(self) -> None:
        """Fold or unfold the directory under the cursor."""
        if self._view and (node := self.cursor_node) is not None:
            row = self._view.row(node)
            if row.expandable:
                self._fold(node, expanded=not row.expanded)

    def action_expand(self) -> None:
        """Unfold the directory under the cursor, or go into it."""
        if self._view and (node := self.cursor_node) is not None:
            row = self._view.row(node)
            if row.expanded:
                self.move_to(self.cursor + 1)
            elif row.expandable:
                self._fold(node, expanded=True)

    def action_collapse(self) -> None:
        """Fold the directory under the cursor, or go to the one above."""
        if self._view and (node := self.cursor_node) is not None:
            parent = self._view.parent(node)
            if self._view.row(node).expanded:
                self._fold(node, expanded=False)
            elif parent is not None:
                self.move_to(self._view.row_of(parent))

    def action_expand_all(self) -> None:
        """Unfold all directories."""
        self._fold_all(expanded=True)

    def action_collapse_all(self) -> None:
        """Fold all directories."""
        self._fold_all(expanded=False)

    def action_toggle_all(self) -> None:
        """Fold all directories; unfold them where all are folded."""
        if self._view is not None:
            before = len(self._view)
            self._view.expand_all(expanded=False)
            self._fold_all(expanded=len(self._view) == before)

    def action_toggle_change(self, name: str) -> None:
        """Show or hide the paths to which one kind of change happened."""
        if self._view is not None:
            self._view.show_only(self._view.shown_changes ^ {Change[name]})
            self._place()

    def action_toggle_attributes(self) -> None:
        """Show or hide mode and owner."""
        shown = self.wanted & _ATTRIBUTES
        self.wanted = self.wanted - shown if shown else self.wanted | _ATTRIBUTES
        self._columns_changed()

    def action_toggle_times(self) -> None:
        """Show or hide times."""
        self.times = not self.columns.time
        self._columns_changed()

    def action_toggle_sort(self) -> None:
        """Sort by name or by size."""
        if self._view is not None:
            self.sort_by(Sort.SIZE if self._view.sort is Sort.NAME else Sort.NAME)

    def action_next_match(self, step: int) -> None:
        """Go to the next match of the filter, or the one before."""
        if self._view is not None:
            self.go_to(self._view.next_match(self.cursor_node, step))

    def action_next_change(self, step: int) -> None:
        """Go to the next path that was added, changed or removed, or the one before."""
        if self._view is not None:
            self.go_to(self._view.next_change(self.cursor_node, step))

    def action_go_to_origin(self) -> None:
        """Ask for the layer that the path under the cursor comes from."""
        if self._view is not None and (node := self.cursor_node) is not None:
            path = self._view.filesystem.table.path(node)
            self.post_message(self.OriginWanted(Place(self._view.layer_of(node), path)))

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        view = self._view
        if action == "open_file":
            return self.is_on_file
        if action not in _NEEDS_ROWS:
            return True
        if view is None or not self.line_count:
            return False
        if action == "toggle_fold":
            return not self.is_on_file
        if action == "next_match":
            return view.match_count > 0
        return view.has_changes if action == "next_change" else True

    def _columns_changed(self) -> None:
        self.redraw()
        self.post_message(self.TreeChanged(self))

    def _fold(self, node: int, *, expanded: bool) -> None:
        if self._view is not None:
            self._view.expand(node, expanded=expanded)
            self._place()

    def _fold_all(self, *, expanded: bool) -> None:
        if self._view is not None:
            self._view.expand_all(expanded=expanded)
            self._place()
            self._remember()

    def _node(self, number: int) -> int:
        """Return the node of a row, working out those in sight together."""
        known = self._row_nodes.get(number)
        if known is not None or self._view is None:
            return known or 0
        top = self.scroll_offset.y
        height = max(1, self.size.height)
        if not top <= number < top + height:
            return self._view.node_at(number)
        last = min(self.line_count, top + height)
        self._row_nodes.update(zip(range(top, last), self._view.nodes_from(top), strict=False))
        return self._row_nodes[number]

    def _share(self, row: Row) -> float:
        """Return the bytes of a row as a share of those of its biggest sibling."""
        if self._view is None or row.change is Change.REMOVED:
            return 0
        largest = self._view.largest_sibling(row.node)
        return row.size / largest if largest else 0

    def _remember(self) -> None:
        self._home = self.cursor_node or 0
        self._home_offset = self.cursor - self.scroll_offset.y

    def _place(self, row: int | None = None) -> None:
        """Lay out the rows anew, with the path the user went to where it was on the screen.

        Args:
            row: What is under the cursor where that path is not shown; by default the same row.

        """
        view = self._view
        if view is None:
            return
        row = self.cursor if row is None else row
        self._placing = True
        self.set_line_count(len(view))
        node = view.visible_ancestor(self._home) if self._home else None
        self.cursor = view.row_of(node) if node is not None else min(row, len(view) - 1)
        top = max(0, self.cursor - self._home_offset)
        self.scroll_to(y=min(top, self.max_scroll_y), animate=False, force=True)
        self._placing = False
        self.redraw()
        self.post_message(self.TreeChanged(self))


def _moved(node: int, old: TreeView, new: TreeView) -> int:
    """Return the node of the same path in the filesystem of another view, or 0."""
    return new.filesystem.table.find(old.filesystem.table.path(node)) or 0
