"""The line at the top: which image, and whether it is good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from layertui.display import percent, size
from layertui.ui.drawing.cells import cut
from layertui.ui.widgets.line_view import LineView, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.analysis.waste import Accounting


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What the line tells.

    Attributes:
        name: Of the image, printable.
        platform: What it runs on, printable, or empty.
        progress: What is being done, printable, or empty.
        incomplete: True when a part of the image is missing or wrong.
        accounting: Where the bytes went, or None as long as that is not known.
    """

    name: str
    platform: str = ""
    progress: str = ""
    incomplete: bool = False
    accounting: Accounting | None = None


class Verdict(LineView, can_focus=False):
    """Name and platform at the left, the verdict at the right."""

    DEFAULT_CSS: ClassVar[str] = """
    Verdict { height: 1; scrollbar-size-vertical: 0; }
    """

    def __init__(self, headline: Headline, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self.headline = headline
        self._line_count = 1

    def show(self, headline: Headline) -> None:
        """Tell something else."""
        self.headline = headline
        self.redraw()

    def line(self, _number: int, width: int, /) -> Iterator[Span]:
        """Return the line: what does not fit gives way from the left."""
        verdict = list(self._verdict(short=width < 76))
        room = width - sum(cell_len(span.text) for span in verdict) - 1
        name = self.headline.name
        start = [Span(" layertui   ", "dim")] if room >= cell_len(name) + 14 else [Span(" ")]
        room -= sum(cell_len(span.text) for span in start)
        name = cut(name, max(room - 2, 0))
        yield from start
        yield Span(name, "strong")
        room -= cell_len(name)
        platform = f"   {self.headline.platform}"
        if self.headline.platform and room > cell_len(platform):
            yield Span(platform, "dim")
            room -= cell_len(platform)
        yield Span(" " * max(room, 0))
        yield from verdict

    def _verdict(self, *, short: bool) -> Iterator[Span]:
        headline, accounting = self.headline, self.headline.accounting
        if headline.incomplete:
            yield Span("INCOMPLETE   ", "error")
        if accounting is None:
            yield Span(f"{headline.progress} ", "dim")
            return
        yield Span("shipped ", "dim")
        yield Span(f"{size(accounting.size)}   ")
        if not short:
            yield Span("shown ", "dim")
            yield Span(f"{size(accounting.visible_size)}   ")
        wasted = accounting.wasted_size
        share = percent(wasted / accounting.size) if accounting.size else "0 %"
        yield Span("wasted ", "dim")
        yield Span(f"{size(wasted)}  {share} ", "waste" if wasted else "")
