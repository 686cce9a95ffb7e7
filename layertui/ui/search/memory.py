"""What the search screen was left with, for when it is opened again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layertui.contents.targets import Scope
from layertui.filesystem.query import Query, Syntax, line_of
from layertui.ui.search.request import Asked

if TYPE_CHECKING:
    from layertui.filesystem.tree import Filesystem
    from layertui.ui.search.request import SearchRequest
    from layertui.ui.search.results import Results


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LastSearch:
    """A search and what it found.

    Attributes:
        filesystem: Where it was.
        layer: The layer that was looked at.
        given: What the filter of the files asked for.
        asked: What the lines said when the screen was left.
        searched: What was searched for, or None.
        outcome: How that ended.
        results: What it found.
        cursor: The line under the cursor.
    """

    filesystem: Filesystem
    layer: int
    given: str
    asked: Asked
    searched: Asked | None
    outcome: str
    results: Results
    cursor: int


class SearchMemory:
    """Keeps the last search.

    Attributes:
        last: The search, or None before there was one.
    """

    def __init__(self) -> None:
        self.last: LastSearch | None = None

    def asked(self, request: SearchRequest) -> Asked:
        """Return what the lines say at first: what they said, with the filter that is on now."""
        query = request.query or Query()
        given = line_of(query)
        syntax = query.syntax if query.text else Syntax.TEXT
        if self.last is None:
            return Asked(filter=given, filter_syntax=syntax)
        asked = self.last.asked
        if given or asked.filter == self.last.given:
            return replace(asked, filter=given, filter_syntax=syntax)
        return asked

    def found(self, request: SearchRequest) -> LastSearch | None:
        """Return the search whose results are shown again, or None where they would mislead."""
        last = self.last
        if last is None or last.searched is None or last.filesystem is not request.filesystem:
            return None
        if self.asked(request) != last.searched:
            return None
        same = last.searched.scope is Scope.ALL or last.layer == request.layer
        return last if same else None
