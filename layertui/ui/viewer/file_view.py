"""What views of a file's content have in common: they read beside the screen, and scroll."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from layertui.errors import CancelledError, LayertuiError
from layertui.ui.job import Job, LatestJob
from layertui.ui.widgets.line_view import LineView
from layertui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Blob, Cancelled
    from layertui.contents.opening import Contents
    from layertui.contents.places import Place

_PAUSE = 0.1
"""Seconds between two messages of progress."""
_SIDEWAYS = 8
"""Cells that a key scrolls sideways."""


class Content(NamedTuple):
    """The content of a file, to be opened once by each thread that reads it.

    Attributes:
        contents: What it is one of.
        place: Where it lies.
    """

    contents: Contents
    place: Place

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.place.stored.real_size

    def open(self, cancelled: Cancelled, progress: Callable[[int], None]) -> Blob:
        """Return it."""
        return self.contents.open(
            self.place.layer, self.place.stored, cancelled=cancelled, progress=progress
        )


@dataclass
class Passed(Message):
    """On the way to a content, so many bytes of its layer are passed."""

    job: Job
    done: int

    def can_replace(self, message: Message) -> bool:
        """Let the latest stand for earlier ones."""
        return isinstance(message, Passed) and message.job is self.job


@dataclass
class Ended(Message):
    """A job is done, or could not be done."""

    job: Job
    error: Exception | None = None


class Reading:
    """The one thread that reads a content for whoever posts messages.

    Args:
        post: Takes messages from any thread.

    Attributes:
        passed: Bytes of the layer that it has passed on the way.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._latest = LatestJob(post)
        self.passed = 0

    @property
    def job(self) -> Job | None:
        """The thread that reads, or None."""
        return self._latest.job

    def begin(self, content: Content, work: Callable[[Job, Blob], None]) -> None:
        """Drop what is being read and do other work with the content; `Ended` says when."""
        self.passed = 0
        self._latest.begin(lambda job: _do(job, content, work)).start()

    def drop(self) -> None:
        """Let what is being read be for nothing."""
        self._latest.drop()

    def take(self, message: Passed) -> bool:
        """Take how far it is; return whether that is still of interest."""
        if message.job is self._latest.job:
            self.passed = message.done
        return message.job is self._latest.job

    def finish(self, message: Ended) -> bool:
        """Tell whether a job that is done is the one that was waited for."""
        return self._latest.finish(message.job)


def _do(job: Job, content: Content, work: Callable[[Job, Blob], None]) -> None:
    """Do work with a content, and tell how it ended."""
    due = monotonic() + _PAUSE

    def passed(done: int) -> None:
        nonlocal due
        if monotonic() >= due:
            due = monotonic() + _PAUSE
            job.post(Passed(job, done))

    try:
        work(job, content.open(job.cancelled, passed))
    except CancelledError:
        return
    except LayertuiError as error:
        job.post(Ended(job, error))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        job.post(Ended(job, LayertuiError(f"the file cannot be read: {reason}")))
    except MemoryError:
        job.post(Ended(job, LayertuiError("there is not enough memory for the file")))
    except Exception as error:
        job.post(Ended(job, error))
    else:
        job.post(Ended(job))


class FileView(LineView, can_focus=True, inherit_bindings=False):
    """Shows a content, whatever its size."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-view--number",
        "line-view--name",
        "line-view--found",
    }
    """
    | Class | Description |
    | :- | :- |
    | `line-view--number` | A number in a program. |
    | `line-view--name` | A name that a program knows or sets. |
    | `line-view--found` | Where the search is. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    FileView {
        & > .line-view--number { color: $text-secondary; }
        & > .line-view--name { color: $text-accent; }
        & > .line-view--found { background: $warning 70%; text-style: bold; }
    }
    FileView:ansi {
        & > .line-view--number { color: ansi_default; }
        & > .line-view--name { color: ansi_default; }
        & > .line-view--found { background: ansi_default; text-style: bold reverse; }
    }
    """

    BINDING_GROUP_TITLE = "Content"
    BINDINGS: ClassVar[list[BindingType]] = [
        *TextPane.BINDINGS,
        Binding("right,l", "scroll_right", "To the right", id="viewer.right", show=False),
        Binding("left,h", "scroll_left", "To the left", id="viewer.left", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | right, l | Scroll to the right. |
    | left, h | Scroll to the left. |
    """

    class Changed(Message):
        """Something else is seen, or found, or it is known how far reading has come."""

    class Failed(Message):
        """The content cannot be read.

        Attributes:
            error: Why.
        """

        def __init__(self, error: LayertuiError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self.reading = Reading(self.post_message)
        self.shift = 0

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self.reading.job is not None

    @property
    def can_search(self) -> bool:
        """Whether there is something to search in."""
        return self.line_count > 0

    def search(self, text: str) -> None:
        """Look for a text and go to where it is found first from here on; empty: no more.

        Raises:
            QueryError: It cannot be looked for.
        """
        raise NotImplementedError

    def step(self, direction: int) -> None:
        """Go to the next place where it is found, or to the one before."""
        raise NotImplementedError

    @property
    def has_found(self) -> bool:
        """Whether there is a place of the search to go to."""
        return False

    @property
    def found_words(self) -> str:
        """What is to be said of the search, or empty where there is none."""
        return ""

    @property
    def place_words(self) -> tuple[str, ...]:
        """What is seen of how much, printable, the longest first."""
        return ()

    def stop(self) -> None:
        """Stop what is being read."""
        self.reading.drop()
        self.post_message(self.Changed())

    def action_scroll_down(self) -> None:
        """Scroll down by a line."""
        self.show_from(self.scroll_offset.y + 1)

    def action_scroll_up(self) -> None:
        """Scroll up by a line."""
        self.show_from(self.scroll_offset.y - 1)

    def action_page_down(self) -> None:
        """Scroll by a page."""
        self.show_from(self.scroll_offset.y + self.page)

    def action_page_up(self) -> None:
        """Scroll back by a page."""
        self.show_from(self.scroll_offset.y - self.page)

    def action_scroll_home(self) -> None:
        """Go to the start."""
        self.show_from(0)

    def action_scroll_end(self) -> None:
        """Go to the end."""
        self.show_from(self.line_count)

    def action_scroll_right(self) -> None:
        """Scroll to the right."""
        self.shift_to(self.shift + _SIDEWAYS)

    def action_scroll_left(self) -> None:
        """Scroll to the left."""
        self.shift_to(max(0, self.shift - _SIDEWAYS))

    def shift_to(self, shift: int) -> None:
        """Show lines from a cell on."""
        if shift != self.shift:
            self.shift = shift
            self.redraw()
            self.refresh_bindings()

    @property
    def page(self) -> int:
        """The lines of a page."""
        return max(1, self.scrollable_content_region.height - 1)

    @property
    def height_seen(self) -> int:
        """The lines that are seen."""
        return max(1, self.scrollable_content_region.height)

    def show_from(self, line: int) -> None:
        """Put a line at the top, as far as there is enough below it."""
        self.scroll_to(y=max(0, min(line, self.max_scroll_y)), animate=False, force=True)

    def bring(self, line: int) -> None:
        """Bring a line in sight, where it is not, with some lines around it."""
        top, height = self.scroll_offset.y, self.height_seen
        if not top <= line < top + height:
            self.show_from(line - height // 3)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that something else is seen."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.scrolled()
            self.post_message(self.Changed())

    def scrolled(self) -> None:
        """Do what is to be done when other lines are seen."""

    @on(Passed)
    def _passed(self, message: Passed) -> None:
        message.stop()
        if self.reading.take(message):
            self.post_message(self.Changed())

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        message.stop()
        if not self.reading.finish(message):
            return
        if isinstance(message.error, LayertuiError):
            self.post_message(self.Failed(message.error))
        elif message.error is not None:
            raise message.error
        else:
            self.read_to_end()
        self.post_message(self.Changed())

    def read_to_end(self) -> None:
        """Do what is to be done once all that was wanted is read."""

    def on_unmount(self) -> None:
        """Read no more."""
        self.reading.drop()
