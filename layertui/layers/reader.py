"""One layer: its index known from the cache, or made now and fit to be kept.

    a blob at hand   by the identity of its bytes -> by its digest, once it is hashed -> read
    a delivery       by its digests, at once                                          -> read

The bytes of a local file are whatever somebody has written there, so a digest is believed of them
only when they were hashed; a delivery gives the bytes of the digest or none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from layertui.blob import FileBlob, WatchedBlob
from layertui.errors import CancelledError, LayertuiError
from layertui.layers.decoders import Encoding, encoding_of
from layertui.layers.hashing import HashedBlob
from layertui.layers.index import LayerIndex
from layertui.layers.indexing import index_layer
from layertui.layers.verify import (
    Verification,
    computable,
    verify_layer,
    wrong_diff_id,
    wrong_digest,
)
from layertui.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layertui.blob import Blob, Cancelled
    from layertui.image import Layer
    from layertui.layers.cache import IndexCache
    from layertui.limits import Limits
    from layertui.oci.digest import Digest

_LOCAL = "file:"
_MOST_KEYS = 8
"""Keys that one index is kept under; copies of an image in many files are not all remembered."""

_READING = 2.5e-6
"""Seconds an entry of a plain layer takes to read."""
_HASHING = 1 / 1.2e9
"""Seconds a byte takes to hash."""


@runtime_checkable
class Lister(Protocol):
    """A delivery that may tell what is in its blob before it is brought."""

    def listed(self, cancelled: Cancelled, *, number: int) -> LayerIndex | None:
        """Return what the blob lists of itself, not verified, or None where it lists nothing.

        Args:
            cancelled: Asked while it is waited for; True ends in CancelledError.
            number: The number of the layer, for notices.

        Raises:
            CancelledError: `cancelled` said so.
        """
        ...


@runtime_checkable
class Holder(Protocol):
    """A delivery that has the index of a layer and not the layer."""

    def saved_index(self) -> LayerIndex:
        """Return the index; its notices may be those of a layer of another number.

        Raises:
            DamagedImageError: It is not what was saved.
        """
        ...


@dataclass(frozen=True, slots=True)
class IndexedLayer:
    """A layer whose index is there.

    Attributes:
        number: Of the layer.
        index: Its index.
        known: Whether the index was made before, and nothing of the layer was read.
        verified: Whether its digests are right; None where not all of them were computed.
        keys: What the index may be kept under, or is; none where it must not be kept.
        listed: Whether the index is what the layer lists of itself, which is still to be read.
    """

    number: int
    index: LayerIndex
    known: bool = False
    verified: bool | None = None
    keys: tuple[str, ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads layers, or knows them.

    Attributes:
        limits: Bounds on a layer.
        cancelled: Asked between reads; True ends in CancelledError.
        progress: Told the number of a layer and the bytes of its blob read so far, or None.
        cache: What was read before, or None.
        verify: Whether a layer that has to be brought is only known where all its digests are.
    """

    limits: Limits
    cancelled: Cancelled
    progress: Callable[[int, int], None] | None = None
    cache: IndexCache | None = None
    verify: bool = False

    def at_hand(self, layer: Layer) -> IndexedLayer:
        """Return the index of a layer whose blob is at hand; of any other, an empty one."""
        blob = layer.blob
        if blob is None or layer.unreadable:
            return IndexedLayer(layer.index, LayerIndex(complete=False))
        if self.cache is None:
            return IndexedLayer(layer.index, self._index(layer, blob))
        plain = encoding_of(blob) is Encoding.PLAIN
        local = local_keys(blob)
        found = self._known(layer, local, blob if plain else None)
        if found is not None:
            return found
        digest = _digest_of_blob(layer, plain=plain)
        is_right = self._hashed(blob, digest, plain=plain) if digest is not None else None
        found = self._known(layer, (digest or "",), blob if plain else None) if is_right else None
        if found is None:
            return self._read(layer, blob, digest, local, is_right=is_right)
        keys = tuple(dict.fromkeys((*local, *found.keys)))[:_MOST_KEYS]
        self.cache.put(keys, found.index)
        return replace(found, keys=keys)

    def saved(self, layer: Layer, holder: Holder) -> IndexedLayer:
        """Return the index of a layer that was saved instead of the layer."""
        try:
            index = holder.saved_index()
        except LayertuiError as error:
            return not_delivered(layer, error.message)
        return IndexedLayer(layer.index, numbered(index, layer.index), known=True)

    def knows(self, layer: Layer) -> bool:
        """Tell whether a layer need not be delivered."""
        if self.cache is None or layer.unreadable:
            return False
        digests = _digests_of(layer)
        found = (self.cache.find(key, with_digests=True) for key in digests)
        return any(packed is not None and self._suffice(packed.keys, digests) for packed in found)

    def _suffice(self, keys: Sequence[str], digests: Sequence[str]) -> bool:
        """Tell whether what was found out before tells enough of a layer that is not here."""
        return not self.verify or set(digests) <= set(keys)

    def delivered(self, layer: Layer, open_blob: Callable[[], Blob]) -> IndexedLayer:
        """Return the index of a layer that is known, or is delivered now.

        Args:
            layer: The layer.
            open_blob: Returns its blob.
        """
        digests = _digests_of(layer)
        found = self._known(layer, digests, None, with_digests=True)
        if found is not None and self._suffice(found.keys, digests):
            is_verified = set(digests) <= set(found.keys)
            return replace(found, verified=is_verified or None)
        try:
            return self._read_in_order(layer, _DeliveredBlob(open_blob()))
        except CancelledError:
            raise
        except (LayertuiError, _NotDeliveredError) as error:
            return not_delivered(layer, str(error))

    def _known(
        self, layer: Layer, keys: Sequence[str], blob: Blob | None, *, with_digests: bool = False
    ) -> IndexedLayer | None:
        """Return what the cache has under one of several keys.

        Args:
            layer: The layer.
            keys: What it is known by.
            blob: The layer where it is plain; without it contents are told apart by digests.
            with_digests: Take digests of contents, whether there is a blob or not.
        """
        for key in keys if self.cache is not None else ():
            assert self.cache is not None
            packed = self.cache.find(key, with_digests=with_digests or blob is None)
            index = self.cache.take(key, packed) if packed is not None else None
            if packed is None or index is None:
                continue
            if sum(map(len, index.implied)) <= self.limits.implied_size:
                index = numbered(replace(index, blob=blob), layer.index)
                return IndexedLayer(layer.index, index, known=True, keys=packed.keys)
        return None

    def _hashed(self, blob: Blob, digest: Digest, *, plain: bool) -> bool | None:
        """Tell whether a blob has a digest; None where finding out is not worth the time."""
        assert self.cache is not None
        packed = self.cache.find(digest, with_digests=not plain)
        if packed is None:
            return None
        if plain and packed.entry_count * _READING < blob.size * _HASHING:
            return None
        watched = WatchedBlob(blob, cancelled=self.cancelled)
        return HashedBlob(watched, digest.algorithm).finish() == digest

    def _read(
        self,
        layer: Layer,
        blob: Blob,
        digest: Digest | None,
        local: tuple[str, ...],
        *,
        is_right: bool | None,
    ) -> IndexedLayer:
        """Read a blob that is at hand; a compressed one is hashed on the way.

        Hashing the compressed bytes takes a tenth of the time that decompressing them does; the
        uncompressed ones, for the DiffID, would take half of it, and so would a plain layer, of
        which only the headers are read.
        """
        if encoding_of(blob) is Encoding.PLAIN or digest is None or is_right is not None:
            index = self._index(layer, blob)
        else:
            hashed = HashedBlob(blob, digest.algorithm)
            index = self._index(layer, hashed)
            is_right = hashed.finish() == digest if index.complete else None
        if is_right is False and digest is not None:
            return _wrong(layer, index, wrong_digest(digest, layer.index))
        unchanged = index.complete and local_keys(blob) == local
        keys = (*local, *((digest,) if digest and is_right else ())) if unchanged else ()
        nothing_left = is_right and computable(layer.diff_id) in (None, digest)
        return IndexedLayer(layer.index, index, verified=nothing_left or None, keys=keys)

    def _read_in_order(self, layer: Layer, blob: _DeliveredBlob) -> IndexedLayer:
        """Read a delivered blob from end to end; nothing else will verify its DiffID."""
        digest, diff_id = computable(layer.digest), computable(layer.diff_id)
        apart = diff_id if digest is not None and digest != diff_id else None
        state = hashlib.new(apart.algorithm) if apart is not None else None
        index = self._index(
            layer, blob, in_order=True, passing=state.update if state is not None else None
        )
        blob.read_at(max(0, blob.size - 1), 1)
        if not index.complete:
            return IndexedLayer(layer.index, index)
        if apart is not None and state is not None and state.hexdigest() != apart.encoded:
            return _wrong(layer, index, wrong_diff_id(apart, layer.index))
        keys = _digests_of(layer, index)
        return IndexedLayer(layer.index, index, verified=bool(keys) or None, keys=keys)

    def _index(
        self,
        layer: Layer,
        blob: Blob,
        *,
        in_order: bool = False,
        passing: Callable[[bytes], None] | None = None,
    ) -> LayerIndex:
        def report(count: int) -> None:
            if self.progress is not None:
                self.progress(layer.index, count)

        return index_layer(
            blob,
            number=layer.index,
            limits=self.limits,
            cancelled=self.cancelled,
            progress=report,
            in_order=in_order,
            passing=passing,
        )


def is_saved(layer: Layer) -> bool:
    """Tell whether there is the index of a layer and not the layer, so that it has no contents."""
    return isinstance(layer.delivery, Holder)


def verify_indexed(
    layer: Layer,
    indexed: IndexedLayer,
    *,
    limits: Limits | None = None,
    cancelled: Cancelled | None = None,
    cache: IndexCache | None = None,
) -> Verification:
    """Verify a layer whose index is there, unless that was done while it was read.

    What is found right is kept under the digests from now on.

    Args:
        layer: The layer; of one that is not at hand, nothing more is found out.
        indexed: Its index.
        limits: Bounds on the uncompressed layer.
        cancelled: Asked before each read; True ends in CancelledError.
        cache: Where indexes are kept, or None.
    """
    if layer.blob is None or (indexed.verified and not indexed.known):
        return Verification((), indexed.verified)
    before = local_keys(layer.blob)
    notices, ok = verify_layer(layer, limits=limits, cancelled=cancelled)
    keys = (*before, *_digests_of(layer, indexed.index))
    unchanged = before == local_keys(layer.blob) and set(before) & set(indexed.keys)
    if ok and cache is not None and unchanged and set(keys) - set(indexed.keys):
        cache.put(tuple(dict.fromkeys((*keys, *indexed.keys)))[:_MOST_KEYS], indexed.index)
    return Verification(tuple(n for n in notices if n not in indexed.index.notices), ok)


def local_keys(blob: Blob) -> tuple[str, ...]:
    """Return the key of bytes in a local file, or nothing where they cannot be known again."""
    identity = blob.identity() if isinstance(blob, FileBlob) else None
    return (_LOCAL + identity,) if identity is not None else ()


def numbered(index: LayerIndex, number: int) -> LayerIndex:
    """Return an index whose notices are about the layer of a number."""
    if all(notice.layer == number for notice in index.notices):
        return index
    return replace(index, notices=tuple(replace(notice, layer=number) for notice in index.notices))


def not_delivered(layer: Layer, message: str) -> IndexedLayer:
    """Return a layer that could not be brought; `message` is why, printable."""
    notice = Notice(code="layer-not-fetched", message=message, layer=layer.index)
    return IndexedLayer(layer.index, LayerIndex(complete=False, notices=(notice,)))


class _NotDeliveredError(Exception):
    """A delivery has failed while its blob was read; what was read of it is not to be believed."""


class _DeliveredBlob:
    """A blob whose failures are told from damage of the layer in it."""

    def __init__(self, blob: Blob) -> None:
        self.size = blob.size
        self._blob = blob

    def read_at(self, offset: int, length: int) -> bytes:
        try:
            return self._blob.read_at(offset, length)
        except CancelledError:
            raise
        except LayertuiError as error:
            raise _NotDeliveredError(error.message) from None


def _digests_of(layer: Layer, index: LayerIndex | None = None) -> tuple[str, ...]:
    """Return the digest and the DiffID of a layer, as far as they can be checked.

    An index that tells of garbage behind the compressed stream is one of the blob only.
    """
    of_blob_only = any(n.code == "trailing-garbage" for n in index.notices) if index else False
    digests = map(computable, (layer.digest, None if of_blob_only else layer.diff_id))
    return tuple(dict.fromkeys(digest for digest in digests if digest is not None))


def _digest_of_blob(layer: Layer, *, plain: bool) -> Digest | None:
    """Return the digest that a blob should have, or None where no document tells."""
    return computable(layer.digest) or (computable(layer.diff_id) if plain else None)


def _wrong(layer: Layer, index: LayerIndex, notice: Notice) -> IndexedLayer:
    """Return a layer that is not what its documents say, with the notice of that."""
    index = replace(index, notices=(*index.notices, notice))
    return IndexedLayer(layer.index, index, verified=False)
