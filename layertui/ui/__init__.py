"""The screen: `run` shows it until the user leaves; importing this room costs nothing."""

from __future__ import annotations

from layertui.ui.request import OpenRequest

__all__ = ["OpenRequest", "run"]


def run(request: OpenRequest) -> int:
    """Explore an image on the terminal; return the exit code."""
    from layertui.ui.launch import launch

    return launch(request)
