"""A frame that has words in its edges and shows whether the focus is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget


class FrameSides(Vertical):
    """What stands between the edges, with the sides of the frame."""

    DEFAULT_CSS: ClassVar[str] = """
    FrameSides {
        height: 1fr;
        border-left: round $foreground 25%;
        border-right: round $foreground 25%;
        background: $background;
        &:focus-within { border-left: round $primary; border-right: round $primary; }
    }
    FrameSides:ansi {
        border-left: round ansi_bright_black;
        border-right: round ansi_bright_black;
        background: ansi_default;
        &:focus-within { border-left: round ansi_blue; border-right: round ansi_blue; }
    }
    FrameSides:nocolor:focus-within {
        border-left: heavy ansi_default;
        border-right: heavy ansi_default;
    }
    """


class Frame(Vertical):
    """Widgets below one another in a frame.

    Setting words in an edge draws that edge alone; the title of a border draws all inside it.

    Args:
        top: The upper edge.
        inside: What the frame is around.
        bottom: The lower edge.
        identity: Of the frame.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Frame { height: 1fr; }
    """

    def __init__(
        self, top: Widget, *inside: Widget, bottom: Widget, identity: str | None = None
    ) -> None:
        super().__init__(id=identity)
        self._edges = (top, bottom)
        self.sides = FrameSides(*inside)

    def compose(self) -> ComposeResult:
        """Put the sides between the edges."""
        top, bottom = self._edges
        yield top
        yield self.sides
        yield bottom

    def on_descendant_focus(self) -> None:
        """Let the edges look like the sides."""
        self._mark_focus()

    def on_descendant_blur(self) -> None:
        """Let the edges look like the sides; the focus may go on to another part inside."""
        self.call_later(self._mark_focus)

    def _mark_focus(self) -> None:
        for edge in self._edges:
            edge.set_class(self.has_focus_within, "-focused")
