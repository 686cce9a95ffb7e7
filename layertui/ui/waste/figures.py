"""What the waste screen tells, worked out from the accounting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from layertui.analysis.gathering import (
    CauseWaste,
    LayerWaste,
    by_cause,
    by_layer,
    copies_of,
    gathered,
    rank,
)
from layertui.ui.tables.ordering import ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layertui.analysis.gathering import PathWaste
    from layertui.analysis.waste import Accounting, WastedCopy


class Scope(NamedTuple):
    """Which waste is looked at.

    Attributes:
        user: Whether only the waste of the user's layers.
        cause: The only cause, or empty.
        layer: The only layer, or None.
    """

    user: bool = False
    cause: str = ""
    layer: int | None = None

    @property
    def narrow(self) -> bool:
        """Whether one cause or one layer is chosen."""
        return bool(self.cause) or self.layer is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All the waste of an image, or of the user's layers.

    Attributes:
        user: Whether it is that of the user's layers.
        causes: Bytes and copies by cause.
        layers: The layers that ship waste or made some.
        copies: The wasted copies.
        paths: The same path by path, the most bytes first; empty as long as that is not known.
    """

    user: bool
    causes: Sequence[CauseWaste]
    layers: Sequence[LayerWaste]
    copies: Sequence[WastedCopy]
    paths: Sequence[PathWaste]

    @property
    def wasted_size(self) -> int:
        """Bytes of all of it."""
        return sum(cause.wasted_size for cause in self.causes)


def first_overview(accounting: Accounting) -> Overview:
    """Return what is known of all the waste without looking at its copies."""
    return Overview(
        user=False,
        causes=[
            CauseWaste(cause, size, None) for cause, size in accounting.causes._asdict().items()
        ],
        layers=[
            LayerWaste(number, layer.wasted_size, layer.superseded_size)
            for number, layer in enumerate(accounting.layers)
            if layer.wasted_size or layer.superseded_size
        ],
        copies=(),
        paths=(),
    )


def overview(accounting: Accounting, *, user: bool, cancelled: Callable[[], bool]) -> Overview:
    """Return all the waste, or that of the user's layers.

    Raises:
        CancelledError: It was cancelled.
    """
    copies = accounting.user_wasted if user else accounting.wasted
    causes = by_cause(copies)
    return Overview(
        user=user,
        causes=causes if user else causes[:-1],
        layers=by_layer(copies),
        copies=copies,
        paths=paths(copies, cancelled),
    )


def paths(copies: Sequence[WastedCopy], cancelled: Callable[[], bool]) -> list[PathWaste]:
    """Return wasted copies path by path, the most bytes first.

    Raises:
        CancelledError: It was cancelled.
    """
    return ordered(gathered(copies, cancelled=cancelled), rank, reverse=False, cancelled=cancelled)


def paths_in(whole: Overview, scope: Scope, cancelled: Callable[[], bool]) -> Sequence[PathWaste]:
    """Return the paths of one cause or one layer, with the copies of that alone.

    Raises:
        CancelledError: It was cancelled.
    """
    if not scope.narrow:
        return whole.paths
    return paths(copies_of(whole.copies, cause=scope.cause, layer=scope.layer), cancelled)
