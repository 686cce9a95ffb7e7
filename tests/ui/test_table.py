"""A table by itself: sorted, filtered, large."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import App
from textual.widgets import Input

from layertui.ui.tables.columns import Column, Order
from layertui.ui.tables.ordering import arranged
from layertui.ui.widgets.line_view import Span
from layertui.ui.widgets.table import Table, TableModel, TablePane

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest
    from textual.app import ComposeResult
    from textual.pilot import Pilot

ROWS = [("pear", 3), ("Apple", 9), ("fig", 1), ("plum", 5)]
MODEL: TableModel[tuple[str, int]] = TableModel(
    columns=(
        Column(name="amount", title="amount", width=8, numbers=True, falling=True, priority=1,
               cell=lambda row, _width: Span(str(row[1])), key=lambda row: row[1]),
        Column(name="fruit", title="fruit", width=8, flexible=True, priority=2,
               cell=lambda row, _width: Span(row[0]), key=lambda row: row[0].lower()),
    ),
    order=Order("amount", falling=True),
    texts=lambda row: (row[0],),
    measure=lambda row: row[1],
)  # fmt: skip


class TableApp(App[None]):
    """Shows a table; keeps the rows that were clicked twice."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colour of waste."""
        return {"waste": "magenta"}

    def __init__(self) -> None:
        super().__init__()
        self.table: Table[tuple[str, int]] = Table(MODEL)
        self.chosen: list[Any] = []

    def compose(self) -> ComposeResult:
        """Show the table."""
        yield TablePane(self.table)

    @on(Table.Chosen)
    def _chosen(self, message: Table.Chosen) -> None:
        self.chosen.append(message.table.cursor_row)


@asynccontextmanager
async def shown(rows: list[tuple[str, int]] = ROWS) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp()
    async with app.run_test(size=(40, 12)) as pilot:
        app.table.focus()
        app.table.show(rows)
        await settled(app, pilot)
        yield app, pilot


async def settled(app: TableApp, pilot: Pilot[None]) -> None:
    await pilot.pause()
    while app.table.busy:
        await asyncio.sleep(0.001)
    await pilot.pause()


def fruits(app: TableApp) -> list[str]:
    return [row[0] for row in app.table.shown]


def lines(app: TableApp) -> list[str]:
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def test_rows_stand_under_their_heading_in_order() -> None:
    async with shown() as (app, _pilot):
        assert lines(app)[:5] == [
            " \u2193 amount  fruit",
            "\u258c       9  Apple",
            "        5  plum",
            "        3  pear",
            "        1  fig",
        ]
        assert app.table.total == 18


async def test_o_sorts_by_the_next_column_and_round_again() -> None:
    async with shown() as (app, pilot):
        await pilot.press("o")
        assert fruits(app) == ["Apple", "fig", "pear", "plum"]
        assert app.table.order == Order("fruit", falling=False)
        await pilot.press("o")
        assert fruits(app) == ["Apple", "plum", "pear", "fig"]


async def test_capital_o_turns_the_order_round() -> None:
    async with shown() as (app, pilot):
        await pilot.press("O")
        assert fruits(app) == ["fig", "pear", "plum", "Apple"]
        assert "\u2191 amount" in lines(app)[0]


async def test_a_click_on_a_title_sorts_and_another_turns_round() -> None:
    async with shown() as (app, pilot):
        heading = app.query_one("TableHeading")
        await pilot.click(heading, offset=(12, 0))
        assert fruits(app) == ["Apple", "fig", "pear", "plum"]
        await pilot.click(heading, offset=(12, 0))
        assert fruits(app) == ["plum", "pear", "fig", "Apple"]
        await pilot.click(heading, offset=(10, 0))
        assert fruits(app) == ["plum", "pear", "fig", "Apple"]


async def test_a_second_click_chooses_a_row() -> None:
    async with shown() as (app, pilot):
        await pilot.click(app.table, offset=(5, 2))
        assert app.chosen == []
        await pilot.click(app.table, offset=(5, 2), times=2)
        assert app.chosen == [("pear", 3)]


async def test_the_cursor_stays_on_the_row_the_user_went_to() -> None:
    async with shown() as (app, pilot):
        await pilot.press("down", "down")
        assert app.table.cursor_row == ("pear", 3)
        await pilot.press("o")
        assert app.table.cursor_row == ("pear", 3)
        app.table.filter_by("fig")
        assert app.table.cursor_row == ("fig", 1)
        app.table.filter_by("")
        assert app.table.cursor_row == ("pear", 3)


async def test_the_cursor_stays_at_the_top_until_it_is_moved() -> None:
    async with shown() as (app, pilot):
        await pilot.press("O")
        assert app.table.cursor == 0


async def test_typing_filters_and_enter_keeps_the_filter() -> None:
    async with shown() as (app, pilot):
        await pilot.press("slash", "p")
        assert fruits(app) == ["Apple", "plum", "pear"]
        await pilot.press("l")
        assert fruits(app) == ["Apple", "plum"]
        assert app.table.total == 14
        await pilot.press("enter")
        assert app.table.has_focus
        assert app.table.text == "pl"
        assert not app.query_one("FilterLine").display


async def test_capitals_in_a_filter_count() -> None:
    async with shown() as (app, pilot):
        await pilot.press("slash", "A")
        assert fruits(app) == ["Apple"]


async def test_escape_clears_the_filter() -> None:
    async with shown() as (app, pilot):
        await pilot.press("slash", "p", "l", "escape")
        assert app.table.text == ""
        assert len(fruits(app)) == 4
        assert app.table.has_focus


async def test_a_filter_that_was_kept_can_be_changed() -> None:
    async with shown() as (app, pilot):
        await pilot.press("slash", "p", "down", "slash", "e", "backspace", "u")
        assert app.query_one(Input).value == "pu"
        await pilot.press("backspace")
        assert fruits(app) == ["Apple", "plum", "pear"]


async def test_what_would_change_nothing_is_not_offered() -> None:
    async with shown([]) as (app, _pilot):
        assert {"o", "O", "slash"}.isdisjoint(app.screen.active_bindings)
        app.table.show(ROWS[:1])
        assert "slash" in app.screen.active_bindings
        assert "o" not in app.screen.active_bindings
        app.table.show(ROWS)
        assert "o" in app.screen.active_bindings


MANY = [(f"fruit {number * 7919 % 50_021}", number) for number in range(50_000)]


async def test_many_rows_are_put_in_order_beside_the_screen() -> None:
    async with shown(MANY) as (app, pilot):
        app.table.sort_by(Order("fruit", falling=False))
        assert app.table.busy
        assert app.table.shown[0] == MANY[-1]
        await settled(app, pilot)
        assert app.table.shown == sorted(MANY, key=lambda row: row[0])


async def test_an_older_order_is_dropped_for_a_newer_one() -> None:
    async with shown(MANY) as (app, pilot):
        app.table.filter_by("1")
        first = app.table._latest.job
        app.table.filter_by("12")
        app.table.filter_by("123")
        assert first is not None
        assert first.cancelled()
        await settled(app, pilot)
        assert app.table.shown == [row for row in MANY[::-1] if "123" in row[0]]


async def test_a_message_that_comes_too_late_changes_nothing() -> None:
    async with shown(MANY) as (app, pilot):
        app.table.filter_by("1")
        late = app.table._latest.job
        assert late is not None
        app.table.filter_by("12")
        await settled(app, pilot)
        before = app.table.shown
        app.table.post_message(Table._Arranged(late, app.table._done._replace(shown=[])))
        await pilot.pause()
        assert app.table.shown is before


async def test_a_longer_filter_looks_only_among_what_the_shorter_one_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with shown() as (app, _pilot):
        looked_at: list[int] = []

        def watched(task: Any, cancelled: Any) -> Any:
            looked_at.append(len(task.rows if task.among is None else task.among))
            return arranged(task, cancelled)

        monkeypatch.setattr("layertui.ui.widgets.table.arranged", watched)
        for text in ("p", "pl", "plu", "l", ""):
            app.table.filter_by(text)
        assert looked_at == [4, 3, 2, 4, 4]


async def test_only_rows_in_sight_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    line = Table.line

    def watched(self: Table[Any], number: int, width: int, /) -> Any:
        made.append(number)
        return line(self, number, width)

    monkeypatch.setattr(Table, "line", watched)
    async with shown(MANY) as (_app, pilot):
        await pilot.press("end")
        assert len(set(made)) < 50


async def test_a_table_that_has_gone_has_no_filter_to_type() -> None:
    async with shown() as (app, pilot):
        pane = app.query_one(TablePane)
        await pane.remove()
        await pane.edit_filter()
        await pilot.pause()
        assert not pane.query(Input)


async def test_a_table_that_goes_before_its_filter_is_there_just_goes() -> None:
    async with shown() as (app, pilot):
        table: Table[tuple[str, int]] = Table(MODEL)
        pane = TablePane(table)
        await app.mount(pane)
        removal = pane.remove()
        await pane.edit_filter()
        await removal
        await pilot.pause()
        assert not pane.is_attached
