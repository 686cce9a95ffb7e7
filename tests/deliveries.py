"""Layers that are brought when a test says so."""

from __future__ import annotations

import gzip
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from layertui.blob import BytesBlob
from layertui.errors import CancelledError, LayertuiError
from layertui.image import Layer
from layertui.layers.indexing import index_layer
from layertui.oci.digest import Digest
from tests.builders import file, layer

if TYPE_CHECKING:
    from layertui.blob import Blob, Cancelled
    from layertui.layers.index import LayerIndex

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
        for _ in range(10_000):
            if self.arrived.wait(0.001):
                return super().open(cancelled)
            if cancelled():
                raise CancelledError("the waiting was stopped")
        raise AssertionError


class Listing(Waiting):
    """A delivery that lists what is in its blob, when it is told so."""

    def __init__(self, blob: Blob, arrived: Event, listing: Event) -> None:
        super().__init__(blob, arrived, in_order=True)
        self.listing = listing
        self.asked = 0

    def listed(self, cancelled: Cancelled, *, number: int) -> LayerIndex | None:
        self.asked += 1
        for _ in range(10_000):
            if self.listing.wait(0.001):
                return index_layer(BytesBlob(layer(file("listed"))), number=number)
            if cancelled():
                raise CancelledError("the waiting was stopped")
        raise AssertionError


def happened() -> Event:
    event = Event()
    event.set()
    return event


def delivered(delivery: Fake, number: int = 0, **fields: Digest | None) -> Layer:
    given = Layer(
        index=number,
        delivery=delivery,
        digest=Digest.of(STORED),
        diff_id=Digest.of(PLAIN),
        stored_size=len(STORED),
    )
    return replace(given, **fields)  # type: ignore[arg-type]
