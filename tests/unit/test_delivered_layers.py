"""Layers that have to be brought before they can be read."""

from __future__ import annotations

import gzip
import random
import threading
from dataclasses import replace
from threading import Event
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
from tests.deliveries import PLAIN, STORED, Arriving, Fake, Listing, Waiting, delivered, happened
from tests.layers import codes, paths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layertui.blob import Blob, Cancelled
    from layertui.layers.index import LayerIndex
    from layertui.layers.reader import IndexedLayer


@pytest.fixture
def cache(tmp_path: Path) -> IndexCache:
    return IndexCache(tmp_path / "cache", capacity=1 << 30, limits=Limits())


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


def test_what_is_to_be_verified_is_brought_unless_all_its_digests_were_right(
    cache: IndexCache,
) -> None:
    of = delivered(Fake(Arriving(PLAIN)), digest=None)
    [first] = index_layers([of], cache=cache)
    assert first.keys == (Digest.of(PLAIN),)
    for in_order, opened in ((True, 1), (False, 0)):
        again = Fake(Arriving(STORED), in_order=in_order)
        [indexed] = index_layers([delivered(again)], cache=cache, verify=True)
        assert (indexed.verified, again.opened) == (True, opened)


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


def test_a_failure_is_none_of_the_layer_even_if_it_happens_once(cache: IndexCache) -> None:
    class Once(Arriving):
        def read_at(self, offset: int, length: int) -> bytes:
            if offset > 0 and not self.ended:
                self.ended = True
                raise DamagedImageError("it was cut off")
            return super().read_at(offset, length)

    stored = gzip.compress(layer(file("r", random.Random(1).randbytes(90_000))), mtime=0)
    indexed = read(delivered(Fake(Once(stored))), cache)
    assert codes(indexed.index) == ["layer-not-fetched"]
    assert len(indexed.index) == 0


def test_nothing_is_believed_before_the_last_byte_has_come(cache: IndexCache) -> None:
    stored = STORED + b"garbage" * 1000
    wrong = Arriving(stored, DamagedImageError("it has another digest"))
    indexed = read(delivered(Fake(wrong)), cache)
    assert codes(indexed.index) == ["layer-not-fetched"]
    assert cache.entries() == ()


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
    gate = Event()

    class Noted(Waiting):
        def open(self, cancelled: Cancelled) -> Blob:
            begun.append(self.number)
            return super().open(cancelled)

        number = 0

    layers = []
    for number in range(8):
        delivery = Noted(BytesBlob(PLAIN), gate, in_order=True)
        delivery.number = number
        layers.append(
            replace(delivered(delivery, number, digest=None, diff_id=None), stored_size=8 - number)
        )
    layers.append(Layer(index=8, blob=BytesBlob(PLAIN)))
    results = index_layers(layers)
    assert next(results).number == 8  # the last to be begun
    fetching = [thread for thread in threading.enumerate() if thread.name.startswith("fetch")]
    assert len(fetching) == 4
    gate.set()
    assert len(list(results)) == 8
    assert sorted(begun[:4]) == [4, 5, 6, 7]


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


def test_what_was_finished_before_it_was_stopped_is_known_then(tmp_path: Path) -> None:
    stop = Event()

    class Slow(IndexCache):
        def put(self, keys: Sequence[str], index: LayerIndex) -> None:
            assert stop.wait(10)
            super().put(keys, index)

    cache = Slow(tmp_path / "cache", capacity=1 << 30, limits=Limits())
    plain = layer(file("other"))
    other = delivered(Fake(Arriving(plain)), 1, digest=Digest.of(plain), diff_id=None)
    layers = [
        delivered(Fake(Arriving(STORED))),
        other,
        delivered(Waiting(BytesBlob(PLAIN), Event()), 2, digest=None, diff_id=None),
    ]
    results = index_layers(layers, cache=cache, cancelled=stop.is_set)
    assert {next(results).number for _ in range(2)} == {0, 1}
    stop.set()
    with pytest.raises(CancelledError):
        next(results)
    assert all(read(replace(each, index=0), cache).known for each in layers[:2])


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


def test_what_a_layer_lists_is_there_before_the_layer(cache: IndexCache) -> None:
    delivery = Listing(Arriving(STORED), Event(), happened())
    found = index_layers([delivered(delivery)], cache=cache, listed=True)
    first = next(found)
    assert (first.listed, first.verified, first.known) == (True, None, False)
    assert paths(first.index) == [b"listed"]
    assert not cache.entries()
    delivery.arrived.set()
    [second] = found
    assert (second.listed, second.verified) == (False, True)
    assert paths(second.index) == [b"f", b"g"]


def test_a_layer_that_is_listed_under_two_numbers_is_asked_once() -> None:
    delivery = Listing(Arriving(STORED), Event(), happened())
    found = index_layers([delivered(delivery), delivered(delivery, 1)], listed=True)
    assert [next(found).number, next(found).number] == [0, 1]
    delivery.arrived.set()
    assert [each.number for each in found] == [0, 1]
    assert delivery.asked == 1


def test_what_a_layer_lists_after_it_was_read_is_not_told() -> None:
    delivery = Listing(Arriving(STORED), happened(), Event())
    [indexed] = index_layers([delivered(delivery)], listed=True)
    assert not indexed.listed


def test_nothing_is_listed_that_is_known_or_not_asked_for(cache: IndexCache) -> None:
    first = Listing(Arriving(STORED), happened(), happened())
    read(delivered(first), cache)
    again = Listing(Arriving(STORED), happened(), happened())
    [indexed] = index_layers([delivered(again)], cache=cache, listed=True)
    assert indexed.known
    assert (first.asked, again.asked) == (0, 0)


def test_a_listing_that_never_comes_keeps_nobody_from_stopping() -> None:
    delivery = Listing(Arriving(STORED), Event(), Event())
    stopped = Event()
    found = index_layers([delivered(delivery)], listed=True, cancelled=stopped.is_set)
    stopped.set()
    with pytest.raises(CancelledError):
        next(found)
