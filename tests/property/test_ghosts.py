"""Ghosts on random stacks of layers: their bytes are the waste, their places hold their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings

from layertui.analysis.ghosts import ghosts_of
from layertui.analysis.waste import account
from layertui.blob import BytesBlob
from layertui.contents.opening import Contents
from layertui.image import Layer
from tests import builders
from tests.property.stacks import merged, stacks

if TYPE_CHECKING:
    from tests.reference import Item


@settings(max_examples=300)
@given(stacks())
def test_ghosts_are_the_waste_and_each_has_its_content(stack: list[list[Item]]) -> None:
    filesystem = merged(stack)
    ghosts = ghosts_of(filesystem)
    accounting = account(filesystem, base_layers=0)
    assert sum(ghost.size for ghost in ghosts) == accounting.wasted_size
    assert len(ghosts) == len(accounting.wasted)
    tars = [builders.layer(*(item.entry() for item in layer)) for layer in stack]
    contents = Contents([Layer(index=n, blob=BytesBlob(data)) for n, data in enumerate(tars)])
    for ghost in ghosts:
        assert ghost.place is not None
        blob = contents.open(ghost.place.layer, ghost.place.stored)
        written = {
            item.data
            for item in stack[ghost.layer]
            if item.kind == "file" and f"/{item.path}".encode() == ghost.path
        }
        assert blob.read_at(0, blob.size) in written
        assert blob.size == ghost.size
