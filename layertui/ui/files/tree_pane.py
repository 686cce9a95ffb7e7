"""The framed pane around a tree of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from layertui.display import count, printable
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort
from layertui.ui.widgets.file_tree import FileTree
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.tree_heading import TreeHeading

if TYPE_CHECKING:
    from textual.widget import AwaitMount, Widget

    from layertui.filesystem.changes import Comparison
    from layertui.filesystem.view import TreeView

_WORDS = {
    Change.ADDED: "added",
    Change.MODIFIED: "changed",
    Change.REMOVED: "removed",
    Change.UNMODIFIED: "unchanged",
}


class TreePane(Frame):
    """A tree in a frame that says what is compared, and the path under the cursor.

    Args:
        identity: Of the pane.
        tree: The identity of the tree in it.
    """

    def __init__(self, *, identity: str, tree: str) -> None:
        self.file_tree = FileTree(identity=tree)
        self._heading = TreeHeading()
        self._top = FrameLine("top", identity=f"{tree}-title")
        self._bottom = FrameLine("bottom", identity=f"{tree}-path")
        super().__init__(
            self._top, self._heading, self.file_tree, bottom=self._bottom, identity=identity
        )
        self._titles: tuple[str, ...] = ("Files",)
        self._waits = False

    def on_mount(self) -> None:
        """Show that nothing is there yet."""
        self.wait("")

    def mount_above(self, bar: Widget) -> AwaitMount:
        """Put a line between the frame and the columns."""
        return self.sides.mount(bar, before=self._heading)

    def show(self, comparison: Comparison, titles: tuple[str, ...]) -> None:
        """Show other states of the filesystem under a printable title, the longest first."""
        self._titles, self._waits = titles, False
        self.file_tree.compare(comparison)
        self.label()

    def wait(self, reason: str, titles: tuple[str, ...] = ("Files",)) -> None:
        """Tell why there is nothing to show."""
        self.file_tree.show_notice(reason)
        self._titles, self._waits = titles, bool(reason)
        self._top.tell(titles)
        self._bottom.tell("")

    @on(FileTree.TreeChanged)
    def _tree_changed(self) -> None:
        self.label()

    @on(TreeHeading.SortChosen)
    def _sort_chosen(self, message: TreeHeading.SortChosen) -> None:
        message.stop()
        self.file_tree.sort_by(message.sort)

    def on_resize(self) -> None:
        """Fit the columns to the frame."""
        self.call_after_refresh(self.label)

    def label(self) -> None:
        """Tell the path under the cursor, and how many paths are shown."""
        view = self.file_tree.view
        if view is None or self._waits or not self.is_attached:
            return
        self.file_tree.show_notice(*(() if len(view) else _nothing(view)))
        self._heading.show(self.file_tree.columns, view.sort)
        node = self.file_tree.cursor_node
        path = printable(view.filesystem.table.path(node)) if node is not None else ""
        self._top.tell(self._titles, *_counts(view))
        self._bottom.tell(path)


def _nothing(view: TreeView) -> tuple[str, ...]:
    """Return why no path is shown."""
    shown, there = view.row_counts()
    if view.filtered:
        return "Nothing matches.", "esc ends the filter."
    if there > shown and view.shown_changes == ALL_CHANGES - {Change.UNMODIFIED}:
        return "No file was added, changed or removed.", "u shows what is unchanged."
    if there > shown:
        return "Every path is hidden.", "a m r u show added, changed, removed, unchanged."
    return ("There are no files here.",)


def _counts(view: TreeView) -> tuple[str, ...]:
    """Return how many paths are shown and which are not, the longest words first.

    That some are hidden must be seen; how many there are need not.
    """
    shown, there = view.row_counts()
    order = ", largest first" if view.sort is Sort.SIZE else ""
    every = f"{count(there)} {'path' if there == 1 else 'paths'}"
    if view.shown_changes == ALL_CHANGES:
        some = f"{count(shown)} of {every}" if view.filtered else every
        return f"{some}{order}", some, ""
    hidden = _hidden(view)
    without = f"no {', '.join(hidden)}"
    words = f"{count(shown)} of {every}, {without}{order}", f"{count(shown)}, {without}", without
    return words if len(hidden) == 1 else (*words, f"{len(hidden)} kinds hidden")


def _hidden(view: TreeView) -> list[str]:
    return [word for change, word in _WORDS.items() if change not in view.shown_changes]
