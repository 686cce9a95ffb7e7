"""The names of pages on one line, the one that is seen among them standing out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.message import Message

from layertui.ui.drawing.cells import cut
from layertui.ui.widgets.line_view import Line, LineView, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.style import Style
    from textual import events

_EDGES = ("\u256d", "\u2500", "\u256e")
_HEAVY_EDGES = ("\u250f", "\u2501", "\u2513")
_BEFORE, _AFTER = "\u2039 ", "\u203a"


class NameLine(LineView, can_focus=False):
    """Names of pages; a click on one asks for it.

    Args:
        framed: True to be the upper edge of a frame.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-view--edge", "line-view--chosen"}
    """
    | Class | Description |
    | :- | :- |
    | `line-view--edge` | The edge of the frame. |
    | `line-view--chosen` | The name of the page that is seen. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    NameLine {
        height: 1;
        scrollbar-size-vertical: 0;
        & > .line-view--edge { color: $primary; }
        & > .line-view--chosen { color: $text-primary; text-style: bold underline; }
    }
    NameLine:ansi {
        & > .line-view--edge { color: ansi_blue; }
        & > .line-view--chosen { color: ansi_default; text-style: bold reverse; }
    }
    NameLine:nocolor {
        & > .line-view--edge { color: ansi_default; }
    }
    """

    class Asked(Message):
        """A page is asked for.

        Attributes:
            line: The line of names.
            number: Which of them, from 0.
        """

        def __init__(self, line: NameLine, number: int) -> None:
            super().__init__()
            self.line = line
            self.number = number

        @property
        def control(self) -> NameLine:
            """The line of names."""
            return self.line

    def __init__(self, *, framed: bool, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._framed = framed
        self._names: Sequence[tuple[str, str]] = ()
        self._chosen = 0
        self._line_count = 1

    def show(self, names: Sequence[tuple[str, str]], chosen: int) -> None:
        """Show names, printable.

        Args:
            names: In full, and for where there is little room.
            chosen: Which of the pages is seen.
        """
        self._names, self._chosen = names, chosen
        self.redraw()

    def line(self, _number: int, width: int, /) -> Iterator[Span]:
        """Return the names there is room for."""
        heavy = self.app.no_color
        first, bar, last = _HEAVY_EDGES if heavy else _EDGES
        if not self._framed:
            first = bar = last = " "
        spans = self._spans(width - 3, bar)
        used = sum(cell_len(span.text) for span in spans)
        yield Span(first + bar, "edge")
        yield from spans
        yield Span(bar * (width - used - 3) + last, "edge")

    def _spans(self, room: int, bar: str) -> Line:
        for version in range(2):
            names = [name[version] for name in self._names]
            if sum(cell_len(name) + 3 for name in names) <= room:
                return tuple(self._joined(names, range(len(names)), bar))
        shown = self._window(names, room - 4) if names else range(0)
        before = _BEFORE if shown and shown[0] > 0 else ""
        after = _AFTER if shown and shown[-1] < len(names) - 1 else ""
        around = [cut(name, room - 7) for name in names]
        return (Span(before, "dim"), *self._joined(around, shown, bar), Span(after, "dim"))

    def _window(self, names: Sequence[str], room: int) -> range:
        """Return which names there is room for around the chosen one."""
        low = high = self._chosen
        room -= cell_len(names[low]) + 3
        while low > 0 or high < len(names) - 1:
            forwards = high < len(names) - 1 and (high - self._chosen <= self._chosen - low)
            forwards = forwards or low == 0
            following = high + 1 if forwards else low - 1
            room -= cell_len(names[following]) + 3
            if room < 0:
                break
            low, high = min(low, following), max(high, following)
        return range(low, high + 1)

    def _joined(self, names: Sequence[str], shown: range, bar: str) -> Iterator[Span]:
        for number in shown:
            part = "chosen" if number == self._chosen else "dim"
            yield Span(" ", "", str(number))
            yield Span(names[number], part, str(number))
            yield Span(" ", "", str(number))
            yield Span(bar, "edge")

    def on_click(self, event: events.Click) -> None:
        """Ask for the page whose name is clicked."""
        style: Style = event.style
        target = style.meta.get("target")
        if target:
            self.post_message(self.Asked(self, int(target)))
