"""What is searched, and what is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.contents.targets import Scope
from layertui.filesystem.query import Syntax

if TYPE_CHECKING:
    from layertui.contents.opening import Contents
    from layertui.filesystem.query import Query
    from layertui.filesystem.tree import Filesystem
    from layertui.ui.search.memory import SearchMemory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchRequest:
    """What the screen is opened with.

    Attributes:
        filesystem: The filesystem.
        contents: What is in its files.
        layer: The layer looked at.
        query: What the files are filtered for, or None.
        memory: Keeps the last search, or None where it is not kept.
    """

    filesystem: Filesystem
    contents: Contents
    layer: int
    query: Query | None = None
    memory: SearchMemory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for, and where.

    Attributes:
        text: As it was typed.
        is_regex: Whether it is a regular expression.
        scope: Of which files the contents are searched.
        filter: What their paths are filtered for, as it was typed.
        filter_syntax: How its pattern is read.
        as_text: Whether files that look binary are searched, too.
    """

    text: str = ""
    is_regex: bool = False
    scope: Scope = Scope.SHOWN
    filter: str = ""
    filter_syntax: Syntax = Syntax.TEXT
    as_text: bool = False


SCOPES = (Scope.SHOWN, Scope.LAYER, Scope.ALL)
"""In the order in which a key goes through them."""


def scope_words(scope: Scope, layer: int) -> tuple[str, ...]:
    """Return in which files is searched, in many words and in few."""
    return {
        Scope.SHOWN: (f"all files as they are after layer {layer}", f"files after layer {layer}"),
        Scope.LAYER: (f"files that layer {layer} itself ships", f"files of layer {layer}"),
        Scope.ALL: ("files of all layers, removed and replaced ones too", "files of all layers"),
    }[scope]
