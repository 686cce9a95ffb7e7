"""Which versions are told apart by numbers, and which content is read for that: none."""

from __future__ import annotations

import gzip

import pytest

from layertui.blob import BytesBlob
from layertui.filesystem import likeness
from layertui.filesystem.likeness import UNTOLD, Likeness
from layertui.filesystem.merge import merge
from layertui.layers.indexing import index_layer
from tests import builders
from tests.builders import directory, file, hardlink, symlink, whiteout
from tests.layers import stack

UNKNOWN = {"mtime": b"nan"}


def numbers(*versions: bytes, packed: bool = False) -> list[int]:
    """Return the numbers of the path `f` after each of some layers of one entry each."""
    tars = [builders.layer(version) for version in versions]
    stored = [gzip.compress(tar) if packed else tar for tar in tars]
    filesystem = merge([index_layer(BytesBlob(data), number=n) for n, data in enumerate(stored)])
    node = filesystem.table.find(b"/f")
    assert node is not None
    found = Likeness(filesystem)
    return [found.after(layer)[node] for layer in range(len(versions))]


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([file("f"), file("f", mode=0o600), file("f"), file("f", uid=1)], [1, 2, 1, 3]),
        ([file("f", mtime=1), file("f", mtime=2), file("f", mtime=1)], [1, 2, 1]),
        ([file("f", b"1"), file("f", b"22"), file("f", b"333")], [1, 2, 3]),
        ([file("f", b"1"), file("f", b"1", mode=0o600), file("f", b"1")], [1, 2, 1]),
        ([symlink("f", "a"), symlink("f", "b"), symlink("f", "a")], [1, 2, 1]),
        ([file("f"), directory("f"), file("f"), directory("f")], [1, 2, 1, 2]),
        ([file("f", pax=UNKNOWN), file("f", mtime=1), file("f", mtime=1)], [1, 1, 1]),
        ([directory("f"), whiteout("f"), file("f/a"), directory("f", mode=0o700)], [1, 1, 1, 2]),
        ([file("f"), whiteout("f"), file("f")], [1, 1, 1]),
    ],
)
def test_versions_are_numbered_by_what_differs(versions: list[bytes], expected: list[int]) -> None:
    assert numbers(*versions) == expected


def test_content_that_comes_again_is_told_by_digests_and_not_read_from_plain_layers() -> None:
    versions = file("f", b"1"), file("f", b"2"), file("f", b"1")
    assert numbers(*versions, packed=True) == [1, 2, 1]
    assert numbers(*versions) == [UNTOLD] * 3


def test_times_that_differ_beside_an_unknown_one_are_not_told() -> None:
    versions = file("f", mtime=1), file("f", pax=UNKNOWN), file("f", mtime=2)
    assert numbers(*versions) == [UNTOLD] * 3


def test_more_versions_than_there_are_numbers_are_not_told() -> None:
    assert numbers(*[file("f", mtime=n) for n in range(254)]) == list(range(1, 255))
    assert numbers(*[file("f", mtime=n) for n in range(255)]) == [UNTOLD] * 255


def test_a_hard_link_is_numbered_as_what_it_leads_to() -> None:
    filesystem = stack(
        [file("t", b"1", mtime=1), file("f", b"1", mtime=1)],
        [file("f", b"1", mtime=2)],
        [hardlink("f", "t")],
    )
    node = filesystem.table.find(b"/f")
    assert node is not None
    found = Likeness(filesystem)
    assert [found.after(layer)[node] for layer in range(3)] == [1, 2, 1]


def test_strips_of_all_layers_are_the_same_where_few_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filesystem = stack(*([file("f", mtime=n % 3)] for n in range(9)), [file("g")])
    whole = Likeness(filesystem)
    monkeypatch.setattr(likeness, "_KEPT_BYTES", len(filesystem.table) * 3)
    few = Likeness(filesystem)
    assert [few.after(n) for n in range(10)] == [whole.after(n) for n in range(10)]
