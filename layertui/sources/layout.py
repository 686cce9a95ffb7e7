"""Images in a directory: OCI image layouts and skopeo's `dir:`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layertui.errors import NotAnImageError
from layertui.oci.digest import Digest
from layertui.oci.index import Index
from layertui.oci.manifest import Manifest, parse_manifest
from layertui.sources.archive import INDEX, MANIFEST, archive_offers, oci_layout, read_index
from layertui.sources.candidate import NamedPart, Offer, Part
from layertui.sources.container import read_document
from layertui.sources.diagnose import refusal_of_names, refusal_of_other
from layertui.sources.walk import Layout, Walker, artifact_kind, candidate_of

if TYPE_CHECKING:
    from layertui.limits import Limits
    from layertui.sources.container import Container

OCI = "oci"
DIR = "dir"
_DIR_VERSION = "version"


def directory_offers(
    container: Container, limits: Limits, *, transport: str = ""
) -> tuple[Offer, ...]:
    """Return the images of a directory, as a transport reads it or as its files tell.

    Raises:
        NotAnImageError: It holds none; says what it holds.
        DamagedImageError: A document is not what it should be.
    """
    if transport in ("", OCI):
        index = read_index(container, limits)
        if index is not None:
            return _oci_offers(index, container, limits)
    if transport == OCI:
        raise NotAnImageError(f"{container.label} has no {INDEX}, so it is not an OCI image layout")
    data = read_document(container, MANIFEST, limit=limits.archive_manifest_size)
    if data is None:
        raise refusal_of_names(container)
    if transport != DIR and data.lstrip()[:1] == b"[":
        return archive_offers(container, limits)
    return _dir_offers(data, container, limits)


def _oci_offers(index: Index, container: Container, limits: Limits) -> tuple[Offer, ...]:
    walked = Walker(container, oci_layout(OCI), limits).walk(index, INDEX)
    if not walked.offers:
        raise refusal_of_other(walked.other, container.label)
    return walked.offers


def _dir_offers(data: bytes, container: Container, limits: Limits) -> tuple[Offer, ...]:
    document = parse_manifest(data, what=MANIFEST)
    layout = Layout(transport=DIR, blob_names=_dir_blob_names, manifest_names=_dir_manifest_names)
    if isinstance(document, Index):
        walked = Walker(container, layout, limits).walk(document, MANIFEST)
        if not walked.offers:
            raise refusal_of_other(walked.other, container.label)
        return (_as_one(walked.offers),)
    candidate = candidate_of(document, layout)
    if candidate is None:
        raise refusal_of_other((artifact_kind(document),), container.label)
    part = Part(names=(MANIFEST,), media_type=getattr(document, "media_type", ""))
    candidate = replace(candidate, documents=(NamedPart("manifest", part),))
    if isinstance(document, Manifest):
        candidate = replace(candidate, manifest_digest=Digest.of(data))
    return (Offer(candidates=(candidate,)),)


def _as_one(offers: tuple[Offer, ...]) -> Offer:
    """Return one image for all platforms: `dir:` holds one image and no names."""
    return Offer(
        candidates=tuple(each for offer in offers for each in offer.candidates),
        absent=tuple(each for offer in offers for each in offer.absent),
        problems=tuple(each for offer in offers for each in offer.problems),
    )


def _dir_blob_names(digest: Digest) -> tuple[str, ...]:
    """Return bare hex for sha256, the algorithm before it for others; `.tar` in old versions."""
    name = _dir_name(digest)
    return (name, f"{name}.tar")


def _dir_manifest_names(digest: Digest) -> tuple[str, ...]:
    name = _dir_name(digest)
    return (f"{name}.manifest.json", name)


def _dir_name(digest: Digest) -> str:
    encoded = digest.encoded
    return encoded if digest.algorithm == "sha256" else f"{digest.algorithm}-{encoded}"
