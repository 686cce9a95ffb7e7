"""Text with the numbers of its lines, highlighted, of which so much is read as is looked at."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from layertui.contents.expressions import sought
from layertui.display import count, percent, size
from layertui.errors import CancelledError
from layertui.ui.job import LatestJob
from layertui.ui.viewer.file_view import FileView
from layertui.ui.viewer.highlighter import MOST, looks
from layertui.ui.viewer.row_spans import row_spans
from layertui.ui.viewer.text_load import MOST_MATCHES, TextLoad, matches
from layertui.ui.viewer.text_rows import MOST_ROWS, WIDEST
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events

    from layertui.blob import Blob
    from layertui.contents.encodings import TextEncoding
    from layertui.contents.expressions import Sought
    from layertui.contents.kinds import Kind
    from layertui.ui.job import Job
    from layertui.ui.viewer.file_view import Content

_FIRST = 1 << 20
"""Bytes that are read at first, and then as often as the end of what is read comes near."""
_NEAR = 500
"""Rows before the end of what is read."""
_LEAST_DIGITS = 3
_GAP = 2
"""Cells between the numbers and the text."""
_GOES_ON = "\u21aa"
_LEAST_WIDTH = 20


class TextView(FileView, can_focus=True):
    """Shows text.

    Attributes:
        load: What is read of it, or None before there is any.
        wraps: Whether lines that are wider than the view go on below.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "wrap", "Wrap", id="viewer.wrap",
                tooltip="Let long lines go on below, or cut them"),
        Binding("plus", "read_more", "Read more", id="viewer.more", key_display="+",
                tooltip="Read and show more of the file"),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | w | Let long lines go on below, or cut them. |
    | + | Read and show more of the file. |
    """

    @dataclass
    class _Grew(Message):
        job: Job

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, TextView._Grew) and message.job is self.job

    @dataclass
    class _Highlighted(Message):
        job: Job
        looks: bytes

    @dataclass
    class _Matched(Message):
        job: Job
        places: array[int]

    def __init__(self, *, wraps: bool, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self.load: TextLoad | None = None
        self.wraps = wraps
        self._content: Content | None = None
        self._kind: Kind | None = None
        self._file_name = b""
        self._wanted = self._limit = self._step = 0
        self._letters = b""
        self._highlighting = LatestJob(self.post_message)
        self._matching = LatestJob(self.post_message)
        self._sought: Sought | None = None
        self._places: array[int] = array("Q")
        self._at = -1
        self._line: int | None = None

    def show(
        self, content: Content, kind: Kind, name: bytes, limit: int, line: int | None = None
    ) -> None:
        """Show a file.

        Args:
            content: What is in it.
            kind: What it is; text.
            name: The last component of its path.
            limit: The most bytes of it that are read, to begin with.
            line: The line to go to, from 1, or None.
        """
        assert kind.encoding is not None
        self._content, self._kind, self._file_name, self._line = content, kind, name, line
        self._limit = self._step = limit
        self._wanted = min(limit, _FIRST if line is None else limit)
        self._letters, self._places, self._at, self._sought = b"", array("Q"), -1, None
        self.shift = 0
        self._set_up(kind.encoding)
        self.set_line_count(0)
        if self.line_width > 0:
            self._read()

    def forget(self) -> None:
        """Let go of the file."""
        self.reading.drop()
        self._highlighting.drop()
        self._matching.drop()
        self.load = self._content = self._sought = None
        self.set_line_count(0)

    def _set_up(self, encoding: TextEncoding) -> None:
        assert self._content is not None
        self.load = TextLoad(encoding, self._content.size, self._row_width())

    # What is read

    @property
    def has_limit(self) -> bool:
        """Whether more of the file is left out than is read."""
        return self.load is not None and self.load.can_grow and self.load.read >= self._limit

    @property
    def left_out(self) -> str:
        """What is to be said of what is not shown, or empty."""
        load, content = self.load, self._content
        if load is None or content is None or load.is_whole:
            return ""
        if load.rows.is_full:
            return (
                f"only the first {count(load.rows.line_count)} lines are shown; t shows all bytes"
            )
        if load.read >= self._limit:
            return f"{size(content.size - load.read)} more are not read; + reads on"
        return ""

    def action_read_more(self) -> None:
        """Read as much again as was read at first."""
        self._limit += self._step
        self._want(self._limit)

    def scrolled(self) -> None:
        """Read on where the end of what is read comes near."""
        bottom = self.scroll_offset.y + self.height_seen
        if self.load is not None and bottom + _NEAR > len(self.load.rows):
            self._want(self.load.read + _FIRST)

    def action_scroll_end(self) -> None:
        """Go to the end of what may be read."""
        if self.load is not None and self.load.can_grow and self._wanted < self._limit:
            self._line = 1 << 62
            self._want(self._limit)
        super().action_scroll_end()

    def _want(self, wanted: int) -> None:
        wanted = min(wanted, self._limit)
        if self.load is not None and self.load.can_grow and wanted > self._wanted:
            self._wanted = wanted
            self._read()

    def _read(self) -> None:
        """Read what is wanted, and lay it out, beside the screen."""
        load, content = self.load, self._content
        if load is None or content is None:
            return
        wanted, width = self._wanted, self._row_width()

        def work(job: Job, blob: Blob) -> None:
            for _ in load.grow(blob, wanted, width, job.cancelled):
                job.post(self._Grew(job))

        self.reading.begin(content, work)

    @on(_Grew)
    def _grew(self, message: _Grew) -> None:
        message.stop()
        if message.job is not self.reading.job or self.load is None:
            return
        self.set_line_count(len(self.load.rows))
        if self._line is not None:
            self._go_to_line(self.load, self._line)
        self.post_message(self.Changed())

    def read_to_end(self) -> None:
        """Highlight what is read, and look for what is searched."""
        self._line = None
        self._highlight()
        if self._sought is not None:
            self._match(self._sought)
        self.scrolled()

    def _go_to_line(self, load: TextLoad, line: int) -> None:
        if load.rows.line_count >= line or self.busy:
            self.bring(load.rows.row_of_line(line))
        if load.rows.line_count >= line:
            self._line = None

    # Looks

    def _highlight(self) -> None:
        load, kind = self.load, self._kind
        if load is None or kind is None or self._letters or load.read > MOST:
            return
        data = bytes(load.rows.data)

        def work(job: Job) -> None:
            job.post(self._Highlighted(job, looks(self._file_name, kind, data, job.cancelled)))

        self._highlighting.begin(work).start()

    @on(_Highlighted)
    def _take_looks(self, message: _Highlighted) -> None:
        message.stop()
        if self._highlighting.finish(message.job) and message.looks:
            self._letters = message.looks
            self.redraw()

    @property
    def is_highlighting(self) -> bool:
        """Whether it is being found out what is highlighted, or where a text is."""
        return self._highlighting.job is not None or self._matching.job is not None

    def _digits(self) -> int:
        lines = self.load.rows.line_count if self.load is not None else 0
        return max(_LEAST_DIGITS, len(str(lines)))

    def _row_width(self) -> int:
        """Return the most cells of a row."""
        most = min(self._content.size if self._content is not None else 0, MOST_ROWS)
        margin = max(_LEAST_DIGITS, len(str(most))) + _GAP
        return max(self.line_width - margin, _LEAST_WIDTH) if self.wraps else WIDEST

    def line(self, number: int, _width: int, /) -> Iterator[Span]:
        """Return a row behind the number of its line."""
        load, digits = self.load, self._digits()
        if load is None or number >= len(load.rows):
            return
        row = load.rows.row(number)
        mark = _GOES_ON if row.goes_on else str(row.number)
        yield Span(f"{mark:>{digits}}" + " " * _GAP, "dim")
        end = row.start + len(row.data)
        spots = [
            (first - row.start, last - row.start, part)
            for first, last, part in self._spots(row.start, end)
        ]
        yield from row_spans(row.data, self._letters[row.start : end], spots, self.shift)

    def action_wrap(self) -> None:
        """Let long lines go on below, or cut them."""
        self.wraps = not self.wraps
        self.shift = 0
        self._lay_out_anew()
        self.refresh_bindings()

    def _lay_out_anew(self) -> None:
        """Make rows of another width, with the line at the top where it was."""
        load = self.load
        if load is not None and load.rows.width != self._row_width():
            if self._line is None and len(load.rows):
                self._line = load.rows.row(min(self.scroll_offset.y, len(load.rows) - 1)).number
            self._read()

    def _on_resize(self, event: events.Resize) -> None:
        super()._on_resize(event)
        self._lay_out_anew()
        if self.load is not None and not self.load.read and not self.busy:
            self._read()

    # Search

    def search(self, text: str) -> None:
        """Look for a text and go to where it is found first from here on; empty: no more."""
        self._matching.drop()
        self._sought = sought(text) if text else None
        self._places, self._at = array("Q"), -1
        self.redraw()
        if self._sought is not None:
            self._match(self._sought)
            self._want(self._limit)
        self.post_message(self.Changed())

    def _match(self, wanted: Sought) -> None:
        load = self.load
        if load is None:
            return
        data = bytes(load.rows.data)

        def work(job: Job) -> None:
            try:
                job.post(self._Matched(job, matches(wanted, data, job.cancelled)))
            except CancelledError:
                return

        self._matching.begin(work).start()

    @on(_Matched)
    def _take_places(self, message: _Matched) -> None:
        message.stop()
        if not self._matching.finish(message.job):
            return
        before, self._places = self._at, message.places
        if before < 0 and self._places and self.load is not None:
            self._at = bisect_left(self._places, self.top_offset) % len(self._places)
            self._show_found()
        self.redraw()
        self.post_message(self.Changed())

    def step(self, direction: int) -> None:
        """Go to the next place where it is found, or to the one before; around the end."""
        if self._places:
            self._at = (self._at + direction) % len(self._places)
            self._show_found()
            self.redraw()
            self.post_message(self.Changed())

    @property
    def has_found(self) -> bool:
        """Whether there is a place to go to."""
        return bool(self._places)

    @property
    def found_words(self) -> str:
        """What is to be said of the search, or empty where there is none."""
        if self._sought is None:
            return ""
        found = len(self._places)
        if not found:
            return "searching" if self.is_highlighting or self.busy else "not found"
        more = "+" if found >= MOST_MATCHES else ""
        return f"{count(self._at + 1)} of {count(found)}{more}"

    def _show_found(self) -> None:
        if self.load is None:
            return
        row = self.load.rows.row_at(self._places[self._at])
        self.bring(row)

    @property
    def top_offset(self) -> int:
        """Where the first row that is seen starts, in the text."""
        top = self.scroll_offset.y
        if self.load is None or top >= len(self.load.rows):
            return 0
        return self.load.rows.row(top).start

    def go_to(self, offset: int) -> None:
        """Show the text from a place on, as far as it is read."""
        if self.load is not None and len(self.load.rows):
            self.show_from(self.load.rows.row_at(offset))

    def _spots(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Yield what is found in a stretch of the text, and how it is marked."""
        if self._sought is None or self.load is None:
            return
        length = self._sought.reach + 1 if self._sought.expression is None else 0
        low = max(0, bisect_right(self._places, start) - 1)
        for place in range(low, len(self._places)):
            first = self._places[place]
            if first >= end:
                return
            last = first + (length or self._length_at(first))
            if last > start:
                mark = "found" if place == self._at else "match"
                yield max(first, start), min(last, end), mark

    def _length_at(self, place: int) -> int:
        """Return how many bytes an expression matches where it was found."""
        assert self._sought is not None
        assert self._sought.expression is not None
        assert self.load is not None
        data = bytes(self.load.rows.data[place : place + 1_024])
        match = self._sought.expression.match(data)
        return len(match[0]) if match else 0

    # What is told

    @property
    def place_words(self) -> tuple[str, ...]:
        """Which lines are seen of how many, the longest first."""
        load, content = self.load, self._content
        if load is None or content is None or not len(load.rows):
            return ()
        last = min(self.scroll_offset.y + self.height_seen, len(load.rows)) - 1
        first, end = (load.rows.row(row).number for row in (self.scroll_offset.y, last))
        lines = f"lines {count(first)} to {count(end)}" if end > first else f"line {count(first)}"
        there = count(load.rows.line_count)
        if load.is_whole:
            return f"{lines} of {there}", lines
        share = percent(load.read / content.size)
        return f"{lines} of {there} so far, {share} of the file read", f"{lines} of {there}+", lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        if action == "read_more":
            return self.has_limit
        if action == "scroll_left":
            return self.shift > 0
        if action == "scroll_right":
            return not self.wraps
        return super().check_action(action, parameters)

    def stop(self) -> None:
        """Stop what is being read; what is there stays."""
        self._line = None
        if self.load is not None:
            self._wanted = self.load.read
        super().stop()

    def on_unmount(self) -> None:
        """Let nothing go on."""
        self._highlighting.drop()
        self._matching.drop()
