"""What is copied from the main screen: safe to be pasted anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.display import printable, printable_lines

if TYPE_CHECKING:
    from layertui.image import Image, Layer
    from layertui.ui.layers.text import LayerReport
    from layertui.ui.main_panes import MainPanes

_LIMIT = 1 << 16
"""Characters that are copied at most."""


class Copied(NamedTuple):
    """A text with what it is; printable, and empty where there is nothing to copy."""

    what: str
    text: str

    @property
    def words(self) -> str:
        """What the user is told."""
        return f"Copied {self.what}." if self.text else "There is nothing to copy here."


def copied_in_focus(panes: MainPanes, report: LayerReport) -> Copied:
    """Return what the focus is on; the layer where that is nothing of its own."""
    tree = panes.files_pane.active_tree
    if panes.in_files and tree.view is not None and tree.cursor_node is not None:
        return copied_path(tree.view.filesystem.table.path(tree.cursor_node))
    if panes.image_pane.has_focus:
        return copied_image(report.image)
    return copied_layer(report.layer)


def copied_path(path: bytes) -> Copied:
    """Return a path, what is not printable in it escaped."""
    return Copied("the path", printable(path, _LIMIT))


def copied_image(image: Image) -> Copied:
    """Return the ImageID."""
    return Copied("the ImageID", image.image_id or "")


def copied_layer(layer: Layer) -> Copied:
    """Return the layer digest, or the DiffID where that is unknown."""
    if layer.digest:
        return Copied("the layer digest", layer.digest)
    return Copied("the DiffID", layer.diff_id or "")


def copied_instruction(report: LayerReport) -> Copied:
    """Return the instruction that made a layer, with its lines."""
    history = report.layer.history
    text = history.instruction if history is not None else ""
    return Copied("the instruction", "\n".join(printable_lines(text, _LIMIT)))
