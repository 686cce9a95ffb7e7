"""Whether a layer is what its documents say: the digest of the blob and the DiffID, in one pass."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from layertui.blob import WatchedBlob
from layertui.errors import DamagedImageError, LimitExceededError
from layertui.layers.compression import Decompression
from layertui.layers.decoders import Encoding, encoding_of
from layertui.layers.hashing import HashedBlob
from layertui.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.blob import Blob, Cancelled
    from layertui.image import Layer
    from layertui.limits import Limits
    from layertui.oci.digest import Digest


class Verification(NamedTuple):
    """The outcome for one layer.

    Attributes:
        notices: What is wrong.
        ok: Whether everything that could be checked is right; None where nothing could.

    """

    notices: tuple[Notice, ...]
    ok: bool | None


def verify_layer(
    layer: Layer,
    *,
    limits: Limits | None = None,
    cancelled: Cancelled | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Read a layer from end to end and compare its digests with what its documents say.

    Args:
        layer: The layer; of one that cannot be read nothing is checked.
        limits: Bounds on the uncompressed layer.
        cancelled: Asked before each read; True ends in CancelledError.
        progress: Told the bytes of the blob read so far.

    """
    digest, diff_id = computable(layer.digest), computable(layer.diff_id)
    if layer.blob is None or (digest is None and diff_id is None):
        return Verification((), None)
    blob = HashedBlob(
        WatchedBlob(layer.blob, cancelled=cancelled, progress=progress),
        digest.algorithm if digest else None,
    )
    notices: list[Notice] = []
    same_bytes = digest == diff_id and encoding_of(layer.blob) is Encoding.PLAIN
    if diff_id is not None and not same_bytes:
        notices += _notices_on_content(blob, diff_id, limits, layer.index)
    if digest is not None and blob.finish() != digest:
        notices.append(wrong_digest(digest, layer.index))
    return Verification(tuple(notices), not notices)


def wrong_digest(digest: Digest, number: int) -> Notice:
    """Return the notice that the blob of a layer has another digest."""
    message = f"the blob does not have the digest {digest.short} that it is listed by"
    return Notice(code="digest-mismatch", message=message, layer=number)


def wrong_diff_id(diff_id: Digest, number: int) -> Notice:
    """Return the notice that the content of a layer has another DiffID."""
    message = f"the content does not have the DiffID {diff_id.short} of the config"
    return Notice(code="diff-id-mismatch", message=message, layer=number)


def computable(digest: Digest | None) -> Digest | None:
    """Return a digest where it is one that this program computes."""
    return digest if digest is not None and digest.computable else None


def _notices_on_content(
    blob: Blob, diff_id: Digest, limits: Limits | None, number: int
) -> Iterator[Notice]:
    """Yield what is wrong with the uncompressed layer."""
    state = hashlib.new(diff_id.algorithm)
    try:
        for chunk in Decompression(blob, limits=limits):
            state.update(chunk)
    except DamagedImageError as error:
        yield Notice(code="layer-damaged", message=error.message, layer=number)
    except LimitExceededError as error:
        yield Notice(code="limit-exceeded", message=error.message, layer=number)
    else:
        if state.hexdigest() != diff_id.encoded:
            yield wrong_diff_id(diff_id, number)
