"""The line at the bottom: the keys that matter where the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.screen import Screen


class KeyBar(Widget):
    """Keys and what they do; a click on one does it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--description"}
    """
    | Class | Description |
    | :- | :- |
    | `key-bar--key` | A key. |
    | `key-bar--description` | What it does. |
    """

    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        background: $background;
        color: $foreground;
        link-style: none;
        link-color: $foreground;
        link-background: $background;
        link-style-hover: bold;
        link-color-hover: $foreground;
        link-background-hover: $foreground 10%;
        & > .key-bar--key { color: $foreground; text-style: bold; }
        & > .key-bar--description { color: $foreground 60%; }
    }
    KeyBar:ansi {
        background: ansi_default;
        & > .key-bar--key { color: ansi_default; text-style: bold; }
        & > .key-bar--description { color: ansi_default; text-style: dim; }
    }
    """

    ALLOW_SELECT = False

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def render(self) -> Content:
        """Return the keys there is room for; the last two always stay."""
        hints = list(self._hints())
        room = self.size.width - 1
        first, last = hints[:-2], hints[-2:]
        room -= sum(cell_len(key) + cell_len(text) + 4 for key, text, _ in last)
        shown = []
        for key, text, action in first:
            room -= cell_len(key) + cell_len(text) + 4
            if room < 0:
                break
            shown.append((key, text, action))
        return Content.assemble(*(self._hint(*hint) for hint in (*shown, *last)))

    def _bindings_updated(self, _screen: Screen[object]) -> None:
        self.refresh()

    def _hint(self, key: str, text: str, action: str) -> Content:
        click = Style.from_meta({"@click": action})
        key_style = self.get_visual_style("key-bar--key", partial=True) + click
        text_style = self.get_visual_style("key-bar--description", partial=True) + click
        return Content.assemble(" ", (key, key_style), " ", (text, text_style), "  ")

    def _hints(self) -> Iterator[tuple[str, str, str]]:
        """Yield key, description and action of the bindings to show, the program's last."""
        found: dict[str, tuple[str, str, str]] = {}
        for active in self.screen.active_bindings.values():
            binding, node = active.binding, active.node
            if binding.show and binding.action not in found:
                name = "focused" if node is self.screen.focused else "screen"
                name = "app" if node is self.app else name
                key = self.app.get_key_display(binding)
                found[binding.action] = (key, binding.description, f"{name}.{binding.action}")
        yield from sorted(found.values(), key=lambda hint: hint[2].startswith("app."))
