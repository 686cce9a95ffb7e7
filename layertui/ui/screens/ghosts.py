"""What is shipped and not shown: copies that were deleted or replaced later, by bytes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from layertui.analysis.ghosts import ghosts_among
from layertui.contents.versions import history_of
from layertui.display import printable
from layertui.errors import CancelledError
from layertui.ui.comparing.ghost_text import (
    LARGEST_FIRST,
    ghost_columns,
    ghost_lines,
    ghost_texts,
    ghosts_title,
    hidden_words,
    shown_words,
)
from layertui.ui.comparing.opening import extract_version, is_shown, open_version
from layertui.ui.comparing.requests import VersionsRequest
from layertui.ui.job import LatestJob
from layertui.ui.place import Place
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.tables.ordering import collector_resting
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.table import SMALL, Table, TableModel, TablePane
from layertui.ui.widgets.text_pane import TextPane
from layertui.ui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from layertui.analysis.ghosts import Ghost
    from layertui.contents.versions import PathVersion
    from layertui.ui.comparing.requests import GhostsRequest
    from layertui.ui.job import Job
    from layertui.ui.widgets.line_view import Line


class GhostsScreen(LeftOnce, Screen["Place | None"], inherit_bindings=False):
    """The ghosts of an image; the result is where to go.

    Args:
        request: Of which image.

    Attributes:
        table: The ghosts.
        only_deleted: Whether those are left out that another copy took the place of.
    """

    AUTO_FOCUS = "#ghosts"
    BINDING_GROUP_TITLE = "Ghosts"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "jump", "To its layer", id="ghosts.jump",
                tooltip="Go to the path in the layer that ships it"),
        Binding("v", "open", "Open", id="ghosts.open", tooltip="Show what is in the file"),
        Binding("x", "extract", "Extract", id="ghosts.extract", tooltip="Take the file out"),
        Binding("r", "only_deleted", "Only deleted", id="ghosts.deleted",
                tooltip="Leave out what another copy took the place of, or not"),
        Binding("f", "jump_to_end", "To what hides it", id="ghosts.end", show=False,
                tooltip="Go to the path in the layer that deletes or replaces it"),
        Binding("V", "versions", "Versions", id="ghosts.versions", show=False,
                tooltip="Show all versions of the path"),
        Binding("escape", "clear", "Show all", id="ghosts.clear", key_display="esc"),
        Binding("escape", "leave", "Back", id="ghosts.leave", key_display="esc"),
        Binding("W", "leave", "Back", id="ghosts.back", show=False),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Go to the path in the layer that ships it. |
    | f | Go to the path in the layer that deletes or replaces it. |
    | v | Show what is in the file. |
    | x | Take the file out. |
    | V | Show all versions of the path. |
    | r | Leave out what another copy took the place of, or not. |
    | escape | Take the filters away; where there are none, go back. |
    | W | Go back. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    GhostsScreen {
        layout: vertical;
        background: $background;
        #ghosts-table-pane { height: 1fr; }
        #ghost { height: 3; padding: 0 2; }
        &.-low #ghost { display: none; }
    }
    """

    class _Found(Message):
        """Work beside the screen is done."""

        def __init__(self, job: Job, ghosts: Sequence[Ghost]) -> None:
            super().__init__()
            self.job = job
            self.ghosts = ghosts

    def __init__(self, request: GhostsRequest) -> None:
        super().__init__()
        self._request = request
        self._ghosts: Sequence[Ghost] = ()
        self.only_deleted = False
        self._latest = LatestJob(self.post_message)
        self.table: Table[Ghost] = Table(
            TableModel(
                columns=ghost_columns(),
                order=LARGEST_FIRST,
                texts=ghost_texts,
                measure=lambda ghost: ghost.size,
                filter_hint="part of a path, why, or a layer",
            ),
            identity="ghosts",
        )
        self._title_line = FrameLine("top", identity="ghosts-title")
        self._path_line = FrameLine("bottom", identity="ghosts-path")
        self._about = TextPane(identity="ghost")
        self._about.can_focus = False

    def compose(self) -> ComposeResult:
        """Put what is told of the ghost under the cursor below the list."""
        yield TitleLine(ghosts_title(self._request.image, self._request.accounting))
        yield Frame(
            self._title_line,
            TablePane(self.table, identity="ghosts-table-pane"),
            bottom=self._path_line,
            identity="ghosts-pane",
        )
        yield self._about
        yield KeyBar(id="ghosts-keys")

    def on_mount(self) -> None:
        """Look for the ghosts, now or beside the screen."""
        request = self._request
        if len(request.accounting.wasted) <= SMALL:
            self._take(ghosts_among(request.filesystem, request.accounting.wasted))
            return
        self.call_after_refresh(self._latest.begin(self._work).start)
        self._label()

    def on_unmount(self) -> None:
        """Let no looking go on."""
        self._latest.drop()

    @property
    def busy(self) -> bool:
        """Whether ghosts are looked for or put in order beside the screen."""
        return self._latest.job is not None or self.table.busy

    def _work(self, job: Job) -> None:
        filesystem, wasted = self._request.filesystem, self._request.accounting.wasted
        with suppress(CancelledError), collector_resting():
            job.post(self._Found(job, ghosts_among(filesystem, wasted, cancelled=job.cancelled)))

    @on(_Found)
    def _work_done(self, message: _Found) -> None:
        if self._latest.finish(message.job):
            self._take(message.ghosts)

    def _take(self, ghosts: Sequence[Ghost]) -> None:
        self._ghosts = ghosts
        self._show()

    def _show(self) -> None:
        wanted = self._ghosts
        if self.only_deleted:
            wanted = [ghost for ghost in wanted if ghost.is_deleted]
        self.table.show(wanted)
        self.refresh_bindings()

    @on(Table.Changed, "#ghosts")
    @on(Table.Highlighted, "#ghosts")
    def _label(self) -> None:
        """Tell what is shown, how much of it, and which layers the ghost is about."""
        words = ["Deleted and still shipped" if self.only_deleted else "Shipped and not shown"]
        if self.table.text:
            words.append(f"/{printable(self.table.text, 40)}")
        self._title_line.tell("   ".join(words), self._count())
        ghost = self.table.cursor_row
        layers = (hidden_words(ghost),) if ghost is not None and self.has_class("-low") else ()
        self._path_line.tell(printable(ghost.path) if ghost is not None else "", *layers)
        self._about.show(self._lines)
        self.table.show_notice(*(() if self.table.shown else self._nothing()))

    def _lines(self, width: int) -> Sequence[Line]:
        ghost = self.table.cursor_row
        return ghost_lines(self._request.image, ghost, width) if ghost is not None else ()

    def _count(self) -> str:
        if self.busy:
            return "putting files in order\u2026"
        return shown_words(len(self.table.shown), len(self._ghosts), self.table.total)

    def _nothing(self) -> tuple[str, ...]:
        """Return why no ghost is shown."""
        if self.busy:
            return ("The files are being gathered.",)
        if self._ghosts:
            return "No file matches.", "esc shows all of them again."
        return "There are none.", "The image shows every file that it ships."

    # Actions

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        ghost = self.table.cursor_row
        if action in ("jump", "jump_to_end", "versions"):
            return ghost is not None
        if action in ("open", "extract"):
            return ghost is not None and ghost.place is not None
        if action == "only_deleted":
            return bool(self._ghosts)
        return self.only_deleted or bool(self.table.text) if action == "clear" else True

    @on(Table.Chosen, "#ghosts")
    def action_jump(self) -> None:
        """Go to the path in the layer that ships the ghost."""
        if (ghost := self.table.cursor_row) is not None:
            self.dismiss(Place(ghost.layer, ghost.path))

    def action_jump_to_end(self) -> None:
        """Go to the path in the layer that deletes or replaces the ghost."""
        if (ghost := self.table.cursor_row) is not None:
            self.dismiss(Place(ghost.superseded_by, ghost.last_path))

    def action_open(self) -> None:
        """Show what is in the ghost."""
        if (version := self._version()) is not None and is_shown(version):
            open_version(self, self._request.filesystem, self._request.contents, version)

    def action_extract(self) -> None:
        """Take the ghost out."""
        if (version := self._version()) is not None:
            extract_version(self, self._request.contents, version)

    def action_versions(self) -> None:
        """Show all versions of the path."""
        from layertui.ui.screens.versions import VersionsScreen

        def came_back(place: Place | None) -> None:
            if place is not None:
                self.dismiss(place)

        request, ghost = self._request, self.table.cursor_row
        if ghost is not None:
            versions = VersionsRequest(
                image=request.image, filesystem=request.filesystem, contents=request.contents,
                path=ghost.path, layer=ghost.layer,
            )  # fmt: skip
            self.app.push_screen(VersionsScreen(versions), came_back)

    def _version(self) -> PathVersion | None:
        """Return the ghost under the cursor as a version of its path."""
        ghost = self.table.cursor_row
        if ghost is None:
            return None
        history = history_of(self._request.filesystem, ghost.path)
        same = (each for each in history if (each.layer, each.place) == (ghost.layer, ghost.place))
        return next(same, None)

    def action_only_deleted(self) -> None:
        """Leave out what another copy took the place of, or not."""
        self.only_deleted = not self.only_deleted
        self._show()

    def action_clear(self) -> None:
        """Take the filters away."""
        self.only_deleted = False
        self.table.filter_by("")
        self._show()

    def on_resize(self) -> None:
        """Tell in the frame what there is no room for below it."""
        self.call_after_refresh(self._label)

    def action_leave(self) -> None:
        """Go back to where the screen was opened."""
        self.dismiss(None)
