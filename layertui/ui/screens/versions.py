"""What the layers did to a path: its versions, to be opened, compared and taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from layertui.contents.comparing import side_of
from layertui.contents.versions import history_of
from layertui.display import printable
from layertui.ui.comparing.opening import extract_version, is_shown, open_version
from layertui.ui.comparing.requests import ComparisonRequest
from layertui.ui.comparing.version_text import (
    OLDEST_FIRST,
    Listed,
    version_columns,
    version_lines,
    version_title,
)
from layertui.ui.place import Place
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.frame import Frame
from layertui.ui.widgets.frame_line import FrameLine
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.line_view import Span
from layertui.ui.widgets.table import Table, TableModel, TablePane
from layertui.ui.widgets.text_pane import TextPane
from layertui.ui.widgets.title_line import Title, TitleLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult

    from layertui.contents.versions import PathVersion
    from layertui.ui.comparing.requests import VersionsRequest
    from layertui.ui.widgets.line_view import Line

_MOST_MARKED = 2
_FOLDED_HEIGHT = 20
"""Below this, the list alone is seen."""


class VersionsTable(Table[Listed]):
    """The versions, two of which can be marked."""

    MARGIN = 3
    marked: tuple[int, ...] = ()
    """The places in the history of the marked ones, the one marked last at the end."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the versions in the order of the layers."""
        if action in ("sort_next", "reverse"):
            return False
        return super().check_action(action, parameters)

    def mark(self, *numbers: int) -> None:
        """Mark these versions and no others."""
        self.marked = numbers[-_MOST_MARKED:]
        self.redraw()

    def margin(self, number: int, /) -> Iterator[Span]:
        """Return the marks in front of a version."""
        yield from super().margin(number)
        is_marked = self.shown[number].number in self.marked
        yield Span("\u2713 " if is_marked else "  ", "mark")


class VersionsScreen(LeftOnce, Screen["Place | None"], inherit_bindings=False):
    """The versions of a path; the result is where to go.

    Args:
        request: Which path.

    Attributes:
        history: Its versions.
        table: The same, listed.
    """

    AUTO_FOCUS = "#versions"
    BINDING_GROUP_TITLE = "Versions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="versions.open"),
        Binding("space", "mark", "Mark", id="versions.mark", key_display="space",
                tooltip="Mark the version, to compare it with another one"),
        Binding("c", "compare", "Compare", id="versions.compare",
                tooltip="Compare the marked versions; else with the version before"),
        Binding("t", "jump", "To the layer", id="versions.jump",
                tooltip="Go to the path in that layer"),
        Binding("x", "extract", "Extract", id="versions.extract", tooltip="Take the version out"),
        Binding("tab", "pane", "Next pane", id="versions.pane", show=False),
        Binding("shift+tab", "pane", "Previous pane", id="versions.pane-back", show=False),
        Binding("escape", "clear", "Unmark", id="versions.clear", key_display="esc"),
        Binding("escape", "leave", "Back", id="versions.leave", key_display="esc"),
        Binding("V", "leave", "Back", id="versions.back", show=False),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Show what is in the version. |
    | space | Mark the version, to compare it with another one. |
    | c | Compare the two that are marked; else the one under the cursor with the one before. |
    | t | Go to the path in the layer of the version. |
    | x | Take the version out. |
    | tab, shift+tab | Go to the other pane. |
    | escape | Take the marks away; where there are none, go back. |
    | V | Go back. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    VersionsScreen {
        layout: vertical;
        background: $background;
        #versions-table-pane { height: 1fr; }
        #version-pane { height: 14; }
        #version { height: 1fr; padding: 0 1; }
        &.-medium #version-pane, &.-low #version-pane { height: 11; }
        &.-folded #version-pane { display: none; }
    }
    """

    def __init__(self, request: VersionsRequest) -> None:
        super().__init__()
        self._request = request
        self.history = history_of(request.filesystem, request.path)
        self.table = VersionsTable(
            TableModel(columns=version_columns(request.image, self.history), order=OLDEST_FIRST),
            identity="versions",
        )
        self._title_line = FrameLine("top", identity="versions-title")
        self._hint_line = FrameLine("bottom", identity="versions-hint")
        self._about_line = FrameLine("top", identity="version-title")
        self._about_end = FrameLine("bottom", identity="version-end")
        self._about = TextPane(identity="version")

    def compose(self) -> ComposeResult:
        """Put the version under the cursor below the list."""
        yield TitleLine(self._title())
        yield Frame(
            self._title_line,
            TablePane(self.table, identity="versions-table-pane"),
            bottom=self._hint_line,
            identity="versions-pane",
        )
        yield Frame(self._about_line, self._about, bottom=self._about_end, identity="version-pane")
        yield KeyBar(id="versions-keys")

    def on_mount(self) -> None:
        """List the versions, with the cursor on the one of the layer."""
        listed = [Listed(number, version) for number, version in enumerate(self.history)]
        self.table.show(listed)
        here = [each.number for each in listed if each.version.layer <= self._request.layer]
        self.table.cursor = here[-1] if here else 0
        if not listed:
            self.table.show_notice("No layer has this path.")
        self._label()

    def _title(self) -> Title:
        image = self._request.image
        name = printable(image.tags[0] if image.tags else image.reference, 200)
        return Title(
            kind="versions", name=printable(self._request.path), right=((Span(name, "dim"),), ())
        )

    @property
    def version(self) -> PathVersion | None:
        """The version under the cursor."""
        row = self.table.cursor_row
        return row.version if row is not None else None

    @on(Table.Changed, "#versions")
    @on(Table.Highlighted, "#versions")
    def _label(self) -> None:
        """Tell all about the version under the cursor."""
        versions = len(self.history)
        layers = len(self._request.filesystem.indexes)
        touched = len({version.layer for version in self.history})
        told = f"{touched} of {layers} layers touched it"
        self._title_line.tell(f"{versions} version{'' if versions == 1 else 's'}", told)
        self._hint_line.tell(self._hint())
        row = self.table.cursor_row
        if row is not None:
            self._about_line.tell(version_title(row))
            self._about.show(self._about_lines)
        self.refresh_bindings()

    def _about_lines(self, width: int) -> Sequence[Line]:
        version = self.version
        return version_lines(self._request.image, version, width) if version is not None else ()

    def _hint(self) -> str:
        """Return which versions would be compared."""
        pair = self._pair()
        if pair is None:
            return ""
        old, new = (self.history[number].layer for number in pair)
        return f"c compares layer {old} with layer {new}"

    def _pair(self) -> tuple[int, int] | None:
        """Return the versions that would be compared, the older one first."""
        row, marked = self.table.cursor_row, self.table.marked
        if row is None:
            return None
        numbers = {*marked, row.number} if len(marked) < _MOST_MARKED else set(marked)
        if len(numbers) < _MOST_MARKED:
            numbers.add(row.number - 1 if row.number else row.number + 1)
        first, second = sorted(numbers)
        return (first, second) if second < len(self.history) else None

    # Actions

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        version = self.version
        if action == "jump":
            return version is not None
        if action == "open":
            return version is not None and is_shown(version)
        if action == "extract":
            return version is not None and version.place is not None
        if action == "compare":
            return self._pair() is not None
        if action == "mark":
            return len(self.history) > 1
        return bool(self.table.marked) if action == "clear" else True

    @on(Table.Chosen, "#versions")
    def action_open(self) -> None:
        """Show what is in the version under the cursor."""
        version, request = self.version, self._request
        if version is not None and is_shown(version):
            open_version(self, request.filesystem, request.contents, version)

    def action_extract(self) -> None:
        """Take the version under the cursor out."""
        if self.version is not None:
            extract_version(self, self._request.contents, self.version)

    def action_mark(self) -> None:
        """Mark the version under the cursor, or not any more; of three, the oldest mark goes."""
        row, marked = self.table.cursor_row, self.table.marked
        if row is None:
            return
        others = tuple(number for number in marked if number != row.number)
        self.table.mark(*others, *(() if row.number in marked else (row.number,)))
        self._label()

    def action_compare(self) -> None:
        """Compare the two marked versions; else the one under the cursor with the one before."""
        from layertui.ui.screens.comparison import ComparisonScreen

        pair, request = self._pair(), self._request
        if pair is None:
            return
        old, new = (self.history[number] for number in pair)
        comparison = ComparisonRequest(
            image=request.image, contents=request.contents, path=request.path,
            old=side_of(old, old.layer), new=side_of(new, new.layer),
        )  # fmt: skip
        self.app.push_screen(ComparisonScreen(comparison))

    def action_jump(self) -> None:
        """Go to the path in the layer of the version."""
        if self.version is not None:
            self.dismiss(Place(self.version.layer, self._request.path))

    def action_pane(self) -> None:
        """Go to the other pane."""
        is_listed = self.focused is self.table and not self.has_class("-folded")
        self.set_focus(self._about if is_listed else self.table)

    def action_clear(self) -> None:
        """Take the marks away."""
        self.table.mark()
        self._label()

    def action_leave(self) -> None:
        """Go back to where the screen was opened."""
        self.dismiss(None)

    def on_resize(self) -> None:
        """Leave out what is told of a version where there is little room."""
        self.set_class(self.size.height < _FOLDED_HEIGHT, "-folded")
        if self.has_class("-folded"):
            self.set_focus(self.table)
