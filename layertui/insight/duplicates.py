"""Files with the same content under several names.

    shown twice   the image shows all of them: one and links to it would do
    moved         a lower layer ships the content under a name that is gone: it was moved or
                  renamed in a layer of its own

Only files of the same size are compared, those first that there is most to gain from. Hard
links are one copy; copies of one path are told by the copy trap. Content of compressed layers
is known by its digest; that of plain ones is read, within a bound.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from layertui.display import size as in_units
from layertui.errors import CancelledError, LayertuiError
from layertui.filesystem.tree import Differs
from layertui.insight.copies import copies_of, shown_path
from layertui.insight.finding import DUPLICATE, Finding
from layertui.insight.gathering import check, is_base, several, share_of
from layertui.layers.entries import DIGEST_SIZE, NO_DIGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.blob import Cancelled
    from layertui.filesystem.tree import Filesystem
    from layertui.insight.copies import Copies

SHOWN_TWICE = "shown twice"
MOVED = "moved"
NOT_COMPARED = "not compared"

SMALLEST = 4_096
"""Bytes of a file that is worth to be compared."""

MOST_READ = 1 << 30
"""Bytes of plain layers that are read."""

MOST_FINDINGS = 200
"""Findings of a group of files of their own; of all others there is one a layer."""

_HEAD = 4_096
_OTHER_CONTENT = int(Differs.CONTENT | Differs.TYPE)
_CURES = {
    SHOWN_TWICE: "Keep one of them and make the others links to it",
    MOVED: "Put it to its place in the layer that makes it: by the same RUN, or by COPY",
}
_BASE_CURE = "It comes with the base image: take a smaller one, or build the base without it"


class _Extra(NamedTuple):
    """Copies that could go.

    Attributes:
        group: SHOWN_TWICE or MOVED.
        layer: The layer that ships most of them.
        extra: Those that could go.
        kept: The one that stays.
    """

    group: str
    layer: int
    extra: list[int]
    kept: int


@dataclass(slots=True)
class _Reader:
    """Tells content by digest, and reads no more than it may.

    Attributes:
        filesystem: Where.
        left: Bytes that may still be read.
        cancelled: Asked before anything is read.
        unread: Files that were not compared.
    """

    filesystem: Filesystem
    left: int
    cancelled: Cancelled | None
    unread: list[int] = field(default_factory=list)

    def alike(self, versions: list[int]) -> Iterator[list[int]]:
        """Yield those versions of equal size that hold the same, two or more at a time."""
        check(self.cancelled)
        if all(self._is_plain(version) for version in versions):
            for few in self._grouped(versions, self._head, _HEAD):
                yield from self._grouped(few, self._digest, self._size(few[0]))
        else:
            yield from self._grouped(versions, self._digest, self._size(versions[0]))

    def _grouped(
        self, versions: Iterable[int], told: Callable[[int], bytes], size: int
    ) -> Iterator[list[int]]:
        groups: dict[bytes, list[int]] = {}
        for version in versions:
            if self._is_plain(version):
                if size > self.left:
                    self.unread.append(version)
                    continue
                check(self.cancelled)
                self.left -= size
            content = self._or_nothing(told, version)
            if content:
                groups.setdefault(content, []).append(version)
        return (group for group in groups.values() if len(group) > 1)

    def _or_nothing(self, told: Callable[[int], bytes], version: int) -> bytes:
        try:
            return told(version)
        except CancelledError:
            raise
        except LayertuiError:
            return b""

    def _is_plain(self, version: int) -> bool:
        """Tell whether the content of a version has to be read."""
        layer, row = self._place(version)
        index = self.filesystem.indexes[layer]
        known = index.digests[row * DIGEST_SIZE : (row + 1) * DIGEST_SIZE]
        return index.blob is not None and not known.strip(b"\0")

    def _head(self, version: int) -> bytes:
        layer, row = self._place(version)
        blob = self.filesystem.indexes[layer].blob
        return blob.read_at(self.filesystem.indexes[layer].payloads[row], _HEAD) if blob else b""

    def _digest(self, version: int) -> bytes:
        layer, row = self._place(version)
        digest = self.filesystem.indexes[layer].digest(row)
        return b"" if digest == NO_DIGEST else digest

    def _size(self, version: int) -> int:
        layer, row = self._place(version)
        return self.filesystem.indexes[layer].sizes[row]

    def _place(self, version: int) -> tuple[int, int]:
        versions = self.filesystem.versions
        return versions.layers[version], versions.rows[version]


def find_duplicates(
    inspection: Inspection,
    *,
    smallest: int = SMALLEST,
    most_read: int = MOST_READ,
    cancelled: Cancelled | None = None,
) -> tuple[Finding, ...]:
    """Return the groups of equal files, the most bytes to gain first.

    Args:
        inspection: The image.
        smallest: Bytes of a file that is compared.
        most_read: Bytes of plain layers that are read.
        cancelled: Asked before anything is read.

    Raises:
        CancelledError: `cancelled` said so.
    """
    filesystem = inspection.filesystem
    copies = copies_of(filesystem)
    reader = _Reader(filesystem, most_read, cancelled)
    extras: list[_Extra] = []
    for versions in _of_one_size(filesystem, copies, smallest):
        for alike in reader.alike(versions):
            extras += _extras(filesystem, copies, alike)
    extras.sort(key=lambda extra: (-len(extra.extra) * copies.sizes[extra.kept], extra.kept))
    found = [_finding(inspection, copies, extra) for extra in extras[:MOST_FINDINGS]]
    found += _others(inspection, copies, extras[MOST_FINDINGS:])
    if reader.unread:
        found.append(_not_compared(filesystem, copies, reader.unread))
    return tuple(found)


def _of_one_size(filesystem: Filesystem, copies: Copies, smallest: int) -> list[list[int]]:
    """Return the copies of the same size, those first that have most bytes together.

    Of copies of one path that follow each other, those stay that the image shows or that hold
    something else than the next.
    """
    by_size: dict[int, list[int]] = {}
    repeated = _repeated(filesystem)
    for version, size in enumerate(copies.sizes):
        if size >= smallest and version not in repeated:
            by_size.setdefault(size, []).append(version)
    several_of_them = [
        versions
        for versions in by_size.values()
        if len(versions) > 1 and any(map(copies.shown.__getitem__, versions))
    ]
    several_of_them.sort(key=lambda versions: -copies.sizes[versions[0]] * (len(versions) - 1))
    return [_without_sparse(filesystem, versions) for versions in several_of_them]


def _repeated(filesystem: Filesystem) -> set[int]:
    """Return the versions whose content the next version of their path holds too."""
    versions = filesystem.versions
    start = versions.starts[min(1, len(filesystem.indexes))]
    return {
        before
        for before, row, differs in zip(
            versions.previous[start:], versions.rows[start:], versions.differs[start:], strict=True
        )
        if before >= 0 and row >= 0 and versions.rows[before] >= 0 and not differs & _OTHER_CONTENT
    }


def _without_sparse(filesystem: Filesystem, versions: list[int]) -> list[int]:
    layers, rows = filesystem.versions.layers, filesystem.versions.rows
    indexes = filesystem.indexes
    return [each for each in versions if rows[each] not in indexes[layers[each]].sparse]


def _extras(filesystem: Filesystem, copies: Copies, alike: list[int]) -> Iterator[_Extra]:
    """Yield what of copies that hold the same could go, where the image shows any of them."""
    layers = filesystem.versions.layers
    shown = [version for version in alike if copies.shown[version]]
    gone = [version for version in alike if not copies.shown[version]]
    if len(shown) > 1:
        yield _Extra(SHOWN_TWICE, _most_common(layers, shown[1:]), shown[1:], shown[0])
    if shown and gone:
        yield _Extra(MOVED, _most_common(layers, gone), gone, shown[0])


def _most_common(layers: Sequence[int], versions: list[int]) -> int:
    return Counter(layers[version] for version in versions).most_common(1)[0][0]


def _finding(inspection: Inspection, copies: Copies, extra: _Extra) -> Finding:
    filesystem = inspection.filesystem
    share = share_of(
        [extra.kept, *extra.extra],
        lambda _: 0,
        lambda version: shown_path(filesystem, copies, version),
    )
    one = copies.sizes[extra.kept]
    is_theirs = is_base(inspection, extra.layer)
    return Finding(
        kind=DUPLICATE,
        group=extra.group,
        layer=extra.layer,
        size=one * len(extra.extra),
        paths=share.paths,
        more=share.more,
        base=is_theirs,
        message=_message(extra, one),
        cure=_BASE_CURE if is_theirs else _CURES[extra.group],
        ghost=extra.group == MOVED,
    )


def _message(extra: _Extra, size: int) -> str:
    if extra.group == SHOWN_TWICE:
        return f"{several(len(extra.extra) + 1, 'file')} of {in_units(size)} hold the same"
    times = f", {several(len(extra.extra), 'time')}" if len(extra.extra) > 1 else ""
    return f"{in_units(size)} are shipped once more under a name that is gone{times}"


def _others(inspection: Inspection, copies: Copies, extras: list[_Extra]) -> Iterator[Finding]:
    """Yield one finding a layer for groups that have none of their own."""
    filesystem = inspection.filesystem
    together: dict[tuple[str, int], list[_Extra]] = {}
    for extra in extras:
        together.setdefault((extra.group, extra.layer), []).append(extra)
    for (group, layer), members in together.items():
        share = share_of(
            [version for extra in members for version in extra.extra],
            copies.sizes.__getitem__,
            lambda version: shown_path(filesystem, copies, version),
        )
        is_theirs = is_base(inspection, layer)
        yield Finding(
            kind=DUPLICATE,
            group=group,
            layer=layer,
            size=share.size,
            paths=share.paths,
            more=share.more,
            base=is_theirs,
            message=f"{several(len(members), 'other group')} of equal files in layer {layer}",
            cure=_BASE_CURE if is_theirs else _CURES[group],
            ghost=group == MOVED,
        )


def _not_compared(filesystem: Filesystem, copies: Copies, unread: list[int]) -> Finding:
    share = share_of(
        unread,
        copies.sizes.__getitem__,
        lambda version: shown_path(filesystem, copies, version),
    )
    return Finding(
        kind=DUPLICATE,
        group=NOT_COMPARED,
        layer=None,
        paths=share.paths,
        more=share.more,
        message=f"{share.files} ({in_units(share.size)}) were not read: there may be more",
    )
