"""Which of several images to open."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events
    from textual.app import ComposeResult


class ChoiceList(CursorView):
    """Lines to choose one of.

    Args:
        choices: Printable lines.
    """

    def __init__(self, choices: Sequence[str], *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._choices = choices

    def on_mount(self) -> None:
        """Show the lines."""
        self.set_line_count(len(self._choices))

    def line(self, number: int, _width: int, /) -> Iterator[Span]:
        """Return a choice."""
        yield Span("\u258c " if number == self.cursor else "  ", "mark")
        yield Span(self._choices[number])

    def line_clicked(self, number: int, event: events.Click, /) -> None:
        """Choose with a second click."""
        if event.chain == 2:
            self.screen.dismiss(number)


class ChooserScreen(LeftOnce, ModalScreen["int | None"]):
    """Lists the images of an archive; the result is the number of one, or None.

    Args:
        choices: One printable line an image.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "choose", "Open", id="chooser.open"),
        Binding("escape", "leave", "Quit", id="chooser.quit"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter, space | Open the image under the cursor. |
    | escape | Leave, as q does. |
    """

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__()
        self._list = ChoiceList(choices, identity="choices")
        self._list.border_title = f"{len(choices)} images: which one?"
        self._list.border_subtitle = "enter opens, esc quits"
        self._list.styles.height = len(choices) + 4
        self._list.add_class("dialog")

    def compose(self) -> ComposeResult:
        """Show the list in a dialog."""
        yield self._list

    def action_choose(self) -> None:
        """Open the image under the cursor."""
        self.dismiss(self._list.cursor)

    def action_leave(self) -> None:
        """Open none."""
        self.dismiss(None)
