"""Jump mode: a key on each pane, which puts the focus there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widget import Widget

from layertui.ui.screens.left_once import LeftOnce

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.app import ComposeResult

_TALL = 5
"""Lines of a pane that has room for a sign of three lines."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a key leads to.

    Attributes:
        key: A letter or digit.
        label: What the pane is called; printable.
        always: Whether the pane can be gone to while it is not seen.
    """

    key: str
    label: str
    always: bool = False


class Sign(Widget):
    """Stands in a pane and says which key leads to it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"sign--key"}
    """
    | Class | Description |
    | :- | :- |
    | `sign--key` | The key. |
    """

    DEFAULT_CSS: ClassVar[str] = """
    Sign {
        position: absolute;
        background: $primary;
        color: $background;
        content-align: center middle;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .sign--key { text-style: bold underline; }
    }
    Sign:hover { background: $primary-lighten-1; }
    Sign:ansi { background: ansi_blue; color: ansi_bright_white; }
    Sign:nocolor { background: ansi_default; color: ansi_default; text-style: reverse; }
    Sign:nocolor.-framed { border: heavy ansi_default; text-style: none; }
    """

    ALLOW_SELECT = False

    def __init__(self, target: Target, pane: Widget) -> None:
        super().__init__()
        self.target = target
        self.pane = pane

    def render(self) -> Content:
        """Return the key and the name of the pane."""
        key = (self.target.key, self.get_visual_style("sign--key", partial=True))
        return Content.assemble(key, f"  {self.target.label}")

    def stand(self, region: Region) -> None:
        """Stand in the middle of a region of the screen."""
        width = min(cell_len(self.target.label) + 7, region.width)
        height = 3 if region.height >= _TALL else 1
        self.styles.width, self.styles.height = width, height
        self.set_class(height > 1, "-framed")
        self.styles.offset = (
            region.x + (region.width - width) // 2,
            region.y + (region.height - height) // 2,
        )

    def on_click(self) -> None:
        """Go to the pane."""
        self.screen.dismiss(self.pane)


class JumpScreen(LeftOnce, ModalScreen["Widget | None"]):
    """Shows a key on each pane; the result is the pane, or None.

    The key of a pane that is not seen, and can be gone to, is beside that of the first one that
    is.

    Args:
        targets: The keys of the panes.
    """

    AUTO_FOCUS = ""
    BINDING_GROUP_TITLE = "Jump"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,apostrophe", "leave", "Stay", id="jump.leave", key_display="esc"),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | escape, ' | Stay where the focus is. |
    """

    def __init__(self, targets: Mapping[Widget, Target]) -> None:
        super().__init__()
        self._signs = [Sign(target, pane) for pane, target in targets.items()]

    def compose(self) -> ComposeResult:
        """Put a sign on each pane."""
        yield from self._signs

    def on_mount(self) -> None:
        """Let the signs stand where the panes are, the screen below seen whatever the theme."""
        if self.app.current_theme.ansi:
            self.styles.background = "transparent"
        self._place()

    def on_resize(self) -> None:
        """Follow the panes."""
        self.call_after_refresh(self._place)

    def _place(self) -> None:
        first = next((sign.pane for sign in self._signs if _is_seen(sign.pane)), None)
        places: dict[Widget, list[Sign]] = {}
        for sign in self._signs:
            place = sign.pane if _is_seen(sign.pane) else first if sign.target.always else None
            sign.display = place is not None
            if place is not None:
                places.setdefault(place, []).append(sign)
        for pane, signs in places.items():
            for sign, region in zip(signs, _beside(pane.region, len(signs)), strict=True):
                sign.stand(region)

    def on_key(self, event: events.Key) -> None:
        """Go to the pane whose key is pressed."""
        for sign in self._signs:
            if event.character == sign.target.key and sign.display:
                event.stop()
                self.dismiss(sign.pane)
                return

    def action_leave(self) -> None:
        """Stay where the focus is."""
        self.dismiss(None)


def _beside(region: Region, parts: int) -> list[Region]:
    """Return regions beside one another that share one, a cell between them."""
    edges = [(region.width + 1) * part // parts for part in range(parts + 1)]
    return [
        Region(region.x + start, region.y, end - start - 1, region.height)
        for start, end in pairwise(edges)
    ]


def _is_seen(pane: Widget) -> bool:
    """Tell whether a pane is on the screen now."""
    return pane.is_attached and bool(pane.region)
