"""Reading the layers of an image side by side; decompression and hashing leave the interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING

from layertui.errors import CancelledError, LayertuiError
from layertui.layers.decoders import Encoding, encoding_of
from layertui.layers.reader import (
    Holder,
    IndexedLayer,
    Lister,
    Reader,
    not_delivered,
    numbered,
    verify_indexed,
)
from layertui.limits import MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from layertui.blob import Cancelled, Delivery
    from layertui.image import Layer
    from layertui.layers.cache import IndexCache
    from layertui.layers.verify import Verification

Progress = Callable[[int, int], None]
"""Called from any thread with the number of a layer and the bytes of its blob read so far."""

_SMALLEST_SHARE = MIB
"""Bytes of implied paths that every layer may have, however many layers there are."""

_FETCHED = 4
"""Blobs that are brought at a time."""
_AWAITED = 64
"""Blobs that are waited for at a time."""

_WORKERS = min(4, os.cpu_count() or 1)


def index_layers(
    layers: Sequence[Layer],
    *,
    limits: Limits | None = None,
    cache: IndexCache | None = None,
    cancelled: Cancelled | None = None,
    progress: Progress | None = None,
    listed: bool = False,
    verify: bool = False,
) -> Iterator[IndexedLayer]:
    """Yield each layer with its index as it is finished.

    A layer that cannot be read gives an empty index that is not complete. A blob that an image
    lists more than once is read once. What is finished is kept in the cache, also where the rest
    is stopped.

    Args:
        layers: The layers of an image.
        limits: Bounds on all of them together.
        cache: What was read before, or None.
        cancelled: Asked between reads.
        progress: Told how much of a blob is read.
        listed: Also yield what a layer lists of itself, before it is brought.
        verify: Bring a layer also where not all of its digests were found right before.

    Raises:
        CancelledError: `cancelled` said so.

    """
    limits = _shared_out(limits or Limits(), len(layers))
    stopped = False

    def stop() -> bool:
        return stopped or bool(cancelled and cancelled())

    reader = Reader(limits=limits, cache=cache, cancelled=stop, progress=progress, verify=verify)
    with _Pools(reader) as pools:
        try:
            groups = _shared(layers)
            pending: dict[Future[IndexedLayer | None], list[int]] = {}
            for group in groups:
                pending |= dict.fromkeys(pools.submit(layers[group[0]], listed=listed), group)
            done: set[int] = set()
            while len(done) < len(groups):
                finished, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    group, indexed = pending.pop(future), future.result()
                    if indexed is None or group[0] in done:
                        continue
                    if not indexed.listed:
                        done.add(group[0])
                        pools.keep(indexed)
                    yield from _each(indexed, group)
        finally:
            stopped = True


def verify_layers(
    layers: Sequence[Layer],
    indexed: Sequence[IndexedLayer],
    *,
    limits: Limits | None = None,
    cache: IndexCache | None = None,
    cancelled: Cancelled | None = None,
) -> list[Verification]:
    """Return, layer by layer, whether its digests are right.

    Args:
        layers: The layers.
        indexed: The same layers with their indexes.
        limits: Bounds on a layer.
        cache: Keeps under its digests what was found right, or None.
        cancelled: Asked between reads.

    Raises:
        CancelledError: `cancelled` said so.
    """
    stopped = False

    def verify(layer: Layer, indexed: IndexedLayer) -> Verification:
        return verify_indexed(
            layer,
            indexed,
            limits=limits,
            cache=cache,
            cancelled=lambda: stopped or bool(cancelled and cancelled()),
        )

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="verify") as pool:
        try:
            return list(pool.map(verify, layers, indexed))
        finally:
            stopped = True


class _Pools:
    """The threads that layers are read in.

    Plain layers at hand are read one after another, as that never leaves the interpreter; others
    side by side. What a delivery brings while it is read has threads of its own, for they mostly
    wait; a delivery of which a blob is there all at once is waited for by one thread a layer, so
    that what arrives first is read first.

    Args:
        reader: Reads them.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._in_turn = ThreadPoolExecutor(1, thread_name_prefix="index-plain")
        self._side_by_side = ThreadPoolExecutor(_WORKERS, thread_name_prefix="index")
        self._fetching = ThreadPoolExecutor(_FETCHED, thread_name_prefix="fetch")
        self._waiting = ThreadPoolExecutor(_AWAITED, thread_name_prefix="await")
        self._listing = ThreadPoolExecutor(_FETCHED, thread_name_prefix="list")
        self._keeping = ThreadPoolExecutor(1, thread_name_prefix="keep")

    def __enter__(self) -> _Pools:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        bringing = (self._listing, self._waiting, self._fetching)
        pools = (*bringing, self._in_turn, self._side_by_side)
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in (*pools, self._keeping):
            pool.shutdown(wait=True)

    def submit(self, layer: Layer, *, listed: bool) -> Iterator[Future[IndexedLayer | None]]:
        """Let a layer be read, and before that what it lists of itself, if that is asked for."""
        delivery = layer.delivery
        if listed and isinstance(delivery, Lister) and not self._reader.knows(layer):
            yield self._listing.submit(self._list, layer, delivery)
        yield self._submit(layer)

    def _submit(self, layer: Layer) -> Future[IndexedLayer | None]:
        delivery = layer.delivery
        if delivery is None or layer.unreadable:
            pool = self._side_by_side if _is_compressed(layer) else self._in_turn
            return pool.submit(self._reader.at_hand, layer)
        if isinstance(delivery, Holder):
            return self._side_by_side.submit(self._reader.saved, layer, delivery)
        if self._reader.knows(layer):
            return self._side_by_side.submit(self._deliver, layer, delivery)
        if delivery.in_order:
            return self._fetching.submit(self._deliver, layer, delivery)
        return self._waiting.submit(self._await, layer, delivery)

    def keep(self, indexed: IndexedLayer) -> None:
        """Let the cache keep an index that is new."""
        cache = self._reader.cache
        if cache is not None and indexed.keys and not indexed.known:
            self._keeping.submit(cache.put, indexed.keys, indexed.index)

    def _list(self, layer: Layer, lister: Lister) -> IndexedLayer | None:
        index = lister.listed(self._reader.cancelled, number=layer.index)
        return None if index is None else IndexedLayer(layer.index, index, listed=True)

    def _deliver(self, layer: Layer, delivery: Delivery) -> IndexedLayer:
        return self._reader.delivered(layer, lambda: delivery.open(self._reader.cancelled))

    def _await(self, layer: Layer, delivery: Delivery) -> IndexedLayer:
        """Wait for a blob, then read it in the pool of those that are there."""
        try:
            blob = delivery.open(self._reader.cancelled)
        except CancelledError:
            raise
        except LayertuiError as error:
            return not_delivered(layer, error.message)
        return self._side_by_side.submit(self._reader.delivered, layer, lambda: blob).result()


def _shared_out(limits: Limits, layers: int) -> Limits:
    """Return the limits of each of several layers, where one is for all of them together."""
    share = max(limits.implied_size // max(1, layers), min(limits.implied_size, _SMALLEST_SHARE))
    return replace(limits, implied_size=share)


def _shared(layers: Sequence[Layer]) -> list[list[int]]:
    """Return the numbers of the layers that have a blob in common, in the order to read them.

    Compressed ones come first, the largest blob before others, so that no thread is left with
    it at the end; plain ones bottom to top, as they can be used; of those that have to be brought,
    the smallest first.
    """
    groups: dict[object, list[int]] = {}
    for layer in layers:
        key = layer.digest or layer.diff_id
        shared = key is not None and (layer.blob is not None or layer.delivery is not None)
        groups.setdefault(key if shared else layer.index, []).append(layer.index)

    def order(numbers: list[int]) -> int:
        layer = layers[numbers[0]]
        if layer.delivery is not None:
            return layer.stored_size or 0
        return -layer.blob.size if layer.blob and _is_compressed(layer) else layer.index

    return sorted(groups.values(), key=order)


def _each(indexed: IndexedLayer, group: Sequence[int]) -> Iterator[IndexedLayer]:
    """Yield a layer once for each number that an image lists it under."""
    for number in group:
        yield replace(indexed, number=number, index=numbered(indexed.index, number))


def _is_compressed(layer: Layer) -> bool:
    """Tell whether reading a layer leaves the interpreter and is worth a thread of its own."""
    return layer.blob is not None and encoding_of(layer.blob) is not Encoding.PLAIN
