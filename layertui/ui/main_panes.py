"""How the panes of the main screen share its room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal, Vertical

from layertui.config import ScreenSettings
from layertui.config.screen import NARROWEST, WIDEST
from layertui.ui.files.pane import FilesPane
from layertui.ui.layers.pane import LayerPane
from layertui.ui.widgets.divider import Divider
from layertui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from layertui.ui.layers.figures import Telling


class MainPanes(Horizontal):
    """Layers, details and image at the left, the files at the right.

    Args:
        settings: What is shown at the start.
        identity: Of the widget.
    """

    def __init__(self, settings: ScreenSettings, *, identity: str) -> None:
        super().__init__(id=identity)
        self.layer_pane = LayerPane(identity="layer-pane")
        self.detail_pane = TextPane(identity="details")
        self.image_pane = TextPane(identity="image")
        self._left = Vertical(self.layer_pane, self.detail_pane, self.image_pane, id="left")
        self._divider = Divider(id="divider")
        self.files_pane = FilesPane(settings, identity="right")
        self._width = 0
        self._settings = settings

    def compose(self) -> ComposeResult:
        """Put the halves beside one another."""
        yield self._left
        yield self._divider
        yield self.files_pane

    def on_mount(self) -> None:
        """Title what is there."""
        self.detail_pane.border_title = "Layer"
        self.image_pane.border_title = "Image"
        if self._settings.layers_width != ScreenSettings().layers_width:
            self._set_width(self._settings.layers_width)

    @property
    def layers_width(self) -> int:
        """Percent of the screen that the left half has."""
        width = self._left.size.width
        return self._width or round(100 * width / max(1, self.size.width))

    def settings_now(self) -> ScreenSettings:
        """Return the settings that would let the panes begin as they are now."""
        settings = self.files_pane.settings_now()
        return replace(settings, layers_width=self._width) if self._width else settings

    @property
    def shown(self) -> dict[str, Widget]:
        """What can have the focus and is seen, in reading order, by its name."""
        places: dict[str, Widget] = {
            "Layers": self.layer_pane.layer_list,
            "Layer": self.detail_pane,
            "Image": self.image_pane,
        }
        places |= dict(zip(("Files", "State"), self.files_pane.trees, strict=False))
        return {name: widget for name, widget in places.items() if widget.region}

    def tell(self, telling: Telling, *, keep_place: bool) -> None:
        """Tell of a layer or of a range, from the start or from where it is scrolled to."""
        if telling.title != self.detail_pane.border_title:  # setting it draws the whole pane
            self.detail_pane.border_title = telling.title
        self.detail_pane.show(telling.details, keep_place=keep_place)
        self.layer_pane.show_summary(telling.summary)

    @property
    def is_zoomed(self) -> bool:
        """Whether one pane has all the room."""
        return self.has_class("-zoom")

    @property
    def in_files(self) -> bool:
        """Whether the focus is in the right half."""
        return self.files_pane.has_focused

    def focus_pane(self, widget: Widget) -> None:
        """Put the focus on a pane, which is seen from then on."""
        self.reveal(files=widget in list(self.files_pane.trees))
        if self.is_zoomed:
            self._zoom(widget)
        self.screen.set_focus(widget)

    def switch(self, step: int) -> None:
        """Go from the layers to the files, through them, and back to the layers."""
        stops: list[Widget] = [self.layer_pane.layer_list, *self.files_pane.trees]
        focused = self.screen.focused
        place = stops.index(focused) if focused in stops else 0
        self.focus_pane(stops[(place + step) % len(stops)])

    def walk(self, step: int) -> None:
        """Go to the next pane of the left half that is seen."""
        if (pane := self._beside(step)) is not None:
            self.screen.set_focus(pane)

    def _beside(self, step: int) -> Widget | None:
        left = (self.layer_pane.layer_list, self.detail_pane, self.image_pane)
        panes = [pane for pane in left if pane.region]
        if self.screen.focused not in panes:
            return None
        place = panes.index(self.screen.focused) + step
        return panes[place] if 0 <= place < len(panes) else None

    def would_change(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Tell whether an action on the panes would change how they are."""
        if not self.is_attached:
            return False
        if action == "walk":
            steps = (step for step in parameters if isinstance(step, int))
            return any(self._beside(step) is not None for step in steps)
        if action == "widen":
            return bool(self._divider.region)
        if action == "zoom":
            return self.is_zoomed or len(self.shown) > 1
        return action != "jump" or len(self.shown) > 1

    def reveal(self, *, files: bool) -> None:
        """Let one half be seen where there is room for one only."""
        if self.is_attached:
            self.screen.set_class(files, "-files")

    def toggle_zoom(self) -> None:
        """Give the pane that has the focus all the room, or take it away again."""
        if self.is_zoomed:
            self.remove_class("-zoom")
            self.query(".-away").remove_class("-away")
        elif (focused := self.screen.focused) is not None:
            self._zoom(focused)

    def widen(self, step: int) -> None:
        """Give the left half some percent of the screen more, or less."""
        self._set_width(self.layers_width + step)

    @on(Divider.Dragged)
    def _dragged(self, message: Divider.Dragged) -> None:
        if self.size.width:
            self._set_width(round(100 * message.column / self.size.width))

    def _set_width(self, percent: int) -> None:
        self._width = max(NARROWEST, min(percent, WIDEST))
        self._left.styles.width = f"{self._width}%"
        self._left.styles.max_width = "100%"

    def _zoom(self, focused: Widget) -> None:
        kept = {focused, *focused.ancestors}
        halves = (self._left, self.files_pane)
        for pane in (*halves, *self._left.children, *self.files_pane.children):
            pane.set_class(pane not in kept, "-away")
        self._divider.add_class("-away")
        self.add_class("-zoom")
