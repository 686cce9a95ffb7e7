"""Every wasted path: why it is wasted, which layer ships it, which one made it waste."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from layertui.display import count, printable, size
from layertui.errors import CancelledError
from layertui.ui.job import LatestJob
from layertui.ui.place import Place
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.tables.ordering import collector_resting
from layertui.ui.waste.figures import Overview, Scope, first_overview, overview, paths_in
from layertui.ui.waste.text import (
    LARGEST_FIRST,
    copies_told,
    path_columns,
    scope_words,
    texts_of,
    waste_title,
)
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.table import SMALL, Table, TableModel, TablePane
from layertui.ui.widgets.title_line import Title, TitleLine
from layertui.ui.widgets.waste_totals import CauseLine, PickTable, WasteTotals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from layertui.analysis.gathering import PathWaste
    from layertui.analysis.waste import Accounting
    from layertui.image import Image
    from layertui.ui.job import Job

_FOLDED_WIDTH, _FOLDED_HEIGHT = 70, 20
"""Below these, one pane is seen at a time."""


class WasteScreen(LeftOnce, Screen["Place | None"], inherit_bindings=False):
    """Totals by cause and by layer, and all the paths; the result is where to go.

    Args:
        image: The image.
        accounting: Where its bytes went.

    Attributes:
        overview: All the waste that is looked at, of the image or of the user's layers.
        totals: The same by cause and by layer.
        table: Its paths.
    """

    AUTO_FOCUS = "#waste-paths"
    BINDING_GROUP_TITLE = "Waste"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "jump", "To the cause", id="waste.jump"),
        Binding("escape", "clear", "Show all", id="waste.clear", key_display="esc"),
        Binding("escape", "leave", "Back", id="waste.leave", key_display="esc"),
        Binding("w", "leave", "Back", id="waste.back", show=False),
        Binding("u", "toggle_user", "Only your layers", id="waste.user"),
        Binding("f", "jump_to_shipper", "To the origin", id="waste.shipper"),
        Binding("tab", "pane(1)", "Next pane", id="waste.pane", key_display="tab"),
        Binding("shift+tab", "pane(-1)", "Previous pane", id="waste.pane-back", show=False),
        Binding("slash,ctrl+f", "filter", "Filter", id="waste.filter", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Go to the path in the layer that made it waste. |
    | f | Go to the path in the layer that ships it. |
    | u | Show the waste of your own layers only, or all of it. |
    | /, ctrl+f | Filter the paths. |
    | tab, shift+tab | Go to the next pane, to the one before. |
    | escape | Take the filters away; where there are none, go back. |
    | w | Go back. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    WasteScreen {
        layout: vertical;
        background: $background;

        CauseLine { display: none; }
        #waste-table-pane { height: 1fr; }
        &.-low WasteTotals, &.-medium WasteTotals { height: 8; }
        &.-tall WasteTotals { height: 18; }
        &.-low #waste-meanings, &.-medium #waste-meanings { display: none; }

        &.-folded WasteTotals { display: none; }
        &.-folded CauseLine { display: block; }
        &.-folded.-totals {
            CauseLine, #waste-paths-pane { display: none; }
            WasteTotals { display: block; height: 1fr; }
            #waste-causes-pane, #waste-layers-pane { display: none; }
            #waste-causes-pane.-seen, #waste-layers-pane.-seen { display: block; }
            #waste-causes-pane > TablePane { height: 1fr; }
        }
    }
    """

    class _Gathered(Message):
        """Work beside the screen is done."""

        def __init__(self, job: Job, whole: Overview, paths: Sequence[PathWaste]) -> None:
            super().__init__()
            self.job = job
            self.whole = whole
            self.paths = paths

    def __init__(self, image: Image, accounting: Accounting) -> None:
        super().__init__()
        self._accounting = accounting
        self._scope = Scope()
        self.overview = first_overview(accounting)
        self._image_name = printable(image.tags[0] if image.tags else image.reference, 200)
        self._headline = TitleLine(self._title())
        self._causes = CauseLine()
        self.totals = WasteTotals(image)
        self._overviews: dict[bool, Overview] = {}
        self._latest = LatestJob(self.post_message)
        self.table: Table[PathWaste] = Table(
            TableModel(
                columns=path_columns(),
                order=LARGEST_FIRST,
                texts=texts_of,
                measure=lambda waste: waste.wasted_size,
                filter_hint="part of a path, a cause or a layer",
            ),
            identity="waste-paths",
        )
        self._title_line = FrameLine("top", identity="waste-title")
        self._path_line = FrameLine("bottom", identity="waste-path")

    def compose(self) -> ComposeResult:
        """Put the totals above the paths."""
        yield self._headline
        yield self._causes
        yield self.totals
        yield Frame(
            self._title_line,
            TablePane(self.table, identity="waste-table-pane"),
            bottom=self._path_line,
            identity="waste-paths-pane",
        )
        yield KeyBar(id="waste-keys")

    def on_mount(self) -> None:
        """Show what is known, and gather the rest."""
        self._show_totals()
        self._gather()

    @property
    def scope(self) -> Scope:
        """Which waste is looked at."""
        return self._scope

    @property
    def busy(self) -> bool:
        """Whether paths are being gathered or put in order beside the screen."""
        return self._latest.job is not None or self.table.busy

    # What is shown

    def look_at(self, scope: Scope) -> None:
        """Show other waste."""
        if scope != self._scope:
            self._scope = scope
            self._gather()
            self._show_totals()
            self.refresh_bindings()

    def _gather(self) -> None:
        """Gather the paths, now or beside the screen; an older gathering goes nowhere."""
        self._latest.drop()
        accounting = self._accounting
        if len(accounting.wasted) + len(accounting.repeats) <= SMALL:
            self._take(*self._figures(self._scope, None))
            return
        work = partial(self._work, self._scope)
        self.call_after_refresh(self._latest.begin(work).start)
        self._label()

    def _figures(self, scope: Scope, job: Job | None) -> tuple[Overview, Sequence[PathWaste]]:
        cancelled = job.cancelled if job is not None else lambda: False
        whole = self._overviews.get(scope.user)
        if whole is None:
            whole = overview(self._accounting, user=scope.user, cancelled=cancelled)
        return whole, paths_in(whole, scope, cancelled)

    def _work(self, scope: Scope, job: Job) -> None:
        with suppress(CancelledError), collector_resting():
            job.post(self._Gathered(job, *self._figures(scope, job)))

    @on(_Gathered)
    def _work_done(self, message: _Gathered) -> None:
        if self._latest.finish(message.job):
            self._take(message.whole, message.paths)

    def _take(self, whole: Overview, paths: Sequence[PathWaste]) -> None:
        if whole is not self.overview:
            self.overview = self._overviews[whole.user] = whole
            self._show_totals()
        self.table.show(paths)

    def _show_totals(self) -> None:
        self._headline.tell(self._title())
        self.totals.show(self.overview)
        self.totals.pick(self._scope.cause, self._scope.layer)
        self._causes.show(self.overview, self._scope.cause)

    def _title(self) -> Title:
        user = self._scope.user
        return waste_title(self._image_name, self._accounting, self.overview, user=user)

    @on(Table.Changed, "#waste-paths")
    @on(Table.Highlighted, "#waste-paths")
    def _label(self) -> None:
        """Tell what is shown, how much of it, and the path under the cursor."""
        row = self.table.cursor_row
        words = scope_words(self._scope, self.table.text)
        self._title_line.tell(words, self._count())
        path = printable(row.path) if row is not None else ""
        seen = {column.name for column, _width in self.table.placed}
        hidden = row is not None and not {"shipped", "wasted"} <= seen
        layers = copies_told(row) if row is not None and hidden else ()
        self._path_line.tell(path, *layers)
        self.table.show_notice(*(() if self.table.shown else self._nothing()))

    def _count(self) -> str:
        if self.busy:
            return "putting paths in order\u2026"
        shown, there = len(self.table.shown), len(self.overview.paths)
        number = count(shown) if shown == there else f"{count(shown)} of {count(there)}"
        return f"{number} {'path' if there == 1 else 'paths'}  {size(self.table.total)}"

    def _nothing(self) -> tuple[str, ...]:
        """Return why no path is shown."""
        if self.busy:
            return ("The wasted paths are being gathered.",)
        if self.overview.paths:
            return "No wasted path matches.", "esc shows all of them again."
        if self._scope.user:
            return "Your layers waste nothing.", "u shows the waste of the base as well."
        return "Nothing is wasted.", "The image shows every byte that it ships."

    def on_unmount(self) -> None:
        """Let no gathering go on."""
        self._latest.drop()

    # Filters

    @on(PickTable.Picked, "#waste-causes")
    def _cause_picked(self) -> None:
        row = self.totals.by_cause.cursor_row
        if row is not None:
            self._pick_cause(row.cause)

    @on(CauseLine.Clicked)
    def _cause_clicked(self, message: CauseLine.Clicked) -> None:
        self._pick_cause(message.cause)

    @on(PickTable.Picked, "#waste-layers")
    def _layer_picked(self) -> None:
        row = self.totals.by_layer.cursor_row
        if row is not None:
            layer = None if row.layer == self._scope.layer else row.layer
            self._narrow(self._scope._replace(layer=layer))

    def _pick_cause(self, cause: str) -> None:
        cause = "" if cause == self._scope.cause else cause
        self._narrow(self._scope._replace(cause=cause))

    def _narrow(self, scope: Scope) -> None:
        self.look_at(scope)
        if self.has_class("-folded"):
            self._focus_pane(self.table)

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        filtered = self._scope.narrow or bool(self.table.text)
        if action in ("jump", "jump_to_shipper"):
            return self.table.cursor_row is not None
        if action == "toggle_user":
            return 0 < self._accounting.base_layers < len(self._accounting.layers)
        if action == "filter":
            return self.table.row_count > 0
        return filtered if action == "clear" else True

    def action_clear(self) -> None:
        """Take the filters away."""
        self.table.filter_by("")
        self.look_at(Scope(user=self._scope.user))
        self.refresh_bindings()

    def action_toggle_user(self) -> None:
        """Show the waste of the user's layers only, or all of it."""
        self.look_at(Scope(user=not self._scope.user))

    async def action_filter(self) -> None:
        """Filter the paths."""
        self._focus_pane(self.table)
        await self.table.action_filter()

    # Where to go

    def action_leave(self) -> None:
        """Go back to where the screen was opened."""
        self.dismiss(None)

    @on(Table.Chosen, "#waste-paths")
    def action_jump(self) -> None:
        """Go to the path in the layer that made its largest copy waste."""
        if (row := self.table.cursor_row) is not None:
            self.dismiss(Place(row.summary.largest.superseded_by, row.path))

    def action_jump_to_shipper(self) -> None:
        """Go to the path in the layer that ships its largest copy."""
        if (row := self.table.cursor_row) is not None:
            self.dismiss(Place(row.summary.largest.layer, row.path))

    # Panes

    def action_pane(self, step: int) -> None:
        """Go to the next pane, or the one before."""
        panes = self._panes
        place = panes.index(self.focused) if self.focused in panes else -step
        self._focus_pane(panes[(place + step) % len(panes)])

    @property
    def _panes(self) -> tuple[Widget | None, ...]:
        return self.table, self.totals.by_cause, self.totals.by_layer

    def _focus_pane(self, pane: Widget | None) -> None:
        self._reveal(pane)
        self.set_focus(pane)

    def _reveal(self, pane: Widget | None) -> None:
        """Let the pane be seen that has the focus, where there is room for one."""
        self.set_class(pane is not self.table, "-totals")
        self.totals.causes_pane.set_class(pane is self.totals.by_cause, "-seen")
        self.totals.layers_pane.set_class(pane is self.totals.by_layer, "-seen")

    def on_resize(self) -> None:
        """Fold the totals away where there is little room."""
        width, height = self.size
        self.set_class(width < _FOLDED_WIDTH or height < _FOLDED_HEIGHT, "-folded")
        if self.focused in self._panes:
            self._reveal(self.focused)
