"""The keys, from the bindings themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from layertui.ui.drawing.cells import left, wrap
from layertui.ui.screens.left_once import LeftOnce
from layertui.ui.widgets.file_tree import FileTree
from layertui.ui.widgets.line_view import Line, Span
from layertui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.screen import Screen

_KEYS_WIDTH = 22
_OTHER_NAMES = ("ctrl+@",)
"""What terminals call keys that are listed under another name."""

_MARKS = (
    ("+", "added", "the layer added it"),
    ("~", "modified", "the layer changed it, or something in it"),
    ("-", "removed", "the layer removed it"),
    (" ", "dim", "it was there before and is the same"),
)


class HelpScreen(LeftOnce, ModalScreen[None]):
    """Lists the keys that work where the focus is.

    Args:
        screen: Whose keys to list.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,enter", "dismiss", "Close", id="help.close",
                key_display="esc"),
    ]  # fmt: skip
    """
    | Key(s) | Description |
    | :- | :- |
    | escape, ?, f1, enter | Close. |
    """

    def __init__(self, screen: Screen[object]) -> None:
        super().__init__()
        self._groups = _groups(screen)
        self._with_marks = bool(screen.query(FileTree))

    def compose(self) -> ComposeResult:
        """Show the keys in a dialog."""
        pane = TextPane(identity="help")
        pane.add_class("dialog")
        pane.border_title = "Keys"
        pane.border_subtitle = "esc closes"
        pane.styles.height = len(self._lines(72)) + 4
        pane.show(self._lines)
        yield pane

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for title, keys in self._groups:
            lines += [(Span(title, "strong"),)]
            for names, description in keys:
                first, *rest = wrap(description, max(width - _KEYS_WIDTH, 10))
                lines.append((Span(left(names, _KEYS_WIDTH)), Span(first, "dim")))
                lines += [(Span(" " * _KEYS_WIDTH), Span(line, "dim")) for line in rest]
            lines.append(())
        return [*lines, *(_marks() if self._with_marks else ())]


def _marks() -> Iterator[Line]:
    yield (Span("Marks", "strong"),)
    for mark, part, words in _MARKS:
        yield (Span(left(mark, _KEYS_WIDTH), part), Span(words, "dim"))


def _groups(screen: Screen[object]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the titles of what has keys, innermost first, with keys and descriptions."""
    groups: dict[object, dict[str, tuple[list[str], str]]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.id is None or not binding.description or key in _OTHER_NAMES:
            continue
        words = binding.tooltip or binding.description
        keys = groups.setdefault(active.node, {}).setdefault(binding.id, ([], words))
        keys[0].append(screen.app.get_key_display(binding.with_key(key, None)))
    return [
        (
            getattr(node, "BINDING_GROUP_TITLE", "") or "Program",
            [*_joined(keys), *getattr(node, "MORE_KEYS", ())],
        )
        for node, keys in groups.items()
    ]


def _joined(keys: dict[str, tuple[list[str], str]]) -> Iterator[tuple[str, str]]:
    for names, description in keys.values():
        yield "  ".join(dict.fromkeys(names)), description
