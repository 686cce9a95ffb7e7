"""OCI layouts of plain layers, written here so that nothing else has a say in them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TAG = "1"


def write_layout(folder: Path, layers: Sequence[bytes]) -> None:
    """Write an OCI layout with one image, its tag `TAG`."""
    (folder / "blobs" / "sha256").mkdir(parents=True)
    described = [_put(folder, "layer.v1.tar", layer) for layer in layers]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [layer["digest"] for layer in described]},
        "history": [{"created_by": "step"} for _ in described],
    }
    manifest = {
        "schemaVersion": 2,
        "config": _put(folder, "config.v1+json", json.dumps(config).encode()),
        "layers": described,
    }
    top = _put(folder, "manifest.v1+json", json.dumps(manifest).encode())
    top["annotations"] = {"org.opencontainers.image.ref.name": TAG}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [top]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def _put(folder: Path, media_type: str, data: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    (folder / "blobs" / "sha256" / digest).write_bytes(data)
    return {
        "mediaType": f"application/vnd.oci.image.{media_type}",
        "digest": f"sha256:{digest}",
        "size": len(data),
    }
