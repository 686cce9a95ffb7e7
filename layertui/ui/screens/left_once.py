"""What screens over others have in common: they are left once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.await_complete import AwaitComplete

if TYPE_CHECKING:
    from textual.screen import Screen

    _Base = Screen[Any]
else:
    _Base = object


class LeftOnce(_Base):
    """To be put before the `Screen` that a screen is.

    Keys and clicks that came before it was left reach it afterwards; by itself, each that leaves
    would take away the screen that is on top by then.
    """

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave with a result; nothing happens where it is left, or covered by another screen."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
