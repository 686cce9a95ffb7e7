"""The documents of an image as a registry keeps them: checked before anything is believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.display import size as display_size
from layertui.errors import (
    DamagedImageError,
    LimitExceededError,
    RegistryError,
    UnsupportedImageError,
)
from layertui.oci import media_types
from layertui.oci.decoding import parse
from layertui.oci.digest import Digest, digest_or_none
from layertui.oci.index import Index
from layertui.oci.manifest import Manifest, Schema1Manifest, parse_manifest
from layertui.sources.registry.failures import BrokenError, missing, unexpected

if TYPE_CHECKING:
    from layertui.blob import Cancelled
    from layertui.limits import Limits
    from layertui.oci.descriptor import Descriptor
    from layertui.sources.registry.client import Client
    from layertui.sources.registry.transport import Answer

ACCEPT = ", ".join(
    (
        media_types.OCI_INDEX,
        media_types.OCI_MANIFEST,
        media_types.DOCKER_LIST,
        media_types.DOCKER_MANIFEST,
        f"{media_types.DOCKER_SCHEMA1_SIGNED};q=0.1",
    )
)
_SCHEMA1 = (media_types.DOCKER_SCHEMA1, media_types.DOCKER_SCHEMA1_SIGNED)
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An index or a manifest.

    Attributes:
        data: As it was sent.
        digest: Of it.
        media_type: As it was served.
        document: What it says.
    """

    data: bytes
    digest: Digest
    media_type: str
    document: Index | Manifest


def fetch_manifest(
    client: Client,
    target: str,
    limits: Limits,
    cancelled: Cancelled,
    *,
    described: Descriptor | None = None,
) -> Fetched:
    """Return an index or a manifest by tag or digest.

    Args:
        client: Asks for it.
        target: The tag or digest.
        limits: Bounds its size.
        cancelled: Asked between steps; True ends in CancelledError.
        described: What another document says of it, or None.

    Raises:
        ImageNotFoundError: There is none.
        DamagedImageError: It is not what it was called, or no manifest.
        UnsupportedImageError: It is of Docker's schema 1.
        LimitExceededError: It is too large.
        RegistryError: It cannot be had.
    """
    what = f"manifest {_shown(target)}"
    data, answer = _whole(
        client, f"manifests/{target}", what, limits.manifest_size, cancelled, target=target
    )
    media_type = answer.header("Content-Type").partition(";")[0].strip().lower()
    told = digest_or_none(target) or digest_or_none(answer.header("Docker-Content-Digest"))
    _check(data, told, described.size if described else None, f"the {what}", client.label)
    if media_type in _SCHEMA1:
        raise _schema1(client, target)
    document = parse_manifest(data, what=what)
    if isinstance(document, Schema1Manifest):
        raise _schema1(client, target)
    _check_type(data, document, media_type, what)
    return Fetched(
        data=data,
        digest=told if told is not None and told.computable else Digest.of(data),
        media_type=media_type,
        document=document,
    )


def fetch_config(
    client: Client, digest: Digest, size: int | None, limits: Limits, cancelled: Cancelled
) -> bytes:
    """Return the config of an image.

    Raises:
        ImageNotFoundError: There is none.
        DamagedImageError: It has not the digest or the size that its manifest says.
        LimitExceededError: It is too large.
        RegistryError: It cannot be had.
    """
    what = f"config {digest.short}"
    data, _ = _whole(client, f"blobs/{digest}", what, limits.config_size, cancelled, target=digest)
    _check(data, digest, size, f"the {what}", client.label)
    return data


def _whole(
    client: Client, path: str, what: str, limit: int, cancelled: Cancelled, *, target: str
) -> tuple[bytes, Answer]:
    """Return a whole document and the answer it came with; asks again where it was cut off."""
    for last in [False] * (_TRIES - 1) + [True]:
        answer = client.get(path, cancelled, headers={"Accept": ACCEPT})
        if answer.status == 404:
            raise missing(client.reference, answer.error(), name=target)
        if answer.status != 200:
            raise unexpected(client.label, answer.status, answer.error(), f"the {what}")
        announced = answer.length
        if (announced or 0) > limit:
            answer.close()
            raise _too_large(what, limit)
        try:
            data = answer.body(limit)
        except BrokenError:
            if last:
                raise
            continue
        if len(data) > limit:
            raise _too_large(what, limit)
        if announced is None or len(data) >= announced:
            return data, answer
    raise RegistryError(f"{client.label} breaks off while it sends the {what}")


def _check(data: bytes, digest: Digest | None, size: int | None, what: str, host: str) -> None:
    if size is not None and size != len(data):
        raise DamagedImageError(
            f"{what} from {host} has {len(data)} bytes, it is listed with {size}"
        )
    if digest is not None and not digest.is_of(data):
        raise DamagedImageError(f"{what} from {host} does not have the digest {digest.short}")


def _check_type(data: bytes, document: Index | Manifest, media_type: str, what: str) -> None:
    """Refuse a document that is served as something else than it is (CVE-2021-41190)."""
    value = parse(data, what=what)
    own = value.get("mediaType") if isinstance(value, dict) else None
    is_known = media_types.is_index(media_type) or media_types.is_manifest(media_type)
    differs = is_known and isinstance(own, str) and own.lower() != media_type
    kind = isinstance(document, Index)
    if differs or (is_known and kind != media_types.is_index(media_type)):
        raise DamagedImageError(
            f"{what}: served as {printable(media_type, 100)},"
            f" it is {printable(own, 100) if isinstance(own, str) else 'something else'}"
        )


def _schema1(client: Client, target: str) -> UnsupportedImageError:
    return UnsupportedImageError(
        f"{printable(client.reference.path, 200)} {_shown(target)} is in Docker's manifest"
        " schema 1, which is not read from registries",
        hint="Push it again with a tool of this decade: skopeo copy, docker push.",
    )


def _too_large(what: str, limit: int) -> LimitExceededError:
    return LimitExceededError(
        f"the {what} has more than the {display_size(limit)} such a document may have"
    )


def _shown(target: str) -> str:
    digest = digest_or_none(target)
    return digest.short if digest else printable(target, 100)
