"""The uncompressed bytes of a blob, whatever it is compressed with, from end to end.

Members and frames follow one another as the formats allow; every chunk is small, so a bomb
cannot fill the memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.blob import CHUNK_SIZE, Blob
from layertui.display import size as display_size
from layertui.errors import LimitExceededError
from layertui.layers.decoders import (
    DECODER_ERRORS,
    HEAD_SIZE,
    OUTPUT_SIZE,
    DamagedStreamError,
    Decoder,
    Encoding,
    after_padding,
    encoding_of,
    new_decoder,
    sniff,
    translated,
)
from layertui.limits import GIB, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FIRST_PIECE = 16 << 10
_LARGEST_PIECE = 256 << 10


class Decompression:
    """The uncompressed bytes of a blob as chunks of at most 1 MiB; iterate once.

    Attributes:
        encoding: How the blob is compressed.
        consumed: Compressed bytes read so far, for progress.
        trailing: Bytes after the end of the stream that are not part of it; zeros do not count.

    Raises:
        DamagedStreamError: While iterating, after all that could be decoded.
        LimitExceededError: While iterating: the layer, its window or its ratio is too large.

    """

    def __init__(self, blob: Blob, *, limits: Limits | None = None) -> None:
        self.encoding = encoding_of(blob)
        self.consumed = 0
        self.trailing = 0
        self._blob = blob
        self._limits = limits or Limits()
        self._produced = 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield the chunks."""
        chunks = self._plain() if self.encoding is Encoding.PLAIN else self._members()
        for chunk in chunks:
            self._produced += len(chunk)
            self._check_limits()
            yield chunk

    def _plain(self) -> Iterator[bytes]:
        while chunk := self._blob.read_at(self.consumed, CHUNK_SIZE):
            self.consumed += len(chunk)
            yield chunk

    def _members(self) -> Iterator[bytes]:
        """Yield the chunks of all members; what is behind the last of them is counted."""
        start = 0
        while start < self._blob.size:
            member = _Member(self._blob, start, lambda: new_decoder(self.encoding, self._limits))
            for chunk in member.chunks():
                self.consumed = member.position
                yield chunk
            start = after_padding(self._blob, member.end)
            self.consumed = start
            if sniff(self._blob.read_at(start, HEAD_SIZE)) is not self.encoding:
                self.trailing = self._blob.size - start
                self.consumed = self._blob.size
                return

    def _check_limits(self) -> None:
        limits = self._limits
        if self._produced > limits.layer_size:
            raise LimitExceededError(
                f"a layer holds more than {display_size(limits.layer_size)} uncompressed",
                hint="Raise the limit `layer_size` if the image can be trusted.",
            )
        if self._produced <= GIB or self.encoding is Encoding.PLAIN:
            return
        ratio = limits.gzip_ratio if self.encoding is Encoding.GZIP else limits.zstd_ratio
        if self._produced > ratio * self.consumed:
            raise LimitExceededError(
                f"a layer expands more than {ratio} times, as only a decompression bomb does",
                hint=f"Raise the limit `{self._ratio_name()}` if the image can be trusted.",
            )

    def _ratio_name(self) -> str:
        return "gzip_ratio" if self.encoding is Encoding.GZIP else "zstd_ratio"


class _Member:
    """One gzip member, zstd frame, xz stream or bzip2 stream.

    Attributes:
        position: Compressed bytes of the blob read so far.
        end: Where the member ends in the blob, once its chunks are exhausted.

    """

    def __init__(self, blob: Blob, start: int, new_decoder: Callable[[], Decoder]) -> None:
        self.position = start
        self.end = start
        self._blob = blob
        self._start = start
        self._new_decoder = new_decoder
        self._produced = 0

    def chunks(self) -> Iterator[bytes]:
        """Yield what the member holds.

        Raises:
            DamagedStreamError: After all that could be decoded.
            LimitExceededError: It asks for too much memory.

        """
        decoder = self._new_decoder()
        start, data = self.position, b""
        length = _FIRST_PIECE  # eStargz has a member for each file, most of them small
        while not decoder.eof:
            if decoder.needs_input:
                start = self.position
                data = self._blob.read_at(start, length)
                if not data:
                    raise DamagedStreamError(start, "the data is cut off")
                self.position += len(data)
                length = min(_LARGEST_PIECE, length * 2)
            try:
                chunk = decoder.decompress(data, OUTPUT_SIZE)
            except DECODER_ERRORS as error:
                yield from self._salvaged(start)
                raise translated(error, self.position) from None
            data = b""
            if chunk:
                self._produced += len(chunk)
                yield chunk
        self.end = self.position - len(decoder.unused_data)

    def _salvaged(self, stop: int) -> Iterator[bytes]:
        """Yield what an error swallowed: a call that fails gives nothing of what it decoded.

        Decodes again from the start, and byte by byte from the offset `stop` on.
        """
        decoder = self._new_decoder()
        known = self._produced
        try:
            for piece in self._pieces_again(stop):
                for chunk in _decoded(decoder, piece):
                    if len(chunk) > known:
                        yield chunk[known:]
                    known = max(0, known - len(chunk))
        except DECODER_ERRORS:
            return

    def _pieces_again(self, stop: int) -> Iterator[bytes]:
        offset = self._start
        while offset < stop:
            piece = self._blob.read_at(offset, min(_LARGEST_PIECE, stop - offset))
            offset += len(piece)
            yield piece
        for byte in self._blob.read_at(stop, _LARGEST_PIECE):
            yield bytes((byte,))


def _decoded(decoder: Decoder, piece: bytes) -> Iterator[bytes]:
    """Yield what a piece of a member adds, in chunks, up to the end of the member."""
    data = piece
    while True:
        chunk = decoder.decompress(data, OUTPUT_SIZE)
        if chunk:
            yield chunk
        if decoder.eof or decoder.needs_input:
            return
        data = b""
