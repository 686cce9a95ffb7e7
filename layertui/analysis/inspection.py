"""From an opened image to everything that is told about it; both front ends call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.analysis.rules import Figures
from layertui.analysis.waste import account
from layertui.filesystem.merge import merge
from layertui.layers.pool import index_layers, verify_layers
from layertui.layers.verify import Verification

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.analysis.rules import RuleResult
    from layertui.analysis.waste import Accounting
    from layertui.blob import Cancelled
    from layertui.filesystem.tree import Filesystem
    from layertui.image import Image
    from layertui.layers.cache import IndexCache
    from layertui.layers.index import LayerIndex
    from layertui.layers.pool import Progress
    from layertui.limits import Limits
    from layertui.notices import Notice

METRICS = ("layertui", "dive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """An image with all that was found out about it.

    Attributes:
        image: The image.
        filesystem: Its layers, merged.
        accounting: Where its bytes went.
        metrics: Whose figures the rules judge, one of METRICS.
        figures: These figures.
        verified: By layer, whether its digests are right; None where that was not checked.
        notices: Everything odd, of the image first, then layer by layer.
        rules: How the CI rules ended, or None where they were not asked for.
    """

    image: Image
    filesystem: Filesystem
    accounting: Accounting
    metrics: str
    figures: Figures
    verified: tuple[bool | None, ...]
    notices: tuple[Notice, ...]
    rules: tuple[RuleResult, ...] | None = None

    @property
    def incomplete(self) -> bool:
        """True when a part of the image is missing, damaged or not what it claims to be."""
        return (
            self.image.incomplete
            or False in self.verified
            or not all(index.complete for index in self.filesystem.indexes)
        )


def inspect_image(
    image: Image,
    *,
    metrics: str = "layertui",
    verify: bool = False,
    limits: Limits | None = None,
    cache: IndexCache | None = None,
    cancelled: Cancelled | None = None,
    progress: Progress | None = None,
) -> Inspection:
    """Read the layers of an image and account for them.

    Args:
        image: The image, open.
        metrics: Whose figures the rules will judge, one of METRICS.
        verify: Compute digests and DiffIDs too.
        limits: Bounds on the layers.
        cache: The indexes of layers that were read before, or None.
        cancelled: Asked between steps; True ends in CancelledError.
        progress: Told of bytes read, by layer.
    """
    found = index_layers(
        image.layers,
        limits=limits,
        cache=cache,
        cancelled=cancelled,
        progress=progress,
        verify=verify,
    )
    indexed = sorted(found, key=lambda each: each.number)
    filesystem = merge([each.index for each in indexed], cancelled=cancelled)
    outcomes = [Verification((), each.verified) for each in indexed]
    if verify:
        outcomes = verify_layers(
            image.layers, indexed, limits=limits, cache=cache, cancelled=cancelled
        )
    accounting = account(filesystem, base_layers=sum(layer.base for layer in image.layers))
    return Inspection(
        image=image,
        filesystem=filesystem,
        accounting=accounting,
        metrics=metrics,
        figures=figures(metrics, accounting, filesystem.indexes),
        verified=tuple(outcome.ok for outcome in outcomes),
        notices=(
            *image.notices,
            *(notice for index in filesystem.indexes for notice in index.notices),
            *filesystem.notices,
            *(notice for outcome in outcomes for notice in outcome.notices),
        ),
    )


def figures(metrics: str, accounting: Accounting, indexes: Sequence[LayerIndex]) -> Figures:
    """Return the figures that the rules judge, by layertui's accounting or by dive's."""
    if metrics == "dive":
        from layertui.analysis.dive import dive_metrics

        return Figures(*dive_metrics(indexes))
    return Figures(accounting.efficiency, accounting.wasted_size, accounting.user_wasted_percent)
