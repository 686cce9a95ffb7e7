from __future__ import annotations

import pytest

from layertui.ui.layers.number import LayerNumber


@pytest.mark.parametrize(
    ("digits", "layers", "reached"),
    [
        ("3", 5, [3]),
        ("0", 5, [0]),
        ("12", 20, [1, 12]),
        ("123", 20, [1, 12, 3]),
        ("123", 200, [1, 12, 123]),
        ("25", 20, [2, 5]),
        ("05", 20, [0, 5]),
        ("44", 5, [4, 4]),
        ("91", 5, [None, 1]),
        ("7", 0, [None]),
    ],
)
def test_digits_make_the_longest_number_that_a_layer_has(
    digits: str, layers: int, reached: list[int | None]
) -> None:
    number = LayerNumber()
    for digit, expected in zip(digits, reached, strict=True):
        number = number.typed(digit, layers)
        assert number.value == expected


def test_a_number_that_ended_starts_anew() -> None:
    assert LayerNumber().typed("1", 20).value == 1
    assert LayerNumber().typed("2", 20).value == 2
