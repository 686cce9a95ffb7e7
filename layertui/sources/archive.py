"""Images in a tarball: docker-archive and oci-archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.errors import DamagedImageError, ImageError, NotAnImageError
from layertui.oci.index import Index
from layertui.oci.manifest import parse_archive_manifest, parse_manifest
from layertui.sources import docker_archive, v1
from layertui.sources.container import read_document
from layertui.sources.diagnose import refusal_of_bytes, refusal_of_names, refusal_of_other
from layertui.sources.members import ArchiveContainer
from layertui.sources.stored import uncompressed
from layertui.sources.walk import Layout, Walked, Walker

if TYPE_CHECKING:
    from layertui.blob import Cancelled
    from layertui.limits import Limits
    from layertui.oci.digest import Digest
    from layertui.sources.candidate import Offer
    from layertui.sources.container import Container
    from layertui.sources.stored import Progress, StoredFile

INDEX = "index.json"
MANIFEST = "manifest.json"
OCI_ARCHIVE = "oci-archive"


def open_archive(
    file: StoredFile, label: str, *, limits: Limits, cancelled: Cancelled, progress: Progress
) -> ArchiveContainer:
    """Return the members of a tarball, whatever it is compressed with; closes it on errors.

    Raises:
        NotAnImageError: It is not a tarball.
        LimitExceededError: It is too large.
    """
    file = uncompressed(file, limits=limits, cancelled=cancelled, progress=progress)
    container = ArchiveContainer(file, label, limits)
    try:
        refusal = refusal_of_bytes(file.blob, label)
        if refusal is not None:
            raise refusal
        container.scan(cancelled)
    except BaseException:
        container.close()
        raise
    return container


def archive_offers(
    container: Container, limits: Limits, *, transport: str = ""
) -> tuple[Offer, ...]:
    """Return the images of an archive, by all of its documents or by those of one transport.

    Raises:
        NotAnImageError: It holds none; says what it holds.
        DamagedImageError: A document is not what it should be.
    """
    walked = Walked(offers=(), other=())
    listed: tuple[Offer, ...] = ()
    if transport != docker_archive.TRANSPORT or container.find(MANIFEST) is not None:
        walked = _indexed(container, limits)
    if transport != OCI_ARCHIVE:
        listed = _listed(container, limits)
    offers = docker_archive.merged(listed, walked.offers, container, limits)
    if transport == docker_archive.TRANSPORT:
        offers = offers[: len(listed)]
    if not offers and transport != OCI_ARCHIVE and v1.is_v1(container):
        offers = _v1_offers(container, limits)
    if not offers:
        raise _refusal(container, walked, transport)
    return offers


def _v1_offers(container: Container, limits: Limits) -> tuple[Offer, ...]:
    """Return the images of an archive without a manifest; none where it was cut off before it."""
    try:
        return v1.v1_offers(container, limits)
    except DamagedImageError:
        if any(notice.code == "archive-damaged" for notice in container.notices):
            return ()
        raise


def oci_layout(transport: str) -> Layout:
    """Return how an OCI image layout names blobs (OCI image-spec image-layout.md)."""
    return Layout(transport=transport, blob_names=_blob_names, manifest_names=_blob_names)


def read_index(container: Container, limits: Limits) -> Index | None:
    """Return the `index.json` of an OCI image layout, or None where there is none.

    Raises:
        DamagedImageError: It is not an index.
    """
    data = read_document(container, INDEX, limit=limits.manifest_size)
    if data is None:
        return None
    index = parse_manifest(data, what=INDEX)
    if not isinstance(index, Index):
        raise DamagedImageError(f"{INDEX}: an image manifest, expected an index")
    return index


def _blob_names(digest: Digest) -> tuple[str, ...]:
    return (f"blobs/{digest.algorithm}/{digest.encoded}",)


def _indexed(container: Container, limits: Limits) -> Walked:
    index = read_index(container, limits)
    if index is None:
        return Walked(offers=(), other=())
    return Walker(container, oci_layout(OCI_ARCHIVE), limits).walk(index, INDEX)


def _listed(container: Container, limits: Limits) -> tuple[Offer, ...]:
    data = read_document(container, MANIFEST, limit=limits.archive_manifest_size)
    if data is None:
        return ()
    return docker_archive.offers_of(parse_archive_manifest(data, what=MANIFEST), limits)


def _refusal(container: Container, walked: Walked, transport: str) -> ImageError:
    if walked.other or container.find(INDEX) is not None:
        return refusal_of_other(walked.other, container.label)
    if transport == OCI_ARCHIVE and container.find(MANIFEST) is not None:
        return NotAnImageError(
            f"{container.label} has no {INDEX}, so it is not an {OCI_ARCHIVE}",
            hint=f"It may be a {docker_archive.TRANSPORT}.",
        )
    return refusal_of_names(container)
