"""The merged filesystem as a tree, every change between two states marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from layertui.filesystem.tree import Change
from layertui.filesystem.view import Sort
from layertui.ui.columns import FOLD, Columns, columns_for, owner_width, row_spans
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style
    from textual import events

    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.view import TreeView


class FileTree(CursorView):
    """The rows of a `TreeView`, of which only those in sight are made."""

    BINDING_GROUP_TITLE = "Files"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "toggle_fold", "Fold", id="tree.fold", key_display="space"),
        Binding("right,l", "expand", "Expand and step in", id="tree.expand", show=False),
        Binding("left,h", "collapse", "Collapse or step out", id="tree.collapse", show=False),
        Binding(
            "ctrl+@,ctrl+space", "toggle_all", "Collapse all, or expand all",
            id="tree.toggle-all", key_display="^space", show=False,
        ),
        Binding("E", "expand_all", "Expand all", id="tree.expand-all"),
        Binding("C", "collapse_all", "Collapse all", id="tree.collapse-all",
                show=False),
        Binding("a,ctrl+a", "toggle_change('ADDED')", "Show or hide added", id="tree.added",
                show=False),
        Binding("m", "toggle_change('MODIFIED')", "Show or hide changed", id="tree.modified",
                show=False),
        Binding("r,ctrl+r", "toggle_change('REMOVED')", "Show or hide removed",
                id="tree.removed", show=False),
        Binding("u,ctrl+u", "toggle_change('UNMODIFIED')", "Hide unchanged",
                id="tree.unmodified", key_display="u"),
        Binding("b,ctrl+b", "toggle_attributes", "Show or hide attributes",
                id="tree.attributes", show=False),
        Binding("o,ctrl+o", "toggle_sort", "Sort", id="tree.sort", key_display="o"),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | space, enter | Fold or unfold the directory under the cursor. |
    | right, l | Unfold it; when it is unfolded, go to the first path in it. |
    | left, h | Fold it; when it is folded, go to the directory above. |
    | ctrl+space | Fold all directories; when all are folded, unfold them. |
    | E, C | Unfold all, fold all. |
    | a, ctrl+a | Show or hide added paths. |
    | m | Show or hide changed paths. |
    | r, ctrl+r | Show or hide removed paths. |
    | u, ctrl+u | Show or hide unchanged paths. |
    | b, ctrl+b | Show or hide mode, owner and time. |
    | o, ctrl+o | Sort by name or by size. |
    """

    class TreeChanged(Message):
        """Another path is under the cursor, or other paths are shown."""

        def __init__(self, tree: FileTree) -> None:
            super().__init__()
            self.tree = tree

        @property
        def control(self) -> FileTree:
            """The tree."""
            return self.tree

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self.attributes = True
        self._view: TreeView | None = None
        self._row_nodes: dict[int, int] = {}
        self._home = 0
        self._home_offset = 0
        self._placing = False
        self._owner_width = 0

    @property
    def view(self) -> TreeView | None:
        """What is shown, or None."""
        return self._view

    @property
    def columns(self) -> Columns:
        """The columns there is room for."""
        return columns_for(self.line_width, self._owner_width, attributes=self.attributes)

    @property
    def cursor_node(self) -> int | None:
        """The node under the cursor, or None where nothing is shown."""
        return self._node(self.cursor) if self.line_count else None

    def show(self, view: TreeView) -> None:
        """Show another filesystem; what was expanded, filtered and sorted stays."""
        old = self._view
        if old is not None:
            view.adopt(old)
            self._home = view.filesystem.table.find(old.filesystem.table.path(self._home)) or 0
        self._view = view
        self._owner_width = owner_width(view.filesystem)
        self._place()

    def compare(self, comparison: Comparison) -> None:
        """Show other states of the filesystem; the cursor stays on its path."""
        if self._view is not None and self._view.comparison != comparison:
            self._view.compare(comparison)
            self._place()

    def line(self, number: int, width: int, /) -> Iterator[Span]:
        """Return the row of a path."""
        view = self._view
        if view is None:
            return
        row = view.row(self._node(number))
        columns = self.columns
        share = self._share(row.node, row.size) if columns.bar else 0
        if row.change is Change.REMOVED:
            share = 0
        changes = view.changes_below(row.node) if row.expandable and not row.expanded else 0
        yield Span("\u258c" if number == self.cursor else " ", "mark")
        yield from row_spans(row, columns, width - 1, share=share, changes=changes)

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
        if style.meta.get("target") == FOLD or event.chain == 2:
            self.action_toggle_fold()

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
        """Show or hide mode, owner and time."""
        self.attributes = not self.attributes
        self.redraw()
        self.post_message(self.TreeChanged(self))

    def action_toggle_sort(self) -> None:
        """Sort by name or by size."""
        if self._view is not None:
            by_name = self._view.sort is Sort.NAME
            self._view.sort_by(Sort.SIZE if by_name else Sort.NAME)
            self._place()

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

    def _share(self, node: int, size: int) -> float:
        if self._view is None:
            return 0
        parent = self._view.parent(node)
        whole = self._view.total_size() if parent is None else self._view.row(parent).size
        return size / whole if whole else 0

    def _remember(self) -> None:
        self._home = self.cursor_node or 0
        self._home_offset = self.cursor - self.scroll_offset.y

    def _place(self) -> None:
        """Lay out the rows anew, with the path the user went to where it was on the screen."""
        view = self._view
        if view is None:
            return
        self._placing = True
        self.set_line_count(len(view))
        node = view.visible_ancestor(self._home) if self._home else None
        self.cursor = view.row_of(node) if node is not None else min(self.cursor, len(view) - 1)
        top = max(0, self.cursor - self._home_offset)
        self.scroll_to(y=min(top, self.max_scroll_y), animate=False, force=True)
        self._placing = False
        self.redraw()
        self.post_message(self.TreeChanged(self))
