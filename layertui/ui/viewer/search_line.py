"""The line in which it is typed what the viewer looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from layertui.ui.widgets.field import Field
from layertui.ui.widgets.typing_line import TypingLine, sign

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Searcher(Protocol):
    """Who looks for what is typed."""

    def search_for(self, text: str, /) -> None:
        """Look for a text, and go to the content."""

    def search_left(self) -> None:
        """Go back to the content."""


class SearchField(Field):
    """Takes what is looked for.

    Args:
        owner: Who looks for it.
    """

    BINDING_GROUP_TITLE = "Search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "search", "Search", id="viewer.find"),
        Binding("escape", "leave", "Back", id="viewer.find-leave", key_display="esc"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Go to where it is found first. |
    | escape | Go back. |
    """

    def __init__(self, owner: Searcher) -> None:
        super().__init__(placeholder="text to look for", select_on_focus=True, compact=True)
        self._owner = owner

    def action_search(self) -> None:
        """Look for it."""
        self._owner.search_for(self.value)

    def action_leave(self) -> None:
        """Look for nothing else."""
        self._owner.search_left()


class SearchLine(TypingLine):
    """Where it is typed.

    Args:
        owner: Who looks for it.
    """

    DEFAULT_CSS: ClassVar[str] = """
    SearchLine {
        & > .search-line--error { width: auto; padding: 0 1; color: $text-error; }
    }
    SearchLine:ansi { & > .search-line--error { color: ansi_red; } }
    """

    def __init__(self, owner: Searcher) -> None:
        super().__init__()
        self._field = SearchField(owner)
        self._error = Static("", markup=False, classes="search-line--error")
        self.display = False

    def compose(self) -> ComposeResult:
        """Put the sign of a search before what is typed."""
        yield sign("/")
        yield self._field
        yield self._error

    def edit(self) -> None:
        """Let it be typed, before another key is taken."""
        self.display = True
        self.refuse("")
        self.screen.set_focus(self._field)

    def refuse(self, words: str) -> None:
        """Say why it cannot be looked for, printable."""
        self._error.update(Content(words))

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.refuse("")

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
