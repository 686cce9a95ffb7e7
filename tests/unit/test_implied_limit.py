from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.blob import BytesBlob
from layertui.filesystem.merge import merge
from layertui.image import Layer
from layertui.layers.indexing import index_layer
from layertui.layers.pool import index_layers
from layertui.limits import Limits
from tests.builders import file, layer

if TYPE_CHECKING:
    from layertui.layers.index import LayerIndex


def index(*entries: bytes, **limits: int) -> LayerIndex:
    return index_layer(BytesBlob(layer(*entries)), limits=Limits(**limits))


def codes(found: LayerIndex) -> list[str]:
    return [notice.code for notice in found.notices]


def indexes(layers: list[Layer], limits: Limits) -> dict[int, LayerIndex]:
    return {each.number: each.index for each in index_layers(layers, limits=limits)}


def test_deep_paths_that_imply_too_much_are_left_out_and_the_layer_is_not_complete() -> None:
    deep = [file(f"{number}/" + "p/" * 300 + "f") for number in range(3)]
    found = index(file("kept/here", b"1"), *deep, implied_size=100_000)
    assert [entry.path for entry in merge([found]).listing(0)] == [b"/kept", b"/kept/here"]
    assert not found.complete
    assert codes(found) == ["limit-exceeded"]


def test_a_limit_of_nothing_leaves_what_stands_in_the_root() -> None:
    found = index(file("top"), file("d/below"), implied_size=0)
    assert [entry.path for entry in merge([found]).listing(0)] == [b"/top"]
    assert not found.complete


def test_deep_paths_within_the_limit_are_shown() -> None:
    found = index(file("p/" * 300 + "f"))
    assert found.complete
    assert len(list(merge([found]).listing(0))) == 301


def test_special_headers_are_bounded_all_together() -> None:
    names = [file(f"{number}" + "n" * 200) for number in range(10)]
    found = index(*names, special_headers_size=1_000)
    assert not found.complete
    assert len(found) == 4
    assert codes(found) == ["limit-exceeded"]


def test_what_an_image_may_imply_is_shared_out_among_its_layers() -> None:
    blob = BytesBlob(layer(file("p/" * 1_500 + "f")))
    layers = [Layer(index=number, blob=blob) for number in range(4)]
    limits = Limits(implied_size=4 << 20)
    few = indexes(layers[:1], limits)
    many = indexes(layers, limits)
    assert few[0].complete
    assert not any(found.complete for found in many.values())
