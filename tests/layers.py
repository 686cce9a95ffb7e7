"""Short ways from bytes to headers, indexes and merged filesystems."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import BytesBlob
from layertui.errors import LayertuiError
from layertui.filesystem.merge import merge
from layertui.layers.entries import NO_DIGEST, Columns, Header
from layertui.layers.indexing import index_layer
from layertui.layers.tar import read_columns
from layertui.layers.window import BlobWindow, StreamWindow, Window
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.filesystem.tree import Entry, Filesystem
    from layertui.layers.index import LayerIndex
    from layertui.limits import Limits


class Reading(NamedTuple):
    """What a reader made of an archive: entries, notices as code and name, and how it ended."""

    headers: list[Header]
    notices: list[tuple[str, bytes]]
    error: LayertuiError | None

    @property
    def names(self) -> list[bytes]:
        return [header.name for header in self.headers]

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in self.notices]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Yield data in pieces of a size."""
    return (data[start : start + size] for start in range(0, len(data), size))


def read_window(window: Window, limits: Limits | None = None) -> Reading:
    """Read through one window."""
    columns, notices = Columns(), list[tuple[str, bytes]]()

    def report(code: str, message: str, name: bytes) -> None:
        assert "\n" not in message
        notices.append((code, name))

    error = None
    try:
        read_columns(window, columns, limits=limits, report=report)
    except LayertuiError as raised:
        error = raised
    return Reading([columns.header(row) for row in range(len(columns))], notices, error)


def read_archive(data: bytes, limits: Limits | None = None) -> Reading:
    """Read through a window on a blob and through one on a stream, which must agree."""
    plain = read_window(BlobWindow(BytesBlob(data)), limits)
    streamed = read_window(StreamWindow(pieces(data, 700)), limits)
    assert _without_digests(plain) == _without_digests(streamed)
    assert (type(plain.error), str(plain.error)) == (type(streamed.error), str(streamed.error))
    return plain


def _without_digests(reading: Reading) -> tuple[list[Header], list[tuple[str, bytes]]]:
    return [header._replace(digest=NO_DIGEST) for header in reading.headers], reading.notices


def index(*entries: bytes, limits: Limits | None = None) -> LayerIndex:
    """Return the index of a plain layer with these entries."""
    return index_layer(BytesBlob(builders.layer(*entries)), limits=limits)


def paths(layer: LayerIndex) -> list[bytes]:
    """Return the paths of an index, in preorder."""
    return [key.replace(b"\0", b"/") for key in layer.keys]


def codes(layer: LayerIndex) -> list[str]:
    """Return the codes of the notices of an index."""
    return [notice.code for notice in layer.notices]


def stack(*layers: Sequence[bytes]) -> Filesystem:
    """Return the merged filesystem of layers, each given as its entries."""
    return merge(
        [
            index_layer(BytesBlob(builders.layer(*entries)), number=number)
            for number, entries in enumerate(layers)
        ]
    )


def listing(filesystem: Filesystem, layer: int | None = None) -> dict[str, Entry]:
    """Return what a filesystem holds after a layer, after the last one by default."""
    last = len(filesystem.indexes) - 1
    entries = filesystem.listing(last if layer is None else layer)
    return {entry.path.decode("utf-8", "surrogateescape"): entry for entry in entries}
