"""The line in which the filter of the files is typed and, as long as it is on, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from rich.cells import cell_len
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from layertui.display import count
from layertui.filesystem.query import Syntax
from layertui.ui.drawing.cells import cut
from layertui.ui.widgets.field import Field
from layertui.ui.widgets.typing_line import TypingLine, sign

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.ui.files.filter import TreeFilter

_HINT = "name, *.so, >10MB, type:dir"
_AROUND = 5
"""Cells of the sign before the line, and beside what is told after it."""

_LEAST_FIELD = 8
"""Cells of the line itself where there are twice as many."""


class FilterOwner(Protocol):
    """Whose filter it is; told at once, so that the next key finds it done."""

    def filter_typed(self, line: str, /) -> None:
        """Take what was typed."""

    def filter_read_otherwise(self) -> None:
        """Read the pattern in the next way."""

    def filter_kept(self) -> None:
        """Go on, with the filter on."""

    def filter_ended(self) -> None:
        """Go back to how it was before."""


class FilterField(Field):
    """Takes the line.

    Args:
        line: What is in it at first.
        owner: Whose filter it is.
    """

    BINDING_GROUP_TITLE = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "keep", "To the files", id="filter.keep-on", key_display="enter"),
        Binding("ctrl+t", "next_syntax", "Text, glob, regex", id="filter.syntax"),
        Binding("escape", "end_filter", "End the filter", id="filter.end", key_display="esc"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter, down | Go to the files; the filter stays on. |
    | ctrl+t | Read the pattern as text, as a glob, as a regular expression. |
    | escape | End the filter and go back to where it began. |
    """

    def __init__(self, line: str, owner: FilterOwner) -> None:
        super().__init__(line, placeholder=_HINT, select_on_focus=False, compact=True)
        self._owner = owner

    def action_keep(self) -> None:
        """Go to the files."""
        self._owner.filter_typed(self.value)
        self._owner.filter_kept()

    def action_next_syntax(self) -> None:
        """Read the pattern in another way."""
        self._owner.filter_typed(self.value)
        self._owner.filter_read_otherwise()

    def action_end_filter(self) -> None:
        """End the filter."""
        self._owner.filter_ended()


class FilterBar(TypingLine):
    """What is filtered for, how it is read, and how much matches.

    Args:
        line: What is filtered for at first.
        owner: Whose filter it is.
    """

    DEFAULT_CSS: ClassVar[str] = """
    FilterBar {
        & > .filter-bar--state {
            width: auto;
            padding: 0 1;
            text-wrap: nowrap;
            color: $foreground 70%;
        }
        & > .filter-bar--state.-error { color: $text-error; }
    }
    FilterBar:ansi {
        & > .filter-bar--state { color: ansi_default; }
        & > .filter-bar--state.-error { color: ansi_red; }
    }
    """

    def __init__(self, line: str, owner: FilterOwner) -> None:
        super().__init__()
        self._owner = owner
        self._field = FilterField(line, owner)
        self._state = Static("", markup=False, classes="filter-bar--state")
        self._told: tuple[str, ...] = ("",)

    def compose(self) -> ComposeResult:
        """Put sign, line and state beside one another."""
        yield sign("/")
        yield self._field
        yield self._state

    def edit(self) -> None:
        """Put the cursor into the line, before another key is taken."""
        self.screen.set_focus(self._field)

    def show(self, state: TreeFilter, matches: int) -> None:
        """Tell how far the search is and what it found."""
        words = "match" if matches == 1 else "matches"
        found = "searching" if state.searching else f"{count(matches)} {words}"
        brief = "\u2026" if state.searching else count(matches)
        syntax = {Syntax.TEXT: "text", Syntax.GLOB: "glob", Syntax.REGEX: "regex"}[state.syntax]
        told = (f"{syntax}  {found}", found, brief) if state.query else (syntax,)
        self._told = state.error or told
        self._state.set_class(bool(state.error), "-error")
        self._draw()

    def on_resize(self) -> None:
        """Tell it in the words there is room for."""
        self._draw()

    def _draw(self) -> None:
        """Tell it beside what is typed, which has half of the line if it needs that."""
        room, typed = max(0, self.size.width - _AROUND), cell_len(self._field.value) + 1
        beside = [room - min(field, room // 2) for field in (max(typed, _LEAST_FIELD), typed)]
        fitting = (words for each in beside for words in self._told if cell_len(words) <= each)
        self._state.update(Content(next(fitting, None) or cut(self._told[-1], beside[-1])))

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        if self.display:
            self._owner.filter_typed(self._field.value)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
