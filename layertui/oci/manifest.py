"""Image manifests: a config and layers, in the three shapes that archives and registries hold.

Sources: OCI image-spec manifest.md; Docker image manifest v2, schema 2 and schema 1; Docker
image-spec v1.2, "Combined Image JSON + Filesystem Changeset Format" for `manifest.json`.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from layertui.errors import DamagedImageError
from layertui.oci.decoding import convert, parse
from layertui.oci.descriptor import Descriptor  # noqa: TC001
from layertui.oci.digest import Digest  # noqa: TC001
from layertui.oci.index import Index


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The manifest of one image: its config, and its layers bottom to top."""

    config: Descriptor
    media_type: str = ""
    layers: tuple[Descriptor, ...] = ()
    artifact_type: str = ""
    annotations: dict[str, str] = {}


class Schema1Layer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of `fsLayers`."""

    blob_sum: Digest


class Schema1History(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of a schema 1 `history`: the V1 config of one layer, as text."""

    v1_compatibility: str


class Schema1Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A manifest without a config; layers and history run top to bottom."""

    name: str = ""
    tag: str = ""
    architecture: str = ""
    fs_layers: tuple[Schema1Layer, ...] = ()
    history: tuple[Schema1History, ...] = ()


class ArchiveItem(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One image of the `manifest.json` of a docker-archive: paths of its config and layers."""

    config: str
    repo_tags: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()


ManifestDocument: TypeAlias = Index | Manifest | Schema1Manifest


def parse_manifest(data: bytes, *, what: str) -> ManifestDocument:
    """Return the index or manifest that a document is by its keys.

    Raises:
        DamagedImageError: It is neither, or could be read as both (CVE-2021-41190).
    """
    value = parse(data, what=what)
    if not isinstance(value, dict):
        raise DamagedImageError(f"{what}: expected an object, got {_kind(value)}")
    is_index = "manifests" in value
    for key in ("config", "layers", "fsLayers"):
        if is_index and key in value:
            raise DamagedImageError(
                f"{what}: ambiguous, it holds both `manifests` and `{key}`",
                hint="Readers would disagree about what this image is (CVE-2021-41190).",
            )
    if "fsLayers" in value:
        return _schema1(value, what)
    if not is_index and "config" not in value and "layers" not in value:
        raise DamagedImageError(f"{what}: neither an image manifest nor an index")
    if is_index:
        return convert(value, Index, what=what)
    return convert(value, Manifest, what=what)


def parse_archive_manifest(data: bytes, *, what: str) -> tuple[ArchiveItem, ...]:
    """Return the images that the `manifest.json` of a docker-archive lists.

    Raises:
        DamagedImageError: It is not an array of them, or an empty one.
    """
    value = parse(data, what=what)
    if not isinstance(value, list):
        raise DamagedImageError(f"{what}: expected an array, got {_kind(value)}")
    if not value:
        raise DamagedImageError(f"{what}: an empty array, it lists no image")
    return convert(value, tuple[ArchiveItem, ...], what=what)


def _schema1(value: dict[str, object], what: str) -> Schema1Manifest:
    for key in ("config", "layers"):
        if key in value:
            raise DamagedImageError(f"{what}: ambiguous, it holds both `fsLayers` and `{key}`")
    return convert(value, Schema1Manifest, what=what)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "an array", type(None): "null", str: "a string"}
    return names.get(type(value), "a single value")
