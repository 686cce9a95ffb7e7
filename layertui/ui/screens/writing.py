"""Where to write something, then how far that is, then what was left out."""

from __future__ import annotations

from abc import abstractmethod
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from layertui.contents.destination import OccupiedError
from layertui.display import size
from layertui.errors import CancelledError, LayertuiError
from layertui.ui.extracting.told_list import ToldList
from layertui.ui.job import Job
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.field import Field
from layertui.ui.widgets.typing_line import TypingLine, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

_PAUSE = 0.1
"""Seconds between two times that progress is told."""
_PATIENCE = 2.0
"""Seconds that unfinished files get to go away when the program ends."""
_LONGEST = 4_096
_NARROW, _FLAT = 76, 18
"""Columns below which not all keys are told, lines below which there is no room to spare."""


class WritingInput(Field):
    """Takes what is typed."""

    BINDING_GROUP_TITLE = "Write"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.write", "Write", id="writing.write"),
        Binding("escape", "screen.leave", "Stop, or leave", id="writing.leave", key_display="esc"),
        Binding("ctrl+r", "screen.replace", "Write over what is there", id="writing.replace"),
        Binding("ctrl+t", "screen.change_kind", "All, or the layer itself", id="writing.toggle"),
        Binding("tab,down", "screen.focus_next", "Next line", id="writing.next", show=False),
        Binding("shift+tab,up", "screen.focus_previous", "Line before", id="writing.previous",
                show=False),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Write. |
    | escape | Stop what is written, or leave. |
    | ctrl+r | Write over what is there, or do not. |
    | ctrl+t | Change between all files and those that the layer itself has. |
    | tab, down | Go to the next line to type in. |
    | shift+tab, up | Go to the line before. |
    """


class Written(NamedTuple):
    """What was written.

    Attributes:
        summary: How much, and where to; printable.
        told: Paths that were not written as they are, each with why; printable.
    """

    summary: str
    told: Sequence[tuple[str, str]] = ()


class Line(NamedTuple):
    """A line to type in.

    Attributes:
        sign: What stands before it.
        value: What it says at first.
        placeholder: What it says while it is empty.
    """

    sign: str
    value: str = ""
    placeholder: str = ""


class WritingScreen(LeftOnce, ModalScreen["str | None"]):
    """Asks where to, writes beside the screen, and tells what came of it.

    The result is what was written, in words, or None.

    Attributes:
        overwrite: Whether what is there may be written over.
    """

    AUTO_FOCUS = "WritingInput"
    TAKES_TEXT: ClassVar[bool] = True
    DEFAULT_CSS: ClassVar[str] = """
    WritingScreen #writing {
        width: 84; padding: 1 2; border-subtitle-color: $foreground 70%;
    }
    WritingScreen:ansi #writing { border-subtitle-color: ansi_default; }
    WritingScreen #writing-about { margin: 1 0 0 0; }
    WritingScreen #writing-state { margin: 1 0 0 0; color: $foreground 70%; }
    WritingScreen #writing-state.-problem { color: $text-error; }
    WritingScreen TypingLine > .typing-line--sign { width: 3; padding: 0 1 0 0; }
    WritingScreen ToldList { display: none; height: auto; max-height: 60vh; margin: 1 0 0 0; }
    WritingScreen.-told TypingLine { display: none; }
    WritingScreen.-told #writing-about { margin: 0; }
    WritingScreen.-told ToldList { display: block; }
    WritingScreen.-flat #writing { padding: 0 1; }
    WritingScreen.-flat ToldList { max-height: 40vh; }
    WritingScreen.-flat #writing-about, WritingScreen.-flat #writing-state { margin: 0; }
    WritingScreen:ansi #writing-state { color: ansi_default; }
    WritingScreen:ansi #writing-state.-problem { color: ansi_red; }
    WritingScreen:nocolor #writing-state.-problem { color: ansi_default; text-style: bold; }
    WritingScreen:nocolor Input > .input--cursor { text-style: reverse; }
    """

    class _Told(Message):
        """The work is somewhere, or at its end."""

        def __init__(self, job: Job, progress: str = "", written: Written | None = None,
                     error: LayertuiError | None = None) -> None:  # fmt: skip
            super().__init__()
            self.job = job
            self.progress = progress
            self.written = written
            self.error = error

    def __init__(self) -> None:
        super().__init__()
        self.overwrite = False
        self._dialog = Vertical(id="writing", classes="dialog")
        self._inputs = [
            WritingInput(line.value, placeholder=line.placeholder, max_length=_LONGEST,
                         compact=True, select_on_focus=False)
            for line in self.lines
        ]  # fmt: skip
        self._about = Static(id="writing-about", markup=False)
        self._state = Static(id="writing-state", markup=False)
        self._list = ToldList(identity="writing-told")
        self._job: Job | None = None
        self._stop = Event()
        self._summary: str | None = None
        self._due = 0.0

    @property
    @abstractmethod
    def lines(self) -> Sequence[Line]:
        """What is to be typed."""

    @property
    @abstractmethod
    def heading(self) -> str:
        """What is written, printable."""

    @property
    @abstractmethod
    def about(self) -> str:
        """More about what is written, printable."""

    @abstractmethod
    def work(self, typed: Sequence[str], *, overwrite: bool) -> Written:
        """Write, in a thread; ask `stopped` and `tell` on the way.

        Raises:
            LayertuiError: It cannot be written.
        """

    @property
    def can_toggle(self) -> bool:
        """Whether there is something else that could be written instead."""
        return False

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._job is not None

    def stopped(self) -> bool:
        """Tell whether the user wants no more of it."""
        return self._stop.is_set()

    def tell(self, done: int, total: int) -> None:
        """Tell, from the thread, how many bytes are written."""
        if self._job is not None and monotonic() >= self._due:
            self._due = monotonic() + _PAUSE
            of_all = f" of {size(total)}" if total else ""
            self._job.post(self._Told(self._job, f"{size(done)}{of_all} written"))

    def compose(self) -> ComposeResult:
        """Put what is asked above what is told."""
        with self._dialog:
            for line, field in zip(self.lines, self._inputs, strict=True):
                with TypingLine():
                    yield sign(line.sign)
                    yield field
            yield self._about
            yield self._state
            yield self._list

    def on_mount(self) -> None:
        """Ask."""
        self.show_about()
        self._ask()

    def on_resize(self) -> None:
        """Leave out what there is no room for."""
        self.set_class(self.size.height < _FLAT, "-flat")

    def show_about(self) -> None:
        """Tell what will be written."""
        self._dialog.border_title = Content(self.heading)
        self._about.update(Content(self.about))

    def _ask(self, problem: str = "") -> None:
        """Let the user type."""
        self._show_state(problem, problem=bool(problem))
        more = ["ctrl+t changes what"] if self.can_toggle else []
        more += ["ctrl+r keeps what is there" if self.overwrite else "ctrl+r replaces files"]
        keys = ["enter writes", *(more if self.size.width >= _NARROW else []), "esc leaves"]
        self._dialog.border_subtitle = Content(", ".join(keys))

    def _show_state(self, words: str, *, problem: bool = False) -> None:
        if not words and self.overwrite:
            words = "Files that are there are replaced."
        self._state.set_class(problem, "-problem")
        self._state.update(Content(words))
        self._state.display = bool(words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing that would change nothing."""
        if action == "change_kind":
            return self.can_toggle and self._summary is None
        if action in ("focus_next", "focus_previous"):
            return len(self._inputs) > 1
        return super().check_action(action, parameters)

    def action_replace(self) -> None:
        """Write over what is there, or do not."""
        if not self.busy:
            self.overwrite = not self.overwrite
            self._ask()

    def action_change_kind(self) -> None:
        """Write something else; to be overridden."""

    def action_write(self) -> None:
        """Begin to write."""
        if self.busy or self._summary is not None:
            return
        self._stop.clear()
        typed = [field.value for field in self._inputs]
        overwrite = self.overwrite
        self._job = Job(lambda job: self._run(job, typed, overwrite=overwrite), self.post_message)
        self._show_state("writing\u2026")
        self._dialog.border_subtitle = "esc stops"
        self._job.start()

    def _run(self, job: Job, typed: Sequence[str], *, overwrite: bool) -> None:
        try:
            written = self.work(typed, overwrite=overwrite)
        except LayertuiError as error:
            job.post(self._Told(job, error=error))
        else:
            job.post(self._Told(job, written=written))

    @on(_Told)
    def _told(self, message: _Told) -> None:
        message.stop()
        if message.job is not self._job:
            return
        if message.progress:
            self._show_state(message.progress)
            return
        self._job = None
        if message.error is not None:
            self._failed(message.error)
        elif message.written is not None:
            self._finished(message.written)

    def _failed(self, error: LayertuiError) -> None:
        if isinstance(error, OccupiedError):
            error.hint = "Name another place, or replace files with ctrl+r."
        message = "Stopped." if isinstance(error, CancelledError) else error.message
        self._ask(f"{message.rstrip('.')}. {error.hint}" if error.hint else message)

    def _finished(self, written: Written) -> None:
        self._summary = written.summary
        if not written.told:
            self.dismiss(written.summary)
            return
        self.add_class("-told")
        self._about.update(Content(written.summary))
        self._show_state(self._amount(written))
        self._dialog.border_subtitle = "esc closes"
        self._list.show(written.told)
        self._list.styles.height = len(written.told)
        self._list.focus()

    @staticmethod
    def _amount(written: Written) -> str:
        number = len(written.told)
        return (
            "1 path was not written as it is:"
            if number == 1
            else (f"{number:,} paths were not written as they are:".replace(",", " "))
        )

    def action_leave(self) -> None:
        """Stop what is written; leave where nothing is."""
        if self.busy:
            self._stop.set()
            self._show_state("stopping\u2026")
        else:
            self.dismiss(self._summary)

    def action_close(self) -> None:
        """Leave."""
        self.dismiss(self._summary)

    @on(Input.Changed)
    def _input_changed(self, message: Input.Changed) -> None:
        message.stop()
        if not self.busy:
            self._ask()

    def on_key(self, event: events.Key) -> None:
        """Keep keys from the screen below."""
        event.stop()

    def on_unmount(self) -> None:
        """Let nothing half written stay."""
        self._stop.set()
        if self._job is not None:
            self._job.join(_PATIENCE)
