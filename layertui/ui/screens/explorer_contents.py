"""What the main screen does with the files themselves: read them, compare them, take them out."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.opening import Contents
from layertui.ui.place import Place

if TYPE_CHECKING:
    from textual.screen import Screen

    from layertui.filesystem.tree import Filesystem
    from layertui.image import Image
    from layertui.limits import Limits
    from layertui.ui.layers.stack import LayerStack
    from layertui.ui.main_panes import MainPanes
    from layertui.ui.search.memory import SearchMemory

    _Base = Screen[None]
else:
    _Base = object

_SCREENS = "layertui.ui.screens"


class _Opened(NamedTuple):
    """What an action opens, by name: the module is imported when the action is done.

    Attributes:
        module: That of the screen.
        screen: The screen.
        requests: The module of what it is asked for.
        request: The class of what it is asked for.
    """

    module: str
    screen: str
    requests: str
    request: str


_OPENED = {
    "open_file": _Opened("viewer", "ViewerScreen", "viewer.request", "ViewRequest"),
    "show_versions": _Opened("versions", "VersionsScreen", "comparing.requests", "VersionsRequest"),
    "show_ghosts": _Opened("ghosts", "GhostsScreen", "comparing.requests", "GhostsRequest"),
    "search_contents": _Opened("search", "SearchScreen", "search.request", "SearchRequest"),
    "extract": _Opened("extract", "ExtractScreen", "extracting.request", "ExtractRequest"),
    "roll_back": _Opened("roll_back", "RollBackScreen", "extracting.request", "RollBackRequest"),
}
_NEEDS_PATH = frozenset(("open_file", "show_versions", "search_contents", "extract"))


class Looked(NamedTuple):
    """What is looked at: a path in a state of the filesystem.

    Attributes:
        filesystem: All layers, as far as they are read.
        path: Absolute.
        layer: The number of the layer after which it is looked at.
        below: That of the state it is compared with, -1 for nothing, the same where it is not
            compared.
    """

    filesystem: Filesystem
    path: bytes
    layer: int
    below: int


class ExplorerContents(_Base):
    """To be put before the `Screen` that the main screen is."""

    if TYPE_CHECKING:
        stack: LayerStack
        panes: MainPanes

        @property
        def layer_number(self) -> int:
            """The layer that is looked at."""

        def go_to(self, place: Place | None) -> None:
            """Go to a layer and a path; None: stay."""

    contents: Contents | None = None
    """What is in the files of the image, or None before it is opened."""
    _limits: Limits
    _searched: SearchMemory | None = None

    def take_contents(self, image: Image, limits: Limits) -> None:
        """Read files of this image from now on."""
        self.contents = Contents(image.layers, limits)
        self._limits = limits

    def offers_contents(self, action: str) -> bool | None:
        """Tell whether an action would change something; None: it is none of these."""
        if action not in _OPENED:
            return None
        if not _is_there(_OPENED[action].module) or self.stack.image is None:
            return False
        if action == "show_ghosts":
            return self.stack.accounting is not None
        return self.looked_at is not None if action in _NEEDS_PATH else bool(self.stack.rows)

    @property
    def looked_at(self) -> Looked | None:
        """What is under the cursor of the files, or None where nothing is."""
        tree = self.panes.files_pane.active_tree
        view, node = tree.view, tree.cursor_node
        if view is None or node is None:
            return None
        below, layer = view.comparison.lower, view.comparison.upper
        return Looked(view.filesystem, view.filesystem.table.path(node), layer, below)

    def on_file_tree_file_wanted(self) -> None:
        """Show what is in the file under the cursor of a tree."""
        self.action_open_file()

    def action_open_file(self) -> None:
        """Show what is in the file under the cursor."""
        if (looked := self.looked_at) is not None:
            self._open("open_file", limits=self._limits, **looked._asdict())

    def action_show_versions(self) -> None:
        """Show what the layers did to the path under the cursor."""
        if (looked := self.looked_at) is not None:
            self._open(
                "show_versions",
                image=self.stack.image,
                filesystem=looked.filesystem,
                path=looked.path,
                layer=looked.layer,
            )

    def action_show_ghosts(self) -> None:
        """Show what is shipped and was deleted or written anew later."""
        if (looked := self.looked_at) is not None:
            self._open(
                "show_ghosts",
                image=self.stack.image,
                filesystem=looked.filesystem,
                accounting=self.stack.accounting,
            )

    def action_search_contents(self) -> None:
        """Search in the files; where they are filtered, in those that pass."""
        if (looked := self.looked_at) is not None:
            from layertui.ui.search.memory import SearchMemory

            self._searched = self._searched or SearchMemory()
            self._open(
                "search_contents",
                filesystem=looked.filesystem,
                layer=looked.layer,
                query=self.panes.files_pane.filter.query or None,
                memory=self._searched,
            )

    def action_extract(self) -> None:
        """Take out the path under the cursor; in the layers, the layer."""
        if (looked := self.looked_at) is not None:
            from layertui.ui.extracting.request import source_at

            path = looked.path if self.panes.in_files else b"/"
            source = source_at(looked.filesystem, path, looked.layer)
            self._open("extract", source=source)

    def action_roll_back(self) -> None:
        """Write the image as it was after the layer."""
        if (looked := self.looked_at) is not None:
            self._open(
                "roll_back",
                image=self.stack.image,
                filesystem=looked.filesystem,
                limits=self._limits,
                layer=self.layer_number,
            )

    def _open(self, action: str, **asked: object) -> None:
        """Put a screen over this one."""
        opened = _OPENED[action]
        if self.contents is None or not _is_there(opened.module):
            return
        request = getattr(import_module(f"layertui.ui.{opened.requests}"), opened.request)
        screen = getattr(import_module(f"{_SCREENS}.{opened.module}"), opened.screen)
        self.app.push_screen(screen(request(contents=self.contents, **asked)), self._came_back)

    def _came_back(self, outcome: object) -> None:
        """Go where a screen leads; tell what it says."""
        if isinstance(outcome, Place):
            self.go_to(outcome)
        elif isinstance(outcome, str):
            self.notify(outcome, markup=False, timeout=3)


@cache
def _is_there(module: str) -> bool:
    return find_spec(f"{_SCREENS}.{module}") is not None
