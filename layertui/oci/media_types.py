"""Media types of the OCI image-spec and of Docker, and what they say.

Sources: OCI image-spec media-types.md; Docker image manifest v2 schema 2; containerd
images/mediatypes.go for the types that are neither.
"""

from __future__ import annotations

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json"
DOCKER_SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
BUILDKIT_CACHE_CONFIG = "application/vnd.buildkit.cacheconfig.v0"

_ENCRYPTED = "+encrypted"
_LAYER_PREFIXES = (
    OCI_LAYER,
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    DOCKER_LAYER,
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
)
_FOREIGN_MARKS = (".nondistributable.", ".foreign.")
_FILESYSTEM_IMAGES = ("nydus", "erofs", "squashfs", "singularity")
_ENCODINGS = {"gzip": "gzip", "zstd": "zstd"}


def is_index(media_type: str) -> bool:
    """Tell whether it is a list of manifests."""
    return media_type in (OCI_INDEX, DOCKER_LIST)


def is_manifest(media_type: str) -> bool:
    """Tell whether it is the manifest of one image."""
    return media_type in (OCI_MANIFEST, DOCKER_MANIFEST, DOCKER_SCHEMA1, DOCKER_SCHEMA1_SIGNED)


def is_config(media_type: str) -> bool:
    """Tell whether it is the config of a container image."""
    return media_type in (OCI_CONFIG, DOCKER_CONFIG)


def is_layer(media_type: str) -> bool:
    """Tell whether it is a layer: a tar archive, compressed or encrypted or neither."""
    return media_type.startswith(_LAYER_PREFIXES)


def is_foreign(media_type: str) -> bool:
    """Tell whether it is a layer that archives may leave out."""
    return is_layer(media_type) and any(mark in media_type for mark in _FOREIGN_MARKS)


def is_encrypted(media_type: str) -> bool:
    """Tell whether it is a layer that only the owner of a key can read."""
    return media_type.endswith(_ENCRYPTED)


def is_filesystem_image(media_type: str) -> bool:
    """Tell whether it is a layer that is not a tar archive."""
    return any(mark in media_type for mark in _FILESYSTEM_IMAGES)


def claimed_encoding(media_type: str) -> str | None:
    """Return how it says a layer is compressed: `gzip`, `zstd`, empty for plain, None unsaid.

    Docker's plain layer type says nothing: containerd reads compressed layers under it.
    """
    if not is_layer(media_type) or media_type == DOCKER_LAYER:
        return None
    ending = media_type.rpartition(".tar")[2]
    return "" if ending == "" else _ENCODINGS.get(ending.strip("+."))
