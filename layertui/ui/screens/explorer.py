"""The main screen: layers at the left, the filesystem at the right."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.message import Message
from textual.screen import Screen

from layertui.display import printable, size
from layertui.ui.copying import Copied, copied_in_focus, copied_instruction
from layertui.ui.headline import Headline
from layertui.ui.image.report import image_report
from layertui.ui.image.summary import image_summary
from layertui.ui.layers.row import LayerSize
from layertui.ui.layers.stack import LayerStack
from layertui.ui.layers.teller import LayerTeller, RangeCounted
from layertui.ui.main_panes import MainPanes
from layertui.ui.open_choice import OpenChoice
from layertui.ui.screens.explorer_contents import ExplorerContents
from layertui.ui.screens.explorer_keys import BINDINGS, MORE_KEYS
from layertui.ui.widgets.file_tree import FileTree
from layertui.ui.widgets.key_bar import KeyBar
from layertui.ui.widgets.layer_list import LayerList
from layertui.ui.widgets.title_line import TitleLine
from layertui.ui.widgets.typing_line import takes_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from layertui.config import ScreenSettings
    from layertui.sources import Source
    from layertui.ui.layers.figures import Telling
    from layertui.ui.messages import (
        FilesystemBuilt,
        ImageAccounted,
        ImageOpened,
        LayersProgressed,
        LayerVerified,
        OpeningProgressed,
    )
    from layertui.ui.place import Place
    from layertui.ui.widgets.line_view import Line

_NEEDS_IMAGE = frozenset(
    ("show_image", "show_details", "show_dockerfile", "copy", "copy_instruction", "next_size")
)
_JUMP_KEYS = {"Layers": "a", "Layer": "s", "Image": "d", "Files": "f", "State": "g"}


class ExplorerScreen(ExplorerContents, Screen[None]):
    """Everything about one image.

    Args:
        name: What to call the image until it is opened.
        settings: What is shown at the start.
    """

    AUTO_FOCUS = "#layers"
    ALLOW_SELECT = False
    BINDING_GROUP_TITLE = "Anywhere"
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS
    MORE_KEYS: ClassVar[tuple[tuple[str, str], ...]] = MORE_KEYS

    class OtherWanted(Message):
        """Another image of the source is to be opened.

        Attributes:
            choice: Which one.
        """

        def __init__(self, choice: OpenChoice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, name: str, settings: ScreenSettings) -> None:
        super().__init__()
        self._source: Source | None = None
        self._set_up(printable(name, 200), settings)

    def _set_up(self, name: str, settings: ScreenSettings) -> None:
        """Begin with nothing, as the settings say."""
        self.stack = LayerStack()
        self.stack.with_base = settings.comparison == "base"
        self.stack.layer_size = LayerSize(settings.layer_size)
        self.teller = LayerTeller(self.stack, self.post_message)
        self.panes = MainPanes(settings, identity="panes")
        self.headline = Headline(name=name, progress="opening" if name else "")
        self._title_line = TitleLine(self.headline.title)
        self._settings = settings
        self._seconds = 0

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        yield self._title_line
        yield self.panes
        yield KeyBar(id="keys")

    async def on_mount(self) -> None:
        """Begin as the settings say."""
        self._clock = self.set_interval(1, self._tick)
        await self._begin()

    async def start_over(self) -> None:
        """Forget the image, for another one; what the user set stays."""
        self._set_up(self.headline.name, self.settings_now())
        await self.recompose()
        self._clock.resume()
        self.set_focus(self.layer_list)
        await self._begin()

    async def _begin(self) -> None:
        self.panes.layer_pane.show_size(self.stack.layer_size)
        if self._settings.split:
            await self.panes.files_pane.split(split=True)

    # Messages of the reading thread, passed on by the app

    def opening_progressed(self, message: OpeningProgressed) -> None:
        """Tell how far the image is opened."""
        whole = f" of {size(message.total)}" if message.total else ""
        self._tell(progress=f"opening  {size(message.done)}{whole}")

    def image_opened(self, message: ImageOpened) -> None:
        """List the layers."""
        image, self._source = message.image, message.source
        self.stack.open(image)
        self.panes.layer_pane.show(self.stack.rows)
        name = printable(image.tags[0] if image.tags else image.reference, 200)
        self._tell(name=name, platform=str(image.platform), incomplete=image.incomplete)
        self._tell_progress()
        self._show_layer()
        self._show_image()

    def layers_progressed(self, message: LayersProgressed) -> None:
        """Let the bars grow."""
        for number in self.stack.advance(message.read, message.finished, monotonic()):
            self.panes.layer_pane.update_row(self.stack.rows[number])
        self._tell(incomplete=self.stack.incomplete)
        self._tell_progress()
        self._show_layer(only_text=True)
        self._report_above()

    def filesystem_built(self, message: FilesystemBuilt) -> None:
        """Show the filesystem of the layers that are there."""
        self.stack.build(message.usable, message.tallies, message.view.net_sizes())
        self.layer_list.update_rows(self.stack.rows)
        self.panes.files_pane.show_filesystem(message.view)
        self._show_layer()

    def image_accounted(self, message: ImageAccounted) -> None:
        """Give the verdict."""
        self.stack.accounting = message.accounting
        self._clock.pause()
        self._tell(accounting=message.accounting, progress="")
        self._show_layer(only_text=True)
        self._show_image()
        self._report_above()
        self.refresh_bindings()

    def layer_verified(self, message: LayerVerified) -> None:
        """Mark a layer as right or wrong."""
        number = message.number
        self.stack.verify(number, message.verification)
        self.layer_list.update_row(self.stack.rows[number])
        self._tell(incomplete=self.stack.incomplete)
        if message.verification.notices:
            self._show_image()
        low, high = self.stack.bounds(self.layer_number) or (self.layer_number, self.layer_number)
        if low <= number <= high:
            self._show_layer(only_text=True)

    # State

    def settings_now(self) -> ScreenSettings:
        """Return the settings that would let the screen begin as it is now."""
        return replace(
            self.panes.settings_now(),
            comparison="base" if self.stack.with_base else "below",
            layer_size=self.stack.layer_size.value,
        )

    @property
    def layer_list(self) -> LayerList:
        """The layers."""
        return self.panes.layer_pane.layer_list

    @property
    def layer_number(self) -> int:
        """The layer that is looked at."""
        return self.layer_list.cursor

    @on(LayerList.LayerHighlighted)
    def _layer_highlighted(self, message: LayerList.LayerHighlighted) -> None:
        message.layer_list.draw_cursor()
        self._show_layer()

    @on(LayerList.EndMarked)
    def _end_marked(self, message: LayerList.EndMarked) -> None:
        self.stack.mark(message.number)
        self._show_layer()

    @on(LayerList.RangeLeft)
    def _range_left(self) -> None:
        self.stack.marked = None
        self._show_layer()

    def _show_layer(self, *, only_text: bool = False) -> None:
        if not only_text and self.stack.image is not None:
            self.panes.layer_pane.show_range(self.stack.bounds(self.layer_number))
            self.panes.files_pane.show_layer(self.stack, self.layer_number)
        if (telling := self._telling()) is not None:
            self.panes.tell(telling, keep_place=only_text)
            self._pass_above("show_telling", telling)

    def _telling(self) -> Telling | None:
        return self.teller.tell(self.layer_number, self.panes.files_pane.view)

    @on(RangeCounted)
    def _range_counted(self, message: RangeCounted) -> None:
        if self.teller.settled(message):
            self._show_layer(only_text=True)

    def _show_image(self) -> None:
        self.panes.image_pane.show(self._image_lines)

    def _image_lines(self, width: int) -> Sequence[Line]:
        stack = self.stack
        if stack.image is None:
            return ()
        return image_summary(stack.image, stack.accounting, stack.notices, width)

    def _report_above(self) -> None:
        if (report := image_report(self.stack)) is not None:
            self._pass_above("show_report", report)

    def _pass_above(self, method: str, told: object) -> None:
        """Pass on what has come out to a screen over this one that tells of it, too."""
        show = getattr(self.app.screen, method, None)
        if show is not None:
            show(told)

    def _tell(self, **changes: object) -> None:
        self.headline = replace(self.headline, **changes)  # type: ignore[arg-type]
        self._title_line.tell(self.headline.title)

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

    # Going somewhere

    def go_to_layer(self, number: int) -> None:
        """Look at a layer."""
        self.layer_list.move_to(number)

    def go_to(self, place: Place | None) -> None:
        """Go to a layer and a path; None: stay."""
        if place is None:
            return
        if place.layer is not None:
            self.stack.marked = None
            self.layer_list.move_to(place.layer)
            self._show_layer()
        if place.path is not None:
            there = self.panes.files_pane.go_to(place.path)
            self.panes.focus_pane(self.panes.files_pane.active_tree)
            if not there:
                self._say(f"{printable(place.path, 60)} is not there in this comparison")

    @on(FileTree.OriginWanted)
    def _origin_wanted(self, message: FileTree.OriginWanted) -> None:
        self.go_to(message.place)

    def on_resize(self) -> None:
        """See to it that the pane that has the focus stays where there is room for one only."""
        self.panes.reveal(files=self.panes.in_files)

    def action_next_size(self) -> None:
        """Show another size of the layers."""
        self.stack.layer_size = self.stack.layer_size.following
        self.panes.layer_pane.show_size(self.stack.layer_size)

    def action_layer(self, step: int) -> None:
        """Go some layers up or down."""
        self.layer_list.move_to(self.layer_number + step)

    def action_turn_comparison(self, with_base: bool, /) -> None:
        """Compare as it is not done now; where there is a range, leave it."""
        self.action_compare(with_base)

    def action_compare(self, with_base: bool, /) -> None:
        """Compare with the base, or with the layer below."""
        self.stack.with_base = with_base
        self.stack.marked = None
        self._show_layer()

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what would change something."""
        if action == "end_filter":
            return self.panes.files_pane.is_filtered
        if action == "show_waste":
            return self.stack.accounting is not None
        if action in ("filter", "go_to_path"):
            there = self.panes.files_pane.view is not None and bool(self.stack.rows)
            return there and not takes_text(self.focused)
        if action in _NEEDS_IMAGE:
            return self.stack.image is not None
        if action == "layer":
            return len(self.stack.rows) > 1
        return self._would_change(action, parameters)

    def _would_change(self, action: str, parameters: tuple[object, ...]) -> bool:
        if (offered := self.offers_contents(action)) is not None:
            return offered
        if action == "compare":
            return self.stack.with_base not in parameters or self.stack.marked is not None
        if action == "turn_comparison":
            return (self.stack.with_base in parameters) == (self.stack.marked is not None)
        return self.panes.would_change(action, parameters)

    def action_switch_pane(self, step: int) -> None:
        """Go to the other pane."""
        self.panes.switch(step)

    def action_walk(self, step: int) -> None:
        """Go to the next pane at the left that is seen."""
        self.panes.walk(step)

    def action_zoom(self) -> None:
        """Give the pane that has the focus all the room, or share it again."""
        self.panes.toggle_zoom()

    def action_widen(self, step: int) -> None:
        """Make the left half wider."""
        self.panes.widen(step)

    async def action_split(self) -> None:
        """Show the files as they are after the layer below what it did, or not."""
        await self.panes.toggle_split()

    async def action_filter(self) -> None:
        """Let the user type what the files are filtered for."""
        self.panes.focus_pane(self.panes.files_pane.active_tree)
        await self.panes.files_pane.edit_filter()

    def action_end_filter(self) -> None:
        """Show all files again, from where the filter began."""
        self.panes.files_pane.end_filter()

    def action_copy(self) -> None:
        """Copy the path, the digest or the id that the focus is on."""
        if (report := self.stack.report(self.layer_number)) is not None:
            self._copy(copied_in_focus(self.panes, report))

    def action_copy_instruction(self) -> None:
        """Copy the instruction of the layer."""
        if (report := self.stack.report(self.layer_number)) is not None:
            self._copy(copied_instruction(report))

    def action_show_details(self) -> None:
        """Show all there is to know about the layer, or the range, and the image."""
        from layertui.ui.screens.details import DetailsScreen

        if (telling := self._telling()) is not None:
            self.app.push_screen(DetailsScreen(telling, self._image_lines))

    def action_go_to_path(self) -> None:
        """Let the user find a path anywhere in the image."""
        from layertui.ui.screens.go_to_path import GoToPathScreen

        view = self.panes.files_pane.active_tree.view
        if view is not None:
            screen = GoToPathScreen(view.filesystem, view.comparison.upper)
            self.app.push_screen(screen, self.go_to)

    def action_jump(self) -> None:
        """Let the user jump to a pane."""
        from layertui.ui.screens.jump import JumpScreen, Target

        targets = {
            pane: Target(_JUMP_KEYS[name], name, always=pane in self.panes.stops)
            for name, pane in self.panes.places.items()
        }
        self.app.push_screen(JumpScreen(targets), self._jumped)

    def _jumped(self, pane: Widget | None) -> None:
        if pane is not None:
            self.panes.focus_pane(pane)

    def action_show_image(self) -> None:
        """Show config, history, platforms and documents of the image."""
        from layertui.ui.screens.image import ImageScreen

        report = image_report(self.stack)
        if report is not None:
            self.app.push_screen(ImageScreen(report, self._source), self._left_image)

    def _left_image(self, outcome: Place | OpenChoice | None) -> None:
        if isinstance(outcome, OpenChoice):
            self.post_message(self.OtherWanted(outcome))
        else:
            self.go_to(outcome)

    def action_show_dockerfile(self) -> None:
        """Show the Dockerfile that the history tells of."""
        from layertui.ui.screens.dockerfile import DockerfileScreen

        report = image_report(self.stack)
        if report is not None:
            self.app.push_screen(DockerfileScreen(report, self.layer_number), self.go_to)

    def action_show_waste(self) -> None:
        """Show every path that is shipped and not shown."""
        from layertui.ui.screens.waste import WasteScreen

        stack = self.stack
        if stack.accounting is not None and stack.image is not None:
            self.app.push_screen(WasteScreen(stack.image, stack.accounting), self.go_to)

    def _copy(self, copied: Copied) -> None:
        if copied.text:
            self.app.copy_to_clipboard(copied.text)
        self._say(copied.words)

    def _say(self, words: str) -> None:
        self.notify(words, markup=False, timeout=3)
