"""From entries in archive order to the index: paths, markers, last duplicate wins, sorted columns.

Source of the rules: OCI image-spec layer.md, "Representing Changes". Most layers have no
markers, duplicates or odd names and stand in preorder already: each step looks at a layer as a
whole first, and at single rows only where there is something to settle.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from itertools import compress, islice
from operator import eq
from typing import TYPE_CHECKING, Any, NamedTuple

from layertui.display import printable
from layertui.layers import markers as marking
from layertui.layers.entries import DIGEST_SIZE, DIRECTORY, FILE, NO_DIGEST
from layertui.layers.index import LayerIndex, LeftOut, Superseded
from layertui.layers.names import Paths, canonical_all
from layertui.layers.window import payload_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layertui.blob import Blob
    from layertui.layers.entries import Columns
    from layertui.limits import Limits
    from layertui.notices import NoticeBook

_DEPTHS = (None, 256, 64, 16, 4, 0)
"""Slashes a path may have, tried in turn until a layer implies little enough."""

_IS_DIRECTORY = bytes(kind == DIRECTORY for kind in range(256))


def settle(
    columns: Columns, limits: Limits, book: NoticeBook, *, complete: bool, blob: Blob | None
) -> LayerIndex:
    """Return the index of a layer whose entries have been read.

    Args:
        columns: The entries in archive order.
        limits: Bounds on paths.
        book: Where oddities are noted.
        complete: False when the layer could not be read to its end.
        blob: The layer where it is plain.

    """
    all_paths = canonical_all(columns.names)
    paths = all_paths.each
    if all_paths.odd:
        marking.note_escapes(columns.names, book)
    too_long = marking.beyond_limits(paths, limits, book)
    markers = marking.find_markers(all_paths, book)
    dropped = too_long | markers.rows | marking.misplaced_roots(columns, paths, book)
    marking.note_lookalikes(columns, paths, book)
    marking.lead_links(columns, paths, markers)
    settled, too_deep = _bounded(columns, all_paths, dropped, limits.implied_size, book)
    return LayerIndex(
        keys=settled.keys,
        implied=tuple(key.replace(b"\0", b"/") for key in sorted(settled.implied)),
        whiteouts=tuple(sorted(markers.whiteouts)),
        opaques=tuple(sorted(markers.opaques)),
        superseded=_superseded(columns, paths, settled.lost, blob),
        left_out=_left_out(columns, paths, settled.order),
        attribute_table=columns.owner_table(),
        entry_count=len(paths),
        complete=complete and not too_long and not too_deep,
        notices=book.notices(),
        blob=blob,
        **_sorted_columns(columns, settled.order),
    )


class _Settled(NamedTuple):
    """The rows that count, in preorder, their sort keys, implied directories, lost copies."""

    order: Sequence[int]
    keys: list[bytes]
    implied: set[bytes]
    lost: list[int]


class _TooMuchImpliedError(Exception):
    """The directories that a layer only implies have too many bytes of paths."""


def _bounded(
    columns: Columns, paths: Paths, dropped: set[int], most: int, book: NoticeBook
) -> tuple[_Settled, bool]:
    """Settle a layer; where it implies too much, without its deepest entries.

    Entries a thousand components deep imply a thousand directories each, so that a small layer
    could ask for any amount of memory.
    """
    for depth in _DEPTHS:
        if depth is not None:
            message = f"paths of more than {depth + 1} components are not shown"
            book.add(
                "limit-exceeded", f"{message}: they imply too many directories; see implied_size"
            )
            dropped |= {row for row, path in enumerate(paths.each) if path.count(b"/") > depth}
        try:
            return _settled(columns, paths.keys(), dropped, most, book), depth is not None
        except _TooMuchImpliedError:
            continue
    raise AssertionError("paths of one component imply nothing")


def _settled(
    columns: Columns, keys: list[bytes], dropped: set[int], most: int, book: NoticeBook
) -> _Settled:
    order: Sequence[int] = range(len(keys))
    sorted_keys = sorted(keys)
    if dropped or sorted_keys != keys:
        order = [row for row in order if row not in dropped]
        order.sort(key=keys.__getitem__)
        sorted_keys = [keys[row] for row in order]
    lost: list[int] = []
    if any(map(eq, sorted_keys, islice(sorted_keys, 1, None))):
        order = _last_of_each(columns, order, sorted_keys, lost, book)
        sorted_keys = [keys[row] for row in order]
    implied, conflict = _implied(columns, order, sorted_keys, most)
    if conflict:
        order = _later_of_each(columns, order, sorted_keys, lost, book)
        sorted_keys = [keys[row] for row in order]
        implied, _ = _implied(columns, order, sorted_keys, most)
    return _Settled(order, sorted_keys, implied, lost)


def _implied(
    columns: Columns, order: Sequence[int], keys: list[bytes], most: int
) -> tuple[set[bytes], bool]:
    """Return the directories without an entry, and whether a file stands in a directory's place."""
    is_directory = bytes(columns.kinds).translate(_IS_DIRECTORY)
    straight = isinstance(order, range)
    marks: Iterable[int] = is_directory if straight else map(is_directory.__getitem__, order)
    directories = set(compress(keys, marks))
    directories.add(b"")
    pending = {key.rpartition(b"\0")[0] for key in keys} - directories
    implied: set[bytes] = set()
    conflict = False
    total = 0
    while pending:
        head = pending.pop()
        place = bisect_left(keys, head)
        conflict = conflict or (place < len(keys) and keys[place] == head)
        implied.add(head)
        total += len(head)
        if total > most:
            raise _TooMuchImpliedError
        parent = head.rpartition(b"\0")[0]
        if parent not in directories and parent not in implied:
            pending.add(parent)
    return implied, conflict


def _last_of_each(
    columns: Columns, order: Sequence[int], keys: list[bytes], lost: list[int], book: NoticeBook
) -> list[int]:
    """Let the last of the entries of one path count."""
    last: dict[bytes, int] = {}
    for row, key in zip(order, keys, strict=True):
        if key in last:
            path = b"/" + key.replace(b"\0", b"/")
            message = f"{printable(path)}: stands in the layer more than once, the last counts"
            book.add("duplicate-entry", message, path)
            if columns.kinds[last[key]] == FILE:
                lost.append(last[key])
        last[key] = row
    return list(last.values())


@dataclass(slots=True)
class _Above:
    """Something that is no directory while what may stand below it is looked at.

    Attributes:
        prefix: How the keys below it begin.
        row: Its row.
        newest: The last row of it and those above it.
        latest: The last row below it, or -1.
    """

    prefix: bytes
    row: int
    newest: int
    latest: int = -1


def _later_of_each(
    columns: Columns, order: Sequence[int], keys: list[bytes], lost: list[int], book: NoticeBook
) -> list[int]:
    """Let the later count of something and what stands below it as if it were a directory."""
    gone: set[int] = set()
    stack: list[_Above] = []
    for row, key in zip(order, keys, strict=True):
        while stack and not key.startswith(stack[-1].prefix):
            _settle_top(stack, gone, book)
        newest = -1
        if stack:
            newest = stack[-1].newest
            stack[-1].latest = max(stack[-1].latest, row)
        if row < newest:
            gone.add(row)
        if columns.kinds[row] != DIRECTORY:
            stack.append(_Above(key + b"\0", row, max(newest, row)))
    while stack:
        _settle_top(stack, gone, book)
    lost.extend(row for row in sorted(gone) if columns.kinds[row] == FILE)
    return [row for row in order if row not in gone]


def _settle_top(stack: list[_Above], gone: set[int], book: NoticeBook) -> None:
    """Take the top off once all below it has been seen: it goes if something there is later."""
    top = stack.pop()
    if stack:
        stack[-1].latest = max(stack[-1].latest, top.latest)
    if top.latest > top.row:
        gone.add(top.row)
    if top.latest >= 0:
        path = b"/" + top.prefix[:-1].replace(b"\0", b"/")
        message = f"{printable(path)}: both a directory and not one, the later counts"
        book.add("duplicate-entry", message, path)


def _superseded(
    columns: Columns, paths: list[bytes], lost: list[int], blob: Blob | None
) -> tuple[Superseded, ...]:
    """Return the copies of rows that lost their place."""
    table = columns.owner_table()
    copies = []
    for row in lost:
        size, digest = columns.sizes[row], columns.digest(row)
        if blob is not None and size and digest == NO_DIGEST:
            digest = payload_digest(blob, columns.payloads[row], size)
        copies.append(
            Superseded(paths[row], size, table[columns.owners[row]], columns.mtimes[row], digest)
        )
    return tuple(copies)


def _left_out(columns: Columns, paths: list[bytes], order: Sequence[int]) -> tuple[LeftOut, ...]:
    """Return the rows that have no place in an order."""
    if len(order) == len(paths):
        return ()
    table = columns.owner_table()
    return tuple(
        LeftOut(
            paths[row],
            columns.kinds[row],
            columns.sparse[row].real_size if row in columns.sparse else columns.sizes[row],
            columns.payloads[row],
            table[columns.owners[row]],
            columns.links.get(row, b""),
        )
        for row in sorted(set(range(len(paths))).difference(order))
    )


def _sorted_columns(columns: Columns, order: Sequence[int]) -> dict[str, Any]:
    """Return the columns of an index for rows in an order."""
    straight = isinstance(order, range)
    new_rows = {} if straight else {row: number for number, row in enumerate(order)}

    def column(values: array[int]) -> array[int]:
        return values if straight else array(values.typecode, map(values.__getitem__, order))

    def mapping(values: dict[int, Any]) -> dict[int, Any]:
        if straight:
            return values
        return {new_rows[row]: value for row, value in values.items() if row in new_rows}

    return {
        "kinds": bytes(columns.kinds if straight else map(columns.kinds.__getitem__, order)),
        "sizes": column(columns.sizes),
        "attributes": column(columns.owners),
        "mtimes": column(columns.mtimes),
        "payloads": column(columns.payloads),
        "digests": _digest_column(columns, order, straight=straight),
        "links": mapping(columns.links),
        "devices": mapping(columns.devices),
        "sparse": mapping(columns.sparse),
    }


def _digest_column(columns: Columns, order: Sequence[int], *, straight: bool) -> bytes:
    if not columns.digests:
        return b""
    heap = bytes(columns.digests).ljust(len(columns) * DIGEST_SIZE, b"\0")
    if straight:
        return heap
    return b"".join([heap[row * DIGEST_SIZE : (row + 1) * DIGEST_SIZE] for row in order])
