"""The package databases of an image as each layer leaves them; what a layer touched is read.

Layers are read side by side, a few ahead of the one that is looked at. Of a plain layer the files
are read where they lie; a compressed one passes by once.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from layertui.contents.places import Place, place_of
from layertui.errors import CancelledError, LayertuiError
from layertui.filesystem.tree import Differs
from layertui.insight.packages.managers import database_nodes, is_program
from layertui.insight.packages.package import (
    MOST_HELD,
    TOO_MUCH,
    Budget,
    DatabaseError,
    Document,
    Source,
)
from layertui.insight.packages.passing import PassingBlob
from layertui.limits import GIB
from layertui.notices import NoticeBook

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from layertui.blob import Blob, Cancelled
    from layertui.contents.opening import Contents, Stored
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.packages.package import Manager
    from layertui.notices import Notice

CODE = "package-database"
"""The code of notices that a database is not read."""

MOST_DOCUMENTS = 500_000
"""Files of package databases that are read of one image."""
MOST_READ = 8 * GIB
"""Bytes of them, all together, but for programs, which are only looked into."""

_SAME_DOCUMENT = int(Differs.CONTENT | Differs.TYPE)
_SAME_PROGRAM = int(Differs.CONTENT | Differs.TYPE | Differs.MODE)

_WORKERS = min(4, os.cpu_count() or 1)


class _Event(NamedTuple):
    """A file of a database that a layer wrote or removed.

    Attributes:
        manager: The number of its package manager.
        node: Its path.
        place: Where its content lies, or None where it went.
    """

    manager: int
    node: int
    place: Place | None


class _Outcome(NamedTuple):
    """What reading a file came to.

    Attributes:
        event: The file.
        value: What its package manager made of it; None where it says nothing, or went.
        weight: About as many bytes as that takes.
        failure: Why it could not be read, or empty.
    """

    event: _Event
    value: Any = None
    weight: int = 0
    failure: str = ""


class Databases:
    """The documents of package databases after a layer, from the lowest layer upwards.

    Args:
        filesystem: The filesystem.
        contents: What is in its files.
        managers: The package managers.
        cancelled: Asked between steps, from several threads.

    Attributes:
        documents: By package manager, the documents by the sort keys of their paths.
    """

    def __init__(
        self,
        filesystem: Filesystem,
        contents: Contents,
        managers: Sequence[Manager],
        cancelled: Cancelled | None = None,
    ) -> None:
        self._filesystem = filesystem
        self._contents = contents
        self._managers = managers
        self._cancelled = cancelled
        self._closed = False
        self._held = 0
        self._notices: list[Notice] = []
        self.documents: list[dict[bytes, Document]] = [{} for _ in managers]
        self._events = self._planned(database_nodes(filesystem, managers, self.stop))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What could not be read."""
        return tuple(self._notices)

    def stop(self) -> None:
        """Do nothing, or raise CancelledError when the work is to end."""
        if self._is_over():
            raise CancelledError("the reading of packages was stopped")

    def applied(self) -> Generator[set[int], None, None]:
        """Yield, layer by layer, the numbers of the package managers whose documents it changed.

        What cannot be read stays as it was below, and is noted.

        Raises:
            CancelledError: The work is to end.
        """
        layers = len(self._filesystem.indexes)
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="packages") as pool:
            try:
                ahead: deque[Future[list[_Outcome]]] = deque()
                for layer in range(layers):
                    while len(ahead) <= _WORKERS and layer + len(ahead) < layers:
                        ahead.append(pool.submit(self._read, layer + len(ahead)))
                    yield self._apply(layer, ahead.popleft().result())
            finally:
                self._closed = True
                pool.shutdown(wait=True, cancel_futures=True)

    def _is_over(self) -> bool:
        return self._closed or (self._cancelled is not None and self._cancelled())

    def _planned(self, nodes: list[list[int]]) -> dict[int, list[_Event]]:
        """Return by layer the files of databases that it wrote or removed."""
        versions = self._filesystem.versions
        events: dict[int, list[_Event]] = {}
        for manager, own in enumerate(nodes):
            for node in own:
                version = versions.last[node]
                while version >= 0:
                    if self._is_new(manager, version):
                        event = _Event(manager, node, self._place(manager, version))
                        events.setdefault(versions.layers[version], []).append(event)
                    version = versions.previous[version]
        return self._bounded(events)

    def _bounded(self, events: dict[int, list[_Event]]) -> dict[int, list[_Event]]:
        """Return as many events as are read, those of lower layers first."""
        count, left = MOST_DOCUMENTS, MOST_READ
        bounded: dict[int, list[_Event]] = {}
        for layer in sorted(events):
            book, own = NoticeBook(layer), bounded.setdefault(layer, [])
            for event in sorted(events[layer], key=_place_in_layer):
                if event.place is not None:
                    is_binary = self._managers[event.manager].is_binary
                    left -= 0 if is_binary else event.place.stored.real_size
                    count -= 1
                if min(count, left) < 0:
                    path = self._filesystem.table.path(event.node)
                    book.add(CODE, "the image has more package databases than are read", path)
                else:
                    own.append(event)
            self._notices += book.notices()
        return bounded

    def _is_new(self, manager: int, version: int) -> bool:
        """Tell whether a version is another document than the one before it."""
        filesystem, versions = self._filesystem, self._filesystem.versions
        before = versions.previous[version]
        if not filesystem.exists(before) or not filesystem.exists(version):
            return True
        is_binary = self._managers[manager].is_binary
        return versions.differs[version] & (_SAME_PROGRAM if is_binary else _SAME_DOCUMENT) != 0

    def _place(self, manager: int, version: int) -> Place | None:
        place = place_of(self._filesystem, version)
        if place is not None and self._managers[manager].is_binary:
            layer, row = self._filesystem.source(version)
            return place if is_program(self._filesystem.indexes[layer], row) else None
        return place

    def _read(self, layer: int) -> list[_Outcome]:
        """Return what the files of a layer came to."""
        is_plain = self._filesystem.indexes[layer].blob is not None
        outcomes, passing, budget = list[_Outcome](), list[_Event](), Budget()
        for event in self._events.get(layer, ()):
            self.stop()
            if event.place is None:
                outcomes.append(_Outcome(event))
            elif event.place.layer == layer and not is_plain:
                passing.append(event)
            else:
                outcomes.append(self._opened(event, event.place, budget))
        if passing:
            outcomes += self._passed(layer, passing, budget)
        return outcomes

    def _opened(self, event: _Event, place: Place, budget: Budget) -> _Outcome:
        """Return what a file comes to that is read where it lies."""
        try:
            blob = self._contents.open(place.layer, place.stored, cancelled=self._is_over)
        except CancelledError:
            raise
        except LayertuiError as error:
            return _Outcome(event, failure=error.message)
        return self._parsed(event, blob, budget)

    def _passed(self, layer: int, events: Iterable[_Event], budget: Budget) -> Iterator[_Outcome]:
        """Yield what files come to while their layer passes by."""
        wanted: dict[Stored, list[_Event]] = {}
        for event in events:
            if event.place is not None:
                wanted.setdefault(event.place.stored, []).append(event)
        left = dict(wanted)
        try:
            passing = self._contents.passing(layer, wanted, cancelled=self._is_over)
            for stored, pieces in passing:
                first, *others = left.pop(stored)
                blob = PassingBlob(stored.real_size, pieces)
                outcome = self._parsed(first, blob, budget)
                again = others if not blob.missed else [first, *others]
                if not blob.missed:
                    yield outcome
                for event in again:
                    yield self._opened(event, Place(layer, stored), budget)
        except CancelledError:
            raise
        except LayertuiError as error:
            for each in left.values():
                yield from (_Outcome(event, failure=error.message) for event in each)

    def _parsed(self, event: _Event, blob: Blob, budget: Budget) -> _Outcome:
        before = budget.left
        key = self._filesystem.table.keys[event.node]
        try:
            self.stop()
            value = self._managers[event.manager].parse(Source(key, blob, budget, self.stop))
        except DatabaseError as error:
            return _Outcome(event, failure=str(error))
        except CancelledError:
            raise
        except LayertuiError as error:
            return _Outcome(event, failure=error.message)
        return _Outcome(event, value, before - budget.left)

    def _apply(self, layer: int, outcomes: Iterable[_Outcome]) -> set[int]:
        """Put documents in their places; return the numbers of the managers they changed."""
        book, changed = NoticeBook(layer), set[int]()
        for (manager, node, _), value, weight, failure in outcomes:
            documents, key = self.documents[manager], self._filesystem.table.keys[node]
            before = documents.get(key)
            held = self._held + weight - (before.weight if before else 0)
            if failure or held > MOST_HELD:
                book.add(CODE, failure or TOO_MUCH, self._filesystem.table.path(node))
                continue
            self._held = held
            if value is not None:
                documents[key] = Document(node, value, weight)
            elif documents.pop(key, None) is None:
                continue
            changed.add(manager)
        self._notices += book.notices()
        return changed


def _place_in_layer(event: _Event) -> tuple[int, int]:
    """Return what puts events in the order that their layers have them, removals first."""
    return (event.place.layer, event.place.stored.payload) if event.place else (-1, 0)
