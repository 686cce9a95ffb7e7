"""How the screen looks and behaves at the start, as a user can set it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Comparison: TypeAlias = Literal["below", "base"]
LayerSize: TypeAlias = Literal["stored", "compressed", "net", "total"]
Column: TypeAlias = Literal["mode", "owner", "size", "bar", "time"]
Sort: TypeAlias = Literal["name", "size"]
Change: TypeAlias = Literal["added", "changed", "removed", "unchanged"]
Syntax: TypeAlias = Literal["text", "glob", "regex"]


NARROWEST, WIDEST = 15, 85
"""Percent of the screen that the layers may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSettings:
    """Settings of the screen. The field names are the setting names, but for `keys`."""

    theme: str = ""
    """A theme of Textual, or empty for the usual one."""
    ascii: bool | None = None
    """Draw with ASCII characters only; None (`auto`) where the terminal has no others."""
    mouse: bool = True
    """Take the mouse; without it the terminal selects text itself."""
    comparison: Comparison = "below"
    """What a layer is compared with: the layer below, or the base."""
    layer_size: LayerSize = "stored"
    """Which size of a layer is shown."""
    columns: tuple[Column, ...] = ("mode", "owner", "size", "bar")
    """The columns before the names in the tree, where there is room."""
    sort: Sort = "name"
    """What orders the tree."""
    hide: tuple[Change, ...] = ()
    """Kinds of change that are not shown."""
    filter: str = ""
    """What is filtered for, as typed after `/`."""
    syntax: Syntax = "text"
    """How the words of a filter are understood."""
    split: bool = False
    """Show what the layer did above what the filesystem then is."""
    layers_width: int = 40
    """Width of the layers, percent of the screen."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key names, separated by commas, by the id of the binding; the table `[keys]`."""
