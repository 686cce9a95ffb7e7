"""What the files are filtered for, and the search for it in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from layertui.errors import CancelledError, QueryError
from layertui.filesystem.query import Query, Syntax, parse_query
from layertui.ui.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.filesystem.matching import Matches
    from layertui.filesystem.tree import Filesystem


@dataclass
class FilterMatched(Message):
    """A search has ended; there are no `matches` where the query could not be tried."""

    query: Query
    matches: Matches | None
    error: str = ""


class TreeFilter:
    """The line that is filtered for; a newer search drops the one before.

    Args:
        post: Takes messages from any thread.

    Attributes:
        line: As it was typed.
        syntax: How its pattern is read.
        error: Why it cannot be searched for, printable, or empty.
        searching: Whether a search goes on.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self.line = ""
        self.syntax = Syntax.TEXT
        self.error = ""
        self.searching = False
        self.query = Query()
        self._post = post
        self._job: Job | None = None

    def change(self, line: str, syntax: Syntax) -> bool:
        """Take another line; return whether it asks for something that can be searched for.

        What cannot be understood leaves the query as it was.
        """
        self.line, self.syntax, self.error = line, syntax, ""
        try:
            self.query = parse_query(line, syntax)
        except QueryError as error:
            self.error = " ".join(filter(None, (error.message, error.hint)))
            return False
        return bool(self.query)

    def search(self, filesystem: Filesystem) -> None:
        """Look for the query in the background; `FilterMatched` tells what was found."""
        self.stop()
        self.searching = True
        self._job = Job(partial(_search, filesystem, self.query), self._post)
        self._job.start()

    def stop(self) -> None:
        """Drop the search that goes on."""
        if self._job is not None:
            self._job.cancel()
        self._job, self.searching = None, False

    def wait(self) -> None:
        """Wait until no search goes on."""
        if self._job is not None:
            self._job.join()

    def settled(self, message: FilterMatched) -> bool:
        """Take what a search found; return whether it is the one that was asked for last."""
        if message.query != self.query:
            return False
        self.searching = False
        self.error = message.error
        return message.matches is not None


def _search(filesystem: Filesystem, query: Query, job: Job) -> None:
    from layertui.filesystem.matching import search

    try:
        job.post(FilterMatched(query, search(filesystem, query, cancelled=job.cancelled)))
    except CancelledError:
        pass
    except QueryError as error:
        job.post(FilterMatched(query, None, error.message))
