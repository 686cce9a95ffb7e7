"""The layers of an image: found, told apart by what can be read, matched with the history."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.image import Layer
from layertui.layers.decoders import Encoding, encoding_of
from layertui.notices import Notice
from layertui.oci import media_types
from layertui.oci.config import layer_numbers
from layertui.oci.digest import Digest
from layertui.sources.container import find_first

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layertui.blob import Blob, Delivery
    from layertui.oci.config import History, ImageConfig
    from layertui.sources.candidate import Part
    from layertui.sources.container import Container

    Deliver = Callable[[Part], Delivery | None]

_BLOCK = 512
_USTAR_OFFSET = 257
_ZEROS = bytes(_BLOCK)
_SPECIFIC_TYPES = "application/vnd."


def layers_of(
    parts: Sequence[Part], config: ImageConfig, container: Container, deliver: Deliver | None = None
) -> tuple[tuple[Layer, ...], tuple[Notice, ...]]:
    """Return the layers bottom to top, and what is odd about them.

    Args:
        parts: As the manifest lists them.
        config: Of the image.
        container: Where they are, unless they are delivered.
        deliver: Returns what brings a layer, or None where nothing does; nothing of a layer is
            looked at then. Not asked for layers that cannot be read.
    """
    diff_ids: list[Digest | None] = list(config.diff_ids[: len(parts)])
    diff_ids += [None] * (len(parts) - len(diff_ids))
    chain = chain_ids(diff_ids)
    history = _history(config, len(parts))
    layers: list[Layer] = []
    notices: list[Notice] = []
    for index, part in enumerate(parts):
        blob = find_first(container, part.names) if deliver is None else None
        unreadable = _unreadable(part, blob) if deliver is None else _undeliverable(part)
        delivery = deliver(part) if deliver is not None and not unreadable else None
        if deliver is not None and delivery is None:
            unreadable = unreadable or "missing"
        notices += _notices(index, part, blob, unreadable, container)
        layers.append(
            Layer(
                index=index,
                media_type=part.media_type,
                digest=part.digest,
                diff_id=diff_ids[index],
                chain_id=chain[index],
                stored_size=part.size if blob is None else blob.size,
                blob=None if unreadable else blob,
                delivery=delivery,
                unreadable=unreadable,
                history=history.get(index),
            )
        )
    return tuple(layers), tuple(notices)


def chain_ids(diff_ids: Sequence[Digest | None]) -> list[Digest | None]:
    """Return the ChainIDs (OCI image-spec config.md, "Layer ChainID"), None after a gap."""
    chain: list[Digest | None] = []
    for index, diff_id in enumerate(diff_ids):
        below = chain[-1] if chain else None
        if index == 0 or diff_id is None:
            chain.append(diff_id if index == 0 else None)
        elif below is None:
            chain.append(None)
        else:
            text = f"{below} {diff_id}".encode()
            chain.append(Digest(f"sha256:{hashlib.sha256(text).hexdigest()}"))
    return chain


def _history(config: ImageConfig, count: int) -> dict[int, History]:
    numbers = layer_numbers(config.steps, count)
    return {
        number: step
        for number, step in zip(numbers, config.steps, strict=True)
        if number is not None
    }


def _unreadable(part: Part, blob: Blob | None) -> str:
    """Return why a layer cannot be read, as `Layer.unreadable` words it, or nothing."""
    media_type = part.media_type
    if media_types.is_encrypted(media_type):
        return "encrypted"
    if blob is None:
        return "foreign" if media_types.is_foreign(media_type) else "missing"
    known = not media_type or media_types.is_layer(media_type)
    if media_types.is_filesystem_image(media_type) or not (known or _looks_like_layer(blob)):
        return f"unsupported: {printable(media_type, 100)}"
    return ""


def _undeliverable(part: Part) -> str:
    """Return why a layer that is not at hand cannot be read, or nothing."""
    media_type = part.media_type
    if media_types.is_encrypted(media_type):
        return "encrypted"
    if media_types.is_foreign(media_type):
        return "foreign"
    known = media_types.is_layer(media_type) or not media_type.startswith(_SPECIFIC_TYPES)
    if media_types.is_filesystem_image(media_type) or not known:
        return f"unsupported: {printable(media_type, 100)}"
    return ""


def _looks_like_layer(blob: Blob) -> bool:
    """Tell whether bytes of an unknown type are compressed, or a tar archive, or nothing."""
    head = blob.read_at(0, _BLOCK)
    return (
        encoding_of(blob) is not Encoding.PLAIN
        or head[_USTAR_OFFSET:].startswith(b"ustar")
        or head in (b"", _ZEROS)
    )


def _notices(
    index: int, part: Part, blob: Blob | None, unreadable: str, container: Container
) -> list[Notice]:
    what = f"the blob {part.digest.short if part.digest else printable(part.label, 100)}"
    if unreadable:
        code, message = _unreadable_message(unreadable, what, container)
        return [Notice(code=code, message=message, layer=index)]
    found = []
    if blob is not None and part.size is not None and part.size != blob.size:
        message = f"{what} has {blob.size} bytes, the manifest says {part.size}"
        found.append(Notice(code="size-mismatch", message=message, layer=index))
    claimed = media_types.claimed_encoding(part.media_type)
    actual = encoding_of(blob) if blob is not None and blob.size else None
    if claimed is not None and actual is not None and (claimed or "plain") != actual.value:
        message = f"{what} is {actual.value}, its media type says {claimed or 'plain'}"
        found.append(Notice(code="media-type-mismatch", message=message, layer=index))
    return found


def _unreadable_message(unreadable: str, what: str, container: Container) -> tuple[str, str]:
    if unreadable == "missing":
        return "layer-missing", f"{what} is not in {container.label}"
    if unreadable == "foreign":
        return "layer-foreign", f"{what} is foreign and not included; it is never downloaded"
    if unreadable == "encrypted":
        return "layer-encrypted", f"{what} is encrypted"
    return "layer-unsupported", f"{what} is of an unsupported type, {unreadable.partition(' ')[2]}"
