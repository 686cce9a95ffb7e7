"""A chosen candidate as an Image: its config read and checked, its layers found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import DamagedImageError, LimitExceededError
from layertui.image import Document, Image
from layertui.notices import Notice
from layertui.oci.config import ImageConfig, parse_config
from layertui.oci.digest import Digest
from layertui.sources.candidate import NamedPart, Part
from layertui.sources.container import find_first, read_whole
from layertui.sources.layers import layers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layertui.image import Layer
    from layertui.limits import Limits
    from layertui.oci.platform import Platform
    from layertui.sources.candidate import Candidate, Offer
    from layertui.sources.container import Container
    from layertui.sources.layers import Deliver

_DAMAGE = frozenset({"archive-damaged", "digest-mismatch", "size-mismatch"})
"""The notices that make an image incomplete."""


def assemble(
    candidate: Candidate,
    offer: Offer,
    container: Container,
    *,
    reference: str,
    limits: Limits,
    close: Callable[[], None],
    deliver: Deliver | None = None,
) -> Image:
    """Return the image; its layers are found but not read.

    Args:
        candidate: The image as its documents list it.
        offer: What it was chosen from.
        container: Where its documents are, and its layers unless they are delivered.
        reference: What the user asked for, raw.
        limits: Bounds on documents and on the number of layers.
        close: Releases what the image holds.
        deliver: Returns what brings a layer; see `layers_of`.

    Raises:
        DamagedImageError: The config is missing or is none.
        LimitExceededError: A document or the number of layers is too large.
    """
    config, image_id, config_notices = _config(candidate, container, limits)
    parts, order_notices = _ordered(candidate, config)
    if len(parts) > limits.layers:
        raise LimitExceededError(f"the image has {len(parts)} layers, more than {limits.layers}")
    layers, layer_notices = layers_of(parts, config, container, deliver)
    notices = (
        *container.notices,
        *config_notices,
        *_listing_notices(candidate, offer, config),
        *order_notices,
        *_diff_id_notices(config, layers, image_id),
        *_history_notices(config, layers),
        *layer_notices,
    )
    damaged = any(notice.code in _DAMAGE for notice in notices)
    return Image(
        reference=printable(reference),
        source=candidate.transport,
        tags=offer.tags,
        config=config,
        image_id=image_id,
        manifest_digest=candidate.manifest_digest,
        platform=config.platform,
        layers=layers,
        documents=_documents(candidate, image_id, container),
        annotations=candidate.annotations,
        notices=notices,
        incomplete=damaged or any(layer.unreadable for layer in layers),
        close=close,
    )


def _documents(
    candidate: Candidate, image_id: Digest | None, container: Container
) -> tuple[Document, ...]:
    """Return the documents that led to an image, then its config, as far as they are there."""
    named = list(candidate.documents)
    if isinstance(candidate.config, Part):
        named.append(NamedPart("config", replace(candidate.config, digest=image_id)))
    found = (_document(kind, part, container) for kind, part in named)
    return tuple(document for document in found if document is not None)


def _document(kind: str, part: Part, container: Container) -> Document | None:
    for name in part.names:
        blob = container.find(name)
        if blob is not None:
            return Document(
                kind=kind,
                name=name,
                blob=blob,
                media_type=part.media_type,
                digest=part.digest,
            )
    return None


def _config(
    candidate: Candidate, container: Container, limits: Limits
) -> tuple[ImageConfig, Digest | None, tuple[Notice, ...]]:
    """Return the config, its digest and what is wrong with it."""
    part = candidate.config
    if isinstance(part, ImageConfig):
        return part, None, ()
    blob = find_first(container, part.names)
    if blob is None:
        raise DamagedImageError(
            f"the config {printable(part.label, 100)} is not in {container.label}",
            hint="; ".join(notice.message for notice in container.notices),
        )
    data = read_whole(blob, part.label, limit=limits.config_size)
    config = parse_config(data, what=f"config {_short(part)}")
    notices = _document_notices(part, data)
    wrong = any(notice.code == "digest-mismatch" for notice in notices)
    digest = Digest.of(data) if wrong or part.digest is None else part.digest
    return config, digest, notices


def _short(part: Part) -> str:
    return part.digest.short if part.digest else printable(part.label, 100)


def _document_notices(part: Part, data: bytes) -> tuple[Notice, ...]:
    what = f"the config {_short(part)}"
    notices = []
    if part.digest is not None and not part.digest.is_of(data):
        message = f"{what} does not have the digest it is named by"
        notices.append(Notice(code="digest-mismatch", message=message))
    if part.size is not None and part.size != len(data):
        message = f"{what} has {len(data)} bytes, its manifest says {part.size}"
        notices.append(Notice(code="size-mismatch", message=message))
    return tuple(notices)


def _ordered(
    candidate: Candidate, config: ImageConfig
) -> tuple[tuple[Part, ...], tuple[Notice, ...]]:
    """Return the layers in the order that the config confirms, where two documents disagree."""
    listed = candidate.archive_layers
    if listed is None or _digests(listed) == _digests(candidate.layers):
        return candidate.layers, ()
    notice = Notice(
        code="layers-disagree",
        message="manifest.json and the image manifest list different layers",
    )
    for parts in (listed, candidate.layers):
        if _digests(parts) == list(config.diff_ids):
            return parts, (notice,)
    fitting = [parts for parts in (listed, candidate.layers) if len(parts) == len(config.diff_ids)]
    return (fitting or [listed])[0], (notice,)


def _digests(parts: Sequence[Part]) -> list[Digest | None]:
    return [part.digest for part in parts]


def _listing_notices(candidate: Candidate, offer: Offer, config: ImageConfig) -> tuple[Notice, ...]:
    """Return what is wrong with the manifest, with its platform, and with what is beside it."""
    absent = [f"an image for {each} is listed, but not in the archive" for each in offer.absent]
    damaged = [error.message for error in offer.problems]
    return (
        *candidate.notices,
        *_platform_notices(candidate.platform, config.platform),
        *(Notice(code="platform-not-in-archive", message=message) for message in absent),
        *(Notice(code="manifest-unreadable", message=message) for message in damaged),
    )


def _platform_notices(described: Platform | None, actual: Platform) -> tuple[Notice, ...]:
    if described is None or not described.known or _agree(described, actual):
        return ()
    message = f"the index says the image is for {described}, its config says {actual}"
    return (Notice(code="platform-mismatch", message=message),)


def _agree(described: Platform, actual: Platform) -> bool:
    """Tell whether two platforms are the same; an unsaid variant may be any."""
    if described.variant and actual.variant:
        return described.normalised() == actual.normalised()
    return described.normalised()[:2] == actual.normalised()[:2]


def _diff_id_notices(
    config: ImageConfig, layers: Sequence[Layer], image_id: Digest | None
) -> tuple[Notice, ...]:
    """Return that there are more or fewer DiffIDs than layers; V1 images have none at all."""
    if image_id is None or len(config.diff_ids) == len(layers):
        return ()
    message = (
        f"the config has {len(config.diff_ids)} DiffIDs for {len(layers)} layers,"
        " so not all of them can be verified"
    )
    return (Notice(code="diff-ids-mismatch", message=message),)


def _history_notices(config: ImageConfig, layers: Sequence[Layer]) -> tuple[Notice, ...]:
    told = sum(not step.empty_layer for step in config.steps)
    if not config.steps or told == len(layers):
        return ()
    message = f"the history tells of {told} layers, the image has {len(layers)}"
    return (Notice(code="history-mismatch", message=message),)
