"""Comparing versions tells what the merged filesystem says that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings

from layertui.blob import BytesBlob
from layertui.contents.comparing import compared, side_of
from layertui.contents.opening import Contents
from layertui.contents.versions import Happened, history_of
from layertui.image import Layer
from tests import builders
from tests.property.stacks import merged, stacks

if TYPE_CHECKING:
    from tests.reference import Item

_NAMES = {"time": "mtime", "xattr": "xattrs"}


@settings(max_examples=200)
@given(stacks())
def test_what_differs_between_two_versions_is_what_the_layer_changed(
    stack: list[list[Item]],
) -> None:
    filesystem = merged(stack)
    tars = [builders.layer(*(item.entry() for item in layer)) for layer in stack]
    contents = Contents([Layer(index=n, blob=BytesBlob(data)) for n, data in enumerate(tars)])
    for node in range(1, len(filesystem.table)):
        before = None
        for version in history_of(filesystem, filesystem.table.path(node)):
            if version.happened is Happened.SUPERSEDED:
                continue
            if version.happened in (Happened.CHANGED, Happened.REPEATED):
                assert before is not None
                comparison = compared(
                    contents, side_of(before, before.layer), side_of(version, version.layer)
                )
                told = {_NAMES.get(field.name, field.name) for field in comparison.fields
                        if field.differs}  # fmt: skip
                told |= {"content"} if comparison.content is not None else set()
                if version.is_of_other_type:
                    told -= {"content", "link", "device"}
                assert told - {"size"} == set(version.differs.names)
            before = version
