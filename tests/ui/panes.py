"""A screen with two panes whose keys do something that can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from layertui.ui.layers.row import LayerRow
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult


class Pane(CursorView):
    """Notes what is done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("page_down", "page_down", "A page down", id="pane.page-down"),
        Binding("x,f5", "note('done')", "Do it", id="pane.do", key_display="x"),
        Binding("z", "note('never')", "Do nothing", id="pane.never"),
        Binding("v", "note('maybe')", "Do it later", id="pane.maybe"),
        Binding("w", "note('nameless')", "Without an id"),
        Binding("n", "note('wordless')", "", id="pane.wordless"),
        Binding("c", "screen.note('from a pane')", "Tell the screen", id="pane.tell"),
        Binding("d", "screen.note('on the screen')", "Not of this pane", id="pane.pass-on"),
    ]

    def __init__(self, identity: str) -> None:
        super().__init__(identity=identity)
        self.can: dict[object, bool | None] = {"never": False, "maybe": None}

    def line(self, _number: int, _width: int, /) -> Iterator[Span]:
        yield Span("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.can.get(parameters[0], True) if action == "note" else True

    def action_note(self, word: str) -> None:
        assert isinstance(self.screen, PanesScreen)
        assert self.screen.focused is self
        self.screen.notes.append(f"{self.id}: {word}")


class Layers(Pane):
    """The left one."""

    BINDING_GROUP_TITLE = "Layers"


class Files(Pane):
    """The right one."""

    BINDING_GROUP_TITLE = "Files"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "note('sorted')", "Sort", id="files.sort"),
    ]


class PanesScreen(Screen[None]):
    """Two panes beside one another, and a line below.

    Attributes:
        notes: What was done.
    """

    AUTO_FOCUS = "#left"
    BINDING_GROUP_TITLE = "Screen"
    DEFAULT_CSS: ClassVar[str] = """
    PanesScreen Pane { width: 1fr; height: 1fr; border: round $foreground 25%; }
    PanesScreen Horizontal { height: 1fr; }
    PanesScreen #line { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "note('on the screen')", "All", id="screen.do", tooltip="Do it everywhere"),
        Binding("E", "note('on the screen')", "The same backwards", id="screen.same"),
        Binding("ctrl+p", "note('palette')", "Commands", id="palette"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Layers("left")
            yield Files("right")
        yield Static("", id="line", markup=False)

    def action_note(self, word: str) -> None:
        self.notes.append(word)


def layer_rows(*instructions: str) -> list[LayerRow]:
    """Return layers of one's own with these instructions."""
    return [
        LayerRow(number=number, instruction=text, base=False)
        for number, text in enumerate(instructions)
    ]
