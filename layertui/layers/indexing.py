"""Making the index of a layer from its blob.

blob -> headers -> rows in archive order -> paths and markers -> last wins -> sorted columns
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.blob import WatchedBlob
from layertui.errors import DamagedImageError, LimitExceededError
from layertui.layers import names
from layertui.layers.compression import Decompression
from layertui.layers.decoders import Encoding, sniff
from layertui.layers.entries import Columns
from layertui.layers.settling import settle
from layertui.layers.tar import read_columns
from layertui.layers.window import BlobWindow, StreamWindow, Window
from layertui.limits import Limits
from layertui.notices import NoticeBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.blob import Blob, Cancelled
    from layertui.layers.attributes import Report
    from layertui.layers.index import LayerIndex


def index_layer(
    blob: Blob,
    *,
    number: int = 0,
    limits: Limits | None = None,
    cancelled: Cancelled | None = None,
    progress: Callable[[int], None] | None = None,
    in_order: bool = False,
    passing: Callable[[bytes], None] | None = None,
) -> LayerIndex:
    """Read a layer as stored, plain or compressed, and return its index.

    A damaged layer gives what could be read, `complete=False` and a notice with the offset.

    Args:
        blob: The layer as stored.
        number: The number of the layer, for the notices.
        limits: Bounds on what the layer may ask for.
        cancelled: Asked between reads; True ends in CancelledError.
        progress: Told how many bytes of the blob have been read so far.
        in_order: Read a plain layer too from end to end, and take the digests of contents, as if
            it were compressed; the index then does without the blob.
        passing: Given all bytes of the uncompressed layer, where it is read from end to end.

    """
    limits = limits or Limits()
    watched = WatchedBlob(blob, cancelled=cancelled, progress=progress)
    book, columns = NoticeBook(number), Columns()
    plain = not in_order and sniff(blob.read_at(0, 512)) is Encoding.PLAIN
    if plain:
        complete = _read(BlobWindow(watched), columns, limits, book)
    else:
        complete = _read_stream(watched, columns, limits, book, passing)
    return settle(columns, limits, book, complete=complete, blob=blob if plain else None)


def _read(window: Window, columns: Columns, limits: Limits, book: NoticeBook) -> bool:
    """Add the entries to columns; tell whether the archive came to its end."""
    try:
        read_columns(window, columns, limits=limits, report=_reporter(book))
    except LimitExceededError as error:
        book.add("limit-exceeded", f"{error}; the rest is not shown. {error.hint}")
        return False
    except DamagedImageError as error:
        book.add("damaged-layer", f"{error}; the rest is not shown")
        return False
    return True


def _read_stream(
    blob: Blob,
    columns: Columns,
    limits: Limits,
    book: NoticeBook,
    passing: Callable[[bytes], None] | None,
) -> bool:
    stream = Decompression(blob, limits=limits)
    window = StreamWindow(iter(stream) if passing is None else _told(stream, passing))
    complete = _read(window, columns, limits, book)
    if complete and (failure := window.failure):
        place = f" at offset {window.end}" if failure.offset is None else ""
        book.add("damaged-layer", f"{failure}{place}")
        return False
    if stream.trailing:
        book.add("trailing-garbage", f"{stream.trailing} bytes of garbage behind the layer")
    return complete


def _told(stream: Decompression, passing: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in stream:
        passing(chunk)
        yield chunk


def _reporter(book: NoticeBook) -> Report:
    """Return what puts the reader's notices into a book under the paths they are about."""

    def report(code: str, message: str, name: bytes) -> None:
        book.add(code, message, b"/" + names.canonical(name) if name else None)

    return report
