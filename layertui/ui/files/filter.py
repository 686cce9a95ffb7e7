"""What the files are filtered for, and the search for it in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from layertui.errors import CancelledError, QueryError
from layertui.filesystem.query import Query, Syntax, parse_query
from layertui.ui.job import LatestJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.filesystem.matching import Matches
    from layertui.filesystem.tree import Filesystem
    from layertui.ui.job import Job


@dataclass
class FilterMatched(Message):
    """A search has ended; there are no `matches` where the query could not be tried."""

    job: Job
    matches: Matches | None
    error: tuple[str, ...] = ()


class TreeFilter:
    """The line that is filtered for; a newer search drops the one before.

    Args:
        post: Takes messages from any thread.

    Attributes:
        line: As it was typed.
        syntax: How its pattern is read.
        error: Why it cannot be searched for, printable, the longest words first; empty where
            it can be.
        query: What is searched for.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self.line = ""
        self.syntax = Syntax.TEXT
        self.error: tuple[str, ...] = ()
        self.query = Query()
        self._latest = LatestJob(post)

    @property
    def searching(self) -> bool:
        """Whether a search goes on."""
        return self._latest.job is not None

    def change(self, line: str, syntax: Syntax) -> bool:
        """Take another line; return whether it asks for something that can be searched for.

        What cannot be understood leaves the query as it was.
        """
        self.line, self.syntax, self.error = line, syntax, ()
        try:
            self.query = parse_query(line, syntax)
        except QueryError as error:
            self.error = _told(error)
            return False
        return bool(self.query)

    def search(self, filesystem: Filesystem) -> None:
        """Look for the query in the background; `FilterMatched` tells what was found."""
        self._latest.begin(partial(_search, filesystem, self.query)).start()

    def stop(self) -> None:
        """Drop the search that goes on."""
        self._latest.drop()

    def wait(self) -> None:
        """Wait until no search goes on."""
        if self._latest.job is not None:
            self._latest.job.join()

    def settled(self, message: FilterMatched) -> bool:
        """Take what a search found; return whether it is the one that was asked for last."""
        if not self._latest.finish(message.job):
            return False
        self.error = message.error
        return message.matches is not None


def _search(filesystem: Filesystem, query: Query, job: Job) -> None:
    from layertui.filesystem.matching import search

    try:
        job.post(FilterMatched(job, search(filesystem, query, cancelled=job.cancelled)))
    except CancelledError:
        pass
    except QueryError as error:
        job.post(FilterMatched(job, None, _told(error)))


def _told(error: QueryError) -> tuple[str, ...]:
    with_hint = f"{error.message} {error.hint}" if error.hint else error.message
    return with_hint, error.message, *error.brief
