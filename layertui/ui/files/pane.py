"""The right half of the main screen: the files, once or twice, and the filter for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical

from layertui.filesystem.changes import Comparison
from layertui.filesystem.query import Syntax
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort
from layertui.ui.files.filter import FilterMatched, TreeFilter
from layertui.ui.files.tree_pane import TreePane
from layertui.ui.layers.titles import titles_of_state
from layertui.ui.widgets.file_tree import FileTree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.widget import AwaitMount, Widget

    from layertui.config import ScreenSettings
    from layertui.config.screen import Change as ChangeName
    from layertui.filesystem.matching import Matches
    from layertui.filesystem.view import TreeView
    from layertui.ui.layers.stack import LayerStack
    from layertui.ui.widgets.filter_bar import FilterBar

_CHANGED = ALL_CHANGES - {Change.UNMODIFIED}
_NAMES: dict[ChangeName, Change] = {
    "added": Change.ADDED,
    "changed": Change.MODIFIED,
    "removed": Change.REMOVED,
    "unchanged": Change.UNMODIFIED,
}


class FilesPane(Vertical):
    """What layers did to the files; while it is split, what the files then are is below.

    Both show the same filesystem and have one filter; the cursor of one follows the other's.

    Args:
        settings: What is shown at the start.
        identity: Of the pane.

    Attributes:
        filter: What is filtered for.
    """

    def __init__(self, settings: ScreenSettings, *, identity: str) -> None:
        super().__init__(id=identity)
        self._settings = settings
        self._upper = TreePane(identity="tree-pane", tree="tree")
        self._lower: TreePane | None = None
        self._bar: FilterBar | None = None
        self._bar_mounted: AwaitMount | None = None
        self._shown: tuple[LayerStack, int] | None = None
        self._before_split: TreeView | None = None
        self._filtered_from = self._upper.file_tree
        self._offered_before: tuple[bool, ...] = ()
        self.filter = TreeFilter(self.post_message)
        self._set_up(self._upper.file_tree)

    def compose(self) -> ComposeResult:
        """Put the tree in place."""
        yield self._upper

    @property
    def is_split(self) -> bool:
        """Whether the state of the files is shown below what layers did."""
        return self._lower is not None

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is on, or is being typed."""
        return self._bar is not None

    @property
    def trees(self) -> Iterator[FileTree]:
        """The trees, the upper one first."""
        return (pane.file_tree for pane in (self._upper, self._lower) if pane is not None)

    @property
    def view(self) -> TreeView | None:
        """What the upper tree shows, or None before there is anything."""
        return self._upper.file_tree.view

    @property
    def active_tree(self) -> FileTree:
        """The tree that has the focus, else the upper one."""
        focused = self._focused
        return next((tree for tree in self.trees if tree is focused), self._upper.file_tree)

    @property
    def has_focused(self) -> bool:
        """Whether the focus is in it; `has_focus_within` follows one event later."""
        return self._focused is not None and self in self._focused.ancestors_with_self

    @property
    def _focused(self) -> Widget | None:
        return self.screen.focused if self.is_attached else None

    def settings_now(self) -> ScreenSettings:
        """Return the settings that would let the files begin as they are now."""
        tree, view = self._upper.file_tree, self._upper.file_tree.view
        if view is None:
            return self._settings
        before = self._before_split or view
        hidden = tuple(name for name, kind in _NAMES.items() if kind not in before.shown_changes)
        return replace(
            self._settings,
            columns=tree.wanted_columns,
            sort=view.sort.value,
            hide=hidden,
            filter=self.filter.line if self.filter.query else "",
            syntax=self.filter.syntax.value,
            split=self.is_split,
        )

    # What is shown

    def show_filesystem(self, view: TreeView) -> None:
        """Show another filesystem."""
        first = self._upper.file_tree.view is None
        if first:
            self._apply_settings(view)
        self._upper.file_tree.show(view)
        if self._lower is not None and first:
            self._divide(self._lower, view)
        elif self._lower is not None:
            self._lower.file_tree.show(view.beside(view.comparison))
        if first and self._settings.filter:
            self._change_filter(self._settings.filter, Syntax(self._settings.syntax))
        elif self.filter.query:
            self.filter.search(view.filesystem)

    def show_layer(self, stack: LayerStack, number: int) -> None:
        """Show what a layer did, or why that is not known yet."""
        self._shown = stack, number
        reason, comparison = stack.waiting(number), stack.comparison(number)
        if reason:
            self._upper.wait(reason, stack.titles(number))
        else:
            self._upper.show(comparison, stack.titles(number))
        if self._lower is None:
            return
        upper = comparison.upper
        if reason:
            self._lower.wait(reason, titles_of_state(upper))
        else:
            self._lower.show(Comparison(upper, upper), titles_of_state(upper))

    async def split(self, *, split: bool) -> None:
        """Show the state of the files below, or only what layers did."""
        if split == self.is_split or not self.is_attached:
            return
        if not split:
            await self._join()
            return
        self._lower = TreePane(identity="state-pane", tree="state")
        self._set_up(self._lower.file_tree)
        await self.mount(self._lower)
        view = self._upper.file_tree.view
        if view is not None:
            self._divide(self._lower, view)
        if self._shown is not None:
            self.show_layer(*self._shown)
        self.call_after_refresh(self._follow, self._upper.file_tree)

    def go_to(self, path: bytes) -> bool:
        """Put the cursor of the active tree on a path; return whether it is there.

        What hides it is taken away: the filter, and hidden kinds of change.
        """
        tree = self.active_tree
        view = tree.view
        node = view.filesystem.table.find(path) if view is not None else None
        if view is None or node is None:
            return False
        tree.go_to(node)
        if not view.has_row(node) and view.change(node) is not Change.ABSENT:
            self.end_filter()
            tree.show_only(ALL_CHANGES)
            tree.go_to(node)
        if not view.has_row(node):
            tree.follow(node)
            return False
        return True

    # The filter

    async def edit_filter(self) -> None:
        """Let the user type what is filtered for."""
        self._filtered_from = self.active_tree
        self._show_bar()
        if self._bar_mounted is not None:
            await self._bar_mounted
        if self._bar is not None:
            self._bar.edit()

    def end_filter(self) -> None:
        """Show all again, from where the filter began."""
        self._change_filter("", self.filter.syntax)
        if self._bar is not None:
            self._bar.remove()
            self._bar = self._bar_mounted = None

    def _show_bar(self) -> None:
        from layertui.ui.widgets.filter_bar import FilterBar

        if self._bar is None and self.is_attached:
            self._bar = FilterBar(self.filter.line, self)
            self._bar_mounted = self._upper.mount_above(self._bar)

    def _change_filter(self, line: str, syntax: Syntax) -> None:
        view = self._upper.file_tree.view
        if self.filter.change(line, syntax) and view is not None:
            self._show_bar()
            self.filter.search(view.filesystem)
        elif not self.filter.error:
            self.filter.stop()
            self._apply(None)
        self._tell()

    def _apply(self, matches: Matches | None) -> None:
        for tree in self.trees:
            tree.filter(matches)

    def _tell(self) -> None:
        if self._bar is not None:
            view = self._upper.file_tree.view
            self._bar.show(self.filter, view.match_count if view is not None else 0)
        if self._offered() != self._offered_before:
            self._offered_before = self._offered()
            self.screen.refresh_bindings()

    def _offered(self) -> tuple[bool, ...]:
        """Return what decides which keys would change something."""
        views = [tree.view for tree in self.trees]
        there = [view for view in views if view is not None]
        return (
            self.is_filtered,
            *(bool(view.match_count) for view in there),
            *(view.has_changes for view in there),
            *(len(view) > 0 for view in there),
            *(tree.is_on_file for tree in self.trees),
        )

    @on(FilterMatched)
    def _filter_matched(self, message: FilterMatched) -> None:
        view = self._upper.file_tree.view
        matches = message.matches if self.filter.settled(message) else None
        if matches and view is not None and matches.filesystem is view.filesystem:
            self._apply(matches)
        self._tell()

    # What the parts tell

    @on(FileTree.TreeChanged)
    def _tree_changed(self, message: FileTree.TreeChanged) -> None:
        if message.tree is self._focused:
            self._follow(message.tree)
        self._tell()

    def filter_typed(self, line: str, /) -> None:
        """Look for what was typed."""
        if line != self.filter.line:
            self._change_filter(line, self.filter.syntax)

    def filter_read_otherwise(self) -> None:
        """Read the pattern in the next way."""
        every = list(Syntax)
        following = every[(every.index(self.filter.syntax) + 1) % len(every)]
        self._change_filter(self.filter.line, following)

    def filter_kept(self) -> None:
        """Go on in the files, with the filter on."""
        self.screen.set_focus(self._tree_filtered_from())
        if not self.filter.query:
            self.end_filter()

    def filter_ended(self) -> None:
        """Go back to the files as they were before."""
        self.screen.set_focus(self._tree_filtered_from())
        self.end_filter()

    def _tree_filtered_from(self) -> FileTree:
        """Return the tree that had the focus when the filter was asked for."""
        there = self._filtered_from in list(self.trees)
        return self._filtered_from if there else self._upper.file_tree

    def _follow(self, leader: FileTree) -> None:
        """Let the cursor of the other tree go to the same path."""
        node = leader.cursor_node
        if node is not None:
            for tree in self.trees:
                if tree is not leader:
                    tree.follow(node)

    def _divide(self, lower: TreePane, view: TreeView) -> None:
        """Show all files below, and above only what layers did to them, unfolded."""
        self._before_split, other = _copied(view), _copied(view)
        other.show_only(ALL_CHANGES)
        lower.file_tree.show(other)
        view.expand_all()
        self._upper.file_tree.show_only(_CHANGED)

    async def _join(self) -> None:
        lower, self._lower = self._lower, None
        if lower is not None:
            if lower.file_tree is self._focused:
                self.screen.set_focus(self._upper.file_tree)
            await lower.remove()
        before, self._before_split = self._before_split, None
        if before is not None:
            self._upper.file_tree.restore(before)

    def _set_up(self, tree: FileTree) -> None:
        tree.wanted = frozenset(self._settings.columns)
        tree.times = True if "time" in tree.wanted else None

    def _apply_settings(self, view: TreeView) -> None:
        view.sort_by(Sort(self._settings.sort))
        hidden = {_NAMES[name] for name in self._settings.hide}
        if hidden:
            view.show_only(ALL_CHANGES - hidden)


def _copied(view: TreeView) -> TreeView:
    """Return a view that shows the same."""
    copy = view.beside(view.comparison)
    copy.adopt(view)
    return copy
