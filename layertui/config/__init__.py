"""What a user can set: settings file, environment, CI rules file."""

from __future__ import annotations

from layertui.config.settings import Settings, load_rules, load_settings
from layertui.config.screen import ScreenSettings

__all__ = ["ScreenSettings", "Settings", "load_rules", "load_settings"]
