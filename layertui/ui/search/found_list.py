"""The lines that a search found, below the files they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from layertui.display import count, printable
from layertui.ui.drawing.cells import ELLIPSIS, cut_start
from layertui.ui.search.results import Results
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual import events

    from layertui.contents.targets import Shown
    from layertui.filesystem.tree import Filesystem
    from layertui.ui.search.results import Batch, FoundLine, Group

_TAB = b"    "
_LEAST_PATH = 24
"""Cells of a path that are worth more than what is told beside it."""
_BEFORE = 3
"""The part of a line, one in so many, that is shown before its first match where it is long."""


class FoundList(CursorView):
    """Lines by file; the cursor goes from line to line.

    Args:
        filesystem: Whose files they are in.

    Attributes:
        results: What is shown.
    """

    BINDING_GROUP_TITLE = "Found lines"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,n", "next_file(1)", "Next file", id="search.next-file", show=False),
        Binding("left,N", "next_file(-1)", "Previous file", id="search.previous-file", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | right, n | Go to the next file. |
    | left, N | Go to the file before. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    FoundList { height: 1fr; }
    """

    class Moved(Message):
        """Another line is under the cursor."""

    class Chosen(Message):
        """A line was clicked twice."""

    def __init__(self, filesystem: Filesystem, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._filesystem = filesystem
        self.results = Results()
        self._tells_layers = False

    def clear(self, *, tells_layers: bool) -> None:
        """Show nothing, before another search.

        Args:
            tells_layers: Whether the layer of a file is told beside its path.
        """
        self.results = Results()
        self._tells_layers = tells_layers
        self.set_reactive(FoundList.cursor, 0)
        self.scroll_to(y=0, animate=False, force=True)
        self.set_line_count(0)

    def restore(self, results: Results, cursor: int, *, tells_layers: bool) -> None:
        """Show what was found before, with the cursor where it was."""
        self.clear(tells_layers=tells_layers)
        self.results = results
        self.set_line_count(results.row_count)
        self.set_reactive(FoundList.cursor, self.validate_cursor(cursor))
        self.call_after_refresh(self.show_cursor)
        self.post_message(self.Moved())

    def add(self, batches: Iterable[Batch]) -> None:
        """Show more, below what there is."""
        was_empty = not self.results.lines
        for batch in batches:
            self.results.add(batch)
        if self.results.row_count != self.line_count:
            self.set_line_count(self.results.row_count)
            if was_empty:
                self.post_message(self.Moved())

    @property
    def line_here(self) -> FoundLine | None:
        """The line under the cursor."""
        lines = self.results.lines
        return lines[self.cursor] if self.cursor < len(lines) else None

    def group_of(self, line: FoundLine) -> Group:
        """Return the file of a line."""
        return self.results.groups[line.group]

    def path_of(self, shown: Shown) -> bytes:
        """Return a path that shows a content."""
        return self._filesystem.table.path(shown.node)

    @property
    def item_count(self) -> int:
        """How many lines match."""
        return len(self.results.lines)

    def line_of(self, item: int, /) -> int:
        """Return the row of a line that matches."""
        return self.results.row_of(item)

    def item_at(self, line: int, /) -> int | None:
        """Return the line that a row is, or None for a heading."""
        return self.results.line_at(line)

    def line_part(self, number: int, /) -> str:
        """Return what lies under the line of the cursor."""
        return super().line_part(number) if self.results.lines else ""

    def watch_cursor(self, old: int, new: int) -> None:
        """Tell that another line is under the cursor."""
        super().watch_cursor(old, new)
        self.post_message(self.Moved())

    def line_clicked(self, _line: int, event: events.Click, /) -> None:
        """Choose the line that is clicked twice."""
        if event.chain == 2:
            self.post_message(self.Chosen())

    def action_next_file(self, step: int) -> None:
        """Go to the first line of the next file, or of the one before."""
        here = self.line_here
        if here is None:
            return
        group = max(0, min(here.group + step, len(self.results.groups) - 1))
        self.move_to(sum(self.results.counts[:group]))

    def line(self, number: int, width: int, /) -> Iterator[Span]:
        """Return a heading or a line."""
        group = self.results.heading_at(number)
        if group is not None:
            yield from self._heading(group, width)
            return
        item = self.results.line_at(number)
        if item is not None:
            yield from self._found(self.results.lines[item], width, here=item == self.cursor)

    def _heading(self, number: int, width: int) -> Iterator[Span]:
        group, lines = self.results.groups[number], self.results.counts[number]
        paths = ", ".join(printable(self.path_of(shown)) for shown in group.shown[:9])
        first = group.shown[0]
        notes = [f"{count(lines)} {'line' if lines == 1 else 'lines'}"]
        if self._tells_layers:
            notes = [f"layer {first.layer}", *notes]
        gone = _gone(self._filesystem, first)
        room = width - 2 - sum(cell_len(note) + 2 for note in notes) - cell_len(gone) - 2
        path = cut_start(paths, max(room, _LEAST_PATH))
        yield Span(f" {path}", "strong")
        yield Span("  " + "  ".join(notes), "dim")
        if gone:
            yield Span(f"  {gone}", "removed")

    def _found(self, line: FoundLine, width: int, *, here: bool) -> Iterator[Span]:
        lead = f"{line.number:>6}  "
        yield Span("\u258c" if here else " ", "mark")
        yield Span(lead, "dim")
        yield from text_spans(line, width - len(lead) - 1)


def text_spans(line: FoundLine, room: int) -> Iterator[Span]:
    """Yield the text of a line with its matches standing out, the first of them in sight."""
    text, place = line.text, 0
    before = _shown(text[: line.spots[0][0]]) if line.spots else ""
    if line.is_cut:
        before = ELLIPSIS + before
    first = cell_len(_shown(text[slice(*line.spots[0])])) if line.spots else 0
    if cell_len(before) + min(first, room // 2) > room:
        before = cut_start(before, room // _BEFORE)
    yield Span(before)
    for start, stop in line.spots:
        if place:
            yield Span(_shown(text[place:start]))
        yield Span(_shown(text[start:stop]), "match")
        place = stop
    yield Span(_shown(text[place:]))


def _shown(text: bytes) -> str:
    return printable(text.replace(b"\t", _TAB))


def _gone(filesystem: Filesystem, shown: Shown) -> str:
    """Return what became of a path, nothing where the image still shows it so."""
    if shown.gone is None:
        return ""
    there = filesystem.exists(filesystem.version(shown.node, shown.gone))
    return f"{'replaced' if there else 'removed'} in layer {shown.gone}"
