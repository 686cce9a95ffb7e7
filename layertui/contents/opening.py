"""The content of a file in a layer, as a blob of its own; of many files, in one pass.

one file     Contents.open     read at any place, only what is asked for
many files   Contents.passing  in the order that the layer has them, each byte of it once
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.blob import CHUNK_SIZE, Blob, Cancelled, WatchedBlob
from layertui.display import printable
from layertui.errors import DamagedImageError, ImageError
from layertui.layers.compression import Decompression
from layertui.layers.decoders import Encoding, encoding_of
from layertui.layers.unpacked import UnpackedLayer
from layertui.layers.window import StreamWindow
from layertui.limits import Limits

if TYPE_CHECKING:
    from layertui.image import Layer
    from layertui.layers.fields import SparseMap

_LEAST_AHEAD, _MOST_AHEAD = 16 << 10, 512 << 10
"""Bytes that are read at a time where files lie apart, and where they lie close together."""

Progress = Callable[[int], None]
"""Told how many bytes of an uncompressed layer are passed."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the bytes of a file lie in its uncompressed layer.

    Attributes:
        payload: The offset of the first of them.
        size: How many there are.
        sparse: Where they belong in a file with holes, or None.
    """

    payload: int
    size: int
    sparse: SparseMap | None = None

    @property
    def real_size(self) -> int:
        """Bytes of the file with its holes."""
        return self.sparse.real_size if self.sparse else self.size

    def stretches(self) -> Iterator[tuple[int, int, int]]:
        """Yield the offset in the file, the offset in the layer and the length of each stretch.

        What no stretch covers is a hole.
        """
        if self.sparse is None:
            yield 0, self.payload, self.size
            return
        place = self.payload + self.sparse.stored
        for offset, length in self.sparse.pieces:
            yield offset, place, length
            place += length


Piece = tuple[int, bytes | memoryview]
"""An offset in a file and the bytes there; what no piece covers is a hole."""


class Contents:
    """The contents of the files of an image, from any thread.

    Args:
        layers: The layers of the image.
        limits: Bounds on them.
    """

    def __init__(self, layers: Sequence[Layer], limits: Limits | None = None) -> None:
        self._layers = layers
        self._limits = limits or Limits()
        self._unpacked: dict[int, UnpackedLayer] = {}

    def open(
        self,
        layer: int,
        stored: Stored,
        *,
        cancelled: Cancelled | None = None,
        progress: Progress | None = None,
    ) -> Blob:
        """Return the content of a file; its holes are zeros.

        Reading it may take as long as decompressing the layer up to it, the first time.

        Args:
            layer: The number of the layer.
            stored: Where the content lies in it.
            cancelled: Asked while the content is read; True ends in CancelledError.
            progress: Told how far the uncompressed layer is passed on the way to the content.

        Raises:
            CancelledError: `cancelled` said so while the layer was waited for.
            LayertuiError: The layer is not to be had. Reading may raise DamagedImageError,
                LimitExceededError and CancelledError.
        """
        unpacked = self._unpacked.get(layer)
        if unpacked is None:
            unpacked = UnpackedLayer(self.blob(layer, cancelled), self._limits)
            unpacked = self._unpacked.setdefault(layer, unpacked)
        return _StoredContent(unpacked, layer, stored, cancelled, progress)

    def passing(
        self,
        layer: int,
        files: Iterable[Stored],
        *,
        in_order: bool = False,
        cancelled: Cancelled | None = None,
        progress: Progress | None = None,
    ) -> Iterator[tuple[Stored, Iterator[Piece]]]:
        """Yield files of a layer in the order it has them, each with its pieces.

        The pieces of a file are to be taken before the next file; those that are not taken are
        passed by.

        Args:
            layer: The number of the layer.
            files: Where their contents lie; of one that is given twice, once.
            in_order: Whether they are in the order of the layer already, and none is given twice;
                then each is asked for when its turn comes.
            cancelled: Asked between reads; True ends in CancelledError.
            progress: Told the bytes of the layer as stored that are passed.

        Raises:
            CancelledError: `cancelled` said so.
            LayertuiError: The layer is not to be had, or not to be read on.
        """
        ordered = files if in_order else sorted(set(files), key=_start_of)
        blob = self.blob(layer, cancelled)
        if encoding_of(blob) is Encoding.PLAIN:
            yield from _read(
                WatchedBlob(blob, cancelled=cancelled, progress=progress), layer, ordered
            )
            return
        watched = WatchedBlob(blob, cancelled=cancelled, progress=progress)
        stream = Decompression(watched, limits=self._limits)
        yield from _passed(StreamWindow(iter(stream)), layer, ordered)

    def stored_size(self, layer: int) -> int:
        """Return the bytes of a layer as stored, 0 where they are not known."""
        stored = self._layers[layer]
        return (stored.blob.size if stored.blob is not None else stored.stored_size) or 0

    def blob(self, number: int, cancelled: Cancelled | None = None) -> Blob:
        """Return a layer as stored.

        Raises:
            LayertuiError: It is not to be had.
        """
        layer = self._layers[number]
        if layer.unreadable:
            raise ImageError(f"layer {number} cannot be read: {printable(layer.unreadable)}")
        if layer.blob is not None:
            return layer.blob
        if layer.delivery is not None:
            return layer.delivery.open(cancelled or (lambda: False))
        raise ImageError(f"layer {number} is not at hand")


class _StoredContent:
    """The content of one file."""

    def __init__(
        self,
        unpacked: UnpackedLayer,
        layer: int,
        stored: Stored,
        cancelled: Cancelled | None,
        progress: Progress | None,
    ) -> None:
        self.size = stored.real_size
        self._unpacked = unpacked
        self._layer = layer
        self._stored = stored
        self._cancelled = cancelled
        self._progress = progress

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the file ends."""
        stop = min(offset + length, self.size)
        parts, reached = [], offset
        for start, place, size in self._stored.stretches():
            first, last = max(start, reached), min(start + size, stop)
            if first < last:
                parts += [bytes(first - reached), self._read(place + first - start, last - first)]
                reached = last
        return b"".join((*parts, bytes(max(0, stop - reached))))

    def _read(self, place: int, length: int) -> bytes:
        data = self._unpacked.read_at(
            place, length, cancelled=self._cancelled, progress=self._progress
        )
        if len(data) < length:
            raise _cut_off(self._layer)
        return data


def _start_of(stored: Stored) -> tuple[int, int]:
    return stored.payload, stored.size


def _read(
    blob: Blob, layer: int, ordered: Iterable[Stored]
) -> Iterator[tuple[Stored, Iterator[Piece]]]:
    ahead = _Ahead(blob)
    for stored in ordered:
        yield stored, _pieces_read(ahead, layer, stored)


class _Ahead:
    """A blob that is read further than it is asked where small reads lie close to one another."""

    def __init__(self, blob: Blob) -> None:
        self.size = blob.size
        self._blob = blob
        self._start = 0
        self._data = b""
        self._length = _LEAST_AHEAD

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the bytes end."""
        first = offset - self._start
        if first >= 0 and first + length <= len(self._data):
            return self._data[first : first + length]
        if length > _MOST_AHEAD:
            return self._blob.read_at(offset, length)
        is_near = first >= 0 and first - len(self._data) < _LEAST_AHEAD
        self._length = min(self._length * 2, _MOST_AHEAD) if is_near else _LEAST_AHEAD
        self._data = self._blob.read_at(offset, max(length, self._length))
        self._start = offset
        return self._data[:length]


def _pieces_read(blob: Blob, layer: int, stored: Stored) -> Iterator[Piece]:
    for start, place, size in stored.stretches():
        for done in range(0, size, CHUNK_SIZE):
            length = min(CHUNK_SIZE, size - done)
            data = blob.read_at(place + done, length)
            if len(data) < length:
                raise _cut_off(layer)
            yield start + done, data


def _passed(
    window: StreamWindow, layer: int, ordered: Iterable[Stored]
) -> Iterator[tuple[Stored, Iterator[Piece]]]:
    for stored in ordered:
        yield stored, _pieces_passed(window, layer, stored)


def _pieces_passed(window: StreamWindow, layer: int, stored: Stored) -> Iterator[Piece]:
    for start, place, size in stored.stretches():
        done = 0
        for part in window.passing(place, size):
            yield start + done, part
            done += len(part)
        if done < size:
            raise window.failure or _cut_off(layer)


def _cut_off(layer: int) -> DamagedImageError:
    return DamagedImageError(
        f"layer {layer} ends within a file", hint="The image is incomplete; get it again."
    )
