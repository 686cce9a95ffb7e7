"""The two lines that say what is looked for, and in which files."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from layertui.contents.expressions import LONGEST, has_no_upper_case
from layertui.filesystem.query import Syntax
from layertui.ui.search.request import scope_words
from layertui.ui.widgets.field import Field
from layertui.ui.widgets.typing_line import TypingLine, sign

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.ui.search.request import Asked
    from layertui.ui.search.work import AskedWrongError

_NARROW = 72
"""Columns below which few words are told."""


class SearchField(Field):
    """Takes what is looked for, or what paths are filtered for."""

    BINDING_GROUP_TITLE = "Search in files"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.search", "Search", id="search.begin", key_display="enter"),
        Binding("down", "screen.to_results", "To the lines", id="search.results", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Search. |
    | down | Go to the lines that were found. |
    """


class SearchForm(Vertical):
    """What is looked for, in which files, and how both are read."""

    DEFAULT_CSS: ClassVar[str] = """
    SearchForm {
        height: 3;
        padding: 0 1;
        & .search-form--state { width: auto; padding: 0 1; color: $foreground 70%; }
        & .search-form--state.-error { color: $text-error; }
        & > #search-scope { height: 1; padding: 0 1; color: $foreground 70%; }
    }
    SearchForm:ansi {
        & .search-form--state { color: ansi_default; }
        & .search-form--state.-error { color: ansi_red; }
        & > #search-scope { color: ansi_default; }
    }
    """

    class Edited(Message):
        """Something else is typed."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.text = SearchField(
            asked.text, placeholder="what to look for in files", max_length=LONGEST, compact=True
        )
        self.filter = SearchField(
            asked.filter,
            placeholder="only in paths such as *.conf, /etc/, <1MB",
            max_length=LONGEST,
            compact=True,
        )
        self._read = Static("", markup=False, classes="search-form--state")
        self._filter_read = Static("", markup=False, classes="search-form--state")
        self._scope = Static("", markup=False, id="search-scope")

    def compose(self) -> ComposeResult:
        """Put the lines below one another."""
        with TypingLine():
            yield sign("\u276f")
            yield self.text
            yield self._read
        with TypingLine():
            yield sign("/")
            yield self.filter
            yield self._filter_read
        yield self._scope

    def show(self, asked: Asked, layer: int, error: AskedWrongError | None) -> None:
        """Tell how it is read, in which files it is looked for, and what is wrong.

        Args:
            asked: What is asked for.
            layer: The layer looked at.
            error: Why it cannot be looked for, or None.
        """
        few = self.size.width < _NARROW
        kind = "regex" if asked.is_regex else "text"
        case = "any case" if has_no_upper_case(asked.text) else "case counts"
        self._tell(self._read, kind if few else f"{kind}, {case}", error, is_filter=False, few=few)
        names = {Syntax.TEXT: "text", Syntax.GLOB: "glob", Syntax.REGEX: "regex"}
        path = names[asked.filter_syntax]
        self._tell(self._filter_read, path, error, is_filter=True, few=few)
        binary = "binary ones too" if asked.as_text else "no binary ones"
        words = scope_words(asked.scope, layer)[few]
        self._scope.update(Content(f"in {words}; {binary}"))

    def _tell(
        self,
        state: Static,
        words: str,
        error: AskedWrongError | None,
        *,
        is_filter: bool,
        few: bool,
    ) -> None:
        wrong = error is not None and error.is_filter == is_filter
        if error is not None and wrong:
            words = (error.brief or (error.message,))[-1 if few else 0]
        state.set_class(wrong, "-error")
        state.update(Content(words))

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Edited())
