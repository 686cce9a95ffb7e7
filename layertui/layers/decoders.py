"""The decoders of what layers are compressed with, all of one shape, and how they are told apart.

The encoding is told by the first bytes, never by a media type. Every decoder gives at most as
much as it is asked for, so a bomb cannot fill the memory.

Sources: RFC 1952 (gzip), RFC 8878 (zstd), xz file format 1.1.0, bzip2.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from layertui.errors import DamagedImageError, LayertuiError, LimitExceededError
from layertui.limits import MIB

if TYPE_CHECKING:
    from layertui.blob import Blob
    from layertui.limits import Limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

igzip_lib: Any
try:
    from isal import igzip_lib
except ImportError:  # a platform without isal wheels
    igzip_lib = None

inflater: Any
try:
    from zlib_ng import zlib_ng as inflater
except ImportError:  # a platform without zlib-ng wheels
    inflater = zlib

HEAD_SIZE = 16
"""Bytes from the start that tell the encoding."""

OUTPUT_SIZE = 512 << 10
"""Bytes that a decoder is asked for at a time; a few per cent faster than either neighbour."""

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


class Decoder(Protocol):
    """One member or frame; the decoders of bz2, lzma, isal and zstd all look like this."""

    @property
    def eof(self) -> bool:
        """Whether it has ended."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether nothing is held back: what it gives next, it gives of more data."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What was given and lies behind the end."""
        ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return what data adds, and what was held back, at most `max_length` bytes."""
        ...


def after_padding(blob: Blob, offset: int) -> int:
    """Return the offset of the first byte from `offset` on that is not zero."""
    length = HEAD_SIZE
    while piece := blob.read_at(offset, length):
        rest = piece.lstrip(b"\0")
        offset += len(piece) - len(rest)
        if rest:
            break
        length = _LARGEST_PIECE
    return offset


class ZlibDecoder:
    """zlib with the interface of the other decoders; the only one that can be copied.

    zlib-ng takes half the time of zlib, isal a third, but isal keeps its state to itself.
    """

    def __init__(self) -> None:
        self.needs_input = True
        self._inflate = inflater.decompressobj(wbits=16 + zlib.MAX_WBITS)

    def copy(self) -> ZlibDecoder:
        """Return another that goes on from here."""
        other = ZlibDecoder()
        other.needs_input, other._inflate = self.needs_input, self._inflate.copy()
        return other

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""
        return bool(self._inflate.eof)

    @property
    def unused_data(self) -> bytes:
        """What was given and lies behind the end of the member."""
        return bytes(self._inflate.unused_data)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return what data adds, and what was held back, at most `max_length` bytes."""
        chunk: bytes = self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)
        self.needs_input = not self._inflate.unconsumed_tail and len(chunk) < max_length
        return chunk


def new_decoder(encoding: Encoding, limits: Limits) -> Decoder:
    """Return a decoder for one member, frame or stream."""
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
        decoder = ZlibDecoder()
    return decoder  # type: ignore[no-any-return]


DECODER_ERRORS: tuple[type[Exception], ...] = (
    zlib.error,
    zstd.ZstdError,
    lzma.LZMAError,
    OSError,  # bz2 knows no error of its own
    EOFError,
)
if igzip_lib is not None:
    DECODER_ERRORS += (igzip_lib.IsalError,)
if inflater is not zlib:
    DECODER_ERRORS += (inflater.error,)


def translated(error: Exception, offset: int) -> LayertuiError:
    """Return what an error of a decoder, at an offset of the compressed blob, is to a user."""
    text = str(error).lower()
    if "memory" in text:
        return LimitExceededError(
            "a layer asks for too much memory to decompress",
            hint="Raise the limit `zstd_window` if the image can be trusted.",
        )
    problem = "checksum" if "check" in text or "crc" in text else "data"
    return DamagedStreamError(offset, f"the {problem} is wrong")
