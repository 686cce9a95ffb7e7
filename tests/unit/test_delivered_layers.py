"""Layers that have to be brought before they can be read."""

from __future__ import annotations

import gzip
from dataclasses import replace
from threading import Barrier, BrokenBarrierError, Event, Lock
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob
from layertui.errors import CancelledError, DamagedImageError, LayertuiError, RegistryError
from layertui.image import Layer
from layertui.layers.cache import IndexCache
from layertui.layers.pool import index_layers, verify_layers
from layertui.limits import Limits
from layertui.oci.digest import Digest
from tests.builders import file, layer
from tests.layers import codes, paths

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.blob import Blob, Cancelled
    from layertui.layers.reader import IndexedLayer

PLAIN = layer(file("f", b"content" * 900), file("g", b"other"))
STORED = gzip.compress(PLAIN, mtime=0)


class Arriving(BytesBlob):
    """A blob that tells what was read of it, and may fail at its last byte."""

    def __init__(self, data: bytes, error: LayertuiError | None = None) -> None:
        super().__init__(data)
        self.offsets: list[int] = []
        self.ended = False
        self._error = error

    def read_at(self, offset: int, length: int) -> bytes:
        data = super().read_at(offset, length)
        if offset > 0 or length > 512:
            self.offsets.append(offset)
        if offset + len(data) == self.size:
            self.ended = True
            if self._error is not None:
                raise self._error
        return data


class Fake:
    """A delivery of bytes that are there."""

    def __init__(
        self, blob: Blob, *, in_order: bool = True, error: LayertuiError | None = None
    ) -> None:
        self.in_order = in_order
        self.opened = 0
        self._blob = blob
        self._error = error

    def open(self, cancelled: Cancelled) -> Blob:
        self.opened += 1
        if self._error is not None:
            raise self._error
        return self._blob


class Waiting(Fake):
    """A delivery whose blob arrives when it is told so."""

    def __init__(self, blob: Blob, arrived: Event, *, in_order: bool = False) -> None:
        super().__init__(blob, in_order=in_order)
        self.arrived = arrived

    def open(self, cancelled: Cancelled) -> Blob:
        while not self.arrived.wait(0.001):
            if cancelled():
                raise CancelledError("the waiting was stopped")
        return super().open(cancelled)


@pytest.fixture
def cache(tmp_path: Path) -> IndexCache:
    return IndexCache(tmp_path / "cache", capacity=1 << 30, limits=Limits())


def delivered(delivery: Fake, number: int = 0, **fields: Digest | None) -> Layer:
    given = Layer(
        index=number,
        delivery=delivery,
        digest=Digest.of(STORED),
        diff_id=Digest.of(PLAIN),
        stored_size=len(STORED),
    )
    return replace(given, **fields)  # type: ignore[arg-type]


def read(of: Layer, cache: IndexCache | None = None) -> IndexedLayer:
    [indexed] = index_layers([of], cache=cache)
    return indexed


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("stored", [STORED, PLAIN], ids=["compressed", "plain"])
def test_a_delivered_layer_is_read_once_from_end_to_end_and_verified(
    stored: bytes, in_order: bool
) -> None:
    blob = Arriving(stored)
    indexed = read(delivered(Fake(blob, in_order=in_order), digest=Digest.of(stored)))
    assert paths(indexed.index) == [b"f", b"g"]
    assert (indexed.known, indexed.verified) == (False, True)
    assert blob.ended
    assert blob.offsets[:-1] == sorted(blob.offsets[:-1])
    assert all(indexed.index.digest(row).strip(b"\0") for row in range(2))
    assert indexed.index.blob is None


@pytest.mark.parametrize("key", ["digest", "diff_id"])
def test_a_layer_that_is_known_by_a_digest_is_not_delivered(cache: IndexCache, key: str) -> None:
    first = read(delivered(Fake(Arriving(STORED))), cache)
    again = Fake(Arriving(STORED))
    fields = {"digest": None, "diff_id": None} | {key: getattr(delivered(again), key)}
    indexed = read(delivered(again, **fields), cache)
    assert (indexed.known, indexed.verified, indexed.index) == (True, True, first.index)
    assert again.opened == 0


def test_an_index_that_lacks_digests_of_contents_does_not_save_the_delivery(
    cache: IndexCache,
) -> None:
    of = Layer(index=0, blob=BytesBlob(PLAIN), diff_id=Digest.of(PLAIN))
    [indexed] = index_layers([of], cache=cache)
    cache.put([Digest.of(PLAIN)], indexed.index)
    assert read(delivered(Fake(Arriving(PLAIN)), digest=None), cache).known is False
    assert read(delivered(Fake(Arriving(PLAIN)), digest=None), cache).known is True


def test_a_known_layer_that_may_have_another_diff_id_is_not_called_verified(
    cache: IndexCache,
) -> None:
    read(delivered(Fake(Arriving(STORED)), diff_id=None), cache)
    assert read(delivered(Fake(Arriving(STORED))), cache).verified is None


def test_content_that_has_another_diff_id_is_told_and_not_kept(cache: IndexCache) -> None:
    indexed = read(delivered(Fake(Arriving(STORED)), diff_id=Digest.of(b"other")), cache)
    assert (indexed.verified, codes(indexed.index)) == (False, ["diff-id-mismatch"])
    assert paths(indexed.index) == [b"f", b"g"]
    assert cache.entries() == ()


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize(
    "error", [RegistryError("it is gone"), DamagedImageError("it has another digest")]
)
@pytest.mark.parametrize("late", [False, True])
def test_a_layer_that_cannot_be_brought_is_empty_and_says_why(
    cache: IndexCache, error: LayertuiError, late: bool, in_order: bool
) -> None:
    blob = Arriving(STORED, error if late else None)
    delivery = Fake(blob, in_order=in_order, error=None if late else error)
    other = layer(file("other"))
    good = delivered(Fake(Arriving(other)), 1, digest=Digest.of(other), diff_id=None)
    found = {each.number: each for each in index_layers([delivered(delivery), good], cache=cache)}
    [notice] = found[0].index.notices
    assert (notice.code, notice.message) == ("layer-not-fetched", error.message)
    assert notice.layer == 0
    assert (len(found[0].index), found[0].index.complete, found[0].keys) == (0, False, ())
    assert delivery.opened == 1
    assert found[1].index.complete
    assert cache.get([Digest.of(STORED)], with_digests=False) is None


def test_a_delivered_layer_that_is_damaged_itself_shows_what_could_be_read(
    cache: IndexCache,
) -> None:
    damaged = bytearray(STORED)
    damaged[-5] ^= 1
    indexed = read(delivered(Fake(Arriving(bytes(damaged)))), cache)
    assert paths(indexed.index) == [b"f", b"g"]
    assert (indexed.index.complete, indexed.verified) == (False, None)
    assert cache.entries() == ()


def test_an_empty_blob_is_no_problem() -> None:
    empty = Digest.of(b"")
    indexed = read(delivered(Fake(Arriving(b"")), digest=empty, diff_id=empty))
    assert len(indexed.index) == 0


def test_deliveries_that_come_in_order_are_brought_smallest_first_and_four_at_a_time() -> None:
    begun: list[int] = []
    lock, most = Lock(), 0
    together = Barrier(4)

    class Slow(Fake):
        def open(self, cancelled: Cancelled) -> Blob:
            nonlocal most
            with lock:
                begun.append(self.number)
                running.add(self.number)
                most = max(most, len(running))
            try:
                together.wait(10)
            except BrokenBarrierError:
                raise AssertionError from None
            with lock:
                running.remove(self.number)
            return super().open(cancelled)

        number = 0

    running: set[int] = set()
    layers = []
    for number in range(8):
        delivery = Slow(BytesBlob(PLAIN))
        delivery.number = number
        digest = Digest(f"sha256:{number:064x}")
        layers.append(replace(delivered(delivery, number, digest=digest), stored_size=80 - number))
    assert len(list(index_layers(layers))) == 8
    assert sorted(begun[:4]) == [4, 5, 6, 7]
    assert most == 4


def test_of_deliveries_that_are_waited_for_the_first_to_arrive_is_read_first() -> None:
    events = [Event() for _ in range(5)]
    layers = [
        delivered(Waiting(BytesBlob(PLAIN), event), number, digest=None, diff_id=None)
        for number, event in enumerate(events)
    ]
    results = index_layers(layers)
    order = [3, 0, 4, 2, 1]
    for number in order:
        events[number].set()
        assert next(results).number == number
    assert list(results) == []


def test_layers_at_hand_do_not_wait_for_those_to_be_brought() -> None:
    arrived = Event()
    layers = [
        delivered(Waiting(BytesBlob(PLAIN), arrived, in_order=n % 2 == 0), n, digest=None)
        for n in range(6)
    ]
    layers = [replace(each, diff_id=None) for each in layers]
    layers.append(Layer(index=6, blob=BytesBlob(STORED)))
    layers.append(Layer(index=7, blob=BytesBlob(PLAIN)))
    results = index_layers(layers)
    assert {next(results).number for _ in range(2)} == {6, 7}
    arrived.set()
    assert len(list(results)) == 6


@pytest.mark.parametrize("in_order", [True, False])
def test_waiting_for_a_delivery_can_be_stopped(in_order: bool) -> None:
    stop = Event()
    layers = [
        delivered(
            Waiting(BytesBlob(PLAIN), Event(), in_order=in_order), n, digest=None, diff_id=None
        )
        for n in range(9)
    ]
    stop.set()
    with pytest.raises(CancelledError):
        list(index_layers(layers, cancelled=stop.is_set))


def test_what_was_finished_before_it_was_stopped_is_known_then(cache: IndexCache) -> None:
    never = Event()
    layers = [
        delivered(Fake(Arriving(STORED))),
        delivered(Waiting(BytesBlob(PLAIN), never), 1, digest=None, diff_id=None),
    ]
    stop = Event()
    results = index_layers(layers, cache=cache, cancelled=stop.is_set)
    assert next(results).number == 0
    stop.set()
    with pytest.raises(CancelledError):
        next(results)
    assert read(delivered(Fake(Arriving(STORED))), cache).known


def test_a_blob_that_several_layers_share_is_delivered_once() -> None:
    delivery = Fake(Arriving(STORED))
    found = list(index_layers([delivered(delivery, number) for number in range(3)]))
    assert sorted(each.number for each in found) == [0, 1, 2]
    assert delivery.opened == 1


def test_a_layer_that_cannot_be_read_is_not_delivered() -> None:
    delivery = Fake(Arriving(STORED))
    indexed = read(replace(delivered(delivery), unreadable="encrypted"))
    assert (indexed.index.complete, delivery.opened) == (False, 0)


def test_a_delivered_layer_is_as_verified_as_it_was_read(cache: IndexCache) -> None:
    right, wrong = delivered(Fake(Arriving(STORED))), delivered(Fake(Arriving(b"")), diff_id=None)
    indexed = [read(right, cache), replace(read(wrong), verified=None)]
    assert [outcome.ok for outcome in verify_layers([right, wrong], indexed)] == [True, None]
