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
    def left_width(self) -> int:
        """Cells of the left half, 0 where it is not seen."""
        return self._left.size.width

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
    def stops(self) -> list[Widget]:
        """What can be gone to whether it is seen or not: the layers and the files."""
        return [self.layer_pane.layer_list, *self.files_pane.trees]

    @property
    def places(self) -> dict[str, Widget]:
        """What can be gone to now, in reading order, by its name."""
        every: dict[str, Widget] = {
            "Layers": self.layer_pane.layer_list,
            "Layer": self.detail_pane,
            "Image": self.image_pane,
        }
        every |= dict(zip(("Files", "State"), self.files_pane.trees, strict=False))
        return {name: pane for name, pane in every.items() if pane.region or pane in self.stops}

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
    def one_half_only(self) -> bool:
        """Whether there is room for one half at a time."""
        return self.is_attached and self.screen.has_class("-stacked")

    @property
    def files_seen(self) -> bool:
        """Whether the right half is seen."""
        there = not self.one_half_only or self.screen.has_class("-files")
        return there and not self.files_pane.has_class("-away")

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
        stops, focused = self.stops, self.screen.focused
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
        return action != "zoom" or self._zoom_is_seen

    @property
    def _zoom_is_seen(self) -> bool:
        """Whether there is another pane that a zoom hides, or would hide."""
        return not self.one_half_only or (self.files_seen and self.files_pane.is_split)

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

    async def toggle_split(self) -> None:
        """Show the files as they are after the layer below what it did, or not.

        Where no files are seen, they are shown in both ways.
        """
        seen = self.files_seen
        if not seen and self.is_zoomed:
            self.toggle_zoom()
        if not self.files_seen:
            self.focus_pane(self.files_pane.active_tree)
        await self.files_pane.split(split=not (seen and self.files_pane.is_split))
        focused = self.screen.focused
        if self.is_zoomed and focused is not None and not self.files_pane.is_split:
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
