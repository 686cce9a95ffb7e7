"""Two versions of a path beside one another: what they are, and how their contents differ."""

from __future__ import annotations

from bisect import bisect_left
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from layertui.contents.byte_parts import byte_parts
from layertui.contents.comparing import BinaryDifference, compared
from layertui.display import count, printable, size
from layertui.errors import CancelledError, LayertuiError
from layertui.ui.comparing.lines import ComparisonLines, Look
from layertui.ui.job import LatestJob
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.line_view import Span
from layertui.ui.widgets.text_pane import TextPane
from layertui.ui.widgets.title_line import Title, TitleLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from layertui.contents.byte_parts import BytePart
    from layertui.contents.comparing import Comparison
    from layertui.ui.comparing.requests import ComparisonRequest
    from layertui.ui.job import Job
    from layertui.ui.widgets.line_view import Line

_BESIDE_FROM = 110
"""Cells of a screen on which texts stand side by side at first."""

_BYTES_BESIDE_FROM = 150
"""The same of bytes."""

_PAUSE = 0.1
"""Seconds between two tellings of progress."""

_SHIFT = 8
_LONGEST_SHIFT = 4_000


class ComparisonScreen(LeftOnce, Screen[None], inherit_bindings=False):
    """A comparison.

    Args:
        request: What is compared.

    Attributes:
        comparison: What came out, or None as long as it is worked out.
        pane: Its lines.
    """

    AUTO_FOCUS = "#comparison"
    BINDING_GROUP_TITLE = "Comparison"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "difference(1)", "Next", id="comparison.next", key_display="n N",
                tooltip="Go to the next difference"),
        Binding("N", "difference(-1)", "To the difference before", id="comparison.previous",
                show=False),
        Binding("v", "turn", "Side by side", id="comparison.turn",
                tooltip="Show contents side by side, or below one another"),
        Binding("a", "whole", "All lines", id="comparison.whole",
                tooltip="Show all lines, or those around differences"),
        Binding("right,l", "shift(1)", "Move right", id="comparison.right",
                key_display="\u2190\u2192", tooltip="See more of the ends of lines"),
        Binding("left,h", "shift(-1)", "Move left", id="comparison.left", show=False),
        Binding("escape", "leave", "Back", id="comparison.leave", key_display="esc"),
        Binding("c", "leave", "Back", id="comparison.back", show=False),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | n | Go to the next difference. |
    | N | Go to the difference before. |
    | v | Show contents side by side, or below one another. |
    | a | Show all lines, or only those around differences. |
    | right, l | See more of the ends of lines. |
    | left, h | Go back to their starts. |
    | escape, c | Go back. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    ComparisonScreen {
        layout: vertical;
        background: $background;
        #comparison { height: 1fr; }
    }
    """

    class _Told(Message):
        """How far work beside the screen has come."""

        def __init__(self, job: Job, done: int) -> None:
            super().__init__()
            self.job = job
            self.done = done

        def can_replace(self, message: Message) -> bool:
            """Let a newer one take the place of an older one."""
            return isinstance(message, type(self))

    class _Compared(Message):
        """Work beside the screen is done, or cannot be."""

        def __init__(
            self,
            job: Job,
            comparison: Comparison | None,
            parts: Sequence[BytePart] = (),
            error: LayertuiError | None = None,
        ) -> None:
            super().__init__()
            self.job = job
            self.comparison = comparison
            self.parts = parts
            self.error = error

    def __init__(self, request: ComparisonRequest) -> None:
        super().__init__()
        self._request = request
        self.comparison: Comparison | None = None
        self._parts: Sequence[BytePart] = ()
        self._lines: ComparisonLines | None = None
        self._chosen_look: Look | None = None
        self._current = -1
        self._latest = LatestJob(self.post_message)
        self.pane = TextPane(identity="comparison")
        self._title_line = FrameLine("top", identity="comparison-title")
        self._path_line = FrameLine("bottom", identity="comparison-path")

    def compose(self) -> ComposeResult:
        """Put the lines below the title."""
        request = self._request
        yield TitleLine(
            Title(
                kind="compare",
                name=printable(request.path),
                right=((Span(f"layer {request.old.layer} \u2192 layer {request.new.layer}"),), ()),
            )
        )
        yield Frame(self._title_line, self.pane, bottom=self._path_line, identity="comparison-pane")
        yield KeyBar(id="comparison-keys")

    def on_mount(self) -> None:
        """Begin to compare."""
        self.pane.show_notice("Comparing the contents.", "esc goes back")
        self._label()
        self.call_after_refresh(self._latest.begin(self._work).start)

    def on_unmount(self) -> None:
        """Let no comparing go on."""
        self._latest.drop()

    @property
    def busy(self) -> bool:
        """Whether contents are being compared."""
        return self._latest.job is not None

    @property
    def look(self) -> Look:
        """How the comparison is drawn."""
        least = _BYTES_BESIDE_FROM if self._is_binary else _BESIDE_FROM
        return self._chosen_look or Look(beside=self.size.width >= least)

    @property
    def _is_binary(self) -> bool:
        content = self.comparison.content if self.comparison is not None else None
        return isinstance(content, BinaryDifference)

    def _work(self, job: Job) -> None:
        request, told_at = self._request, monotonic()

        def progress(done: int) -> None:
            nonlocal told_at
            if monotonic() - told_at > _PAUSE:
                told_at = monotonic()
                job.post(self._Told(job, done))

        with suppress(CancelledError):
            try:
                comparison = compared(
                    request.contents, request.old, request.new,
                    cancelled=job.cancelled, progress=progress,
                )  # fmt: skip
                found = comparison.content
                parts: Sequence[BytePart] = ()
                if isinstance(found, BinaryDifference):
                    runs = found.bytes.runs
                    parts = byte_parts(found.old, found.new, runs, cancelled=job.cancelled)
                job.post(self._Compared(job, comparison, parts))
            except CancelledError:
                raise
            except LayertuiError as error:
                job.post(self._Compared(job, None, error=error))

    @on(_Told)
    def _told(self, message: _Told) -> None:
        if message.job is self._latest.job:
            done = f"Comparing the contents: {size(message.done)} are read."
            self.pane.show_notice(done, "esc goes back")

    @on(_Compared)
    def _work_done(self, message: _Compared) -> None:
        if not self._latest.finish(message.job):
            return
        if message.error is not None:
            self.pane.show_notice("The contents cannot be compared.", printable(str(message.error)))
            return
        self.comparison, self._parts = message.comparison, message.parts
        self.pane.show_notice()
        self._draw()

    def _draw(self, *, keep_place: bool = False) -> None:
        self.pane.show(self._lay_out, keep_place=keep_place)
        self._label()
        self.refresh_bindings()

    def _lay_out(self, width: int) -> Sequence[Line]:
        if self.comparison is None:
            return ()
        lines = ComparisonLines(self._request.image, self.comparison, self._parts, self.look, width)
        lines.current = min(self._current, len(lines.differences) - 1)
        self._lines = lines
        return lines

    @property
    def differences(self) -> Sequence[int]:
        """The lines at which the differences of contents begin."""
        return self._lines.differences if self._lines is not None else ()

    def _label(self) -> None:
        """Tell which difference was gone to."""
        number = len(self.differences)
        told = f"{count(number)} {'difference' if number == 1 else 'differences'}"
        if self._current >= 0:
            told = f"difference {count(self._current + 1)} of {count(number)}"
        same = self.comparison is not None and self.comparison.is_same
        right = (told,) if number else (("nothing differs",) if same else ())
        self._title_line.tell("Two versions", *right)

    # Actions

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        content = self.comparison.content if self.comparison is not None else None
        is_text = content is not None and not self._is_binary
        if action == "difference":
            return bool(self.differences)
        if action == "turn":
            return content is not None
        return is_text if action in ("whole", "shift") else True

    def action_difference(self, step: int) -> None:
        """Go to the next difference, or the one before; after the last comes the first."""
        differences = self.differences
        if self._lines is None or not differences:
            return
        if self._current < 0:
            top = self.pane.scroll_offset.y
            first = bisect_left(differences, top)
            step = step if step < 0 else 0
            self._current = (first + step) % len(differences)
        else:
            self._current = (self._current + step) % len(differences)
        self._lines.current = self._current
        above = max(2, self.pane.size.height // 4)
        self.pane.redraw()
        top = max(0, min(differences[self._current] - above, self.pane.max_scroll_y))
        self.pane.scroll_to(y=top, animate=False, force=True)
        self._label()

    def action_turn(self) -> None:
        """Show contents side by side, or below one another."""
        self._look_otherwise(replace(self.look, beside=not self.look.beside))

    def action_whole(self) -> None:
        """Show all lines, or only those around differences."""
        self._look_otherwise(replace(self.look, whole=not self.look.whole))

    def action_shift(self, step: int) -> None:
        """See more of the ends of lines, or of their starts."""
        shift = max(0, min(self.look.shift + step * _SHIFT, _LONGEST_SHIFT))
        self._chosen_look = replace(self.look, shift=shift)
        self._draw(keep_place=True)

    def _look_otherwise(self, look: Look) -> None:
        """Draw it otherwise, the difference gone to where it was on the screen."""
        line = self.differences[self._current] if self._current >= 0 else 0
        before = line - self.pane.scroll_offset.y
        self._chosen_look = look
        self._draw(keep_place=self._current < 0)
        if self._current >= 0:
            top = max(0, self.differences[self._current] - before)
            self.pane.scroll_to(y=min(top, self.pane.max_scroll_y), animate=False, force=True)

    def action_leave(self) -> None:
        """Go back to where the screen was opened."""
        self.dismiss(None)
