"""The images that the `manifest.json` of a docker-archive lists (Docker 1.10 and later)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from layertui.errors import LayertuiError, LimitExceededError
from layertui.oci.digest import Digest, digest_or_none
from layertui.sources.candidate import Candidate, NamedPart, Offer, Part
from layertui.sources.container import normalised, read_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.limits import Limits
    from layertui.oci.manifest import ArchiveItem
    from layertui.sources.container import Container

TRANSPORT = "docker-archive"
_MANIFEST = NamedPart("archive manifest", Part(names=("manifest.json",)))
_BLOB = re.compile(r"blobs/([a-z0-9]+)/([0-9a-f]+)")
_CONFIG = re.compile(r"(?:sha256:)?([0-9a-f]{64})(?:\.json)?")


def offers_of(items: Sequence[ArchiveItem], limits: Limits) -> tuple[Offer, ...]:
    """Return the images that `manifest.json` lists.

    Raises:
        LimitExceededError: They are more than `index_descriptors`.
    """
    if len(items) > limits.index_descriptors:
        raise LimitExceededError(
            f"manifest.json lists {len(items)} images, more than {limits.index_descriptors}"
        )
    return tuple(Offer(tags=item.repo_tags, candidates=(_candidate(item),)) for item in items)


def merged(
    listed: Sequence[Offer], indexed: Sequence[Offer], container: Container, limits: Limits
) -> tuple[Offer, ...]:
    """Return the images of `manifest.json` and of `index.json`, those in both only once.

    An image is the same where its config is. `manifest.json` comes first and gives the tags.
    """
    twins = {
        candidate.config_digest: number
        for number, offer in reversed(list(enumerate(indexed)))
        for candidate in offer.candidates
    }
    offers: list[Offer] = []
    used: set[int] = set()
    for offer in listed:
        digest = _config_digest(offer.candidates[0], container, limits) if twins else None
        number = twins.get(digest) if digest else None
        if number is None or number in used:
            offers.append(offer)
        else:
            used.add(number)
            offers.append(_joined(offer, indexed[number], digest))
    return (*offers, *(each for number, each in enumerate(indexed) if number not in used))


def _joined(offer: Offer, twin: Offer, digest: Digest | None) -> Offer:
    layers = offer.candidates[0].layers
    candidates = tuple(
        replace(
            candidate,
            transport=TRANSPORT,
            archive_layers=layers,
            documents=(_MANIFEST, *candidate.documents),
        )
        if candidate.config_digest == digest
        else replace(candidate, transport=TRANSPORT)
        for candidate in twin.candidates
    )
    return replace(
        twin,
        tags=offer.tags or twin.tags,
        aliases=twin.tags + twin.aliases,
        candidates=candidates,
    )


def _config_digest(candidate: Candidate, container: Container, limits: Limits) -> Digest | None:
    """Return the digest of a config, computed where its name does not tell."""
    config = candidate.config
    if not isinstance(config, Part) or config.digest is not None:
        return candidate.config_digest
    try:
        data = read_document(container, config.names[0], limit=limits.config_size)
    except LayertuiError:
        return None
    return None if data is None else Digest.of(data)


def _candidate(item: ArchiveItem) -> Candidate:
    name = normalised(item.config)
    match = _CONFIG.fullmatch(name)
    digest = Digest(f"sha256:{match[1]}") if match else _blob_digest(name)
    return Candidate(
        transport=TRANSPORT,
        config=Part(names=(name,), digest=digest),
        layers=tuple(
            Part(names=(path,), digest=_blob_digest(path)) for path in map(normalised, item.layers)
        ),
        documents=(_MANIFEST,),
    )


def _blob_digest(name: str) -> Digest | None:
    """Return the digest that a path in an OCI layout tells; other names promise nothing."""
    match = _BLOB.fullmatch(name)
    return digest_or_none(f"{match[1]}:{match[2]}") if match else None
