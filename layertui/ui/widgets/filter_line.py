"""The line in which the filter of a table is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from layertui.ui.widgets.typing_line import TypingLine, sign

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.ui.widgets.table import Table


class FilterInput(Input):
    """Takes the text of a filter."""

    BINDING_GROUP_TITLE = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Show all again", id="filter.clear", key_display="esc"),
        Binding("enter,down", "keep", "To the rows", id="filter.keep", key_display="enter"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | escape | Clear the filter and go back to the rows. |
    | enter, down | Keep the filter and go to the rows. |
    """

    def __init__(self, table: Table[Any]) -> None:
        hint = table.model.filter_hint
        super().__init__(placeholder=hint, select_on_focus=False, compact=True)
        self._table = table

    def action_clear(self) -> None:
        """Show all rows again and go to them."""
        self._table.filter_by("")
        self.action_keep()

    def action_keep(self) -> None:
        """Go to the rows."""
        self.screen.set_focus(self._table)
        self.post_message(FilterLine.Left())


class FilterLine(TypingLine):
    """Filters a table while it is typed.

    Args:
        table: The table.
    """

    class Left(Message):
        """The user goes on in the rows."""

    def __init__(self, table: Table[Any]) -> None:
        super().__init__()
        self._table = table
        self._field = FilterInput(table)
        self.display = False

    def compose(self) -> ComposeResult:
        """Put the sign of a filter before what is typed."""
        yield sign("/")
        yield self._field

    def edit(self) -> None:
        """Put the filter there is into the line, and the cursor at its end."""
        self.display = True
        self._field.value = self._table.text
        self._field.action_end()
        self.screen.set_focus(self._field)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if self.display:
            self._table.filter_by(message.value)

    @on(Left)
    def _left(self, message: Left) -> None:
        message.stop()
        self.display = False
