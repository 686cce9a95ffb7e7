"""Reading the layers of an image side by side; decompression and hashing leave the interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from layertui.layers.compression import Encoding, encoding_of
from layertui.layers.index import LayerIndex
from layertui.layers.indexing import index_layer
from layertui.layers.verify import Verification, verify_layer
from layertui.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.blob import Cancelled
    from layertui.image import Layer

Progress = Callable[[int, int], None]
"""Called from any thread with the number of a layer and the bytes of its blob read so far."""

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
    limits = limits or Limits()
    stopped = False

    def stop() -> bool:
        return stopped or bool(cancelled and cancelled())

    turn = Lock()
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="index")
    try:
        pending: dict[Future[LayerIndex], list[int]] = {}
        for numbers in _shared(layers):
            layer = layers[numbers[0]]
            pending[pool.submit(_index, layer, limits, stop, progress, turn)] = numbers
        while pending:
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                for number in pending.pop(future):
                    yield number, _numbered(future.result(), number)
    finally:
        stopped = True
        pool.shutdown(wait=True, cancel_futures=True)


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


def _shared(layers: Sequence[Layer]) -> list[list[int]]:
    """Return the numbers of the layers that have a blob in common, the largest blob first."""
    groups: dict[object, list[int]] = {}
    for layer in layers:
        key = layer.digest or layer.diff_id
        shared = key is not None and layer.blob is not None
        groups.setdefault(key if shared else layer.index, []).append(layer.index)

    def stored(numbers: list[int]) -> int:
        blob = layers[numbers[0]].blob
        return blob.size if blob else 0

    return sorted(groups.values(), key=stored, reverse=True)


def _index(
    layer: Layer, limits: Limits, cancelled: Cancelled, progress: Progress | None, turn: Lock
) -> LayerIndex:
    """Index a layer; plain ones in turn, since nothing of their reading leaves the interpreter."""
    if layer.blob is None or layer.unreadable:
        return LayerIndex(complete=False)

    def report(count: int) -> None:
        if progress:
            progress(layer.index, count)

    with turn if encoding_of(layer.blob) is Encoding.PLAIN else nullcontext():
        return index_layer(
            layer.blob, number=layer.index, limits=limits, cancelled=cancelled, progress=report
        )


def _numbered(index: LayerIndex, number: int) -> LayerIndex:
    if all(notice.layer == number for notice in index.notices):
        return index
    return replace(index, notices=tuple(replace(notice, layer=number) for notice in index.notices))
