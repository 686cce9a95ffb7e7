"""Choices on lines of their own, with the characters that were typed standing out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual.message import Message

from layertui.display import printable
from layertui.ui.drawing.cells import cut, cut_start
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from textual import events

Value = TypeVar("Value")

_NOTE_GAP = 2
_LEAST_TEXT = 12
"""Cells of a text that are worth more than the note beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Generic[Value]):
    """What can be chosen, on a line of its own.

    Attributes:
        value: What is chosen with it.
        text: What it says, as it is in the image.
        spots: The places in `text` of the characters that were typed, rising.
        lead: How many characters at the start recede: the directories of a path.
        keeps_end: Whether a text that is too long loses its start.
        note: Printable words at the right.
        group: The printable heading it stands below, or empty; those of a group follow another.
        quiet: Whether all of it recedes.
    """

    value: Value
    text: str
    spots: tuple[int, ...] = ()
    lead: int = 0
    keeps_end: bool = False
    note: str = ""
    group: str = ""
    quiet: bool = False


class PickList(CursorView, Generic[Value], can_focus=False):
    """Choices below the headings of their groups; keys reach it through the input above it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-view--found", "line-view--found-here"}
    """
    | Class | Description |
    | :- | :- |
    | `line-view--found` | The characters that were typed. |
    | `line-view--found-here` | The same on the line of the cursor. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    PickList {
        height: 1fr;
        & > .line-view--found { color: $text-primary; text-style: bold; }
        & > .line-view--found-here { text-style: underline; }
    }
    PickList:ansi > .line-view--found { color: ansi_blue; text-style: bold; }
    PickList:nocolor > .line-view--found { color: ansi_default; text-style: bold underline; }
    """

    class Highlighted(Message):
        """The cursor has come to another choice, or there are others."""

    class Picked(Message):
        """A choice was clicked."""

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._choices: Sequence[Choice[Value]] = ()
        self._lines: list[int | str] = []
        self._line_of: list[int] = []
        self._moved = False

    @property
    def choices(self) -> Sequence[Choice[Value]]:
        """What can be chosen."""
        return self._choices

    @property
    def choice(self) -> Choice[Value] | None:
        """What is under the cursor."""
        return self._choices[self.cursor] if self._choices else None

    @property
    def item_count(self) -> int:
        """How many choices there are."""
        return len(self._choices)

    def line_of(self, item: int, /) -> int:
        """Return the line of a choice."""
        return self._line_of[item] if 0 <= item < len(self._line_of) else 0

    def item_at(self, line: int, /) -> int | None:
        """Return the choice of a line, or None for a heading."""
        item = self._lines[line]
        return item if isinstance(item, int) else None

    def show(self, choices: Sequence[Choice[Value]], *, more: bool = False) -> None:
        """Show choices, the cursor on the first.

        Args:
            choices: Best first; those of a group one after another.
            more: Whether they answer what those before answered; then the cursor stays on the
                choice that the user moved it to.
        """
        if more and choices == self._choices:
            return
        before = self.choice if more and self._moved else None
        self._choices = choices
        self._lines = list(_lined(choices))
        self._line_of = [place for place, item in enumerate(self._lines) if isinstance(item, int)]
        self.set_line_count(len(self._lines))
        values = [choice.value for choice in choices] if before else []
        place = values.index(before.value) if before and before.value in values else 0
        self._moved = place > 0
        self.place(place)

    def place(self, item: int) -> None:
        """Put the cursor on a choice, the heading above it in sight."""
        self.set_reactive(PickList.cursor, self.validate_cursor(item))
        self.scroll_to(y=0, animate=False, force=True)
        self.show_cursor()
        self.redraw()
        self.post_message(self.Highlighted())

    def move_to(self, item: int) -> None:
        """Put the cursor on a choice that the user moves to."""
        self._moved = True
        super().move_to(item)

    def watch_cursor(self, old: int, new: int) -> None:
        """Tell that another choice is under the cursor."""
        super().watch_cursor(old, new)
        self.post_message(self.Highlighted())

    def line_part(self, number: int, /) -> str:
        """Return what lies under the line of the cursor, which always takes the keys."""
        return "cursor" if self._choices and number == self.line_of(self.cursor) else ""

    def line(self, number: int, width: int, /) -> Iterator[Span]:
        """Return a choice or a heading."""
        item = self._lines[number]
        if isinstance(item, str):
            yield Span(f" {item}", "dim")
            return
        choice = self._choices[item]
        here = item == self.cursor
        indent = "  " if choice.group else " "
        yield Span(("\u258c" if here else " ") + indent[1:], "mark")
        yield from choice_spans(choice, width - len(indent) - 1, here=here)

    def line_clicked(self, _line: int, _event: events.Click, /) -> None:
        """Choose what is clicked."""
        self.post_message(self.Picked())


def _lined(choices: Iterable[Choice[Value]]) -> Iterator[int | str]:
    """Yield the numbers of choices, each group after its heading."""
    numbered = enumerate(choices)
    for group, members in groupby(numbered, key=lambda each: each[1].group):
        if group:
            yield group
        yield from (number for number, _choice in members)


def choice_spans(choice: Choice[Value], width: int, *, here: bool) -> Iterator[Span]:
    """Yield what a choice says in a number of cells, its note at the right.

    Args:
        choice: What to say.
        width: How many cells there are.
        here: Whether the cursor is on it, so that nothing recedes.
    """
    note = cut(choice.note, max(0, width - _LEAST_TEXT - _NOTE_GAP))
    room = width - (cell_len(note) + _NOTE_GAP if note else 0)
    spans = fitted(_painted(choice, room, here=here), room, keeps_end=choice.keeps_end)
    yield from spans
    if note:
        used = sum(cell_len(span.text) for span in spans)
        yield Span(" " * (width - used - cell_len(note)))
        yield Span(note, "" if here else "dim")


def _painted(choice: Choice[Value], room: int, *, here: bool) -> list[Span]:
    """Return the part of a text that may be seen, piece by piece of one look."""
    shown = max(room, 0) + 1
    first = max(0, len(choice.text) - shown) if choice.keeps_end else 0
    found = set(choice.spots)

    def part_of(place: int) -> str:
        if here:
            return "found-here" if place in found else ""
        receding = choice.quiet or place < choice.lead
        return ("dim " if receding else "") + ("found" if place in found else "")

    places = range(first, min(len(choice.text), first + shown))
    return [
        Span(printable("".join(choice.text[place] for place in run)), part.strip())
        for part, run in groupby(places, key=part_of)
    ]


def fitted(spans: Sequence[Span], room: int, *, keeps_end: bool) -> list[Span]:
    """Return spans in at most `room` cells; an ellipsis stands where something is left out."""
    if sum(cell_len(span.text) for span in spans) <= room:
        return list(spans)
    kept: list[Span] = []
    for span in reversed(spans) if keeps_end else spans:
        width = cell_len(span.text)
        if width >= room:
            text = cut_start(f".{span.text}", room) if keeps_end else cut(f"{span.text}.", room)
            kept.append(Span(text, span.part))
            break
        kept.append(span)
        room -= width
    return kept[::-1] if keeps_end else kept
