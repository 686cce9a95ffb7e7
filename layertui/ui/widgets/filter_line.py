"""The line in which the filter of a table is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from layertui.ui.widgets.field import Field
from layertui.ui.widgets.typing_line import TypingLine, sign

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from layertui.ui.widgets.table import Table


class FilterInput(Field):
    """Takes the text of a filter.

    Args:
        hint: What it may be.
        leave: Filters by a text and goes to the rows.
    """

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

    def __init__(self, hint: str, leave: Callable[[str], None]) -> None:
        super().__init__(placeholder=hint, select_on_focus=False, compact=True)
        self._leave = leave

    def action_clear(self) -> None:
        """Show all rows again and go to them."""
        self._leave("")

    def action_keep(self) -> None:
        """Go to the rows that are found."""
        self._leave(self.value)


class FilterLine(TypingLine):
    """Filters a table while it is typed.

    Args:
        table: The table.
    """

    def __init__(self, table: Table[Any]) -> None:
        super().__init__()
        self._table = table
        self._field = FilterInput(table.model.filter_hint, self.leave)
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

    def leave(self, text: str) -> None:
        """Filter by a text, and go to the rows before another key is taken."""
        self.display = False
        self._table.filter_by(text)
        self.screen.set_focus(self._table)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if self.display:
            self._table.filter_by(self._field.value)
