"""Findings promise what the accounting shows, on random stacks of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings

from layertui.analysis.waste import account
from layertui.blob import BytesBlob
from layertui.filesystem.merge import merge
from layertui.insight.copies import copies_of, version_of_row
from layertui.insight.copy_trap import TWICE, UNCHANGED, find_metadata_copies
from layertui.insight.duplicates import find_duplicates
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


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=200, deadline=None)
@given(stacks())
def test_metadata_copies_are_what_the_accounting_calls_so(stack: list[list[Item]]) -> None:
    inspection = inspected(*([item.entry() for item in layer] for layer in stack)).inspection
    findings = find_metadata_copies(inspection)
    causes = inspection.accounting.causes
    twice = sum(each.size for each in findings if each.group == TWICE)
    unchanged = sum(each.size for each in findings if each.group == UNCHANGED)
    total = sum(each.size for each in findings)
    assert total == causes.metadata + causes.identical
    assert unchanged <= causes.identical <= unchanged + twice


@settings(max_examples=200, deadline=None)
@given(stacks())
def test_without_duplicates_every_content_that_is_shown_is_still_shipped(
    stack: list[list[Item]],
) -> None:
    inspection = inspected(*([item.entry() for item in layer] for layer in stack)).inspection
    filesystem = inspection.filesystem
    copies = copies_of(filesystem)
    shown = {
        (size, filesystem.indexes[layer].digest(row))
        for layer, index in enumerate(filesystem.indexes)
        for row, size in enumerate(index.sizes)
        if size and copies.shown[version_of_row(filesystem, layer, row)]
    }
    promised = sum(each.size for each in find_duplicates(inspection, smallest=1))
    again = sum(each.size for each in find_metadata_copies(inspection))
    assert promised + again <= inspection.accounting.size - sum(size for size, _ in shown)
