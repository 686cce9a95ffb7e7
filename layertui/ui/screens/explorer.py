"""The main screen: layers at the left, the filesystem at the right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from layertui.display import printable, size
from layertui.ui.image_text import image_summary
from layertui.ui.layer_pane import LayerPane
from layertui.ui.layer_text import details
from layertui.ui.panes import TreePane
from layertui.ui.stack import LayerStack
from layertui.ui.widgets.file_tree import FileTree
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.layer_list import LayerList
from layertui.ui.widgets.text_pane import TextPane
from layertui.ui.widgets.verdict import Headline, Verdict

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from layertui.ui.messages import (
        FilesystemBuilt,
        ImageAccounted,
        ImageOpened,
        LayersProgressed,
        LayerVerified,
        OpeningProgressed,
    )


_LEFT_PANES = ("layers", "details", "image")


class ExplorerScreen(Screen[None]):
    """Everything about one image."""

    AUTO_FOCUS = "#layers"
    BINDING_GROUP_TITLE = "Anywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "switch_pane", "Other pane", id="pane.switch", key_display="tab"),
        Binding("shift+tab", "switch_pane", "Other pane", id="pane.switch-back", show=False),
        Binding("right_square_bracket", "layer(1)", "Next layer", id="layer.next",
                key_display="[ ]"),
        Binding("left_square_bracket", "layer(-1)", "Previous layer", id="layer.previous",
                show=False),
        Binding("c", "toggle_comparison", "Compare", id="compare.toggle"),
        Binding("i", "show_details", "Details", id="details.show"),
        Binding("right,l", "walk(1)", "Next pane at the left", id="pane.next", show=False),
        Binding("left,h", "walk(-1)", "Previous pane at the left", id="pane.previous", show=False),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | tab, shift+tab | Go to the other pane. |
    | [, ] | Go to the layer below, above. |
    | c | Compare with the layer below, or with the base. |
    | i | Show all there is to know about the layer and the image. |
    | right, l, left, h | Walk through the panes at the left. |
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.stack = LayerStack()
        self._seconds = 0
        self._headline = Headline(name=printable(name, 200), progress="opening")

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        yield Verdict(self._headline, identity="verdict")
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield LayerPane(id="layer-pane")
                yield TextPane(identity="details")
                yield TextPane(identity="image")
            yield TreePane(id="tree-pane")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Title what is there."""
        self.query_one("#details").border_title = "Layer"
        self.query_one("#image").border_title = "Image"
        self._clock = self.set_interval(1, self._tick)

    # Messages of the reading thread, passed on by the app

    def opening_progressed(self, message: OpeningProgressed) -> None:
        """Tell how far the image is opened."""
        whole = f" of {size(message.total)}" if message.total else ""
        self._tell(progress=f"opening  {size(message.done)}{whole}")

    def image_opened(self, message: ImageOpened) -> None:
        """List the layers."""
        image = message.image
        self.stack.open(image)
        self.query_one(LayerPane).show(self.stack.rows)
        name = printable(image.tags[0], 200) if image.tags else self._headline.name
        self._tell(name=name, platform=str(image.platform), incomplete=image.incomplete)
        self._tell_progress()
        self._show_layer()
        self._show_image()

    def layers_progressed(self, message: LayersProgressed) -> None:
        """Let the bars grow."""
        for number in self.stack.advance(message.read, message.finished):
            self.query_one(LayerList).update_row(self.stack.rows[number])
        self._tell(incomplete=self.stack.incomplete)
        self._tell_progress()
        self._show_layer(only_text=True)

    def filesystem_built(self, message: FilesystemBuilt) -> None:
        """Show the filesystem of the layers that are there."""
        self.stack.build(message.usable, message.tallies)
        self.query_one(TreePane).show_filesystem(message.view)
        self._show_layer()

    def image_accounted(self, message: ImageAccounted) -> None:
        """Give the verdict."""
        self.stack.accounting = message.accounting
        self._clock.stop()
        self._tell(accounting=message.accounting, progress="")
        self._show_layer(only_text=True)
        self._show_image()

    def layer_verified(self, message: LayerVerified) -> None:
        """Mark a layer as right or wrong."""
        number = message.number
        self.stack.verify(number, message.verification)
        self.query_one(LayerList).update_row(self.stack.rows[number])
        self._tell(incomplete=self.stack.incomplete)
        if message.verification.notices:
            self._show_image()
        if number == self.layer_number:
            self._show_layer(only_text=True)

    # State

    @property
    def layer_number(self) -> int:
        """The layer that is looked at."""
        return self.query_one(LayerList).cursor

    @on(LayerList.LayerHighlighted)
    def _layer_highlighted(self, message: LayerList.LayerHighlighted) -> None:
        message.layer_list.draw_cursor()
        self._show_layer()

    def _show_layer(self, *, only_text: bool = False) -> None:
        report = self.stack.report(self.layer_number)
        if report is None:
            return
        pane = self.query_one("#details", TextPane)
        pane.border_title = f"Layer {self.layer_number}"
        pane.show(lambda width: details(report, width), keep_place=only_text)
        self.query_one(LayerPane).show_summary(report)
        if not only_text:
            self.query_one(TreePane).show_layer(self.stack, self.layer_number)

    def _show_image(self) -> None:
        stack = self.stack
        if (image := stack.image) is not None:
            self.query_one("#image", TextPane).show(
                lambda width: image_summary(image, stack.accounting, stack.notices, width)
            )

    def _tell(self, **changes: object) -> None:
        self._headline = replace(self._headline, **changes)  # type: ignore[arg-type]
        self.query_one(Verdict).show(self._headline)

    def _tell_progress(self) -> None:
        if self.stack.accounting is None:
            finished, count = self.stack.finished, len(self.stack.rows)
            seconds = f"  {self._seconds} s" if self._seconds else ""
            merging = f"putting the layers together{seconds}"
            reading = f"read {finished} of {count} layers"
            self._tell(progress=merging if finished == count else reading)

    def _tick(self) -> None:
        """Show that merging, which cannot say how far it is, goes on."""
        if self.stack.image is not None and self.stack.finished == len(self.stack.rows):
            self._seconds += 1
            self._tell_progress()

    # Actions

    def action_switch_pane(self) -> None:
        """Go to the other pane."""
        to_layers = self.query_one(TreePane).has_focus_within
        self.focus_pane("#layers" if to_layers else "#tree")

    def focus_pane(self, selector: str) -> None:
        """Put the focus on a pane; where panes are stacked, only that one is seen."""
        self._reveal(files=selector == "#tree")
        self.query_one(selector).focus()

    def on_resize(self) -> None:
        """Show the pane that has the focus where panes are stacked now."""
        self.call_after_refresh(lambda: self._reveal(files=isinstance(self.focused, FileTree)))

    def _reveal(self, *, files: bool) -> None:
        if self.has_class("-stacked"):
            self.set_class(files, "-files")

    def action_layer(self, step: int) -> None:
        """Go some layers up or down."""
        layers = self.query_one(LayerList)
        layers.move_to(layers.cursor + step)

    def action_toggle_comparison(self) -> None:
        """Compare with the layer below, or with the base."""
        self.action_compare(not self.stack.with_base)

    def action_compare(self, with_base: bool, /) -> None:
        """Compare with the base, or with the layer below."""
        self.stack.with_base = with_base
        self._show_layer()

    def action_walk(self, step: int) -> None:
        """Go to the next pane at the left that is seen."""
        panes: list[Widget] = [self.query_one(f"#{name}") for name in _LEFT_PANES]
        panes = [pane for pane in panes if pane.region]
        if self.focused in panes:
            place = panes.index(self.focused) + step
            panes[max(0, min(place, len(panes) - 1))].focus()

    def action_show_details(self) -> None:
        """Show all there is to know about the layer and the image."""
        from layertui.ui.screens.details import DetailsScreen

        report, stack = self.stack.report(self.layer_number), self.stack
        if report is not None:
            self.app.push_screen(DetailsScreen(report, stack.accounting, stack.notices))
