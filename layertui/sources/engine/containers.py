"""The writable layer of a container, made of what its engine tells; nothing is started or stopped.

The engine lists the paths that changed and sends all files of the container; those that changed
make up the layer, with a whiteout for each that was deleted (OCI image-spec layer.md).
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from layertui.blob import CHUNK_SIZE
from layertui.errors import DamagedImageError, EngineError
from layertui.layers import names
from layertui.layers.entries import DIRECTORY, FILE, Columns
from layertui.layers.tar import BLOCK, read_columns
from layertui.layers.window import BlobWindow
from layertui.sources.engine.arrival import Arrival
from layertui.sources.engine.export import TAIL, only_whole
from layertui.sources.engine.failures import broken_off, message_in
from layertui.sources.engine.protocol import DELETED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layertui.blob import Blob
    from layertui.limits import Limits
    from layertui.sources.engine.arrival import Found, Patience, Spools
    from layertui.sources.engine.protocol import Change, Engine

WRITABLE = "writable"
"""The name of the layer in what arrives."""

_OPAQUE = b".wh..wh..opq"
_WHITEOUT = b".wh."
_END = bytes(2 * BLOCK)


def writable_layer_of(
    engine: Engine, container: str, *, limits: Limits, patience: Patience | None = None
) -> Arrival:
    """Return what brings the writable layer of a container, under the name WRITABLE."""
    return Arrival(
        lambda: engine.container_files(container),
        WritableLayer(engine, container, limits),
        missing=lambda _: EngineError(f"{engine.label} has not sent the files of the container"),
        who=engine.label,
        what="the container",
        limits=limits,
        patience=patience,
    )


class WritableLayer:
    """Makes a layer of the files of a container.

    Args:
        engine: Which has it.
        container: Its id.
        limits: Bounds on the archive of its files.
    """

    def __init__(self, engine: Engine, container: str, limits: Limits) -> None:
        self._engine = engine
        self._container = container
        self._limits = limits

    def __call__(self, chunks: Iterator[bytes], spools: Spools, found: Found) -> None:
        """Read the files and tell of the layer; where nothing changed, they are not asked for.

        Raises:
            LayertuiError: They cannot be had.
        """
        changes = self._engine.container_changes(self._container)
        layer = spools.new()
        if changes:
            files = spools.new()
            for chunk in chunks:
                files.append(chunk)
            for piece in layer_pieces(files.blob(files.size), changes, self._limits, self._engine):
                layer.append(piece)
            files.close()
        layer.append(_END)
        found(WRITABLE, layer.blob(layer.size))


def layer_pieces(
    files: Blob, changes: Sequence[Change], limits: Limits, engine: Engine
) -> Iterator[bytes]:
    """Yield the entries of a layer: those of an archive that changed, as they stand, and whiteouts.

    A directory that was deleted and is there again is another one: an opaque marker hides what
    was below it, and all that is in it belongs to the layer.
    """
    columns = Columns()
    try:
        read_columns(BlobWindow(files), columns, limits=limits, report=only_whole)
    except DamagedImageError as error:
        tail = files.read_at(max(0, files.size - TAIL), TAIL)
        raise broken_off(engine.label, message_in(tail) or error.message) from None
    paths = [names.canonical(name) for name in columns.names]
    told = [_as_told(path) for path in paths]
    changed = {_as_told(names.canonical(_raw(each.path))): each.kind for each in changes}
    deleted = {path for path, kind in changed.items() if kind == DELETED}
    replaced = deleted.intersection(
        told[row] for row in range(len(columns)) if columns.kinds[row] == DIRECTORY
    )
    gone = sorted(deleted.difference(told), key=lambda path: path.split("/"))
    yield from _whiteouts(gone)
    for row, (start, end) in enumerate(_extents(columns)):
        if told[row] in changed or _is_below(told[row], replaced):
            for at in range(start, end, CHUNK_SIZE):
                yield files.read_at(at, min(CHUNK_SIZE, end - at))
            if told[row] in replaced:
                yield _entry(paths[row] + b"/" + _OPAQUE)


def _extents(columns: Columns) -> Iterator[tuple[int, int]]:
    """Yield where each entry starts, special headers included, and where it ends."""
    end = 0
    for row in range(len(columns)):
        start = end
        size = columns.sizes[row] if columns.kinds[row] == FILE else 0
        end = columns.payloads[row] + (size + BLOCK - 1 & -BLOCK)
        yield start, end


def _whiteouts(paths: Iterable[str]) -> Iterator[bytes]:
    """Yield a whiteout for each path; those below another need none."""
    last = "\0"
    for path in paths:
        if not path.startswith(f"{last}/"):
            last = path
            parent, slash, name = _raw(path).rpartition(b"/")
            yield _entry(parent + slash + _WHITEOUT + name)


def _entry(path: bytes) -> bytes:
    """Return an empty file."""
    header = tarfile.TarInfo(path.decode("utf-8", "surrogateescape"))
    return header.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _is_below(path: str, folders: set[str]) -> bool:
    while folders and path:
        path = path.rpartition("/")[0]
        if path in folders:
            return True
    return False


def _as_told(path: bytes) -> str:
    """Return a path as engines write it in JSON: each byte that is not UTF-8 is replaced."""
    text = path.decode("utf-8", "surrogateescape")
    if text.isascii():
        return text
    return "".join("\ufffd" if "\udc80" <= letter <= "\udcff" else letter for letter in text)


def _raw(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
