"""Any place of a layer's uncompressed bytes, without decompressing twice all that is before it.

A plain layer is read where it is asked. A compressed one is decompressed up to there, and on the
way places to go on from are kept, so that a later question costs one stretch between two of them:
of gzip copies of the decoder, 40 KiB each; of any other encoding the starts of its frames.
"""

from __future__ import annotations

from bisect import bisect_right
from threading import Lock
from typing import TYPE_CHECKING

from layertui.errors import CancelledError, LayertuiError
from layertui.layers.decoders import (
    DECODER_ERRORS,
    HEAD_SIZE,
    OUTPUT_SIZE,
    DamagedStreamError,
    Decoder,
    Encoding,
    ZlibDecoder,
    after_padding,
    encoding_of,
    new_decoder,
    sniff,
    translated,
)
from layertui.limits import KIB, MIB

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Blob, Cancelled
    from layertui.limits import Limits

_STRETCH = 8 * MIB
"""Uncompressed bytes between two places to go on from, to begin with."""
_MOST_PLACES = 256
"""Places that are kept; of more, every other one is given up."""
_PIECE = 64 * KIB
_PATIENCE = 0.05
"""Seconds between two questions whether to stop, while another thread decompresses."""


class UnpackedLayer:
    """The uncompressed bytes of a layer, read at any place, from any thread.

    Args:
        blob: The layer as stored.
        limits: Bounds on what a decoder may ask for.
    """

    def __init__(self, blob: Blob, limits: Limits) -> None:
        self._blob = blob
        self._limits = limits
        self._encoding = encoding_of(blob)
        self._places = [_Cursor(blob, self._encoding, limits)]
        self._stretch = _STRETCH
        self._here = self._places[0].copy()
        self._lock = Lock()

    @property
    def is_plain(self) -> bool:
        """Whether any place can be read at once."""
        return self._encoding is Encoding.PLAIN

    def read_at(
        self,
        offset: int,
        length: int,
        *,
        cancelled: Cancelled | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> bytes:
        """Return `length` bytes from `offset`, fewer only where the layer ends.

        Args:
            offset: Of the uncompressed layer.
            length: How many bytes.
            cancelled: Asked on the way; what was passed until then is not passed again.
            progress: Told how far the uncompressed layer is passed, on the way to `offset`.

        Raises:
            CancelledError: `cancelled` said so.
            DamagedImageError: The layer cannot be read up to there.
            LimitExceededError: It asks for too much memory.
        """
        if self.is_plain:
            return self._blob.read_at(offset, length)
        self._wait(cancelled)
        try:
            return self._read(offset, offset + max(0, length), cancelled, progress)
        except LayertuiError:
            if not self._here.is_sound:
                self._here = self._places[0].copy()
            raise
        finally:
            self._lock.release()

    def _wait(self, cancelled: Cancelled | None) -> None:
        while not self._lock.acquire(timeout=_PATIENCE):
            _stop_if(cancelled)

    def _read(
        self,
        start: int,
        stop: int,
        cancelled: Cancelled | None,
        progress: Callable[[int], None] | None,
    ) -> bytes:
        self._go_near(start)
        here, parts = self._here, []
        while True:
            if here.end > start:
                parts.append(here.between(start, stop))
            if here.end >= stop:
                return b"".join(parts)
            _stop_if(cancelled)
            if not here.step():
                return b"".join(parts)
            self._remember()
            if progress is not None:
                progress(min(here.end, stop))

    def _go_near(self, offset: int) -> None:
        """Go on from where the last question ended, or from the last place kept before `offset`."""
        place = self._places[bisect_right(self._places, offset, key=_end_of) - 1]
        if not self._here.start <= offset or self._here.end < place.end:
            self._here = place.copy()

    def _remember(self) -> None:
        """Keep this place to go on from, where that is far enough from the last."""
        if self._here.end - self._places[-1].end < self._stretch or not self._here.can_be_copied:
            return
        self._places.append(self._here.copy())
        if len(self._places) > _MOST_PLACES:
            self._places = self._places[::2]
            self._stretch *= 2


class _Cursor:
    """A place in the uncompressed layer, and the decoder that goes on from there.

    Attributes:
        start: Where the chunk at hand starts.
        end: Where it ends.
        is_sound: Whether the decoder goes on.
    """

    __slots__ = (
        "_blob",
        "_chunk",
        "_decoder",
        "_encoding",
        "_limits",
        "_position",
        "end",
        "is_sound",
        "start",
    )

    def __init__(self, blob: Blob, encoding: Encoding, limits: Limits) -> None:
        self._blob = blob
        self._encoding = encoding
        self._limits = limits
        self._position = 0
        self._decoder: Decoder | None = None
        self._chunk = b""
        self.start = self.end = 0
        self.is_sound = True

    @property
    def can_be_copied(self) -> bool:
        """Whether another cursor can go on from the end of the chunk at hand."""
        decoder = self._decoder
        return decoder is None or (isinstance(decoder, ZlibDecoder) and decoder.needs_input)

    def copy(self) -> _Cursor:
        """Return a cursor that goes on from the end of the chunk at hand, without the chunk."""
        other = _Cursor(self._blob, self._encoding, self._limits)
        other._position = self._position
        other.start = other.end = self.end
        if isinstance(self._decoder, ZlibDecoder):
            other._decoder = self._decoder.copy()
        return other

    def between(self, start: int, stop: int) -> bytes:
        """Return what the chunk at hand has of a stretch."""
        return self._chunk[max(0, start - self.start) : max(0, stop - self.start)]

    def step(self) -> bool:
        """Go on to the next chunk; tell whether there is one.

        Raises:
            DamagedStreamError: The stream cannot be read on.
            LimitExceededError: It asks for too much memory.
        """
        chunk = b""
        while not chunk:
            decoder = self._decoder or self._next_decoder()
            if decoder is None:
                return False
            chunk = self._decoded(decoder)
            if decoder.eof:
                self._position -= len(decoder.unused_data)
                self._position = after_padding(self._blob, self._position)
                self._decoder = None
        self._chunk, self.start = chunk, self.end
        self.end += len(chunk)
        return True

    def _next_decoder(self) -> Decoder | None:
        """Return the decoder of the member or frame that starts here, or None at the end."""
        if sniff(self._blob.read_at(self._position, HEAD_SIZE)) is not self._encoding:
            return None
        gzip = self._encoding is Encoding.GZIP
        self._decoder = ZlibDecoder() if gzip else new_decoder(self._encoding, self._limits)
        return self._decoder

    def _decoded(self, decoder: Decoder) -> bytes:
        data = b""
        if decoder.needs_input:
            data = self._blob.read_at(self._position, _PIECE)
            if not data:
                self.is_sound = False
                raise DamagedStreamError(self._position, "the data is cut off")
            self._position += len(data)
        try:
            return decoder.decompress(data, OUTPUT_SIZE)
        except DECODER_ERRORS as error:
            self.is_sound = False
            raise translated(error, self._position) from None


def _end_of(cursor: _Cursor) -> int:
    return cursor.end


def _stop_if(cancelled: Cancelled | None) -> None:
    if cancelled is not None and cancelled():
        raise CancelledError("the reading was stopped")
