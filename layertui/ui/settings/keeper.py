"""Keeping in the settings file what was changed on the screen, when the user asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import ConfigError, LayertuiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from layertui.ui.app import ExplorerApp
    from layertui.ui.commands import Command


class SettingsKeeper:
    """Knows what the settings file says, and what differs from it now.

    Args:
        app: Where settings are changed.
    """

    def __init__(self, app: ExplorerApp) -> None:
        self._app = app
        self._file = app.request.settings_file
        self._kept = app.request.screen

    def commands(self) -> Iterator[Command]:
        """Yield what is about the settings file: choosing a theme, keeping what changed."""
        from layertui.ui.commands import PROGRAM, Command
        from layertui.ui.settings.keeping import changed_settings, in_words

        yield Command(group=PROGRAM, title="Themes", run=self._choose_theme)
        changes = changed_settings(self._kept, self._app.settings_now())
        if changes and self._file is not None:
            title = f"Keep in the settings file: {in_words(changes)}"
            yield Command(group=PROGRAM, title=title, run=self._keep_settings)

    def _choose_theme(self) -> None:
        from layertui.ui.screens.themes import ThemesScreen

        keep = (self._keep_theme, str(self._file)) if self._file else (None,)
        self._app.push_screen(ThemesScreen(*keep))

    def _keep_theme(self, theme: str) -> None:
        self._remember({"screen.theme": theme})
        self._kept = replace(self._kept, theme=theme)
        self._tell()

    def _keep_settings(self) -> None:
        from layertui.ui.settings.keeping import changed_settings

        now = self._app.settings_now()
        try:
            self._remember(changed_settings(self._kept, now))
        except LayertuiError as error:
            self._app.show_error(error)
            return
        self._kept = now
        self._tell()

    def _tell(self) -> None:
        self._app.notify(f"Kept in {printable(str(self._file))}.", markup=False)

    def _remember(self, changes: Mapping[str, object]) -> None:
        from layertui.config.remembering import remember

        if self._file is None:
            raise ConfigError("there is no settings file")
        remember(self._file, changes)
