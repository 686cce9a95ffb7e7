"""The framed pane around the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from layertui.display import count, printable
from layertui.filesystem.tree import Change
from layertui.filesystem.view import ALL_CHANGES, Sort
from layertui.ui.columns import heading
from layertui.ui.widgets.file_tree import FileTree
from layertui.ui.widgets.frame_line import FrameLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.filesystem.view import TreeView
    from layertui.ui.stack import LayerStack

_WORDS = {
    Change.ADDED: "added",
    Change.MODIFIED: "changed",
    Change.REMOVED: "removed",
    Change.UNMODIFIED: "unchanged",
}


class TreePane(Vertical):
    """The tree in a frame that says what is compared, and the path under the cursor."""

    def compose(self) -> ComposeResult:
        """Put the parts below one another."""
        yield FrameLine("top", identity="tree-title")
        with Vertical(id="tree-sides"):
            yield Static(id="heading", markup=False)
            yield FileTree(identity="tree")
        yield FrameLine("bottom", identity="tree-path")

    def on_mount(self) -> None:
        """Show that nothing is there yet."""
        self._title = "Files"
        self._heading = ""
        self._wait("")

    def show_filesystem(self, view: TreeView) -> None:
        """Show another filesystem."""
        self.query_one(FileTree).show(view)

    def show_layer(self, stack: LayerStack, number: int) -> None:
        """Show what a layer did, or why that is not known yet."""
        self._title = stack.title(number)
        if number < stack.usable:
            self.query_one(FileTree).compare(stack.comparison(number))
            self._label()
        else:
            self._wait(_reason(stack, number))

    def on_file_tree_tree_changed(self) -> None:
        """Tell the path under the cursor and how many paths are shown."""
        self._label()

    def on_resize(self) -> None:
        """Fit the columns to the frame."""
        self.call_after_refresh(self._label)

    def on_descendant_focus(self) -> None:
        """Let the edges look like the sides."""
        self.query(FrameLine).add_class("-focused")

    def on_descendant_blur(self) -> None:
        """Let the edges look like the sides."""
        self.query(FrameLine).remove_class("-focused")

    def _wait(self, reason: str) -> None:
        self.query_one(FileTree).show_notice(reason)
        self.query_one("#tree-title", FrameLine).tell(self._title)
        self.query_one("#tree-path", FrameLine).tell("")

    def _label(self) -> None:
        tree = self.query_one(FileTree)
        view = tree.view
        if view is None:
            return
        tree.show_notice(*(() if len(view) else _nothing(view)))
        words = heading(tree.columns)
        if words != self._heading:
            self._heading = words
            self.query_one("#heading", Static).update(Content(words))
        node = tree.cursor_node
        path = printable(view.filesystem.table.path(node)) if node is not None else ""
        self.query_one("#tree-title", FrameLine).tell(self._title, _counts(view))
        self.query_one("#tree-path", FrameLine).tell(path)


def _reason(stack: LayerStack, number: int) -> str:
    """Return why a layer cannot be looked at yet."""
    below = next((row for row in stack.rows[: number + 1] if row.size is None), None)
    if below is None or not stack.rows:
        return "The layers are being put together."
    if below.number == number:
        return f"Layer {number} is being read."
    return f"Layer {below.number}, below this one, is being read."


def _nothing(view: TreeView) -> tuple[str, ...]:
    """Return why no path is shown."""
    shown, there = view.row_counts()
    if there > shown:
        return "Every path is hidden.", "a m r u show added, changed, removed, unchanged."
    return ("There are no files here.",)


def _counts(view: TreeView) -> str:
    shown, there = view.row_counts()
    hidden = [word for change, word in _WORDS.items() if change not in view.shown_changes]
    by_size = ", largest first" if view.sort is Sort.SIZE else ""
    if view.shown_changes == ALL_CHANGES:
        return f"{count(there)} paths{by_size}"
    without = f", no {', '.join(hidden)}"
    return f"{count(shown)} of {count(there)} paths{without}{by_size}"
