"""Indexing the layers of an image side by side."""

from __future__ import annotations

import gzip
from threading import Event
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob
from layertui.errors import CancelledError
from layertui.image import Layer
from layertui.layers.pool import index_layers
from layertui.limits import Limits
from layertui.oci.digest import Digest
from tests.builders import file, layer
from tests.layers import paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.layers.index import LayerIndex


class CountingBlob(BytesBlob):
    """A blob that knows how often its start was read beyond what tells the encoding."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.passes = 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.passes += offset == 0 and length > 512
        return super().read_at(offset, length)


def digest(number: int) -> Digest:
    return Digest(f"sha256:{number:064x}")


def layers_of(*blobs: BytesBlob | None) -> list[Layer]:
    return [
        Layer(index=number, blob=blob, digest=digest(number)) for number, blob in enumerate(blobs)
    ]


def indexes(layers: Sequence[Layer]) -> dict[int, LayerIndex]:
    return {each.number: each.index for each in index_layers(layers)}


def test_every_layer_is_given_once_under_its_number() -> None:
    tars = [layer(file(f"f{number}", b"x" * number)) for number in range(9)]
    blobs = [BytesBlob(gzip.compress(tar) if n % 2 else tar) for n, tar in enumerate(tars)]
    found = list(index_layers(layers_of(*blobs)))
    assert sorted(each.number for each in found) == list(range(9))
    for each in found:
        assert paths(each.index) == [f"f{each.number}".encode()]


def test_an_image_without_layers_gives_nothing() -> None:
    assert list(index_layers([])) == []


def test_a_blob_that_several_layers_share_is_read_once() -> None:
    blob, other = CountingBlob(layer(file("f"))), CountingBlob(layer(file("g")))
    layers = [
        Layer(index=0, blob=blob, digest=digest(1)),
        Layer(index=1, blob=other, digest=digest(2)),
        Layer(index=2, blob=CountingBlob(b""), digest=digest(1)),
    ]
    found = indexes(layers)
    assert paths(found[0]) == paths(found[2]) == [b"f"]
    assert paths(found[1]) == [b"g"]
    assert (blob.passes, other.passes) == (1, 1)


def test_layers_without_any_digest_are_not_taken_for_one_another() -> None:
    layers = [Layer(index=n, blob=BytesBlob(layer(file(f"f{n}")))) for n in range(3)]
    found = {number: paths(index) for number, index in indexes(layers).items()}
    assert found == {0: [b"f0"], 1: [b"f1"], 2: [b"f2"]}


def test_notices_of_a_shared_blob_have_the_number_of_each_layer() -> None:
    blob = BytesBlob(layer(file("../f")))
    layers = [Layer(index=n, blob=blob, digest=digest(1)) for n in range(2)]
    for number, index in indexes(layers).items():
        assert [notice.layer for notice in index.notices] == [number]


def test_a_layer_that_cannot_be_read_is_empty_and_not_complete() -> None:
    readable = BytesBlob(layer(file("f")))
    layers = [
        Layer(index=0, blob=None, unreadable="missing"),
        Layer(index=1, blob=readable, unreadable="encrypted"),
        Layer(index=2, blob=readable),
    ]
    found = indexes(layers)
    assert [len(found[number]) for number in range(3)] == [0, 0, 1]
    assert [found[number].complete for number in range(3)] == [False, False, True]


def test_a_damaged_layer_does_not_keep_the_others() -> None:
    good = layer(file("f"))
    found = indexes(layers_of(BytesBlob(good[:100]), BytesBlob(good)))
    assert [found[number].complete for number in range(2)] == [False, True]


def test_limits_are_those_of_every_layer() -> None:
    blobs = [BytesBlob(layer(file("a/b/c"))) for _ in range(2)]
    for each in index_layers(layers_of(*blobs), limits=Limits(path_depth=2)):
        assert not each.index.complete


def test_progress_is_told_by_layer_up_to_the_size_of_its_blob() -> None:
    blobs = [BytesBlob(gzip.compress(layer(file("f", bytes(n * 1000))))) for n in range(3)]
    told: dict[int, int] = {}

    def progress(number: int, count: int) -> None:
        told[number] = max(count, told.get(number, 0))

    assert len(list(index_layers(layers_of(*blobs), progress=progress))) == 3
    assert told == {number: blob.size for number, blob in enumerate(blobs)}


def test_reading_stops_between_two_reads() -> None:
    stop = Event()

    class Stopping(BytesBlob):
        reads = 0

        def read_at(self, offset: int, length: int) -> bytes:
            if length > 512:
                self.reads += 1
                stop.set()
            return super().read_at(offset, length)

    blob = Stopping(
        gzip.compress(layer(*(file(f"{n}", bytes(range(256)) * 400) for n in range(99))), 0)
    )
    with pytest.raises(CancelledError):
        list(index_layers(layers_of(blob), cancelled=stop.is_set))
    assert blob.reads == 1


def test_nothing_is_read_when_it_is_cancelled_before() -> None:
    blob = CountingBlob(layer(file("f")))
    with pytest.raises(CancelledError):
        list(index_layers(layers_of(blob), cancelled=lambda: True))
    assert blob.passes == 0


def test_whoever_stops_asking_stops_the_reading() -> None:
    blobs = [BytesBlob(layer(file(f"f{n}"))) for n in range(50)]
    results = index_layers(layers_of(*blobs))
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert list(results) == []
