"""What a user can set: settings file, environment, CI rules file."""

from __future__ import annotations

from layertui.config.cache import CacheSettings
from layertui.config.screen import ScreenSettings
from layertui.config.settings import Given, Settings, load_settings

__all__ = ["CacheSettings", "Given", "ScreenSettings", "Settings", "load_settings"]
