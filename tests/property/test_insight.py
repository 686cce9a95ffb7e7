"""Findings promise what the accounting shows, on random stacks of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings

from layertui.analysis.waste import account
from layertui.blob import BytesBlob
from layertui.filesystem.merge import merge
from layertui.insight.left_over_table import left_overs
from layertui.insight.leftovers import find_left_overs
from layertui.layers.indexing import index_layer
from tests import builders
from tests.insight import inspected
from tests.property.stacks import stacks

if TYPE_CHECKING:
    from tests.reference import Item

TABLE = (left_overs("e", "d/e/", ""), left_overs("a", "a", ""), left_overs("b", "/b d/b", ""))


def shipped(stack: list[list[Item]]) -> int:
    tars = [builders.layer(*(item.entry() for item in layer)) for layer in stack]
    return account(merge([index_layer(BytesBlob(tar)) for tar in tars]), base_layers=0).size


def is_left_over(item: Item) -> bool:
    path = item.path
    return path.startswith("d/e/") or path.rpartition("/")[2] == "a" or path in ("b", "d/b")


@settings(max_examples=300)
@given(stacks())
def test_left_overs_are_never_more_than_what_goes_with_them(stack: list[list[Item]]) -> None:
    image = inspected(*([item.entry() for item in layer] for layer in stack))
    findings = find_left_overs(image.inspection, table=TABLE)
    odd = any(item.kind == "hardlink" for layer in stack for item in layer)
    odd = odd or any(index.superseded for index in image.inspection.filesystem.indexes)
    kept = [[item for item in layer if not is_left_over(item)] for layer in stack]
    promised, gone = sum(each.size for each in findings), shipped(stack) - shipped(kept)
    assert promised <= gone
    assert promised == gone or odd
