"""Taking files out of an image: what is planned is written, each layer read once at most.

    directories -> files, layer by layer, each with its hard links -> links and the rest -> times

Where it is written to is a `Sink`: a folder (`unpacking`) or a tar stream (`tar_stream`).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from layertui.blob import CHUNK_SIZE
from layertui.contents.destination import NO_FOLDER, ExtractionError, NotWrittenError
from layertui.display import printable
from layertui.errors import CancelledError, LayertuiError
from layertui.layers.entries import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents, Piece, Stored
    from layertui.contents.planning import Files, Item, Plan


class ByRuleError(NotWrittenError):
    """A path is of a kind that is never written there."""


class LeftOut(NamedTuple):
    """A path that was not written.

    Attributes:
        path: Absolute, in the image.
        reason: Why, printable and short.
        by_rule: Whether things of its kind are never written there, so that nothing went wrong.
    """

    path: bytes
    reason: str
    by_rule: bool


class Altered(NamedTuple):
    """A path that was written with less than it has.

    Attributes:
        path: Absolute, in the image.
        lacks: What it lacks, printable and short.
    """

    path: bytes
    lacks: str


class Progress(NamedTuple):
    """How far an extraction is.

    Attributes:
        files: Paths written.
        size: Bytes of files written.
        layer: The number of the layer that is read, or -1.
        passed: Bytes of that layer as stored that are passed.
    """

    files: int = 0
    size: int = 0
    layer: int = -1
    passed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an extraction.

    Attributes:
        count: Paths written.
        size: Bytes of files written.
        left_out: What was not written, in the order in which it was to be.
        altered: What was written with less than it has.
    """

    count: int
    size: int
    left_out: tuple[LeftOut, ...] = ()
    altered: tuple[Altered, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether all was written that is ever written there."""
        return all(each.by_rule for each in self.left_out)


class Sink(Protocol):
    """Where paths are written; each call may end in NotWrittenError, or in ExtractionError.

    Attributes:
        lost: What is told of what is there when the work ends early, with room for a count.
    """

    lost: str

    def directory(self, item: Item) -> None:
        """Write a directory, before what is in it."""
        ...

    def file(self, item: Item, pieces: Iterable[Piece]) -> None:
        """Write a file."""
        ...

    def hard_link(self, item: Item, first: Item) -> None:
        """Write a file that is the same as one that was written."""
        ...

    def symlink(self, item: Item) -> None:
        """Write a symbolic link."""
        ...

    def other(self, item: Item) -> None:
        """Write a device, a named pipe, or a hard link to what is not there."""
        ...

    def settle(self, item: Item) -> None:
        """Be told that all is written that is in a directory."""
        ...

    def lacks(self, item: Item) -> str:
        """Return what an item lacks once it is written, or nothing."""
        ...


def extract(
    plan: Plan,
    contents: Contents,
    sink: Sink,
    *,
    cancelled: Cancelled | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Write what is planned.

    What ends early leaves what is finished; of a file that is not, nothing is left.

    Args:
        plan: What to write.
        contents: The contents of the image.
        sink: Where to.
        cancelled: Asked between steps; True ends in CancelledError.
        progress: Told how far it is.

    Raises:
        CancelledError: `cancelled` said so.
        ExtractionError: No more can be written.
    """
    return _Extraction(plan, contents, sink, cancelled, progress).run()


class _Extraction:
    def __init__(
        self,
        plan: Plan,
        contents: Contents,
        sink: Sink,
        cancelled: Cancelled | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._plan = plan
        self._contents = contents
        self._sink = sink
        self._cancelled = cancelled or (lambda: False)
        self._tell = progress or (lambda _: None)
        self._progress: Progress = Progress()
        self._left_out: list[LeftOut] = []
        self._lost: set[bytes] = set()
        self._altered: list[Altered] = []

    def run(self) -> Outcome:
        try:
            self._write()
        except KeyboardInterrupt:
            raise self._ended(CancelledError("interrupted")) from None
        except (CancelledError, ExtractionError) as error:
            raise self._ended(error) from None
        self._settle()
        done = self._progress
        return Outcome(
            count=done.files,
            size=done.size,
            left_out=tuple(self._left_out),
            altered=tuple(self._altered),
        )

    def _ended(self, error: LayertuiError) -> LayertuiError:
        """Return an error that tells what is there, once that is put in order."""
        with contextlib.suppress(LayertuiError):
            self._settle()
        count = self._progress.files
        lost = self._sink.lost.format(f"{count:,}") if count else ""
        return type(error)(error.message, hint=error.hint or lost)

    def _write(self) -> None:
        plan, sink = self._plan, self._sink
        self._each(plan.directories, sink.directory)
        for layer in sorted(plan.files):
            self._layer(layer, plan.files[layer])
        self._each(plan.links, sink.symlink)
        self._each(plan.others, sink.other)

    def _settle(self) -> None:
        for node in reversed(self._plan.directories):
            item = self._plan.item(node)
            if item.name not in self._lost:
                with contextlib.suppress(NotWrittenError):
                    self._sink.settle(item)

    def _each(self, nodes: Sequence[int], write: Callable[[Item], None]) -> None:
        for item in self._plan.items(nodes):
            self._check()
            self._attempt(item, write)

    def _check(self) -> None:
        if self._cancelled():
            raise CancelledError("stopped before all was written")

    def _attempt(self, item: Item, write: Callable[[Item], None]) -> bool:
        """Write one item; tell whether it was."""
        try:
            if self._lost and item.name.rpartition(b"/")[0] in self._lost:
                raise NotWrittenError(NO_FOLDER)
            write(item)
        except NotWrittenError as error:
            if not item.name and not isinstance(error, ByRuleError):
                raise ExtractionError(f"{printable(item.path)}: {error.reason}") from None
            self._leave_out(item, error.reason, by_rule=isinstance(error, ByRuleError))
            if item.kind == DIRECTORY:
                self._lost.add(item.name)
            return False
        self._count(files=1)
        lacks = self._sink.lacks(item)
        if lacks:
            self._altered.append(Altered(item.path, lacks))
        return True

    def _leave_out(self, item: Item, reason: str, *, by_rule: bool = False) -> None:
        self._left_out.append(LeftOut(item.path, reason, by_rule))

    def _count(self, *, files: int = 0, size: int = 0) -> None:
        now = self._progress
        self._progress = now._replace(files=now.files + files, size=now.size + size)
        self._tell(self._progress)

    def _passed(self, layer: int) -> Callable[[int], None]:
        def passed(count: int) -> None:
            self._progress = self._progress._replace(layer=layer, passed=count)
            self._tell(self._progress)

        return passed

    def _layer(self, layer: int, files: Files) -> None:
        waiting = dict(files)
        for stored in [stored for stored in waiting if not stored.size]:
            self._file(layer, stored, waiting.pop(stored), ())
        if not waiting:
            return
        found = self._contents.passing(
            layer, list(waiting), cancelled=self._cancelled, progress=self._passed(layer)
        )
        try:
            for stored, pieces in found:
                self._file(layer, stored, waiting[stored], pieces)
                del waiting[stored]
        except (CancelledError, ExtractionError):
            raise
        except LayertuiError as error:
            for nodes in waiting.values():
                for item in self._plan.items(nodes):
                    self._leave_out(item, error.message)

    def _file(
        self, layer: int, stored: Stored, nodes: Sequence[int], pieces: Iterable[Piece]
    ) -> None:
        """Write a file and its hard links; where one cannot be a link it gets a copy."""
        first: Item | None = None
        content: Iterable[Piece] | None = self._counted(pieces)
        for item in self._plan.items(nodes):
            self._check()
            if first is not None and self._linked(item, first):
                self._count(files=1)
                continue
            if content is None:
                content = self._again(layer, stored)
            given, content = content, None
            if self._attempt(item, lambda item, given=given: self._sink.file(item, given)):  # type: ignore[misc]
                first = first or item

    def _linked(self, item: Item, first: Item) -> bool:
        if self._lost and item.name.rpartition(b"/")[0] in self._lost:
            return False
        try:
            self._sink.hard_link(item, first)
        except NotWrittenError:
            return False
        return True

    def _counted(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for offset, data in pieces:
            yield offset, data
            self._count(size=len(data))

    def _again(self, layer: int, stored: Stored) -> Iterator[Piece]:
        """Yield the content of a file once more."""
        content = self._contents.open(layer, stored, cancelled=self._cancelled)
        for offset in range(0, content.size, CHUNK_SIZE):
            yield offset, content.read_at(offset, CHUNK_SIZE)
