"""Image indexes: a list of manifests (OCI image-spec image-index.md; Docker manifest lists)."""

from __future__ import annotations

import msgspec

from layertui.oci.descriptor import Descriptor  # noqa: TC001


class Index(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The manifests of one image for several platforms, or of several images."""

    media_type: str = ""
    manifests: tuple[Descriptor, ...] = ()
    artifact_type: str = ""
    annotations: dict[str, str] = {}
