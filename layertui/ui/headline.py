"""What is told at the top of the main screen: which image, and whether it is good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.display import percent, size
from layertui.ui.widgets.line_view import Span
from layertui.ui.widgets.title_line import Title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.analysis.waste import Accounting


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What is known.

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

    @property
    def title(self) -> Title:
        """The same in words: the verdict at the right."""
        return Title(
            kind="layertui",
            name=self.name,
            words=self.platform,
            right=tuple(tuple(self._verdict(short=short)) for short in (False, True)),
            kind_stays=False,
        )

    def _verdict(self, *, short: bool) -> Iterator[Span]:
        if self.incomplete:
            yield Span("INCOMPLETE   ", "error")
        if self.accounting is None:
            yield Span(self.progress, "dim")
            return
        yield Span("shipped ", "dim")
        yield Span(f"{size(self.accounting.size)}   ")
        if not short:
            yield Span("shown ", "dim")
            yield Span(f"{size(self.accounting.visible_size)}   ")
        wasted = self.accounting.wasted_size
        share = percent(wasted / self.accounting.size) if self.accounting.size else "0 %"
        yield Span("wasted ", "dim")
        yield Span(f"{size(wasted)}  {share}", "waste" if wasted else "")
