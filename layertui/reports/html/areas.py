"""The map of an image as nested areas: layers, causes, directories, files.

What is too small to be seen is summed up, so that the map of a million paths is as large as that
of a few thousand.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from heapq import heappop, heappush
from itertools import accumulate, compress, count
from typing import TYPE_CHECKING, Any, NamedTuple

from layertui.analysis.waste import CAUSES
from layertui.display import printable
from layertui.layers.index import key_of
from layertui.reports.wording import instruction_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.filesystem.tree import Filesystem

SHOWN = "shown"
GROUPS = (SHOWN, *CAUSES)
"""What the areas of a layer are: what the image shows of it, and what it does not, by cause."""

MOST_AREAS = 6_000
SMALLEST = 2_500
"""The part of the image, one in so many, below which paths are summed up."""

DEEPEST = 16
"""Directories within one another; those that hold one thing alone count as one."""

_NAME = 120
_INSTRUCTION = 160

Area = dict[str, Any]
"""`n` its name, `s` bytes; `k` the place in GROUPS, `l` the number of its layer; `c` what is in it,
`r` how many paths are summed up in it."""


def image_areas(inspection: Inspection) -> Area:
    """Return the map of an image."""
    total = inspection.accounting.size
    work = _Work(max(1, total // SMALLEST))
    layers = [
        _layer_area(inspection, layer, paths, work)
        for layer, paths in enumerate(_paths_by_layer(inspection))
        if inspection.accounting.layers[layer].size
    ]
    work.finish()
    name = printable(inspection.image.reference, _NAME)
    return {"n": name, "s": total, "c": layers}


class _Paths(NamedTuple):
    """Paths and bytes.

    Attributes:
        keys: Their sort keys, sorted.
        sums: By path, the bytes of all before it; one more than there are paths.
    """

    keys: Sequence[bytes]
    sums: array[int]

    @property
    def size(self) -> int:
        """Bytes of all paths."""
        return self.sums[-1]


def _paths(keys: Sequence[bytes], sizes: Sequence[int]) -> _Paths:
    return _Paths(keys, array("q", accumulate(sizes, initial=0)))


def _paths_by_layer(inspection: Inspection) -> Iterator[dict[str, _Paths]]:
    """Yield by layer the paths that it ships, by group."""
    wasted: list[dict[str, list[tuple[bytes, int]]]] = [{} for _ in inspection.image.layers]
    for copy in inspection.accounting.wasted:
        found = wasted[copy.layer].setdefault(copy.cause, [])
        found.append((key_of(copy.path.strip(b"/")), copy.size))
    shown = _shown_rows(inspection.filesystem)
    for index, strip, causes in zip(inspection.filesystem.indexes, shown, wasted, strict=True):
        groups = {
            SHOWN: _paths(list(compress(index.keys, strip)), list(compress(index.sizes, strip)))
        }
        for cause, found in causes.items():
            found.sort()
            groups[cause] = _paths([key for key, _ in found], [size for _, size in found])
        yield groups


def _shown_rows(filesystem: Filesystem) -> list[bytearray]:
    """Return by layer a strip of rows, 1 where the image shows the bytes of a row."""
    strips = [bytearray(len(index)) for index in filesystem.indexes]
    layers, rows, targets = filesystem.versions.layers, filesystem.versions.rows, filesystem.targets
    for version in filesystem.versions.last:
        if version < 0 or rows[version] < 0:
            continue
        layer, row = layers[version], rows[version]
        if targets:
            layer, row = targets.get((layer, row)) or (layer, row)
        strips[layer][row] = 1
    for strip, index in zip(strips, filesystem.indexes, strict=True):
        strip[:] = bytes(map(_has_bytes, strip, index.sizes))
    return strips


def _has_bytes(mark: int, size: int) -> bool:
    return bool(mark and size)


def _layer_area(inspection: Inspection, layer: int, paths: dict[str, _Paths], work: _Work) -> Area:
    instruction = instruction_line(inspection.image.layers[layer], _INSTRUCTION)
    groups = []
    for number, group in enumerate(GROUPS):
        if group in paths and paths[group].size:
            area: Area = {"n": group, "s": paths[group].size, "k": number}
            groups.append(area)
            work.add(area, paths[group], _Part(0, len(paths[group].keys), 0, 0))
    size = inspection.accounting.layers[layer].size
    return {"n": instruction, "s": size, "l": layer, "c": groups}


class _Part(NamedTuple):
    """A run of paths that begin alike.

    Attributes:
        start: Its first path.
        end: The path behind its last one.
        prefix: Bytes that the keys have in common and that are told above.
        depth: Directories above it.
    """

    start: int
    end: int
    prefix: int
    depth: int


class _Work:
    """The areas that are still to be divided, the largest first.

    Args:
        smallest: Bytes of the smallest area that is told on its own.
    """

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        self._left = MOST_AREAS
        self._numbers = count()
        self._waiting: list[tuple[int, int, Area, _Paths, _Part]] = []

    def add(self, area: Area, paths: _Paths, part: _Part) -> None:
        """Let an area be divided by what is in it."""
        heappush(self._waiting, (-area["s"], next(self._numbers), area, paths, part))

    def finish(self) -> None:
        """Divide areas until all are, or there are enough."""
        while self._waiting and self._left > 0:
            _, _, area, paths, part = heappop(self._waiting)
            self._divide(area, paths, part)

    def _divide(self, area: Area, paths: _Paths, part: _Part) -> None:
        inner: list[Area] = []
        rest = paths_left = 0
        for below in _parts(paths.keys, part):
            size = paths.sums[below.end] - paths.sums[below.start]
            if size < self._smallest:
                rest, paths_left = rest + size, paths_left + below.end - below.start
                continue
            inner.append(self._area(paths, below, part.prefix, size))
        if rest:
            inner.append({"n": "", "s": rest, "r": paths_left})
        if len(inner) > 1 or (inner and not rest):
            area["c"] = inner
            self._left -= len(inner)

    def _area(self, paths: _Paths, part: _Part, start: int, size: int) -> Area:
        key = paths.keys[part.start]
        is_directory = part.prefix < len(key) or part.end - part.start > 1
        name = key[start : part.prefix].strip(b"\0").replace(b"\0", b"/")
        area: Area = {"n": printable(name, _NAME), "s": size}
        if is_directory and part.depth < DEEPEST:
            area["n"] += "/"
            self.add(area, paths, part)
        return area


def _parts(keys: Sequence[bytes], part: _Part) -> Iterator[_Part]:
    """Yield what a directory holds; directories that hold one thing alone are joined with it."""
    place = part.start
    while place < part.end:
        key = keys[place]
        slash = key.find(b"\0", part.prefix)
        if slash < 0:
            end = bisect_left(keys, key + b"\0", place, part.end)  # equal ones: copies of a layer
            yield _Part(place, end, len(key), part.depth + 1)
        else:
            end = bisect_left(keys, key[:slash] + b"\1", place, part.end)
            prefix = len(key) if end - place == 1 else _common_directory(key, keys[end - 1])
            yield _Part(place, end, prefix, part.depth + 1)
        place = end


def _common_directory(first: bytes, last: bytes) -> int:
    """Return how many bytes the directory has that two sorted keys are below, and all between."""
    pairs = enumerate(zip(first, last, strict=False))
    differs = next((place for place, (one, other) in pairs if one != other), len(first))
    return first.rfind(b"\0", 0, differs) + 1
