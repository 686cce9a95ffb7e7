"""The application: it reads in a thread, passes on what that tells, and ends."""

from __future__ import annotations

import asyncio
import os
import signal
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType

from layertui.display import show_only_ascii
from layertui.errors import ExitCode
from layertui.ui.job import Job
from layertui.ui.messages import (
    FilesystemBuilt,
    ImageAccounted,
    ImageOpened,
    LayersProgressed,
    LayerVerified,
    OpeningProgressed,
    ReadingCrashed,
    ReadingFailed,
    SeveralImages,
)
from layertui.ui.preferences import apply_preferences, is_colourless
from layertui.ui.reading import read_choice, read_image
from layertui.ui.screens.explorer import ExplorerScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.filter import LineFilter

    from layertui.image import Image
    from layertui.sources import Source
    from layertui.ui.request import OpenRequest

_SIGNALS = ("SIGTERM", "SIGHUP")


class ExplorerApp(App[None]):
    """Explores one image.

    Args:
        request: What to open.

    Attributes:
        job: The thread that reads, or None before the first frame.
        ascii: Whether nothing but ASCII is drawn.
    """

    TITLE = "layertui"
    CSS_PATH = "layertui.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", id="help", key_display="?"),
        Binding("q", "quit", "Quit", id="quit", key_display="q"),
        Binding("ctrl+c", "quit", "Quit at once", id="quit.now", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", id="suspend", show=False, priority=True),
    ]

    def __init__(self, request: OpenRequest) -> None:
        super().__init__(ansi_color=True if is_colourless(os.environ) else None)
        apply_preferences(self, request.screen, os.environ)
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
        self.job: Job | None = None
        self._code = ExitCode.FINE
        self._image: Image | None = None
        self._source: Source | None = None

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
        from layertui.ui.glyphs import ASCII_FILTER

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
        self.call_after_refresh(self._start, partial(read_image, self.request))

    @property
    def reading(self) -> bool:
        """Whether the image is still being read."""
        return self.job is not None and self.job.is_alive()

    def stop_reading(self) -> None:
        """Ask the thread that reads to stop."""
        if self.job is not None:
            self.job.cancel()

    def close_image(self) -> None:
        """Release files."""
        for opened in (self._image, self._source):
            if opened is not None:
                opened.close()

    def _start(self, work: Callable[[Job], None]) -> None:
        self.job = Job(work, self.post_message)
        self.job.start()

    @on(OpeningProgressed)
    def _opening_progressed(self, message: OpeningProgressed) -> None:
        self._explorer.opening_progressed(message)

    @on(SeveralImages)
    def _several_images(self, message: SeveralImages) -> None:
        from layertui.ui.screens.chooser import ChooserScreen

        self._source = message.source
        self.push_screen(ChooserScreen(message.choices), self._chosen)

    def _chosen(self, choice: int | None) -> None:
        if choice is None or self._source is None:
            self.exit()
            return
        self._start(partial(read_choice, self._source, choice, self.request))

    @on(ImageOpened)
    def _image_opened(self, message: ImageOpened) -> None:
        self._image, self._source = message.image, message.source
        self._explorer.image_opened(message)

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

        self._code = ExitCode.NO_ANSWER
        self.push_screen(FailureScreen(message.error), lambda _result: self._leave())

    @on(ReadingCrashed)
    def _reading_crashed(self, message: ReadingCrashed) -> None:
        raise message.error

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to suspend where there is a shell to go back to."""
        if action == "suspend_process":
            return self._driver is not None and self._driver.can_suspend
        return super().check_action(action, parameters)

    async def action_quit(self) -> None:
        """Leave at once."""
        self._leave()

    def _leave(self) -> None:
        self.stop_reading()
        self.exit(return_code=self._code)

    def action_help(self) -> None:
        """Show the keys of the pane that has the focus."""
        from layertui.ui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))
