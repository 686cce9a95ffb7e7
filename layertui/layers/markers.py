"""What a layer takes away, and what looks like one thing and is another.

Source of the rules: OCI image-spec layer.md, "Whiteouts" and "Opaque Whiteout".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.layers.entries import CHARDEV, DIRECTORY, FILE, HARDLINK
from layertui.layers.names import canonical, escapes

if TYPE_CHECKING:
    from layertui.layers.entries import Columns
    from layertui.layers.names import Paths
    from layertui.limits import Limits
    from layertui.notices import NoticeBook

_PREFIX = b".wh."
_META_PREFIX = b".wh..wh."
_OPAQUE = b".wh..wh..opq"
_WARN_BEYOND = 4_096
_ESTARGZ_INDEX = b"stargz.index.json"
_ESTARGZ = frozenset((_ESTARGZ_INDEX, b".prefetch.landmark", b".no.prefetch.landmark"))
_OVERLAY_OPAQUE = (b"trusted.overlay.opaque", b"y")


@dataclass(slots=True)
class Markers:
    """What a layer takes away, and the rows that are not entries of the filesystem.

    Attributes:
        whiteouts: Lower paths that go.
        opaques: Directories whose lower children go.
        rows: The rows of the markers and of AUFS metadata.
        hidden: AUFS metadata by path.

    """

    whiteouts: set[bytes] = field(default_factory=set)
    opaques: set[bytes] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    hidden: dict[bytes, int] = field(default_factory=dict)


def find_markers(paths: Paths, book: NoticeBook) -> Markers:
    """Return the markers among the paths of a layer."""
    markers = Markers()
    if _PREFIX in paths.heap:
        for row, path in enumerate(paths.each):
            if _PREFIX in path:
                _take(markers, row, path, book)
    return markers


def _take(markers: Markers, row: int, path: bytes, book: NoticeBook) -> None:
    parent, _, name = path.rpartition(b"/")
    below_marker = parent.startswith(_PREFIX) or b"/" + _PREFIX in parent
    if not below_marker and not name.startswith(_PREFIX):
        return
    markers.rows.add(row)
    target = name[len(_PREFIX) :]
    if below_marker or (name.startswith(_META_PREFIX) and name != _OPAQUE):
        markers.hidden[path] = row
    elif name == _OPAQUE:
        markers.opaques.add(parent)
    elif target in (b"", b".", b".."):
        message = f"{printable(b'/' + path)}: a whiteout that names nothing is ignored"
        book.add("invalid-whiteout", message, b"/" + path)
    else:
        markers.whiteouts.add(parent + b"/" + target if parent else target)


def lead_links(columns: Columns, paths: list[bytes], markers: Markers) -> None:
    """Give hard links their paths; the first to hidden AUFS content takes that content over."""
    heirs: dict[bytes, bytes] = {}
    for row in list(columns.links):
        if columns.kinds[row] != HARDLINK:
            continue
        target = canonical(columns.links[row])
        source = markers.hidden.get(target)
        if source is None or columns.kinds[source] != FILE:
            columns.links[row] = target
        elif target in heirs:
            columns.links[row] = heirs[target]
        else:
            heirs[target] = paths[row]
            columns.become(row, source)


def beyond_limits(paths: list[bytes], limits: Limits, book: NoticeBook) -> set[int]:
    """Return the rows whose paths are too long or too deep, with a notice each."""
    suspects = min(_WARN_BEYOND, limits.path_depth, limits.path_size)
    if max(map(len, paths), default=0) <= suspects:
        return set()
    dropped = set()
    for row, path in enumerate(paths):
        if len(path) > limits.path_size or path.count(b"/") >= limits.path_depth:
            dropped.add(row)
            message = f"{printable(path, 60)}: a path of {len(path)} bytes is not shown"
            book.add("limit-exceeded", f"{message}; see path_size and path_depth")
        elif len(path) > _WARN_BEYOND:
            book.add("long-path", f"{printable(path, 60)}: {len(path)} bytes", b"/" + path)
    return dropped


def misplaced_roots(columns: Columns, paths: list[bytes], book: NoticeBook) -> set[int]:
    """Return the rows that would make the root something else than a directory."""
    if b"" not in paths:
        return set()
    wrong = {row for row, path in enumerate(paths) if not path and columns.kinds[row] != DIRECTORY}
    for row in wrong:
        message = f"{printable(columns.names[row])}: the root is a directory, this is ignored"
        book.add("root-not-directory", message, b"/")
    return wrong


def note_escapes(raw_names: list[bytes], book: NoticeBook) -> None:
    """Note the names that lead out of the root on their way."""
    for name in raw_names:
        if b".." in name and escapes(name):
            path = b"/" + canonical(name)
            message = f"{printable(name)}: leads out of the root, taken as {printable(path)}"
            book.add("escapes-root", message, path)


def note_lookalikes(columns: Columns, paths: list[bytes], book: NoticeBook) -> None:
    """Note overlay-style whiteouts and eStargz metadata."""
    opaque = {
        number
        for number, owner in enumerate(columns.owner_table())
        if _OVERLAY_OPAQUE in owner.xattrs
    }
    marked = (
        [row for row, number in enumerate(columns.owners) if number in opaque] if opaque else []
    )
    zero = [row for row, device in columns.devices.items() if device == (0, 0)]
    for row in [*marked, *(row for row in zero if columns.kinds[row] == CHARDEV)]:
        path = b"/" + paths[row]
        message = f"{printable(path)}: an overlay-style whiteout, engines do not delete by it"
        book.add("overlay-whiteout", message, path)
    estargz = paths and paths[-1] == _ESTARGZ_INDEX
    for name in sorted(_ESTARGZ.intersection(paths)) if estargz else ():
        message = f"{printable(b'/' + name)}: eStargz metadata, not part of the application"
        book.add("estargz-metadata", message, b"/" + name)
