"""The package databases of an image as each layer leaves them; what a layer touched is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.places import Place, place_of
from layertui.errors import CancelledError, LayertuiError
from layertui.filesystem.tree import Differs
from layertui.insight.packages.managers import database_nodes, is_program
from layertui.insight.packages.package import DatabaseError, Document, Source
from layertui.limits import GIB
from layertui.notices import NoticeBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.packages.package import Manager
    from layertui.notices import Notice

MOST_DOCUMENTS = 500_000
"""Files of package databases that are read of one image."""
MOST_READ = 8 * GIB
"""Bytes of them, all together, with what is only looked into."""

_SAME_DOCUMENT = int(Differs.CONTENT | Differs.TYPE)
_SAME_PROGRAM = int(Differs.CONTENT | Differs.TYPE | Differs.MODE)


class _Event(NamedTuple):
    """A file of a database that a layer wrote or removed; of a removal, the place is None."""

    manager: int
    node: int
    place: Place | None


class Databases:
    """The documents of package databases after a layer, from the lowest layer upwards.

    Args:
        filesystem: The filesystem.
        contents: What is in its files.
        managers: The package managers.
        cancelled: Asked between steps.

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
        self._left = MOST_READ
        self._count = 0
        self.documents: list[dict[bytes, Document]] = [{} for _ in managers]
        self._touched = self._touched_by_layer(database_nodes(filesystem, managers, self.stop))
        self._notices: list[Notice] = []

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What could not be read."""
        return tuple(self._notices)

    def stop(self) -> None:
        """Do nothing, or raise CancelledError when the work is to end."""
        if self._cancelled is not None and self._cancelled():
            raise CancelledError("the reading of packages was stopped")

    def apply(self, layer: int) -> set[int]:
        """Read what a layer wrote; return the numbers of the package managers it changed.

        Layers are to be applied in their order, each once. What cannot be read stays as it was
        below, and is noted.

        Raises:
            CancelledError: The work is to end.
        """
        book = NoticeBook(layer)
        changed = set[int]()
        for event in sorted(self._events(layer), key=_place_in_layer):
            self.stop()
            if self._take(event, book):
                changed.add(event.manager)
        self._notices += book.notices()
        return changed

    def _touched_by_layer(self, nodes: list[list[int]]) -> dict[int, list[tuple[int, int]]]:
        """Return by layer the numbers of managers and versions of their documents."""
        versions = self._filesystem.versions
        touched: dict[int, list[tuple[int, int]]] = {}
        for manager, own in enumerate(nodes):
            for node in own:
                version = versions.last[node]
                while version >= 0:
                    touched.setdefault(versions.layers[version], []).append((manager, version))
                    version = versions.previous[version]
        return touched

    def _events(self, layer: int) -> Iterator[_Event]:
        filesystem, versions = self._filesystem, self._filesystem.versions
        for manager, version in self._touched.get(layer, ()):
            is_binary = self._managers[manager].is_binary
            before = versions.previous[version]
            differs = versions.differs[version] & (_SAME_PROGRAM if is_binary else _SAME_DOCUMENT)
            if not differs and filesystem.exists(before) and filesystem.exists(version):
                continue
            place = place_of(filesystem, version)
            if place is not None and is_binary:
                source, row = filesystem.source(version)
                place = place if is_program(filesystem.indexes[source], row) else None
            yield _Event(manager, versions.nodes[version], place)

    def _take(self, event: _Event, book: NoticeBook) -> bool:
        """Put the document of an event in its place; tell whether that changed anything."""
        documents = self.documents[event.manager]
        key = self._filesystem.table.keys[event.node]
        if event.place is None:
            return documents.pop(key, None) is not None
        value = None
        try:
            value = self._value(event, event.place, key)
        except DatabaseError as error:
            book.add("package-database", str(error), b"/" + key.replace(b"\0", b"/"))
            return False
        except CancelledError:
            raise
        except LayertuiError as error:
            book.add("package-database", error.message, b"/" + key.replace(b"\0", b"/"))
            return False
        if value is None:
            return documents.pop(key, None) is not None
        documents[key] = Document(event.node, value)
        return True

    def _value(self, event: _Event, place: Place, key: bytes) -> object:
        manager = self._managers[event.manager]
        self._count += 1
        self._left -= 0 if manager.is_binary else place.stored.real_size
        if self._count > MOST_DOCUMENTS or self._left < 0:
            raise DatabaseError("the image has more package databases than are read")
        blob = self._contents.open(place.layer, place.stored, cancelled=self._cancelled)
        stop: Callable[[], None] = self.stop
        return manager.parse(Source(key, blob, stop))


def _place_in_layer(event: _Event) -> tuple[int, int]:
    """Return what puts events in the order that their layers have them, removals first."""
    return (event.place.layer, event.place.stored.payload) if event.place else (-1, 0)
