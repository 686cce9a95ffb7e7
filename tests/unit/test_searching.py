"""Searching an image: which contents, by which paths, in which order, and how it ends."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob
from layertui.contents import searching
from layertui.contents.expressions import sought
from layertui.contents.opening import Contents
from layertui.contents.searching import Found, Search, Trouble, search
from layertui.contents.targets import Scope, targets
from layertui.errors import CancelledError
from layertui.filesystem.merge import merge
from layertui.image import Layer
from layertui.layers.indexing import index_layer
from tests.archives import packed
from tests.builders import directory, file, hardlink, layer, opaque, symlink, whiteout

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.filesystem.tree import Filesystem

STACK = [
    layer(
        directory("d"), file("d/kept", b"needle 0\n"), file("d/gone", b"no\nneedle 1\n"),
        file("twice", b"needle 2\n"), file("twice", b"needle 3\n"), hardlink("hard", "d/kept"),
        symlink("link", "d/kept"), file("binary", b"\0needle"), file("o/x", b"needle 4"),
    ),
    layer(whiteout("d/gone"), file("twice", b"needle 5\n"), hardlink("low", "d/kept"), opaque("o")),
    layer(file("new", b"needle 6 needle\n"), file("d/gone", b"needle 7")),
]  # fmt: skip


class Image:
    """A stack of layers in memory, opened."""

    def __init__(self, tars: list[bytes], pack: Callable[[bytes], bytes] = bytes) -> None:
        blobs = [BytesBlob(pack(tar)) for tar in tars]
        indexes = [index_layer(blob, number=number) for number, blob in enumerate(blobs)]
        self.filesystem: Filesystem = merge(indexes)
        self.contents = Contents([Layer(index=n, blob=blob) for n, blob in enumerate(blobs)])

    def search(
        self,
        text: str,
        scope: Scope = Scope.SHOWN,
        layer: int = 2,
        *,
        allows: Callable[[int], bool] | None = None,
        as_text: bool = False,
        most: int | None = None,
    ) -> Search:
        return Search(
            contents=self.contents,
            targets=targets(self.filesystem, scope, layer, allows=allows),
            sought=sought(text),
            as_text=as_text,
            most=most,
        )

    def told(self, wanted: Search) -> list[tuple[str, bytes]]:
        """Return path, layer and who removed it, and the line, in the order they are told."""
        lines = []
        for found in search(wanted):
            assert isinstance(found, Found)
            for shown in found.shown:
                path = self.filesystem.table.path(shown.node).decode()
                gone = "" if shown.gone is None else f" gone in {shown.gone}"
                lines += [(f"{shown.layer} {path}{gone}", hit.text) for hit in found.hits]
        return lines


def all_found(wanted: Search) -> list[Found]:
    return [each for each in search(wanted) if isinstance(each, Found)]


@pytest.fixture(params=["plain", "gzip"])
def image(request: pytest.FixtureRequest) -> Image:
    return Image(STACK, packed) if request.param == "gzip" else Image(STACK)


def test_the_filesystem_after_a_layer_is_searched_by_all_paths_that_show_a_content(
    image: Image,
) -> None:
    assert sorted(image.told(image.search("needle"))) == [
        ("2 /d/gone", b"needle 7"),
        ("2 /d/kept", b"needle 0"),
        ("2 /hard", b"needle 0"),
        ("2 /low", b"needle 0"),
        ("2 /new", b"needle 6 needle"),
        ("2 /twice", b"needle 5"),
    ]
    assert ("0 /d/gone", b"needle 1") in image.told(image.search("needle", layer=0))


def test_what_a_layer_ships_is_searched_and_no_more(image: Image) -> None:
    assert image.told(image.search("needle", Scope.LAYER, 1)) == [("1 /twice", b"needle 5")]
    assert [path for path, _ in image.told(image.search("needle", Scope.LAYER, 0))] == [
        "0 /d/kept", "0 /hard", "0 /d/gone", "0 /twice gone in 0", "0 /twice", "0 /o/x",
    ]  # fmt: skip


def test_all_that_is_shipped_is_searched_with_who_removed_it(image: Image) -> None:
    told = [path for path, _ in image.told(image.search("needle", Scope.ALL))]
    assert sorted(told) == [
        "0 /d/gone gone in 1", "0 /d/kept", "0 /hard", "0 /o/x gone in 1", "0 /twice gone in 0",
        "0 /twice gone in 1", "1 /low", "1 /twice", "2 /d/gone", "2 /new",
    ]  # fmt: skip


def test_results_come_in_the_order_of_the_layers_and_of_the_files_in_them(image: Image) -> None:
    offsets = [
        (found.layer, found.stored.payload)
        for found in all_found(image.search("needle", Scope.ALL))
    ]
    assert offsets == sorted(offsets)


def test_a_content_that_several_paths_show_is_searched_once(image: Image) -> None:
    wanted = image.search("needle 0", Scope.ALL)
    (found,) = search(wanted)
    assert isinstance(found, Found)
    assert len(found.shown) == 3
    searched = [stored for contents in wanted.targets.values() for stored, _ in contents]
    assert len(searched) == 9
    assert sum(stored.size for stored in searched) == sum(
        len(content) for content in (
            b"needle 0\n", b"no\nneedle 1\n", b"needle 2\n", b"needle 3\n", b"\0needle",
            b"needle 4", b"needle 5\n", b"needle 6 needle\n", b"needle 7",
        )
    )  # fmt: skip


def test_only_paths_that_are_allowed_are_searched(image: Image) -> None:
    node = image.filesystem.table.find(b"/new")
    assert image.told(image.search("needle", allows=lambda each: each == node)) == [
        ("2 /new", b"needle 6 needle")
    ]


def test_binary_files_are_searched_where_asked_for(image: Image) -> None:
    assert ("2 /binary", b"\0needle") in image.told(image.search("needle", as_text=True))


def test_hits_of_a_file_come_in_batches_and_no_more_than_asked_for() -> None:
    image = Image([layer(file("a", b"needle\n" * 1000), file("b", b"needle\n"))])
    found = all_found(image.search("needle", layer=0))
    assert [len(each.hits) for each in found] == [searching.BATCH] * 5 + [1]
    assert [each.goes_on for each in found] == [True] * 4 + [False] * 2
    assert found[4].hits[-1].line == 1000
    few = all_found(image.search("needle", layer=0, most=3))
    assert [len(each.hits) for each in few] == [3, 1]


def test_a_layer_that_cannot_be_read_is_told_and_the_others_are_searched() -> None:
    tars = [layer(file("a", b"needle")), layer(file("b", b"needle" * 100))]
    image = Image(tars, packed)
    blob = BytesBlob(packed(tars[1])[:60])
    contents = Contents([Layer(index=0, blob=BytesBlob(tars[0])), Layer(index=1, blob=blob)])
    wanted = Search(
        contents=contents, targets=targets(image.filesystem, Scope.ALL, 1), sought=sought("needle")
    )
    first, second = search(wanted)
    assert isinstance(first, Found)
    assert isinstance(second, Trouble)
    assert second.layer == 1


def test_a_search_ends_when_it_is_told_to() -> None:
    image = Image([layer(*(file(f"f{n}", b"needle\n" * 500) for n in range(100)))])
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    with pytest.raises(CancelledError):
        list(search(image.search("needle", layer=0), cancelled=cancelled))


def test_nothing_goes_on_when_results_are_no_longer_taken() -> None:
    image = Image([layer(*(file(f"f{n}", b"needle\n" * 900) for n in range(100)))] * 3)
    results = search(image.search("needle", Scope.ALL))
    next(results)
    results.close()  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if thread.name == "layertui-searching":
            thread.join(5)
            assert not thread.is_alive()


def test_what_goes_wrong_in_a_thread_is_raised_where_results_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(searching, "hits", fails)
    with pytest.raises(ZeroDivisionError):
        list(search(Image([layer(file("a", b"x"))]).search("x", layer=0)))


def test_progress_is_told_by_layer(image: Image) -> None:
    told: dict[int, int] = {}
    list(search(image.search("needle", Scope.ALL), progress=told.__setitem__))
    assert set(told) == {0, 1, 2}
    assert min(told.values()) > 0


def test_a_file_whose_head_has_a_hole_is_taken_to_be_binary(image: Image) -> None:
    from layertui.contents.opening import Stored
    from layertui.layers.fields import SparseMap

    def hole(*pieces: tuple[int, int], size: int) -> bool:
        stored = Stored(0, 100, SparseMap(size, pieces))
        return searching._has_hole_in_head(stored)

    assert hole((100, 10), size=200)
    assert hole((0, 10), size=200)
    assert not hole((0, 200), size=200)
    assert not hole((0, 8192), (20_000, 10), size=30_000)


class _Counted(BytesBlob):
    """Counts the reads."""

    reads = 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.reads += 1
        return super().read_at(offset, length)


def test_small_files_that_lie_close_together_are_read_together() -> None:
    tar = layer(*(file(f"f{n:04d}", b"needle %d\n" % n) for n in range(2_000)))
    image, blob = Image([tar]), _Counted(tar)
    wanted = Search(
        contents=Contents([Layer(index=0, blob=blob)]),
        targets=targets(image.filesystem, Scope.SHOWN, 0),
        sought=sought("needle 1999"),
    )
    (found,) = all_found(wanted)
    assert found.hits[0].text == b"needle 1999"
    assert blob.reads < 20


def test_files_that_lie_apart_are_read_alone() -> None:
    large = [file(f"large{n}", bytes(100_000)) for n in range(20)]
    small = [file(f"small{n}", b"needle %d" % n) for n in range(20)]
    tar = layer(*(each for pair in zip(large, small, strict=True) for each in pair))
    image, blob = Image([tar]), _Counted(tar)
    nodes = {image.filesystem.table.find(b"/small%d" % n) for n in range(20)}
    wanted = Search(
        contents=Contents([Layer(index=0, blob=blob)]),
        targets=targets(image.filesystem, Scope.SHOWN, 0, allows=nodes.__contains__),
        sought=sought("needle"),
    )
    assert len(all_found(wanted)) == 20
    assert blob.reads <= 22
