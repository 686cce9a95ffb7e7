"""The documents of an image as it was at one of its layers.

The history ends with the step that made the layer, and how a container is started is taken back
to what it was then, as far as the history tells.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from layertui.contents.settings_before import settings_before
from layertui.errors import DamagedImageError
from layertui.oci import media_types
from layertui.oci.config import layer_numbers
from layertui.oci.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layertui.image import Image

Json = dict[str, Any]

NAME_ANNOTATION = "io.containerd.image.name"
TAG_ANNOTATION = "org.opencontainers.image.ref.name"


def earlier_config(image: Image, number: int, diff_ids: Sequence[Digest]) -> bytes:
    """Return the config of an image as it was at a layer; at the topmost, as it stands.

    Args:
        image: The image.
        number: Of the layer.
        diff_ids: Of the layers up to it, as they were found.

    Raises:
        DamagedImageError: The config cannot be read.
    """
    data = _stored(image)
    is_top = number == len(image.layers) - 1
    if data is not None and is_top and tuple(diff_ids) == image.config.diff_ids:
        return data
    value = _document(data) if data is not None else _made(image)
    steps = _steps(value, image, number)
    _take_back(value, image, len(steps))
    for key in [key for key in value if key.lower() in ("rootfs", "history")]:
        del value[key]
    value["rootfs"] = {"type": "layers", "diff_ids": [str(each) for each in diff_ids]}
    value["history"] = steps
    if steps and steps[-1].get("created") and not is_top:
        value["created"] = steps[-1]["created"]
    return json.dumps(value, separators=(",", ":")).encode()


def _stored(image: Image) -> bytes | None:
    """Return the config as it stands, or None where the image has none of its own."""
    for document in image.documents:
        if document.kind == "config":
            return document.read()
    return None


def _document(data: bytes) -> Json:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise DamagedImageError("the config of the image cannot be read")
    return value


def _made(image: Image) -> Json:
    """Return a config of what is known of an image of the time before there were configs."""
    value: Json = _without_defaults(msgspec.to_builtins(image.config))
    value.setdefault("architecture", "amd64")
    value.setdefault("os", "linux")
    settings = value.setdefault("config", {})
    for key in ("Cmd", "Entrypoint"):
        if isinstance(settings.get(key), str):
            settings[key] = [settings[key]]
    return value


def _without_defaults(value: Json) -> Json:
    kept = {
        key: _without_defaults(item) if isinstance(item, dict) else item
        for key, item in value.items()
    }
    return {key: item for key, item in kept.items() if item not in ("", None, {}, (), [], False)}


def _take_back(value: Json, image: Image, kept: int) -> None:
    """Take settings back to what they were after so many steps."""
    instructions = [step.instruction for step in image.config.steps]
    for key in [key for key in value if key.lower() == "config"]:
        if isinstance(value[key], dict):
            value[key] = settings_before(value[key], instructions[:kept], instructions[kept:])


def _steps(value: Json, image: Image, number: int) -> list[Json]:
    """Return the steps up to the one that made a layer; all where none is known to have."""
    key = next((key for key in reversed(value) if key.lower() == "history"), "")
    listed = value.get(key)
    items = listed if isinstance(listed, (list, tuple)) else ()
    steps = [step for step in items if isinstance(step, dict)]
    numbers = layer_numbers(image.config.steps, len(image.layers))
    end = numbers.index(number) + 1 if number in numbers else len(steps)
    return [_without_defaults(step) if image.image_id is None else step for step in steps[:end]]


def descriptor(data: bytes, media_type: str) -> Json:
    """Return what describes a document."""
    return {"mediaType": media_type, "digest": str(Digest.of(data)), "size": len(data)}


def manifest(config: bytes, layers: Sequence[Json]) -> bytes:
    """Return the manifest of an image."""
    value = {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "config": descriptor(config, media_types.OCI_CONFIG),
        "layers": list(layers),
    }
    return json.dumps(value, separators=(",", ":")).encode()


def index(manifest: bytes, name: str, tag: str) -> bytes:
    """Return the index of an archive with one image.

    Args:
        manifest: Of the image.
        name: The name of the image in full, or empty.
        tag: The tag of that name, or empty.
    """
    named = {"annotations": {NAME_ANNOTATION: name, TAG_ANNOTATION: tag}} if name else {}
    value = {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_INDEX,
        "manifests": [descriptor(manifest, media_types.OCI_MANIFEST) | named],
    }
    return json.dumps(value, separators=(",", ":")).encode()


def archive_manifest(config: Digest, layers: Sequence[str], name: str) -> bytes:
    """Return the `manifest.json` of an archive with one image.

    Args:
        config: The digest of its config.
        layers: The names of its layers in the archive.
        name: The name of the image with its tag, or empty.
    """
    item = {
        "Config": blob_name(config),
        "RepoTags": [name] if name else None,
        "Layers": list(layers),
    }
    return json.dumps([item], separators=(",", ":")).encode()


def blob_name(digest: Digest) -> str:
    """Return the name of a blob in an OCI image layout."""
    return f"blobs/{digest.algorithm}/{digest.encoded}"
