"""The bytes of a file in hexadecimal, of which those in sight are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.message import Message

from layertui.contents.byte_search import find_bytes, wanted_bytes
from layertui.contents.hexadecimal import ByteClass, bytes_per_row, offset_digits, runs
from layertui.contents.pages import PAGE, Pages
from layertui.display import count, percent
from layertui.ui.viewer.file_view import FileView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events

    from layertui.blob import Blob
    from layertui.ui.job import Job
    from layertui.ui.viewer.file_view import Content

_PARTS = {
    ByteClass.ZERO: "dim",
    ByteClass.TEXT: "",
    ByteClass.SPACE: "",
    ByteClass.CONTROL: "name",
    ByteClass.HIGH: "string",
}
_UNREAD = "\u00b7\u00b7"
_GAP = "  "


class HexView(FileView, can_focus=True):
    """Shows bytes.

    Attributes:
        per_row: How many bytes a row has.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = set()

    @dataclass
    class _Came(Message):
        job: Job
        page: int
        data: bytes

    @dataclass
    class _Found(Message):
        job: Job
        place: int | None

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self.per_row = 16
        self._content: Content | None = None
        self._pages = Pages(0)
        self._wanted: list[int] = []
        self._needle = b""
        self._at: int | None = None
        self._is_searching = self._is_missing = False
        self._offset = 0

    def show(self, content: Content, offset: int | None = None) -> None:
        """Show a file.

        Args:
            content: What is in it.
            offset: The byte to go to, or None.
        """
        self.reading.drop()
        self._content, self._pages, self._wanted = content, Pages(content.size), []
        self._needle, self._at, self._is_searching = b"", None, False
        self._offset = offset or 0
        if self.line_width > 0:
            self._lay_out(self._offset)

    @property
    def is_filled(self) -> bool:
        """Whether it shows a file."""
        return self._content is not None

    def forget(self) -> None:
        """Let go of the file."""
        self.reading.drop()
        self._content, self._pages, self._needle = None, Pages(0), b""
        self.set_line_count(0)

    def _lay_out(self, offset: int) -> None:
        """Make rows for the width there is, with a byte in the first of them."""
        self.per_row = bytes_per_row(self.line_width - 1, self._pages.size)
        self.set_line_count(-(-self._pages.size // self.per_row))
        self.show_from(offset // self.per_row)
        self._fetch()

    @property
    def top_offset(self) -> int:
        """The first byte that is seen."""
        return self.scroll_offset.y * self.per_row

    def go_to(self, offset: int) -> None:
        """Bring a byte in sight."""
        self._offset = offset
        self.show_from(offset // self.per_row)
        self._fetch()

    @property
    def place(self) -> int:
        """The byte that was gone to, as long as it is in the first row; else the first of that."""
        is_there = self._offset // self.per_row == self.scroll_offset.y
        return self._offset if is_there else self.top_offset

    # What is read

    def scrolled(self) -> None:
        """Read what is in sight now."""
        self._offset = self.place
        self._fetch()

    def _fetch(self) -> None:
        """Read the pages in sight that are not there, beside the screen."""
        content = self._content
        stop = self.top_offset + self.height_seen * self.per_row
        wanted = self._pages.missing(self.top_offset, stop)
        if content is None or self._is_searching or not wanted:
            return
        if self.busy and wanted == self._wanted:
            return
        self._wanted = wanted

        def work(job: Job, blob: Blob) -> None:
            for page in wanted:
                job.post(self._Came(job, page, blob.read_at(page * PAGE, PAGE)))

        self.reading.begin(content, work)

    @on(_Came)
    def _came(self, message: _Came) -> None:
        message.stop()
        if message.job is self.reading.job:
            self._pages.keep(message.page, message.data)
            self.redraw()

    def read_to_end(self) -> None:
        """Read what has come in sight meanwhile."""
        self._fetch()

    # What is drawn

    def line(self, number: int, _width: int, /) -> Iterator[Span]:
        """Return a row: its offset, the bytes, and they as characters."""
        start = number * self.per_row
        digits = offset_digits(self._pages.size)
        yield Span(f" {start:0{digits}x}" + _GAP, "dim")
        data = self._pages.look(start, start + self.per_row)
        if data is None:
            there = min(self.per_row, self._pages.size - start)
            yield Span(" ".join([_UNREAD] * there), "dim")
            return
        yield from self._bytes(data, start)

    def _bytes(self, data: bytes, start: int) -> Iterator[Span]:
        marked = self._marked(start)
        found = runs(data, marked)
        used = 0
        for run in found:
            part = _PARTS[run.kind]
            gap = len(run.digits) - len(run.digits.lstrip(" "))
            mark = "found" if run.start in marked else ""
            yield Span(run.digits[:gap])
            yield Span(run.digits[gap:], f"{part} {mark}".strip())
            used += len(run.digits)
        whole = 3 * self.per_row - 1 + (self.per_row - 1) // 8
        yield Span(" " * (whole - used) + _GAP)
        for run in found:
            mark = "found" if run.start in marked else ""
            yield Span(run.characters, f"{_PARTS[run.kind]} {mark}".strip())

    def _marked(self, start: int) -> range:
        """Return which places of a row are what was found."""
        if self._at is None:
            return range(0)
        first = max(0, self._at - start)
        last = min(self.per_row, self._at + len(self._needle) - start)
        return range(first, max(first, last))

    def _on_resize(self, event: events.Resize) -> None:
        super()._on_resize(event)
        if self._content is not None:
            self._lay_out(self._offset)

    # Search

    def search(self, text: str) -> None:
        """Look for text or bytes and go to where they are found first; empty: no more."""
        self._needle, self._at, self._is_missing = wanted_bytes(text), None, False
        self.redraw()
        if self._needle:
            self._look_for(self.top_offset, backwards=False)
        self.post_message(self.Changed())

    def step(self, direction: int) -> None:
        """Go to the next place where it is found, or to the one before."""
        if self._needle:
            here = self._at if self._at is not None else self.top_offset - direction
            self._look_for(here + direction, backwards=direction < 0)
            self.post_message(self.Changed())

    def _look_for(self, start: int, *, backwards: bool) -> None:
        content, needle = self._content, self._needle
        if content is None:
            return
        self._is_searching = True

        def work(job: Job, blob: Blob) -> None:
            found = find_bytes(blob, needle, start, job.cancelled, backwards=backwards)
            job.post(self._Found(job, found))

        self.reading.begin(content, work)

    @on(_Found)
    def _found(self, message: _Found) -> None:
        message.stop()
        if message.job is not self.reading.job:
            return
        self._is_searching = False
        self._is_missing = message.place is None
        if message.place is not None:
            self._at = message.place
            self.bring(message.place // self.per_row)
        self.redraw()
        self.post_message(self.Changed())

    @property
    def has_found(self) -> bool:
        """Whether there is something to go on looking for."""
        return bool(self._needle)

    @property
    def found_words(self) -> str:
        """What is to be said of the search, or empty where there is none."""
        if not self._needle:
            return ""
        if self._is_searching:
            return "searching"
        if self._is_missing:
            return "not found" if self._at is None else "no more"
        return f"found at {self._at:x}" if self._at is not None else ""

    def stop(self) -> None:
        """Stop what is being read."""
        self._is_searching = False
        super().stop()

    # What is told

    @property
    def place_words(self) -> tuple[str, ...]:
        """Which bytes are seen of how many, the longest first."""
        total = self._pages.size
        if not total:
            return ()
        last = min(self.top_offset + self.height_seen * self.per_row, total)
        seen = f"bytes {count(self.top_offset)} to {count(last - 1)}"
        return (
            f"{seen} of {count(total)}, {percent(last / total)}",
            f"{seen} of {count(total)}",
            seen,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        if action in ("scroll_left", "scroll_right"):
            return False
        return super().check_action(action, parameters)
