"""The Dockerfile that an image may have been built from, told by its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from layertui.display import printable
from layertui.ui.drawing.blocks import BlockList
from layertui.ui.image.dockerfile import dockerfile, dockerfile_blocks, totals
from layertui.ui.place import Place
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.block_view import BlockView
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.line_view import Span
from layertui.ui.widgets.title_line import Title, TitleLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.ui.image.report import ImageReport

_COPY_LIMIT = 256 << 10
_ANY_WIDTH = 100


class DockerfileScreen(LeftOnce, Screen["Place | None"]):
    """The instructions in order, each with its layer and bytes; the result is where to go.

    Args:
        report: What is known about the image.
        layer: The layer whose instruction the cursor is put on.

    Attributes:
        text: The instructions.
    """

    AUTO_FOCUS = "#dockerfile"
    BINDING_GROUP_TITLE = "Dockerfile"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "to_layer", "To its layer", id="dockerfile.to-layer"),
        Binding("escape,D", "leave", "Back", id="dockerfile.leave", key_display="esc"),
        Binding("y,Y", "copy", "Copy instruction", id="dockerfile.copy", key_display="y"),
        Binding("a", "copy_all", "Copy all", id="dockerfile.copy-all"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Go to the layer that the instruction made. |
    | y, Y | Copy the instruction. |
    | a | Copy the whole Dockerfile. |
    | escape, D | Go back. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    DockerfileScreen {
        layout: vertical;
        background: $background;

        #dockerfile { height: 1fr; }
    }
    """

    def __init__(self, report: ImageReport, layer: int | None = None) -> None:
        super().__init__()
        self._report = report
        self._layer = layer
        self._title_line = TitleLine(_title(report))
        self.text = BlockView(identity="dockerfile")

    def compose(self) -> ComposeResult:
        """Put the instructions in a frame."""
        yield self._title_line
        title = FrameLine("top")
        title.tell("Rebuilt from the history")
        yield Frame(title, self.text, bottom=FrameLine("bottom"))
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the instructions, with the cursor on the one of the layer that was looked at."""
        self._show(self._item_of(self._layer))

    def show_report(self, report: ImageReport) -> None:
        """Take what has become known in the meantime."""
        self._report = report
        self._title_line.tell(_title(report))
        self._show(self.text.cursor)

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with what is under the cursor."""
        if action not in ("to_layer", "copy"):
            return True
        block = self.text.current
        if block is None:
            return False
        return block.layer is not None if action == "to_layer" else bool(block.value)

    @on(BlockView.Highlighted)
    def _highlighted(self) -> None:
        self.refresh_bindings()

    @on(BlockView.Chosen)
    def action_to_layer(self) -> None:
        """Go to the layer that the instruction made."""
        block = self.text.current
        if block is not None and block.layer is not None:
            self.dismiss(Place(layer=block.layer))

    def action_copy(self) -> None:
        """Copy the instruction."""
        block = self.text.current
        if block is not None and block.value:
            self._copy(block.value, "the instruction")

    def action_copy_all(self) -> None:
        """Copy the whole Dockerfile."""
        self._copy(dockerfile(self._report), "the Dockerfile")

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _show(self, cursor: int) -> None:
        self.text.show(
            lambda width: BlockList(dockerfile_blocks(self._report, width)), cursor=cursor
        )

    def _item_of(self, layer: int | None) -> int:
        """Return which item is about a layer, whatever the width."""
        if layer is None:
            return 0
        blocks = BlockList(dockerfile_blocks(self._report, _ANY_WIDTH))
        items = range(blocks.item_count)
        return next((each for each in items if blocks.block(each).layer == layer), 0)

    def _copy(self, text: str, what: str) -> None:
        lines = text[:_COPY_LIMIT].split("\n")
        self.app.copy_to_clipboard("\n".join(printable(line, _COPY_LIMIT) for line in lines))
        self.notify(f"Copied {what}.", markup=False, timeout=3)


def _title(report: ImageReport) -> Title:
    """Return what the line at the top says of an image."""
    return Title(
        kind="Dockerfile",
        name=report.name,
        words=str(report.image.platform),
        right=((Span(totals(report), "dim"),), ()),
    )
