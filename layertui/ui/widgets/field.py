"""A line that takes text, and draws nothing while nobody types."""

from __future__ import annotations

from textual.widgets import Input


class Field(Input):
    """Takes text; its cursor does not blink."""

    def on_mount(self) -> None:
        """Let the cursor stand still."""
        self.cursor_blink = False
