"""Reading the layers of an image side by side; decompression and hashing leave the interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING

from layertui.layers.compression import Encoding, encoding_of
from layertui.layers.index import LayerIndex
from layertui.layers.indexing import index_layer
from layertui.layers.verify import Verification, verify_layer
from layertui.limits import MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.image import Layer

Progress = Callable[[int, int], None]
"""Called from any thread with the number of a layer and the bytes of its blob read so far."""

_SMALLEST_SHARE = MIB
"""Bytes of implied paths that every layer may have, however many layers there are."""

_WORKERS = min(4, os.cpu_count() or 1)


def index_layers(
    layers: Sequence[Layer],
    *,
    limits: Limits | None = None,
    cancelled: Cancelled | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[int, LayerIndex]]:
    """Yield the number and the index of each layer as it is finished.

    A layer that cannot be read gives an empty index that is not complete. A blob that an image
    lists more than once is read once.

    Raises:
        CancelledError: `cancelled` said so.

    """
    limits = _shared_out(limits or Limits(), len(layers))
    stopped = False

    def stop() -> bool:
        return stopped or bool(cancelled and cancelled())

    in_turn = ThreadPoolExecutor(1, thread_name_prefix="index-plain")
    side_by_side = ThreadPoolExecutor(_WORKERS, thread_name_prefix="index")
    try:
        pending: dict[Future[LayerIndex], list[int]] = {}
        for numbers in _shared(layers):
            layer = layers[numbers[0]]
            pool = side_by_side if _is_compressed(layer) else in_turn
            pending[pool.submit(_index, layer, limits, stop, progress)] = numbers
        while pending:
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                for number in pending.pop(future):
                    yield number, _numbered(future.result(), number)
    finally:
        stopped = True
        in_turn.shutdown(wait=True, cancel_futures=True)
        side_by_side.shutdown(wait=True, cancel_futures=True)


def verify_layers(
    layers: Sequence[Layer], *, limits: Limits | None = None, cancelled: Cancelled | None = None
) -> list[Verification]:
    """Return, layer by layer, whether its digests are right.

    Raises:
        CancelledError: `cancelled` said so.
    """
    stopped = False

    def verify(layer: Layer) -> Verification:
        return verify_layer(
            layer, limits=limits, cancelled=lambda: stopped or bool(cancelled and cancelled())
        )

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="verify") as pool:
        try:
            return list(pool.map(verify, layers))
        finally:
            stopped = True


def _shared_out(limits: Limits, layers: int) -> Limits:
    """Return the limits of each of several layers, where one is for all of them together."""
    share = max(limits.implied_size // max(1, layers), min(limits.implied_size, _SMALLEST_SHARE))
    return replace(limits, implied_size=share)


def _shared(layers: Sequence[Layer]) -> list[list[int]]:
    """Return the numbers of the layers that have a blob in common, in the order to read them.

    Compressed ones come first, the largest blob before others, so that no thread is left with
    it at the end; plain ones bottom to top, as they can be used.
    """
    groups: dict[object, list[int]] = {}
    for layer in layers:
        key = layer.digest or layer.diff_id
        shared = key is not None and layer.blob is not None
        groups.setdefault(key if shared else layer.index, []).append(layer.index)

    def order(numbers: list[int]) -> int:
        layer = layers[numbers[0]]
        return -layer.blob.size if layer.blob and _is_compressed(layer) else layer.index

    return sorted(groups.values(), key=order)


def _is_compressed(layer: Layer) -> bool:
    """Tell whether reading a layer leaves the interpreter and is worth a thread of its own."""
    return layer.blob is not None and encoding_of(layer.blob) is not Encoding.PLAIN


def _index(
    layer: Layer, limits: Limits, cancelled: Cancelled, progress: Progress | None
) -> LayerIndex:
    if layer.blob is None or layer.unreadable:
        return LayerIndex(complete=False)

    def report(count: int) -> None:
        if progress:
            progress(layer.index, count)

    return index_layer(
        layer.blob, number=layer.index, limits=limits, cancelled=cancelled, progress=report
    )


def _numbered(index: LayerIndex, number: int) -> LayerIndex:
    if all(notice.layer == number for notice in index.notices):
        return index
    return replace(index, notices=tuple(replace(notice, layer=number) for notice in index.notices))
