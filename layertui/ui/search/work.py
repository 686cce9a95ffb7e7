"""A search in a thread of its own, and what it tells the screen."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from layertui.contents.expressions import sought
from layertui.contents.searching import Found, Search, search
from layertui.contents.targets import targets
from layertui.errors import CancelledError, LayertuiError, QueryError
from layertui.filesystem.matching import search as match_paths
from layertui.filesystem.query import parse_query
from layertui.filesystem.strips import either
from layertui.ui.search.results import Batch, batch_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.contents.expressions import Sought
    from layertui.contents.targets import Targets
    from layertui.filesystem.query import Query
    from layertui.ui.job import Job
    from layertui.ui.search.request import Asked, SearchRequest

MOST = 10_000
"""Lines that are shown; when there are as many, the search ends."""
MOST_OF_A_FILE = 500
"""Lines of one file that are shown."""

_PAUSE = 0.1
"""Seconds between two tellings of what was found."""


class Wanted(NamedTuple):
    """What is to be searched for, understood.

    Attributes:
        sought: What is looked for in contents.
        query: What paths are filtered for.
        asked: The same as it was asked for.
    """

    sought: Sought
    query: Query
    asked: Asked


@dataclass
class Arrived(Message):
    """Lines were found, or files were searched."""

    job: Job
    batches: tuple[Batch, ...]
    share: float


@dataclass
class Ended(Message):
    """A search has ended by itself."""

    job: Job
    files: int
    is_bounded: bool
    troubles: tuple[str, ...]


class AskedWrongError(QueryError):
    """What is asked for cannot be understood.

    Args:
        error: Why.
        is_filter: Whether it is what paths are filtered for.
    """

    def __init__(self, error: QueryError, *, is_filter: bool) -> None:
        super().__init__(error.message, hint=error.hint, brief=error.brief)
        self.is_filter = is_filter


def understood(asked: Asked) -> Wanted:
    """Return what is to be searched for.

    Raises:
        AskedWrongError: It cannot be understood.
    """
    try:
        query = parse_query(asked.filter, asked.filter_syntax)
    except QueryError as error:
        raise AskedWrongError(error, is_filter=True) from None
    try:
        return Wanted(sought(asked.text, is_regex=asked.is_regex), query, asked)
    except QueryError as error:
        raise AskedWrongError(error, is_filter=False) from None


def run(request: SearchRequest, wanted: Wanted, job: Job) -> None:
    """Search until there is no more, or enough, or it is stopped."""
    try:
        _Work(request, wanted, job).run()
    except CancelledError:
        return
    except LayertuiError as error:
        job.post(Ended(job, 0, is_bounded=False, troubles=(error.message,)))


class _Work:
    """A search that goes on.

    Args:
        request: What is searched.
        wanted: What is looked for.
        job: The thread it runs in.
    """

    def __init__(self, request: SearchRequest, wanted: Wanted, job: Job) -> None:
        self._request = request
        self._wanted = wanted
        self._job = job
        self._held: list[Batch] = []
        self._due = perf_counter()
        self._done: dict[int, int] = {}
        self._total = 0
        self._count = 0

    def run(self) -> None:
        """Tell what is found as it comes, and how it ended."""
        found = self._targets()
        contents = self._request.contents
        self._total = sum(map(contents.stored_size, found))
        wanted = Search(
            contents=contents,
            targets=found,
            sought=self._wanted.sought,
            as_text=self._wanted.asked.as_text,
            most=MOST_OF_A_FILE,
        )
        troubles = []
        for each in search(wanted, cancelled=self._job.cancelled, progress=self._progress):
            if isinstance(each, Found):
                self._take(each)
            else:
                troubles.append(each.told)
            if self._count >= MOST:
                break
        self._tell()
        files = sum(each.passed for each in found.values())
        is_bounded = self._count >= MOST
        self._job.post(Ended(self._job, files, is_bounded, tuple(troubles)))

    def _targets(self) -> Targets:
        asked, query = self._wanted.asked, self._wanted.query
        allows: Callable[[int], bool] | None = None
        if query:
            filesystem = self._request.filesystem
            matches = match_paths(filesystem, query, cancelled=self._job.cancelled)
            passing = bytes(either(matches.hits, matches.content))
            allows = lambda node: passing[node] == 1  # noqa: E731
        return targets(self._request.filesystem, asked.scope, self._request.layer, allows=allows)

    def _take(self, found: Found) -> None:
        found = found._replace(hits=found.hits[: MOST - self._count])
        self._count += len(found.hits)
        self._held.append(batch_of(found, self._wanted.sought))
        if perf_counter() >= self._due:
            self._tell()

    def _tell(self) -> None:
        share = sum(self._done.values()) / self._total if self._total else 0.0
        self._job.post(Arrived(self._job, tuple(self._held), min(share, 1.0)))
        self._held = []
        self._due = perf_counter() + _PAUSE

    def _progress(self, layer: int, done: int) -> None:
        """Tell how far the search is while nothing is found; called from several threads."""
        self._done[layer] = done
        if perf_counter() >= self._due + _PAUSE:
            self._due = perf_counter() + _PAUSE
            share = sum(self._done.copy().values()) / self._total if self._total else 0.0
            self._job.post(Arrived(self._job, (), min(share, 1.0)))
