"""The application: it reads in a thread, passes on what that tells, and ends."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.errors import NoWidget

from layertui.display import show_only_ascii
from layertui.errors import ExitCode
from layertui.ui.messages import (
    FilesystemBuilt,
    ImageAccounted,
    ImageOpened,
    LayersProgressed,
    LayerVerified,
    OpeningProgressed,
    OtherFailed,
    OtherOpened,
    ReadingCrashed,
    ReadingFailed,
    SeveralImages,
)
from layertui.ui.opened import Opened
from layertui.ui.reading import read_choice, read_image, read_opened
from layertui.ui.screens.explorer import ExplorerScreen
from layertui.ui.settings.preferences import apply_preferences, is_colourless
from layertui.ui.widgets.typing_line import is_text, takes_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.filter import LineFilter

    from layertui.config import ScreenSettings
    from layertui.errors import LayertuiError
    from layertui.sources import Source
    from layertui.ui.commands import Command
    from layertui.ui.job import Job
    from layertui.ui.request import OpenRequest
    from layertui.ui.settings.keeper import SettingsKeeper

_SIGNALS = ("SIGTERM", "SIGHUP")


class ExplorerApp(App[None]):
    """Explores one image.

    Args:
        request: What to open.

    Attributes:
        opened: The image, and the threads that open and read it.
        ascii: Whether nothing but ASCII is drawn.
    """

    TITLE = "layertui"
    CSS_PATH = "layertui.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "palette", "Commands", id="palette", key_display="^p"),
        Binding("question_mark,f1", "help", "Help", id="help", key_display="?"),
        Binding("ctrl+o", "open", "Open another image", id="open", show=False),
        Binding("q", "leave", "Quit", id="quit", key_display="q", priority=True),
        Binding("ctrl+c", "quit", "Quit at once", id="quit.now", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", id="suspend", show=False, priority=True),
    ]

    def __init__(self, request: OpenRequest) -> None:
        super().__init__(ansi_color=True if is_colourless(os.environ) else None)
        apply_preferences(self, request.screen, os.environ)
        self._first_theme = self.theme
        self.HORIZONTAL_BREAKPOINTS = [
            (0, "-stacked"),
            (70, "-compact"),
            (100, "-roomy"),
            (180, "-wide"),
        ]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (26, "-medium"), (36, "-high"), (48, "-tall")]
        self.request = request
        self.ascii = bool(request.screen.ascii)
        show_only_ascii(wanted=self.ascii)
        self._explorer = ExplorerScreen(request.label or request.image, request.screen)
        self.opened = Opened(self.post_message)
        self._code = ExitCode.FINE
        self._asked = request

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colour of waste, which themes do not have."""
        theme = self.current_theme
        waste = "ansi_magenta" if theme.ansi else "#C792EA" if theme.dark else "#7A3E9D"
        return {"waste": waste}

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what all lines pass through on their way to the terminal."""
        filters = super().get_line_filters()
        if not self.ascii:
            return filters
        from layertui.ui.drawing.glyphs import ASCII_FILTER

        return [*filters, ASCII_FILTER]

    def get_default_screen(self) -> ExplorerScreen:
        """Return the main screen."""
        return self._explorer

    def on_mount(self) -> None:
        """Begin to read once the first frame is there."""
        loop = asyncio.get_running_loop()
        for name in _SIGNALS:
            if hasattr(signal, name):
                with_code = partial(self.exit, return_code=ExitCode.INTERRUPTED)
                loop.add_signal_handler(getattr(signal, name), with_code)
        self.app_resume_signal.subscribe(self, lambda _app: self.refresh(layout=True))
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self.request.image:
            self.opened.read(partial(read_image, self.request))
        else:
            self.action_open()

    @on(OpeningProgressed)
    def _opening_progressed(self, message: OpeningProgressed) -> None:
        self._explorer.opening_progressed(message)

    @on(SeveralImages)
    def _several_images(self, message: SeveralImages) -> None:
        from layertui.ui.screens.chooser import ChooserScreen

        chosen = partial(self._chosen, message.source)
        self.push_screen(ChooserScreen(message.choices), chosen)

    def _chosen(self, source: Source, choice: int | None) -> None:
        if choice is None:
            source.close()
            self._leave_unless_open()
        else:
            self._read_instead(partial(read_choice, source, choice, self._asked))

    @on(ImageOpened)
    def _image_opened(self, message: ImageOpened) -> None:
        self.opened.take(message.image, message.source)
        self._explorer.take_contents(message.image, self.request.limits)
        self._explorer.image_opened(message)

    def on_explorer_screen_other_wanted(self, message: ExplorerScreen.OtherWanted) -> None:
        """Open another image of the source."""
        self.opened.read_other(message.choice, self._asked)

    def action_open(self) -> None:
        """Choose an image of those that engines keep and this folder holds."""
        from layertui.ui.keepers import keepers
        from layertui.ui.screens.images import ImagesScreen

        leaving = "quits" if self.opened.image is None else "leaves"
        screen = ImagesScreen(keepers(), leaving=leaving)
        self.push_screen(screen, self._image_wanted)

    def _image_wanted(self, argument: str | None) -> None:
        if argument is None:
            self._leave_unless_open()
            return
        self._asked = replace(self.request, image=argument, label="", source="", choice="", base="")
        if self.opened.image is None:
            self.opened.read(partial(read_image, self._asked))
        else:
            self.opened.read_elsewhere(self._asked)

    @on(OtherOpened)
    def _other_opened(self, message: OtherOpened) -> None:
        self._read_instead(partial(read_opened, message.image, message.source, self._asked))

    def _read_instead(self, work: Callable[[Job], None]) -> None:
        """Read an image once all is heard that was told about the one before."""
        if self.opened.image is None:
            self.opened.read(work)
        else:
            self.opened.stop()
            switch = partial(self._switch, work)
            asyncio.get_running_loop().call_soon(self.call_later, switch)

    async def _switch(self, work: Callable[[Job], None]) -> None:
        await self._explorer.start_over()
        self.opened.read(work)

    def _leave_unless_open(self) -> None:
        if self.opened.image is None:
            self.exit()

    @on(OtherFailed)
    def _other_failed(self, message: OtherFailed) -> None:
        self.show_error(message.error)

    def show_error(self, error: LayertuiError) -> None:
        """Tell an error that ends nothing."""
        from layertui.ui.screens.failure import FailureScreen

        self.push_screen(FailureScreen(error, fatal=False))

    @on(LayersProgressed)
    def _layers_progressed(self, message: LayersProgressed) -> None:
        self._explorer.layers_progressed(message)

    @on(FilesystemBuilt)
    def _filesystem_built(self, message: FilesystemBuilt) -> None:
        self._explorer.filesystem_built(message)

    @on(ImageAccounted)
    def _image_accounted(self, message: ImageAccounted) -> None:
        self._explorer.image_accounted(message)

    @on(LayerVerified)
    def _layer_verified(self, message: LayerVerified) -> None:
        self._explorer.layer_verified(message)

    @on(ReadingFailed)
    def _reading_failed(self, message: ReadingFailed) -> None:
        from layertui.ui.screens.failure import FailureScreen

        if not self.request.image and self.opened.image is None:
            screen = FailureScreen(message.error, fatal=False)
            self.push_screen(screen, lambda _result: self.action_open())
            return
        self._code = ExitCode.NO_ANSWER
        self.push_screen(FailureScreen(message.error), lambda _result: self._leave())

    @on(ReadingCrashed)
    def _reading_crashed(self, message: ReadingCrashed) -> None:
        raise message.error

    @property
    def typing(self) -> bool:
        """Whether keys are text now, or will be once the screen that opens has its focus."""
        if self.focused is None:
            return bool(getattr(self.screen, "TAKES_TEXT", False))
        return takes_text(self.focused)

    async def on_event(self, event: events.Event) -> None:
        """Do what a key is for before the next one is taken.

        By itself a key goes through queues, and the next one meets the focus from before it.
        """
        if isinstance(event, events.InputEvent) and self._is_for_nothing(event):
            return
        key = event if isinstance(event, events.Key) and not event.is_forwarded else None
        if key is None or not await self._done_at_once(key):
            await super().on_event(event)

    def _is_for_nothing(self, event: events.InputEvent) -> bool:
        """Tell whether the program has ended, or a click is where nothing is laid out yet.

        By itself such a click would take the focus away.
        """
        if self.return_code is not None:
            return True
        if not isinstance(event, events.MouseEvent) or event.is_forwarded:
            return False
        try:
            self.get_widget_at(event.x, event.y)
        except NoWidget:
            return self.mouse_captured is None
        return False

    async def _done_at_once(self, event: events.Key) -> bool:
        """Do what a key is for; return whether it is for anything but text."""
        key = event.key
        if not self.screen.is_mounted:
            return False
        if self.typing:
            if self.focused is None or await is_text(event, self.focused):
                return False
        elif self.screen is self._explorer and self._explorer.layer_list.take_digit(key):
            return True
        return await self._check_bindings(key, priority=True) or await self._check_bindings(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to suspend where there is a shell to go back to."""
        if action == "suspend_process":
            return self._driver is not None and self._driver.can_suspend
        if action == "leave":
            return not self.typing
        if action in ("palette", "open"):
            return self.screen is self._explorer
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Leave, unless the key is text that is typed."""
        self._leave()

    @cached_property
    def _settings_keeper(self) -> SettingsKeeper:
        from layertui.ui.settings.keeper import SettingsKeeper

        return SettingsKeeper(self)

    def action_palette(self) -> None:
        """Show all that can be done now."""
        from layertui.ui.commands import bound_commands, layer_commands, theme_commands
        from layertui.ui.screens.palette import PaletteScreen

        explorer = self._explorer
        commands = [
            *bound_commands(explorer, focus=explorer.panes.focus_pane),
            *self._settings_keeper.commands(),
            *layer_commands(explorer.stack.rows, explorer.layer_number, explorer.go_to_layer),
            *theme_commands(self),
        ]
        self.push_screen(PaletteScreen(commands), self._run)

    async def _run(self, command: Command | None) -> None:
        if command is not None:
            await command.do()

    def settings_now(self) -> ScreenSettings:
        """Return the settings that would let the screen begin as it is now."""
        started = self.request.screen
        theme = self.theme if self.theme != self._first_theme else started.theme
        return replace(self._explorer.settings_now(), theme=theme)

    async def action_quit(self) -> None:
        """Leave at once."""
        self._leave()

    def _leave(self) -> None:
        self.opened.stop()
        self.exit(return_code=self._code)

    def action_help(self) -> None:
        """Show the keys of the pane that has the focus."""
        from layertui.ui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))
