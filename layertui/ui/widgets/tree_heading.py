"""The line above the tree that names its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from layertui.filesystem.view import Sort
from layertui.ui.files.columns import Columns, heading
from layertui.ui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style
    from textual import events

    from layertui.ui.widgets.line_view import Span


class TreeHeading(LineView, can_focus=False):
    """The titles of columns; a click on one that can be sorted by says so."""

    DEFAULT_CSS: ClassVar[str] = """
    TreeHeading { height: 1; scrollbar-size-vertical: 0; color: $foreground 55%; }
    TreeHeading:ansi { color: ansi_default; text-style: dim; }
    """

    class SortChosen(Message):
        """The title of a column was clicked.

        Attributes:
            sort: The order that it stands for.
        """

        def __init__(self, sort: Sort) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self, *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self._shown: tuple[Columns, Sort] | None = None

    def show(self, columns: Columns, sort: Sort) -> None:
        """Name other columns, or another order."""
        if self._shown != (columns, sort):
            self._shown = (columns, sort)
            self.set_line_count(1)

    def line(self, _number: int, _width: int, /) -> Iterable[Span]:
        """Return the titles."""
        return heading(*self._shown) if self._shown else ()

    async def _on_click(self, event: events.Click) -> None:
        style: Style = event.style
        target = style.meta.get("target")
        if target:
            self.post_message(self.SortChosen(Sort(target)))
        event.stop()
