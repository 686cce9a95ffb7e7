"""The line at the bottom: the keys that matter where the focus is."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from layertui.ui.drawing.contrast import readable
from layertui.ui.widgets.typing_line import takes_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import ActiveBinding, Binding
    from textual.screen import Screen


_ALWAYS = ("help", "quit")
"""The bindings, by id, that stay at the end where there is little room."""

_GAP = 2
"""Cells between two hints."""

_KEY_CONTRAST, _TEXT_CONTRAST = 4.5, 3.5


class Hint(NamedTuple):
    """What a key does.

    Attributes:
        shown: The key, as it is shown.
        text: What it does.
        key: The key, as Textual calls it.
    """

    shown: str
    text: str
    key: str


class KeyBar(Widget):
    """Keys and what they do; a click on one does it.

    Under a dialog, which has no such line, they are the keys of the dialog.
    """

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
        """Follow the focus, on whichever screen it is."""
        self._shown: list[Hint] = []
        self.app.screen_change_signal.subscribe(self, self._screen_changed, immediate=True)
        self._screen_changed(self.app.screen)

    def render(self) -> Content:
        """Return the keys there is room for: those of the focus first, help and quit at the end."""
        hints = self._hints()
        self._shown = [*hints.values()]
        room = self.size.width
        always = _fitting([hints.pop(name) for name in _ALWAYS if name in hints], room)
        sometimes = _fitting([*hints.values()], room - sum(map(_width, always)))
        return Content.assemble(*(self._hint(hint) for hint in (*sometimes, *always)))

    def _screen_changed(self, top: Screen[object]) -> None:
        """Follow the focus of the screen on top; what it does now is told in the next frame."""
        top.bindings_updated_signal.unsubscribe(self)
        top.bindings_updated_signal.subscribe(self, self._bindings_updated)
        self.refresh()

    def _bindings_updated(self, _top: Screen[object]) -> None:
        if self.screen.is_current and [*self._hints().values()] != self._shown:
            self.refresh()

    def _hint(self, hint: Hint) -> Content:
        click = Style.from_meta({"@click": f"app.simulate_key('{hint.key}')"})
        key_style = self._look("key-bar--key", _KEY_CONTRAST) + click
        text_style = self._look("key-bar--description", _TEXT_CONTRAST) + click
        return Content.assemble(" ", (hint.shown, key_style), " ", (hint.text, text_style), "  ")

    def _look(self, name: str, least: float) -> Style:
        style, behind = self.get_visual_style(name, partial=True), self.background_colors[1]
        color = style.foreground
        if color is None or color.ansi is not None or behind.ansi is not None:
            return style
        return style + Style(foreground=readable(behind + color, behind, least))

    def _key(self, binding: Binding) -> str:
        """Return the key as it is shown: where one would be typed into a field, the other one."""
        key = self.app.get_key_display(binding)
        if len(key) == 1 and takes_text(self.app.focused):
            return self.app.get_key_display(replace(binding, key_display=None))
        return key

    def _hints(self) -> dict[str, Hint]:
        """Return what there is to press now by the id of the binding, the most needed first."""
        found: dict[str, tuple[int, str, Hint]] = {}
        for active in self.app.active_bindings.values():
            binding = active.binding
            name = binding.id or binding.action
            if binding.show and active.enabled and name not in found:
                key = self._key(binding)
                hint = Hint(shown=key, text=binding.description, key=binding.key)
                found[name] = (self._rank(active), name, hint)
        ordered = sorted(found.values(), key=lambda each: each[0])
        return {name: hint for _, name, hint in ordered}

    def _rank(self, active: ActiveBinding) -> int:
        """Return the place of a key: to go on, to leave, of the focus, of the program."""
        if active.node is self.app:
            return 3
        if active.binding.key == "enter":
            return 0
        return 1 if active.binding.key == "escape" and active.node is self.app.screen else 2


def _fitting(hints: Sequence[Hint], room: int) -> list[Hint]:
    """Return as many of the first hints as there is room for."""
    ends = accumulate(map(_width, hints))
    return [hint for hint, end in zip(hints, ends, strict=True) if end - _GAP <= room]


def _width(hint: Hint) -> int:
    return cell_len(hint.shown) + cell_len(hint.text) + 2 + _GAP
