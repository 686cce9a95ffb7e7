"""The uncompressed bytes of a blob, whatever it is compressed with.

The encoding is told by the first bytes, never by a media type. Every decoder gives at most one
chunk a call, so a bomb cannot fill the memory; members and frames follow one another as the
formats allow.

Sources: RFC 1952 (gzip), RFC 8878 (zstd), xz file format 1.1.0, bzip2.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from layertui.blob import CHUNK_SIZE, Blob
from layertui.display import size as display_size
from layertui.errors import DamagedImageError, LayertuiError, LimitExceededError
from layertui.limits import GIB, MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

igzip_lib: Any
try:
    from isal import igzip_lib
except ImportError:  # a platform without isal wheels
    igzip_lib = None

HEAD_SIZE = 16
"""Bytes from the start that tell the encoding."""

_OUTPUT = CHUNK_SIZE // 2  # measured: a few per cent faster than either neighbour
_FIRST_PIECE = 16 << 10
_LARGEST_PIECE = 256 << 10
_XZ_OVERHEAD = MIB
_SKIPPABLE_FRAME = b"\x2a\x4d\x18"
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")


class Encoding(Enum):
    """How a blob is compressed."""

    PLAIN = "plain"
    GZIP = "gzip"
    ZSTD = "zstd"
    XZ = "xz"
    BZIP2 = "bzip2"


class DamagedStreamError(DamagedImageError):
    """A compressed stream cannot be read on from an offset.

    Args:
        offset: Bytes from the start of the compressed blob, at most one piece too far.
        problem: What is wrong there, printable.

    """

    title = "Damaged layer"

    def __init__(self, offset: int, problem: str) -> None:
        super().__init__(f"{problem} at compressed offset {offset}")
        self.offset = offset


def sniff(head: bytes) -> Encoding:
    """Return how a blob is compressed; `head` is its first 16 bytes or more."""
    if head.startswith(b"\x1f\x8b\x08"):
        return Encoding.GZIP
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return Encoding.ZSTD
    if head[1:4] == _SKIPPABLE_FRAME and head[0] & 0xF0 == 0x50:
        return Encoding.ZSTD
    if head.startswith(b"\xfd7zXZ\x00"):
        return Encoding.XZ
    if head.startswith(b"BZh") and head[4:10] in _BZIP2_BLOCKS:
        return Encoding.BZIP2
    return Encoding.PLAIN


def encoding_of(blob: Blob) -> Encoding:
    """Return how a blob is compressed."""
    return sniff(blob.read_at(0, HEAD_SIZE))


class _Decoder(Protocol):
    """One member or frame; the decoders of bz2, lzma, isal and zstd all look like this."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


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
            member = _Member(self._blob, start, lambda: _decoder(self.encoding, self._limits))
            for chunk in member.chunks():
                self.consumed = member.position
                yield chunk
            start = self._after_padding(member.end)
            self.consumed = start
            if sniff(self._blob.read_at(start, HEAD_SIZE)) is not self.encoding:
                self.trailing = self._blob.size - start
                self.consumed = self._blob.size
                return

    def _after_padding(self, offset: int) -> int:
        """Return the offset of the first byte from `offset` on that is not zero."""
        length = HEAD_SIZE
        while piece := self._blob.read_at(offset, length):
            rest = piece.lstrip(b"\0")
            offset += len(piece) - len(rest)
            if rest:
                break
            length = _LARGEST_PIECE
        return offset

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

    def __init__(self, blob: Blob, start: int, new_decoder: Callable[[], _Decoder]) -> None:
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
                    raise DamagedStreamError(start, "the compressed data is cut off")
                self.position += len(data)
                length = min(_LARGEST_PIECE, length * 2)
            try:
                chunk = decoder.decompress(data, _OUTPUT)
            except _DECODER_ERRORS as error:
                yield from self._salvaged(start)
                raise _translated(error, self.position) from None
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
        except _DECODER_ERRORS:
            return

    def _pieces_again(self, stop: int) -> Iterator[bytes]:
        offset = self._start
        while offset < stop:
            piece = self._blob.read_at(offset, min(_LARGEST_PIECE, stop - offset))
            offset += len(piece)
            yield piece
        for byte in self._blob.read_at(stop, _LARGEST_PIECE):
            yield bytes((byte,))


def _decoded(decoder: _Decoder, piece: bytes) -> Iterator[bytes]:
    """Yield what a piece of a member adds, in chunks, up to the end of the member."""
    data = piece
    while True:
        chunk = decoder.decompress(data, _OUTPUT)
        if chunk:
            yield chunk
        if decoder.eof or decoder.needs_input:
            return
        data = b""


class _ZlibDecoder:
    """zlib with the interface of the other decoders."""

    def __init__(self) -> None:
        self.needs_input = True
        self._inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        chunk = self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)
        self.needs_input = not self._inflate.unconsumed_tail and len(chunk) < max_length
        return chunk


def _decoder(encoding: Encoding, limits: Limits) -> _Decoder:
    decoder: Any
    if encoding is Encoding.ZSTD:
        window_log = max(10, min(31, limits.zstd_window.bit_length() - 1))
        decoder = zstd.ZstdDecompressor(
            options={zstd.DecompressionParameter.window_log_max: window_log}
        )
    elif encoding is Encoding.XZ:
        memory = limits.zstd_window + _XZ_OVERHEAD
        decoder = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=memory)
    elif encoding is Encoding.BZIP2:
        decoder = bz2.BZ2Decompressor()
    elif igzip_lib is not None:
        decoder = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    else:
        decoder = _ZlibDecoder()
    return decoder  # type: ignore[no-any-return]


_DECODER_ERRORS: tuple[type[Exception], ...] = (
    zlib.error,
    zstd.ZstdError,
    lzma.LZMAError,
    OSError,  # bz2 knows no error of its own
    EOFError,
)
if igzip_lib is not None:
    _DECODER_ERRORS += (igzip_lib.IsalError,)


def _translated(error: Exception, offset: int) -> LayertuiError:
    text = str(error).lower()
    if "memory" in text:
        return LimitExceededError(
            "a layer asks for too much memory to decompress",
            hint="Raise the limit `zstd_window` if the image can be trusted.",
        )
    problem = "checksum" if "check" in text or "crc" in text else "compressed data"
    return DamagedStreamError(offset, f"the {problem} is wrong")
