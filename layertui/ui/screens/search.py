"""Search in the contents of files: what is looked for above, the lines that match below."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from layertui.contents.targets import Scope
from layertui.display import count, percent, printable
from layertui.filesystem.query import Query, Syntax, line_of
from layertui.ui.job import LatestJob
from layertui.ui.place import Place
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.search.form import SearchForm
from layertui.ui.search.found_list import FoundList
from layertui.ui.search.memory import LastSearch, SearchMemory
from layertui.ui.search.request import SCOPES
from layertui.ui.search.work import Arrived, AskedWrongError, Ended, run, understood
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from layertui.ui.search.request import Asked, SearchRequest
    from layertui.ui.search.results import FoundLine
    from layertui.ui.viewer.request import ViewRequest


class SearchScreen(LeftOnce, Screen["Place | None"], inherit_bindings=False):
    """Lines of files that match, as they are found; the result is where to go.

    Args:
        request: What is searched.

    Attributes:
        asked: What is looked for, and where.
        found: The lines that match.
    """

    AUTO_FOCUS = "SearchField"
    BINDING_GROUP_TITLE = "Search in files"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "jump", "To the file", id="search.jump", key_display="enter"),
        Binding("o", "open", "Open", id="search.open"),
        Binding("escape", "stop", "Stop", id="search.stop", key_display="esc"),
        Binding("escape", "leave", "Back", id="search.leave", key_display="esc"),
        Binding("ctrl+t", "next_syntax", "Text, regex", id="search.syntax"),
        Binding("ctrl+l", "next_scope", "Which files", id="search.scope"),
        Binding("ctrl+b", "toggle_binary", "Binary too", id="search.binary", show=False),
        Binding("slash", "edit", "Search for something else", id="search.edit", show=False),
        Binding("tab", "pane(1)", "Next line or pane", id="search.pane", show=False),
        Binding("shift+tab", "pane(-1)", "Previous one", id="search.pane-back", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Go to the file of the line under the cursor. |
    | o | Open the file at that line. |
    | escape | Stop the search; where none goes on, go back. |
    | ctrl+t | Read what is typed as text, as a regular expression; a filter as a glob, too. |
    | ctrl+l | Search the files of this state, of this layer alone, of all layers. |
    | ctrl+b | Search binary files, too, or pass them over. |
    | / | Type something else to look for. |
    | tab, shift+tab | Go to the next line or pane, to the one before. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    SearchScreen { layout: vertical; background: $background; }
    SearchScreen:nocolor Input > .input--cursor { text-style: reverse; }
    """

    def __init__(self, request: SearchRequest) -> None:
        super().__init__()
        self._request = request
        self._memory = request.memory or SearchMemory()
        self.asked = self._memory.asked(request)
        self._form = SearchForm(self.asked)
        self.found = FoundList(request.filesystem, identity="search-found")
        self._latest = LatestJob(self.post_message)
        self._title = FrameLine("top", identity="search-title")
        self._place = FrameLine("bottom", identity="search-place")
        self._searched: Asked | None = None
        self._outcome = ""
        self._share = 0.0
        self._error: AskedWrongError | None = None

    def compose(self) -> ComposeResult:
        """Put what is looked for above what is found."""
        yield self._form
        yield Frame(self._title, self.found, bottom=self._place, identity="search-frame")
        yield KeyBar(id="search-keys")

    def on_mount(self) -> None:
        """Tell how things stand; what was found before is there again."""
        if (last := self._memory.found(self._request)) is not None:
            self._searched, self._outcome = last.searched, last.outcome
            in_all = last.asked.scope is Scope.ALL
            self.found.restore(last.results, last.cursor, tells_layers=in_all)
            self.call_after_refresh(self.action_to_results)
        self._tell()

    def on_resize(self) -> None:
        """Tell it in the words there is room for."""
        self.call_after_refresh(self._tell)

    @property
    def busy(self) -> bool:
        """Whether a search goes on."""
        return self._latest.job is not None

    # The search

    def action_search(self) -> None:
        """Search for what is typed, and go to what is found."""
        self._read()
        try:
            wanted = understood(self.asked)
        except AskedWrongError as error:
            self._error = error
            self._tell()
            return
        self._searched, self._outcome, self._share = self.asked, "", 0.0
        self.found.clear(tells_layers=self.asked.scope is Scope.ALL)
        self._latest.begin(partial(run, self._request, wanted)).start()
        self.set_focus(self.found)
        self._tell()

    @on(Arrived)
    def _arrived(self, message: Arrived) -> None:
        if message.job is not self._latest.job:
            return
        had_lines = bool(self.found.results.lines)
        self.found.add(message.batches)
        self._share = message.share
        self._tell()
        if bool(self.found.results.lines) != had_lines:
            self.refresh_bindings()

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        if not self._latest.finish(message.job):
            return
        files = "file" if message.files == 1 else "files"
        self._outcome = f"{count(message.files)} {files} searched"
        if message.is_bounded:
            self._outcome = "the first of more: look for something rarer"
        for trouble in message.troubles:
            self.notify(printable(trouble), severity="warning", markup=False)
        if message.troubles:
            self._outcome = "not all could be read"
        if not self.found.results.lines and self.focused is self.found:
            self.set_focus(self._form.text)
        self._tell()
        self.refresh_bindings()

    def action_stop(self) -> None:
        """Stop the search; what was found stays."""
        self._latest.drop()
        self._outcome = "stopped"
        self._tell()
        self.refresh_bindings()

    def on_unmount(self) -> None:
        """Let no search go on; keep what was found."""
        if self.busy:
            self._latest.drop()
            self._outcome = "stopped"
        self._memory.last = LastSearch(
            filesystem=self._request.filesystem,
            layer=self._request.layer,
            given=line_of(self._request.query or Query()),
            asked=self.asked,
            searched=self._searched,
            outcome=self._outcome,
            results=self.found.results,
            cursor=self.found.cursor,
        )

    # What is asked for

    @on(SearchForm.Edited)
    def _edited(self) -> None:
        self._read()
        self._tell()

    def _read(self) -> None:
        """Take what is typed."""
        text, path = self._form.text.value, self._form.filter.value
        self._ask(replace(self.asked, text=text, filter=path))

    def _ask(self, asked: Asked) -> None:
        if asked != self.asked:
            self.asked, self._error = asked, None

    def action_next_syntax(self) -> None:
        """Read what is typed in another way; a filter where the cursor is in it."""
        self._read()
        if self.focused is self._form.filter:
            order = (Syntax.TEXT, Syntax.GLOB, Syntax.REGEX)
            after = order[(order.index(self.asked.filter_syntax) + 1) % len(order)]
            self._change(replace(self.asked, filter_syntax=after))
        else:
            self._change(replace(self.asked, is_regex=not self.asked.is_regex))

    def action_next_scope(self) -> None:
        """Search other files."""
        self._read()
        after = SCOPES[(SCOPES.index(self.asked.scope) + 1) % len(SCOPES)]
        self._change(replace(self.asked, scope=after))

    def action_toggle_binary(self) -> None:
        """Search binary files, too, or pass them over."""
        self._read()
        self._change(replace(self.asked, as_text=not self.asked.as_text))

    def _change(self, asked: Asked) -> None:
        """Take something else; where something was searched for, search again."""
        focused, again = self.focused, self._searched is not None and bool(asked.text)
        self._ask(asked)
        if again:
            self.action_search()
            self.set_focus(focused)
        self._tell()

    # What is told

    @on(FoundList.Moved)
    def _tell(self) -> None:
        """Tell how it is read, how much was found, and what is under the cursor."""
        self._form.show(self.asked, self._request.layer, self._error)
        results = self.found.results
        lines, files = len(results.lines), len(results.groups)
        words = (
            f"{count(lines)} {'line' if lines == 1 else 'lines'}"
            f" in {count(files)} {'file' if files == 1 else 'files'}"
        )
        told = words if self._searched is not None else "Search in files"
        progress = f"searching\u2026 {percent(self._share)}" if self.busy else self._outcome
        self._title.tell(told, *((progress,) if progress else ()))
        here = self.found.line_here
        if here is None:
            self._place.tell("")
        else:
            shown = self.found.group_of(here).shown[0]
            place = f"line {count(here.number)}, byte {count(here.offset)}"
            self._place.tell(printable(self.found.path_of(shown)), place)
        self.found.show_notice(*(() if lines else self._nothing()))

    def _nothing(self) -> tuple[str, ...]:
        """Return why no line is shown."""
        if self.busy:
            return ("The files are being searched.",)
        if self._searched is None:
            return "Type what to look for, enter searches.", "tab goes to the filter of paths."
        if self._searched.scope is Scope.ALL:
            return ("No line matches.",)
        return "No line matches.", "ctrl+l searches other files, removed ones too."

    # Where to go

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        if action == "stop":
            return self.busy
        if action in ("jump", "open"):
            return self.focused is self.found and self.found.line_here is not None
        if action == "edit":
            return self.focused is self.found
        return True

    def action_leave(self) -> None:
        """Go back to where the screen was opened."""
        self.dismiss(None)

    @on(FoundList.Chosen)
    def action_jump(self) -> None:
        """Go to the file of the line under the cursor."""
        if (place := self._place_here()) is not None:
            self.dismiss(place)

    def action_open(self) -> None:
        """Open the file at the line under the cursor."""
        here = self.found.line_here
        if here is None:
            return
        from layertui.ui.screens.viewer import ViewerScreen

        self.app.push_screen(ViewerScreen(self._view_request(here)), self._viewed)

    def _view_request(self, here: FoundLine) -> ViewRequest:
        """Return what shows a line; a copy that its own layer took the place of, as it was."""
        from layertui.contents.versions import history_of
        from layertui.ui.viewer.request import ViewRequest

        filesystem, group = self._request.filesystem, self.found.group_of(here)
        shown = group.shown[0]
        path = self.found.path_of(shown)
        versions = history_of(filesystem, path) if shown.gone == shown.layer else ()
        same = (each for each in versions if each.place == (group.layer, group.stored))
        version = next(same, None)
        return ViewRequest(
            filesystem=filesystem,
            contents=self._request.contents,
            path=path,
            layer=shown.layer,
            entry=version.entry if version is not None else None,
            place=version.place if version is not None else None,
            line=here.number,
            offset=here.offset,
        )

    def _viewed(self, place: Place | None) -> None:
        """Go on to where the viewer leads."""
        if place is not None:
            self.call_after_refresh(self.dismiss, place)

    def _place_here(self) -> Place | None:
        here = self.found.line_here
        if here is None:
            return None
        shown = self.found.group_of(here).shown[0]
        return Place(shown.layer, self.found.path_of(shown))

    # Panes

    def action_edit(self) -> None:
        """Type something else to look for."""
        self.set_focus(self._form.text)

    def action_to_results(self) -> None:
        """Go to the lines that were found."""
        if self.found.results.lines:
            self.set_focus(self.found)

    def action_pane(self, step: int) -> None:
        """Go to the next line or pane, or the one before."""
        panes = (self._form.text, self._form.filter, self.found)
        place = panes.index(self.focused) if self.focused in panes else -step
        self.set_focus(panes[(place + step) % len(panes)])
