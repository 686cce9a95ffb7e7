"""The line in which the filter of the files is typed and, as long as it is on, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from layertui.display import count
from layertui.filesystem.query import Syntax
from layertui.ui.widgets.typing_line import TypingLine, sign

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.ui.files.filter import TreeFilter

_HINT = "name, *.so, >10MB, type:dir"


class FilterField(Input):
    """Takes the line."""

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

    def action_keep(self) -> None:
        """Go to the files."""
        self.post_message(FilterBar.Kept())

    def action_next_syntax(self) -> None:
        """Read the pattern in another way."""
        self.post_message(FilterBar.SyntaxChosen())

    def action_end_filter(self) -> None:
        """End the filter."""
        self.post_message(FilterBar.Ended())


class FilterBar(TypingLine):
    """What is filtered for, how it is read, and how much matches."""

    DEFAULT_CSS: ClassVar[str] = """
    FilterBar {
        & > .filter-bar--state {
            width: auto;
            max-width: 70%;
            padding: 0 1;
            text-wrap: nowrap;
            text-overflow: ellipsis;
            color: $foreground 70%;
        }
        & > .filter-bar--state.-error { color: $text-error; }
    }
    FilterBar:ansi {
        & > .filter-bar--state { color: ansi_default; }
        & > .filter-bar--state.-error { color: ansi_red; }
    }
    """

    class Typed(Message):
        """Another line was typed.

        Attributes:
            line: The line.
        """

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class SyntaxChosen(Message):
        """The pattern is to be read in the next way."""

    class Kept(Message):
        """The user goes on in the files."""

    class Ended(Message):
        """The filter is to end."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self._line = line
        self._field = FilterField(line, placeholder=_HINT, select_on_focus=False, compact=True)
        self._state = Static("", markup=False, classes="filter-bar--state")

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
        syntax = {Syntax.TEXT: "text", Syntax.GLOB: "glob", Syntax.REGEX: "regex"}[state.syntax]
        told = state.error or (f"{syntax}  {found}" if state.query else syntax)
        self._state.set_class(bool(state.error), "-error")
        self._state.update(Content(told))

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        if message.value != self._line:
            self._line = message.value
            self.post_message(self.Typed(message.value))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
