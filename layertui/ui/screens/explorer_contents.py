"""What the main screen does with the files themselves: read them, compare them, take them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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

_OF_A_PATH = frozenset(("open_file", "show_versions", "search_contents", "extract"))
_OF_THE_IMAGE = frozenset(("show_ghosts", "roll_back"))


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
        if action in _OF_A_PATH:
            return self.stack.image is not None and self.looked_at is not None
        if action not in _OF_THE_IMAGE:
            return None
        return bool(self.stack.rows) if action == "roll_back" else self.stack.accounting is not None

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
        from layertui.ui.screens.viewer import ViewerScreen
        from layertui.ui.viewer.request import ViewRequest

        looked, contents = self.looked_at, self.contents
        if looked is not None and contents is not None:
            request = ViewRequest(contents=contents, limits=self._limits, **looked._asdict())
            self._put_over(ViewerScreen(request))

    def action_show_versions(self) -> None:
        """Show what the layers did to the path under the cursor."""
        from layertui.ui.comparing.requests import VersionsRequest
        from layertui.ui.screens.versions import VersionsScreen

        looked, contents, image = self.looked_at, self.contents, self.stack.image
        if looked is not None and contents is not None and image is not None:
            request = VersionsRequest(
                image=image,
                filesystem=looked.filesystem,
                contents=contents,
                path=looked.path,
                layer=looked.layer,
            )
            self._put_over(VersionsScreen(request))

    def action_show_ghosts(self) -> None:
        """Show what is shipped and was deleted or written anew later."""
        from layertui.ui.comparing.requests import GhostsRequest
        from layertui.ui.screens.ghosts import GhostsScreen

        view, contents, stack = self.panes.files_pane.view, self.contents, self.stack
        if view is None or contents is None or stack.image is None or stack.accounting is None:
            return
        request = GhostsRequest(
            image=stack.image,
            filesystem=view.filesystem,
            contents=contents,
            accounting=stack.accounting,
        )
        self._put_over(GhostsScreen(request))

    def action_search_contents(self) -> None:
        """Search in the files; where they are filtered, in those that pass."""
        from layertui.ui.screens.search import SearchScreen
        from layertui.ui.search.memory import SearchMemory
        from layertui.ui.search.request import SearchRequest

        looked, contents = self.looked_at, self.contents
        if looked is not None and contents is not None:
            self._searched = self._searched or SearchMemory()
            request = SearchRequest(
                filesystem=looked.filesystem,
                contents=contents,
                layer=looked.layer,
                query=self.panes.files_pane.filter.query or None,
                memory=self._searched,
            )
            self._put_over(SearchScreen(request))

    def action_extract(self) -> None:
        """Take out the path under the cursor; in the layers, the layer."""
        from layertui.ui.extracting.request import ExtractRequest, source_at
        from layertui.ui.screens.extract import ExtractScreen

        looked, contents = self.looked_at, self.contents
        if looked is not None and contents is not None:
            path = looked.path if self.panes.in_files else b"/"
            source = source_at(looked.filesystem, path, looked.layer)
            self._put_over(ExtractScreen(ExtractRequest(contents=contents, source=source)))

    def action_roll_back(self) -> None:
        """Write the image as it was after the layer."""
        from layertui.ui.extracting.request import RollBackRequest
        from layertui.ui.screens.roll_back import RollBackScreen

        view, contents, image = self.panes.files_pane.view, self.contents, self.stack.image
        if view is not None and contents is not None and image is not None:
            request = RollBackRequest(
                contents=contents,
                image=image,
                filesystem=view.filesystem,
                layer=self.layer_number,
                limits=self._limits,
            )
            self._put_over(RollBackScreen(request))

    def _put_over(self, screen: Screen[Any]) -> None:
        """Put a screen over this one, and go where it leads."""
        self.app.push_screen(screen, self._came_back)

    def _came_back(self, outcome: object) -> None:
        """Go where a screen leads; tell what it says."""
        if isinstance(outcome, Place):
            self.go_to(outcome)
        elif isinstance(outcome, str):
            self.notify(outcome, markup=False, timeout=3)
