"""A table of any number of rows: sorted by a column, filtered by a text."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from layertui.errors import CancelledError
from layertui.ui.job import LatestJob
from layertui.ui.tables.columns import (
    Column,
    Order,
    Placed,
    Row,
    heading_spans,
    placed_columns,
    row_spans,
)
from layertui.ui.tables.ordering import Arrangement, Task, arranged
from layertui.ui.widgets.cursor_view import CursorView
from layertui.ui.widgets.line_view import LineView, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.style import Style
    from textual import events
    from textual.app import ComposeResult
    from textual.widget import AwaitMount

    from layertui.ui.job import Job
    from layertui.ui.widgets.filter_line import FilterLine

SMALL = 5_000
"""Up to this many rows are put in order at once, more of them beside the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableModel(Generic[Row]):
    """What a table needs to know about its rows.

    Attributes:
        columns: From left to right.
        order: What rows are sorted by at first.
        texts: Returns the texts of a row that a filter looks at, what it mostly finds first;
            None for a table that cannot be filtered.
        measure: Returns what is added up over the rows that are shown.
        filter_hint: What a filter may be, in a few words.
    """

    columns: Sequence[Column[Row]]
    order: Order
    texts: Callable[[Row], Iterable[str]] | None = None
    measure: Callable[[Row], int] = lambda _row: 0
    filter_hint: str = ""


class TableMessage(Message):
    """Something happened to a table.

    Attributes:
        table: The table.
    """

    def __init__(self, table: Table[Any]) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> Table[Any]:
        """The table."""
        return self.table


class Table(CursorView, Generic[Row], can_focus=True):
    """The rows, of which only those in sight are made; a heading is a `TableHeading`.

    Args:
        model: What is known about the rows.
    """

    MARGIN: ClassVar[int] = 1
    """Cells in front of the columns."""

    BINDING_GROUP_TITLE = "Table"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Move", id="move.down", show=False),
        Binding("slash,ctrl+f", "filter", "Filter", id="table.filter", key_display="/"),
        Binding("o", "sort_next", "Sort", id="table.sort"),
        Binding("O", "reverse", "Turn the order round", id="table.reverse", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | o | Sort by the next column. |
    | O | Turn the order round. |
    | /, ctrl+f | Filter. |
    """

    class Changed(TableMessage):
        """Other rows are shown or are about to be, or they are in another order."""

    class Highlighted(TableMessage):
        """Another row is under the cursor."""

    class Chosen(TableMessage):
        """The row under the cursor was clicked twice."""

    class _Arranged(Message):
        """Work beside the screen is done."""

        def __init__(self, job: Job, arrangement: Arrangement[Any]) -> None:
            super().__init__()
            self.job = job
            self.arrangement = arrangement

    def __init__(self, model: TableModel[Row], *, identity: str | None = None) -> None:
        super().__init__(identity=identity)
        self.model = model
        self._order = model.order
        self._text = ""
        self._rows: Sequence[Row] = ()
        self._done: Arrangement[Row] = Arrangement((), (), 0, None)
        self._done_text = ""
        self._done_order: Order | None = None
        self._home: Row | None = None
        self._placing = False
        self._latest = LatestJob(self.post_message)

    @property
    def order(self) -> Order:
        """What the rows are sorted by."""
        return self._order

    @property
    def text(self) -> str:
        """The filter, empty where there is none."""
        return self._text

    @property
    def busy(self) -> bool:
        """Whether rows are being put in order beside the screen."""
        return self._latest.job is not None

    @property
    def row_count(self) -> int:
        """How many rows there are, those included that the filter hides."""
        return len(self._rows)

    @property
    def shown(self) -> Sequence[Row]:
        """The rows that are shown, in order."""
        return self._done.shown

    @property
    def total(self) -> int:
        """What the rows that are shown measure together."""
        return self._done.total

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor, or None where no row is shown."""
        return self.shown[self.cursor] if self.shown else None

    @property
    def placed(self) -> list[Placed[Row]]:
        """The columns there is room for."""
        return placed_columns(self.model.columns, self.line_width - self.MARGIN, self._order)

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows; order, filter and the row the user went to stay."""
        self._rows = rows
        self._done_order = None
        self._arrange()

    def sort_by(self, order: Order) -> None:
        """Sort by something else."""
        if order != self._order:
            self._order = order
            self._arrange()

    def filter_by(self, text: str) -> None:
        """Show the rows that hold a text; all for an empty one."""
        if text != self._text:
            self._text = text
            self._arrange()

    def line(self, number: int, _width: int, /) -> Iterator[Span]:
        """Return a row."""
        yield from self.margin(number)
        yield from row_spans(self.shown[number], self.placed)

    def margin(self, number: int, /) -> Iterator[Span]:
        """Return what stands in front of the columns."""
        yield Span("\u258c" if number == self.cursor else " ", "mark")

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        if action in ("sort_next", "reverse"):
            return len(self.shown) > 1
        if action == "filter":
            return self.model.texts is not None and len(self._rows) > 0
        return True

    def watch_cursor(self, old: int, new: int) -> None:
        """Remember which row the user went to."""
        super().watch_cursor(old, new)
        if not self._placing:
            self._home = self.cursor_row if new else None
        self.post_message(self.Highlighted(self))

    def line_clicked(self, _number: int, event: events.Click, /) -> None:
        """Choose with a second click."""
        if event.chain == 2:
            self.post_message(self.Chosen(self))

    def click_title(self, name: str) -> None:
        """Sort by a column, or turn the order round where rows are sorted by it already."""
        if name == self._order.column:
            self.action_reverse()
        else:
            self._sort_by_column(name)

    def action_sort_next(self) -> None:
        """Sort by the next column."""
        names = [column.name for column in self.model.columns if column.key is not None]
        place = names.index(self._order.column) + 1
        self._sort_by_column(names[place % len(names)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self._order._replace(falling=not self._order.falling))

    async def action_filter(self) -> None:
        """Let the user type a filter."""
        for pane in self.ancestors:
            if isinstance(pane, TablePane):
                await pane.edit_filter()

    def _sort_by_column(self, name: str) -> None:
        column = self._column(name)
        self.sort_by(Order(name, column.falling))

    def _column(self, name: str) -> Column[Row]:
        return next(column for column in self.model.columns if column.name == name)

    def _arrange(self) -> None:
        """Put the rows in order, now or beside the screen; an older one goes nowhere."""
        self._latest.drop()
        task = self._wanted()
        if len(self._rows) <= SMALL:
            self._take(arranged(task, lambda: False))
            return
        self._latest.begin(partial(self._work, task)).start()
        self.post_message(self.Changed(self))

    def _wanted(self) -> Task[Row]:
        """Return what is to be done, leaving out what is done already."""
        sorted_already = self._done_order == self._order
        narrower = sorted_already and self._done_text and self._done_text in self._text
        key = self._column(self._order.column).key
        return Task(
            rows=self._rows,
            key=key or (lambda _row: 0),
            falling=self._order.falling,
            text=self._text,
            texts=self.model.texts or (lambda _row: ()),
            measure=self.model.measure,
            in_order=self._done.in_order if sorted_already else None,
            among=self._done.shown if narrower else None,
            home=self._home,
        )

    def _work(self, task: Task[Row], job: Job) -> None:
        with suppress(CancelledError):
            job.post(self._Arranged(job, arranged(task, job.cancelled)))

    @on(_Arranged)
    def _work_done(self, message: _Arranged) -> None:
        message.stop()
        if self._latest.finish(message.job):
            self._take(message.arrangement)

    def _take(self, arrangement: Arrangement[Row]) -> None:
        """Show rows, with the one the user went to where it was on the screen."""
        offset = self.cursor - self.scroll_offset.y
        self._done, self._done_order, self._done_text = arrangement, self._order, self._text
        self._placing = True
        self.set_line_count(len(arrangement.shown))
        self.cursor = arrangement.place or 0
        top = max(0, self.cursor - offset) if arrangement.place else 0
        self.scroll_to(y=min(top, self.max_scroll_y), animate=False, force=True)
        self._placing = False
        self.redraw()
        self.refresh_bindings()
        self.post_message(self.Changed(self))

    def _on_unmount(self) -> None:
        self._latest.drop()
        super()._on_unmount()


class TableHeading(LineView, can_focus=False):
    """The titles of a table; a click on one sorts.

    Args:
        table: The table below.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TableHeading { height: 1; }
    """

    def __init__(self, table: Table[Any]) -> None:
        super().__init__()
        self._table = table
        self._line_count = 1

    def line(self, _number: int, _width: int, /) -> Iterator[Span]:
        """Return the titles."""
        yield Span(" " * self._table.MARGIN)
        yield from heading_spans(self._table.placed, self._table.order)

    def on_click(self, event: events.Click) -> None:
        """Sort by the column whose title is clicked."""
        style: Style = event.style
        if name := style.meta.get("target"):
            self._table.click_title(str(name))


class TablePane(Vertical):
    """A table under its heading, and the filter while it is typed.

    Args:
        table: The table.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TablePane > Table { height: 1fr; }
    """

    def __init__(self, table: Table[Any], *, identity: str | None = None) -> None:
        super().__init__(id=identity)
        self._table = table
        self._heading = TableHeading(table)
        self._filter: FilterLine | None = None
        self._filter_mounted: AwaitMount | None = None

    def compose(self) -> ComposeResult:
        """Put the parts below one another."""
        yield self._heading
        yield self._table

    def on_mount(self) -> None:
        """Have the line of the filter ready, once there is something to see."""
        if self._table.model.texts is not None:
            self.call_after_refresh(self._mount_filter)

    @on(Table.Changed)
    def _changed(self) -> None:
        self._heading.redraw()

    async def edit_filter(self) -> None:
        """Let the user type a filter; where the table has gone in the meantime, nothing happens."""
        await self._mount_filter()
        if self._filter is not None and self._filter.is_attached:
            self._filter.edit()

    async def _mount_filter(self) -> None:
        """Have the line of the filter ready to be typed in."""
        from layertui.ui.widgets.filter_line import FilterLine

        if self._filter is None and self.is_attached:
            self._filter = FilterLine(self._table)
            self._filter_mounted = self.mount(self._filter)
        if self._filter_mounted is not None:
            await self._filter_mounted
