"""Descriptors: what a document says of another blob (OCI image-spec descriptor.md)."""

from __future__ import annotations

import msgspec

from layertui.oci.decoding import Size  # noqa: TC001
from layertui.oci.digest import Digest  # noqa: TC001
from layertui.oci.platform import Platform  # noqa: TC001

ANNOTATION_REF_NAME = "org.opencontainers.image.ref.name"
ANNOTATION_IMAGE_NAME = "io.containerd.image.name"
ANNOTATION_BASE_NAME = "org.opencontainers.image.base.name"
ANNOTATION_BASE_DIGEST = "org.opencontainers.image.base.digest"
_ANNOTATION_REFERENCE_TYPE = "vnd.docker.reference.type"


class Descriptor(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A blob by type, digest and size; the URLs of one are known but never followed."""

    digest: Digest
    media_type: str = ""
    size: Size | None = None
    urls: tuple[str, ...] = ()
    annotations: dict[str, str] = {}
    platform: Platform | None = None
    artifact_type: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that annotations give the image, the fullest first."""
        keys = (ANNOTATION_IMAGE_NAME, ANNOTATION_REF_NAME)
        found = [self.annotations[key] for key in keys if self.annotations.get(key)]
        return tuple(dict.fromkeys(found))

    @property
    def is_attestation(self) -> bool:
        """Whether it describes another image rather than being one, as BuildKit marks it."""
        if _ANNOTATION_REFERENCE_TYPE in self.annotations:
            return True
        return self.platform is not None and (
            self.platform.os == self.platform.architecture == "unknown"
        )
