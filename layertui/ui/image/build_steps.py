"""The steps that an image was built in, those of its base told from the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING

from layertui.oci.config import layer_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.image import Layer
    from layertui.oci.config import History
    from layertui.ui.image.report import ImageReport

STEPS_LIMIT = 1_000
"""Steps that are shown; a history may have millions."""

_LAST_OF_A_BASE = ("CMD", "ENTRYPOINT")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildStep:
    """One step, or a layer that no step tells of.

    Attributes:
        number: Which step of the history it is, or None for a layer without one.
        instruction: As in a Dockerfile, raw, or empty.
        history: What its builder wrote down, or None.
        layer: The number of the layer that it made, or None.
        base: True for a step of the base image.
        size: Bytes of the files of its layer, or None where there is none or that is not known.
    """

    number: int | None
    instruction: str
    history: History | None
    layer: int | None
    base: bool
    size: int | None


def build_steps(report: ImageReport) -> list[BuildStep]:
    """Return the steps in order, then the layers that none of them tells of."""
    image = report.image
    history = [step for step in image.config.history[:STEPS_LIMIT] if step is not None]
    numbers = layer_numbers(history, len(image.layers))
    of_base = _steps_of_base(report, history, numbers)
    steps = [
        _told_step(report, place, step, layer, base=place < of_base)
        for place, step, layer in zip(count(), history, numbers, strict=False)
    ]
    if steps_left_out(report):
        return steps
    told = {number for number in numbers if number is not None}
    untold = (layer for layer in image.layers if layer.index not in told)
    return [*steps, *(_untold_step(report, layer) for layer in islice(untold, STEPS_LIMIT))]


def _told_step(
    report: ImageReport, number: int, history: History, layer: int | None, *, base: bool
) -> BuildStep:
    """Return a step of the history."""
    return BuildStep(
        number=number,
        instruction=history.instruction,
        history=history,
        layer=layer,
        base=base,
        size=None if layer is None else report.size_of(layer),
    )


def _untold_step(report: ImageReport, layer: Layer) -> BuildStep:
    """Return what made a layer that the history does not tell of."""
    return BuildStep(
        number=None,
        instruction="",
        history=None,
        layer=layer.index,
        base=layer.base,
        size=report.size_of(layer.index),
    )


def steps_left_out(report: ImageReport) -> int:
    """Return how many steps of the history there are beyond those shown."""
    return max(0, len(report.image.config.history) - STEPS_LIMIT)


def _steps_of_base(
    report: ImageReport, steps: Sequence[History], numbers: Sequence[int | None]
) -> int:
    """Return how many steps belong to the base.

    What follows its last layer without making one may be its end or the beginning of the user's
    own; a base is taken to end with its command, if there is one before the next layer.
    """
    layers = report.base_layers
    if layers == 0:
        return 0
    if layers >= len(report.image.layers) > 0 and layers > 1:
        return len(steps)
    places = [place for place, number in enumerate(numbers) if number == layers - 1]
    if not places:
        return len(steps)
    end = places[0] + 1
    base = report.image.base_image
    if base is not None and base.steps >= end:
        return base.steps
    for place in range(end, len(steps)):
        if numbers[place] is not None:
            break
        if steps[place].instruction.startswith(_LAST_OF_A_BASE):
            follows = steps[place + 1 : place + 2]
            both = any(each.instruction.startswith(_LAST_OF_A_BASE) for each in follows)
            return place + 1 + (both and numbers[place + 1] is None)
    return end
