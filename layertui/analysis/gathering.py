"""Wasted copies gathered: by path, by cause, by layer."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.waste import CAUSES, REPEATED
from layertui.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from layertui.analysis.waste import WastedCopy

_STEP = 10_000
"""Copies between two questions whether to stop."""

_MANY = 32
"""More copies of one path than this are summed up once."""


class CopiesSummary(NamedTuple):
    """What some wasted copies have in common.

    Attributes:
        causes: The bytes by cause, of the causes there are, in the order of CAUSES.
        layers: The layers that ship them, each once, in order.
        superseded_by: The layers that made them waste, each once, in order.
        largest: The copy with the most bytes, of equal ones that of the highest layer.
    """

    causes: dict[str, int]
    layers: tuple[int, ...]
    superseded_by: tuple[int, ...]
    largest: WastedCopy


class PathWaste(NamedTuple):
    """The wasted copies of one path.

    Attributes:
        path: Absolute.
        wasted_size: Bytes of all of them.
        copies: All of them, at least one.
        known: Their summary where they are too many to walk through again and again, or None.
    """

    path: bytes
    wasted_size: int
    copies: tuple[WastedCopy, ...]
    known: CopiesSummary | None = None

    @property
    def summary(self) -> CopiesSummary:
        """What the copies have in common."""
        return self.known or _summary(self.copies)


class CauseWaste(NamedTuple):
    """What is wasted for one cause.

    Attributes:
        cause: One of CAUSES, or REPEATED.
        wasted_size: Bytes.
        copies: How many copies, or None where they are not counted.
    """

    cause: str
    wasted_size: int
    copies: int | None


class LayerWaste(NamedTuple):
    """What a layer has to do with waste.

    Attributes:
        layer: Its number.
        wasted_size: Bytes of wasted copies that it ships.
        superseded_size: Bytes of copies, its own included, that it made waste.
    """

    layer: int
    wasted_size: int
    superseded_size: int


def gathered(
    wasted: Sequence[WastedCopy], *, cancelled: Callable[[], bool] = lambda: False
) -> list[PathWaste]:
    """Return the wasted copies path by path, in no particular order.

    Args:
        wasted: The copies.
        cancelled: Asked now and then.

    Raises:
        CancelledError: Gathering was cancelled.
    """
    # growing or dropping one large dictionary would hold up all other threads
    parts = len(wasted) // _STEP + 1
    groups: list[dict[bytes, list[WastedCopy]]] = [{} for _ in range(parts)]
    for number, copy in enumerate(wasted):
        if number % _STEP == 0 and cancelled():
            raise CancelledError("gathering was cancelled")
        groups[hash(copy.path) % parts].setdefault(copy.path, []).append(copy)
    result: list[PathWaste] = []
    while groups:
        result += [_path_waste(path, copies) for path, copies in groups.pop().items()]
    return result


def _path_waste(path: bytes, copies: list[WastedCopy]) -> PathWaste:
    known = _summary(copies) if len(copies) > _MANY else None
    return PathWaste(path, sum([copy.size for copy in copies]), tuple(copies), known)


def _summary(copies: Sequence[WastedCopy]) -> CopiesSummary:
    if len(copies) == 1:
        copy = copies[0]
        return CopiesSummary({copy.cause: copy.size}, (copy.layer,), (copy.superseded_by,), copy)
    return CopiesSummary(
        {each.cause: each.wasted_size for each in by_cause(copies) if each.copies},
        tuple(sorted({copy.layer for copy in copies})),
        tuple(sorted({copy.superseded_by for copy in copies})),
        max(copies, key=lambda copy: (copy.size, copy.layer)),
    )


def by_path(wasted: Sequence[WastedCopy], most: int | None = None) -> list[PathWaste]:
    """Return the wasted copies path by path, the most bytes first, equal ones by path.

    Args:
        wasted: The copies.
        most: How many paths to return, or None for all.
    """
    paths = gathered(wasted)
    return sorted(paths, key=rank) if most is None else nsmallest(most, paths, key=rank)


def by_cause(wasted: Iterable[WastedCopy]) -> list[CauseWaste]:
    """Return bytes and copies of every cause, in the order of CAUSES, REPEATED last."""
    sizes, copies = dict.fromkeys((*CAUSES, REPEATED), 0), dict.fromkeys((*CAUSES, REPEATED), 0)
    for copy in wasted:
        sizes[copy.cause] += copy.size
        copies[copy.cause] += 1
    return [CauseWaste(cause, sizes[cause], copies[cause]) for cause in sizes]


def by_layer(wasted: Iterable[WastedCopy]) -> list[LayerWaste]:
    """Return the layers that ship wasted copies or made some waste, in order."""
    shipped: dict[int, int] = {}
    superseded: dict[int, int] = {}
    for copy in wasted:
        shipped[copy.layer] = shipped.get(copy.layer, 0) + copy.size
        superseded[copy.superseded_by] = superseded.get(copy.superseded_by, 0) + copy.size
    return [
        LayerWaste(layer, shipped.get(layer, 0), superseded.get(layer, 0))
        for layer in sorted({*shipped, *superseded})
    ]


def rank(waste: PathWaste) -> tuple[int, bytes]:
    """Return what puts the most bytes first and equal ones by path."""
    return -waste.wasted_size, waste.path


def copies_of(
    wasted: Iterable[WastedCopy], *, cause: str = "", layer: int | None = None
) -> list[WastedCopy]:
    """Return the copies that are wasted for a cause and that a layer ships or made waste.

    Args:
        wasted: The copies.
        cause: One of CAUSES, or REPEATED, or empty for all of them.
        layer: The number of the layer, or None for all of them.
    """
    return [
        copy
        for copy in wasted
        if cause in ("", copy.cause) and layer in (None, copy.layer, copy.superseded_by)
    ]
