"""Which other image of the same source is to be opened."""

from __future__ import annotations

from typing import NamedTuple


class OpenChoice(NamedTuple):
    """An image of a source, and one of the platforms it is there for.

    Attributes:
        choice: Which image, as `--image` names it.
        platform: What it is to run on, printable, or empty for what fits this machine.
        position: Which of its platforms, from 0, where the platform's name is not enough.
    """

    choice: str
    platform: str = ""
    position: int | None = None
