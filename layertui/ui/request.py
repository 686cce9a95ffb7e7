"""What the screen is asked to open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layertui.config import ScreenSettings
from layertui.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layertui.layers.cache import IndexCache


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """An image as the user names it.

    Attributes:
        image: The IMAGE argument.
        label: What to call it, or empty for the same.
        source: dive's `--source`, or empty.
        platform: `os/architecture[/variant]`, or empty.
        choice: Which of several images, or empty.
        base: A number of layers or a reference, or empty.
        limits: Bounds on the image.
        insecure: Registries that TLS is not asked of.
        cache: The indexes of layers that were read before, or None.
        screen: How the screen looks and behaves at the start.
        settings_file: Where settings are remembered, or None for nowhere.
    """

    image: str
    label: str = ""
    source: str = ""
    platform: str = ""
    choice: str = ""
    base: str = ""
    limits: Limits = field(default_factory=Limits)
    insecure: Sequence[str] = ()
    cache: IndexCache | None = None
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    settings_file: Path | None = None
