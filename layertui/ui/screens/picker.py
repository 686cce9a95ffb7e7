"""Type a few characters and choose one of what they find."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from layertui.display import count
from layertui.filesystem.finding import LONGEST
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.field import Field
from layertui.ui.widgets.pick_list import PickList, Value
from layertui.ui.widgets.typing_line import TypingLine, sign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

    from layertui.ui.widgets.pick_list import Choice

Result = TypeVar("Result")

_NARROW, _FLAT = 45, 10
"""Columns below which nothing is counted, lines below which there is no frame."""


def _moving(keys: str, action: str, description: str, name: str) -> Binding:
    """Return a key that moves the cursor of the list."""
    return Binding(keys, f"screen.move('{action}')", description, id=f"picker.{name}", show=False)


class PickerInput(Field):
    """Takes what is typed, and hands the keys that move on to the list."""

    BINDING_GROUP_TITLE = "Choose"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.choose", "Choose", id="picker.choose"),
        Binding("escape", "screen.leave", "Leave", id="picker.leave", key_display="esc"),
        _moving("down,ctrl+n", "cursor_down", "Next", "down"),
        _moving("up", "cursor_up", "Previous", "up"),
        _moving("pagedown", "page_down", "A page down", "page-down"),
        _moving("pageup", "page_up", "A page up", "page-up"),
        _moving("ctrl+home", "first", "To the first", "first"),
        _moving("ctrl+end", "last", "To the last", "last"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Choose what is under the cursor. |
    | escape | Leave without choosing. |
    | down, ctrl+n | Move the cursor down. |
    | up | Move it up. |
    | pagedown, pageup | Move it by a page. |
    | ctrl+home, ctrl+end | Move it to the first, to the last. |
    """


class PickerScreen(LeftOnce, ModalScreen[Result], Generic[Value, Result]):
    """A line to type in above a list of what it finds; to be given choices by subclasses.

    Attributes:
        heading: What the dialog is for.
        hint: What the keys do, below it.
        placeholder: What the line to type in says while it is empty.
        nothing: What the list says where nothing is found.
        input_type: What takes the keys.
        picks: What can be chosen.
    """

    AUTO_FOCUS = "PickerInput"
    TAKES_TEXT: ClassVar[bool] = True
    DEFAULT_CSS: ClassVar[str] = """
    PickerScreen #picker {
        border: round $primary;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $foreground 70%;
        background: $background;
        width: 90;
        max-width: 94%;
        height: 90%;
        max-height: 32;
    }
    PickerScreen #picker-line {
        height: 2;
        border-bottom: solid $foreground 20%;
        & > #picker-count {
            width: 24;
            padding: 0 1;
            text-align: right;
            color: $foreground 55%;
        }
    }
    PickerScreen:ansi #picker {
        border: round ansi_blue;
        border-title-color: ansi_default;
        border-subtitle-color: ansi_default;
        background: ansi_default;
    }
    PickerScreen:ansi #picker-line {
        border-bottom: solid ansi_bright_black;
        & > #picker-count { color: ansi_default; text-style: dim; }
    }
    PickerScreen.-narrow #picker-count { display: none; }
    PickerScreen.-flat #picker {
        border: none;
        max-width: 100%;
        height: 100%;
        & > #picker-line { height: 1; border-bottom: none; }
    }
    PickerScreen:nocolor Input > .input--cursor { text-style: reverse; }
    """

    heading = ""
    hint = ""
    placeholder = ""
    nothing = "Nothing matches."
    input_type = PickerInput

    def __init__(self) -> None:
        super().__init__()
        self._dialog = Vertical(id="picker")
        self._line = self.input_type(placeholder=self.placeholder, max_length=LONGEST, compact=True)
        self._count = Static(id="picker-count", markup=False)
        self.picks = PickList[Value](identity="picker-list")
        self._answered = ""
        self._due: tuple[str, Callable[[Value], object]] | None = None

    def compose(self) -> ComposeResult:
        """Put the line to type in above the list."""
        with self._dialog:
            self._dialog.border_title = Content(self.heading)
            self.show_hint(self.hint)
            with TypingLine(id="picker-line"):
                yield sign("\u276f")
                yield self._line
                yield self._count
            yield self.picks
            yield from self.below()

    def below(self) -> ComposeResult:
        """Yield what stands below the list."""
        yield from ()

    def on_key(self, event: events.Key) -> None:
        """Take what is typed before the line has the focus."""
        if event.is_printable and event.character:
            event.stop()
            self._line.insert_text_at_cursor(event.character)

    def on_mount(self) -> None:
        """Begin."""
        self.start()

    def on_resize(self) -> None:
        """Leave room for what is found."""
        width, height = self.size
        self.set_class(width < _NARROW, "-narrow")
        self.set_class(height < _FLAT, "-flat")

    def start(self) -> None:
        """Show what there is before anything is typed."""
        self.search("")

    @property
    def typed(self) -> str:
        """What is typed."""
        return self._line.value

    def show_hint(self, words: str) -> None:
        """Tell below the dialog what the keys do, in printable words."""
        self._dialog.border_subtitle = Content(words)

    def search(self, text: str) -> None:
        """Find what matches a text, and `show` it, now or later; to be overridden."""
        raise NotImplementedError

    def chosen(self, value: Value) -> None:
        """Do what a choice is for; to be overridden."""
        raise NotImplementedError

    def highlighted(self, value: Value) -> None:
        """Do what the cursor coming to a choice is for."""

    def show(
        self,
        choices: Sequence[Choice[Value]],
        text: str,
        *,
        found: int,
        among: int,
        complete: bool = True,
        more: bool = False,
    ) -> None:
        """Show what was found.

        Args:
            choices: The best of it.
            text: What it is found for.
            found: How many match.
            among: How many there are.
            complete: Whether all were tried.
            more: Whether some of it was shown before.
        """
        told = f"{count(found)} of {count(among)}" if complete else "searching\u2026"
        self._count.update(Content(told), layout=False)
        self.picks.show_notice(*(() if choices or not complete else (self.nothing,)))
        self.picks.show(choices, more=more)
        if complete or choices:
            self._answered = text
            self._do_what_is_due(text)

    def do_with_choice(self, do: Callable[[Value], object]) -> None:
        """Do something with the choice under the cursor, once what is typed has been looked for."""
        self._due = self.typed, do
        if self._answered != self.typed:
            self.search(self.typed)
        else:
            self._do_what_is_due(self.typed)

    def _do_what_is_due(self, text: str) -> None:
        awaited, do = self._due or (None, None)
        if awaited == text and do is not None:
            self._due = None
            if (choice := self.picks.choice) is not None:
                do(choice.value)

    @on(Input.Changed)
    def _input_changed(self, message: Input.Changed) -> None:
        message.stop()
        if self._due is not None and not self._due[0].startswith(message.value):
            self._due = None
        self.search(message.value)

    @on(PickList.Highlighted)
    def _list_highlighted(self, message: PickList.Highlighted) -> None:
        message.stop()
        if (choice := self.picks.choice) is not None:
            self.highlighted(choice.value)

    @on(PickList.Picked)
    def action_choose(self) -> None:
        """Choose what is under the cursor."""
        self.do_with_choice(self.chosen)

    def action_leave(self) -> None:
        """Leave without choosing."""
        self.dismiss(None)

    async def action_move(self, action: str) -> None:
        """Move the cursor of the list by one of its actions."""
        await self.picks.run_action(action)
