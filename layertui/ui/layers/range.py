"""A range of layers, marked at both ends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LayerRange:
    """Layers that are looked at together.

    Attributes:
        start: The number of the layer that was marked first.
        end: The number of the one that was marked then, or None as long as the cursor is it.
    """

    start: int
    end: int | None = None

    def bounds(self, cursor: int) -> tuple[int, int]:
        """Return the lowest and the highest layer of it while the cursor is on a layer."""
        end = cursor if self.end is None else self.end
        return min(self.start, end), max(self.start, end)


def with_mark(marked: LayerRange | None, number: int) -> LayerRange | None:
    """Return the range after one more layer is marked.

    The first mark starts a range, one on another layer ends it; any other takes it away.
    """
    if marked is None:
        return LayerRange(number)
    if marked.end is None and number != marked.start:
        return LayerRange(marked.start, number)
    return None
