"""The number of a layer, typed digit by digit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LayerNumber:
    """What was typed so far.

    Attributes:
        value: The number of a layer that is there, or None.
    """

    value: int | None = None

    def typed(self, digit: str, layers: int) -> LayerNumber:
        """Return the number after one more digit.

        The digit makes the number longer where there is a layer of that number, else it starts
        one of its own; one that no layer has is nothing.

        Args:
            digit: One of `0` to `9`.
            layers: How many layers there are.
        """
        longer = (self.value or 0) * 10 + int(digit)
        for number in (longer, int(digit)):
            if number < layers:
                return LayerNumber(number)
        return LayerNumber()
