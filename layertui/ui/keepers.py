"""Who is asked for images where none was named: the engines, and a folder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from layertui.ui.screens.images import Keeper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.blob import Cancelled
    from layertui.sources.listing import ListedImage

_ENGINES = {"docker": "Docker", "podman": "Podman"}


def keepers() -> list[Keeper]:
    """Return the engines of this machine, and the folder that this process is in."""
    engines = [Keeper(label, partial(_images_in, name)) for name, label in _ENGINES.items()]
    return [*engines, Keeper("this folder", _saved_images)]


def _images_in(engine: str, cancelled: Cancelled) -> Sequence[ListedImage]:
    from layertui.sources.engine.listing import images_in

    return images_in(engine, cancelled)


def _saved_images(cancelled: Cancelled) -> Sequence[ListedImage]:
    from layertui.sources.saved import saved_images

    return saved_images(cancelled=cancelled)
