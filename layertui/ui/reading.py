"""The work behind the screen: open the image, index its layers, merge them, verify them.

open -> layers, one after another -> filesystem of what is there -> ... -> all -> digests
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from layertui.errors import (
    AmbiguousImageError,
    CancelledError,
    ImageError,
    LayertuiError,
    UsageError,
)
from layertui.notices import BASE_MISMATCH, Notice
from layertui.ui.messages import (
    FilesystemBuilt,
    ImageAccounted,
    ImageOpened,
    LayerFacts,
    LayersProgressed,
    LayerVerified,
    OpeningProgressed,
    OtherFailed,
    OtherOpened,
    ReadingCrashed,
    ReadingFailed,
    SeveralImages,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.message import Message

    from layertui.image import Image
    from layertui.layers.index import LayerIndex
    from layertui.layers.reader import IndexedLayer
    from layertui.sources import Source
    from layertui.ui.job import Job
    from layertui.ui.open_choice import OpenChoice
    from layertui.ui.request import OpenRequest

_Item = TypeVar("_Item")

PAUSE = 0.1
"""Seconds between two messages of progress."""

_MERGE_COST = 3e-6
"""Seconds an entry that merging and laying out rows may take, for planning."""

_REBUILD_SHARE = 3
"""A filesystem is built anew after this many times the seconds it costs."""


def read_image(request: OpenRequest, job: Job) -> None:
    """Open an image and read it; where there are several, tell them and stop."""
    with _reporting(job):
        opened = _opened(request, job)
        if opened is not None:
            _read(*opened, request, job)


def open_elsewhere(request: OpenRequest, job: Job) -> None:
    """Open an image of another source; what is read already goes on being read."""
    with _reporting(job, OtherFailed):
        opened = _opened(request, job)
        if opened is not None:
            job.post(OtherOpened(*opened))


def _opened(request: OpenRequest, job: Job) -> tuple[Image, Source] | None:
    """Open an image; where there are several, tell them, and return None."""
    from layertui.sources import open_source

    source = open_source(
        request.image,
        label=request.label,
        source=request.source,
        insecure=request.insecure,
        limits=request.limits,
        cancelled=job.cancelled,
        progress=_Throttled(job).opening,
    )
    try:
        image = source.image(
            choice=request.choice,
            platform=request.platform,
            base=request.base,
            cancelled=job.cancelled,
        )
    except AmbiguousImageError as error:
        job.post(SeveralImages(source, error.choices))
        return None
    except BaseException:
        source.close()
        raise
    return image, source


def read_choice(source: Source, choice: int, request: OpenRequest, job: Job) -> None:
    """Read one of the images of an open source that none was read of; closes it on errors."""
    with _reporting(job):
        try:
            image = source.image(
                choice=str(choice),
                platform=request.platform,
                base=request.base,
                cancelled=job.cancelled,
            )
        except BaseException:
            source.close()
            raise
        _read(image, source, request, job)


def open_other(source: Source, wanted: OpenChoice, request: OpenRequest, job: Job) -> None:
    """Open another image of an open source; what is read of it already goes on being read."""
    with _reporting(job, OtherFailed):
        job.post(OtherOpened(_other(source, wanted, request.base, job), source))


def read_opened(image: Image, source: Source, request: OpenRequest, job: Job) -> None:
    """Read an image that is opened already."""
    with _reporting(job):
        _read(image, source, request, job)


def _other(source: Source, wanted: OpenChoice, base: str, job: Job) -> Image:
    """Return another image; the base that the user named for the first need not be below it."""
    find = partial(
        source.image,
        choice=wanted.choice,
        platform=wanted.platform,
        position=wanted.position,
        cancelled=job.cancelled,
    )
    try:
        return find(base=base)
    except (ImageError, UsageError) as error:
        if not base:
            raise
        image = find()
        notice = Notice(code=BASE_MISMATCH, message=error.message)
        return replace(image, notices=(*image.notices, notice))


@contextmanager
def _reporting(
    job: Job, failed: Callable[[LayertuiError], Message] = ReadingFailed
) -> Iterator[None]:
    """Tell the screen how work ended that did not end well."""
    try:
        yield
    except CancelledError:
        pass
    except LayertuiError as error:
        job.post(failed(error))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        job.post(failed(ImageError(f"the image cannot be read any further: {reason}")))
    except MemoryError:
        hint = "Try again where there is more of it."
        job.post(failed(ImageError("there is not enough memory", hint=hint)))
    except Exception as error:
        job.post(ReadingCrashed(error))


def _read(image: Image, source: Source, request: OpenRequest, job: Job) -> None:
    job.post(ImageOpened(image, source))
    indexed = _index(image, request, job)
    _verify(image, indexed, request, job)


def _index(image: Image, request: OpenRequest, job: Job) -> list[IndexedLayer]:
    """Index the layers; build the filesystem of what there is, whenever that is cheap."""
    from layertui.layers.pool import index_layers

    throttled, builder = _Throttled(job), _Builder(image, job)
    indexed: dict[int, IndexedLayer] = {}
    layers = index_layers(
        image.layers,
        limits=request.limits,
        cache=request.cache,
        cancelled=job.cancelled,
        progress=throttled.reading,
        listed=True,
    )
    for finished in _timed(layers):
        if finished is not None:
            indexed[finished.number] = finished
            throttled.finished(finished)
            builder.add(finished)
        if finished is None or builder.is_due:
            throttled.flush()
        if builder.is_due:
            builder.build()
    throttled.flush()
    if not image.layers:
        builder.build()
    return [indexed[number] for number in range(len(image.layers))]


def _timed(items: Iterator[_Item]) -> Iterator[_Item | None]:
    """Yield items as they come, and None whenever none has come for a while."""
    queue: SimpleQueue[_Item | BaseException | None] = SimpleQueue()

    def feed() -> None:
        try:
            for item in items:
                queue.put(item)
            queue.put(None)
        except BaseException as error:
            queue.put(error)

    Thread(target=feed, name="layertui-indexing", daemon=True).start()
    while True:
        try:
            item = queue.get(timeout=PAUSE)
        except Empty:
            yield None
            continue
        if item is None:
            return
        if isinstance(item, BaseException):
            raise item
        yield item


def _verify(image: Image, indexed: Sequence[IndexedLayer], request: OpenRequest, job: Job) -> None:
    """Verify what was not verified while it was read; what was known is at hand again."""
    from layertui.layers.reader import verify_indexed

    for layer, known in zip(image.layers, indexed, strict=True):
        verification = verify_indexed(
            layer, known, limits=request.limits, cache=request.cache, cancelled=job.cancelled
        )
        job.post(LayerVerified(layer.index, verification))


class _Builder:
    """Turns the lowest layers, as far as they are finished, into a filesystem."""

    def __init__(self, image: Image, job: Job) -> None:
        self._base_layers = sum(layer.base for layer in image.layers)
        self._count = len(image.layers)
        self._job = job
        self._indexes: dict[int, LayerIndex] = {}
        self._listed: frozenset[int] = frozenset()
        self._usable = 0
        self._entries = 0
        self._built = 0
        self._built_at = -1e9

    def add(self, finished: IndexedLayer) -> None:
        """Take a finished layer, also one that takes the place of what it has listed."""
        self._built = min(self._built, finished.number)
        self._indexes[finished.number] = finished.index
        self._listed = self._listed - {finished.number}
        if finished.listed:
            self._listed |= {finished.number}
        while self._usable in self._indexes:
            self._entries += len(self._indexes[self._usable])
            self._usable += 1

    @property
    def is_due(self) -> bool:
        """Whether all is there, or there is more and building has not taken much time."""
        cost = self._entries * _MERGE_COST
        due = monotonic() - self._built_at > cost * _REBUILD_SHARE + PAUSE
        return self._built < self._usable and (due or self._is_complete)

    @property
    def _is_complete(self) -> bool:
        return self._usable == self._count and not self._listed

    def build(self) -> None:
        """Merge the layers that are usable and hand the rows over."""
        from layertui.analysis.tallies import tallies
        from layertui.analysis.waste import account
        from layertui.filesystem.changes import Comparison
        from layertui.filesystem.merge import merge
        from layertui.filesystem.view import TreeView
        from layertui.layers.index import LayerIndex

        there = [self._indexes[number] for number in range(self._usable)]
        missing = [LayerIndex()] * (self._count - self._usable)
        filesystem = merge([*there, *missing], cancelled=self._job.cancelled)
        view = TreeView(filesystem, Comparison(-1, min(0, self._count - 1)))
        self._job.post(FilesystemBuilt(view, self._usable, tallies(filesystem)))
        if self._is_complete:
            gc.freeze()  # what stays as long as the screen need not be walked again and again
            self._job.post(ImageAccounted(account(filesystem, base_layers=self._base_layers)))
        self._built, self._built_at = self._usable, monotonic()


class _Throttled:
    """Collects what pool threads tell and passes it on several times a second."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lock = Lock()
        self._due = 0.0
        self._read: dict[int, int] = {}
        self._finished: dict[int, LayerFacts] = {}

    def opening(self, done: int, total: int | None) -> None:
        """Take the bytes copied while the image is opened."""
        if monotonic() >= self._due:
            self._due = monotonic() + PAUSE
            self._job.post(OpeningProgressed(done, total))

    def reading(self, number: int, done: int) -> None:
        """Take the bytes read of a layer."""
        with self._lock:
            self._read[number] = done
        self._pass_on()

    def finished(self, layer: IndexedLayer) -> None:
        """Take a layer that is finished."""
        index = layer.index
        facts = LayerFacts(
            index.size, index.complete, index.notices, known=layer.known, listed=layer.listed
        )
        with self._lock:
            self._finished[layer.number] = facts
        self._pass_on()

    def flush(self) -> None:
        """Pass on what was collected."""
        with self._lock:
            if not self._read and not self._finished:
                return
            message = LayersProgressed(self._read, self._finished)
            self._read, self._finished = {}, {}
            self._due = monotonic() + PAUSE
        self._job.post(message)

    def _pass_on(self) -> None:
        if monotonic() >= self._due:
            self.flush()
