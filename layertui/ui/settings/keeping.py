"""Which settings of the screen differ from those it began with, to be kept on request."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layertui.config import ScreenSettings


def changed_settings(before: ScreenSettings, now: ScreenSettings) -> Mapping[str, object]:
    """Return what changed, by the name in the settings file: `screen.theme`."""
    return {
        f"screen.{field.name}": getattr(now, field.name)
        for field in fields(now)
        if not _same(getattr(before, field.name), getattr(now, field.name))
    }


def in_words(changes: Mapping[str, object]) -> str:
    """Return the names of what changed as a person would say them: `theme, layers width`."""
    names = (name.removeprefix("screen.").replace("_", " ") for name in changes)
    return ", ".join(names)


def _same(before: object, now: object) -> bool:
    """Tell whether two values mean the same: the order of what is listed does not count."""
    if isinstance(before, tuple) and isinstance(now, tuple):
        return set(before) == set(now)
    return before == now
