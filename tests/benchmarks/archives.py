"""Image tarballs written in one pass: a member's header is put in once its bytes are there."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.benchmarks.recipes import Recipe

CREATED = "2024-01-02T03:04:05Z"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is known of a layer once it is written.

    Attributes:
        name: Of the archive member.
        diff_id: Hex sha256 of the uncompressed layer.
        digest: Hex sha256 of the bytes as stored.
        size: Bytes as stored.
    """

    name: str
    diff_id: str
    digest: str
    size: int


def write_docker_archive(recipe: Recipe, output: IO[bytes]) -> None:
    """Write what `docker save` of 1.10 to 24 writes: plain layers under `<id>/layer.tar`."""
    layers = []
    for number, step in enumerate(recipe.steps):
        folder = hashlib.sha256(f"{recipe.name} {number}".encode()).hexdigest()
        output.write(builders.directory(folder))
        _write_member(output, f"{folder}/VERSION", b"1.0")
        _write_member(output, f"{folder}/json", json.dumps({"id": folder}).encode())
        layers.append(_write_layer(output, recipe.entries(step), name=f"{folder}/layer.tar"))
    config = _config(recipe, layers)
    name = hashlib.sha256(config).hexdigest() + ".json"
    _write_member(output, name, config)
    _write_member(output, "manifest.json", _docker_manifest(recipe, name, layers))
    output.write(builders.END)


def write_oci_archive(recipe: Recipe, output: IO[bytes]) -> None:
    """Write what buildx writes: gzip layers under `blobs/`, an index, and `manifest.json`.

    An oci-archive needs no `manifest.json`; without it dive shows the layers in random order.
    """
    output.write(builders.directory("blobs") + builders.directory("blobs/sha256"))
    layers = [
        _write_layer(output, recipe.entries(step), name="", compress=True) for step in recipe.steps
    ]
    config = _config(recipe, layers)
    described = _write_blob(output, OCI_CONFIG, config)
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": described,
        "layers": [_descriptor(OCI_LAYER, layer.digest, layer.size) for layer in layers],
    }
    top = _write_blob(output, OCI_MANIFEST, json.dumps(manifest).encode())
    top["annotations"] = {"org.opencontainers.image.ref.name": recipe.reference}
    index = {"schemaVersion": 2, "manifests": [top]}
    _write_member(output, "index.json", json.dumps(index).encode())
    _write_member(output, "oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
    name = "blobs/sha256/" + hashlib.sha256(config).hexdigest()
    _write_member(output, "manifest.json", _docker_manifest(recipe, name, layers))
    output.write(builders.END)


def _write_layer(
    output: IO[bytes], entries: Iterable[bytes], *, name: str, compress: bool = False
) -> Written:
    """Write a layer as an archive member; without a name it is named as a blob."""
    start = output.tell()
    output.write(bytes(builders.BLOCK))
    plain, stored, size = hashlib.sha256(), hashlib.sha256(), 0
    for data in _encoded(entries, plain, compress=compress):
        stored.update(data)
        size += output.write(data)
    name = name or f"blobs/sha256/{stored.hexdigest()}"
    output.write(bytes(-size % builders.BLOCK))
    end = output.tell()
    output.seek(start)
    output.write(builders.header(name.encode(), size=size))
    output.seek(end)
    return Written(name=name, diff_id=plain.hexdigest(), digest=stored.hexdigest(), size=size)


def _encoded(entries: Iterable[bytes], plain: Any, *, compress: bool) -> Iterator[bytes]:
    """Yield the bytes to store, and hash the uncompressed ones on the way."""
    compressor = zlib.compressobj(6, wbits=31)
    for data in _with_end(entries):
        plain.update(data)
        yield compressor.compress(data) if compress else data
    if compress:
        yield compressor.flush()


def _with_end(entries: Iterable[bytes]) -> Iterator[bytes]:
    yield from entries
    yield builders.END


def _write_member(output: IO[bytes], name: str, data: bytes) -> None:
    output.write(builders.file(name, data))


def _write_blob(output: IO[bytes], media_type: str, data: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    _write_member(output, f"blobs/sha256/{digest}", data)
    return _descriptor(media_type, digest, len(data))


def _descriptor(media_type: str, digest: str, size: int) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": size}


def _config(recipe: Recipe, layers: list[Written]) -> bytes:
    document = {
        "architecture": "amd64",
        "os": "linux",
        "created": CREATED,
        "config": {"Cmd": ["/srv/app/main"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.diff_id}" for layer in layers]},
        "history": [
            {"created": CREATED, "created_by": f"/bin/sh -c {step.command}"}
            for step in recipe.steps
        ],
    }
    return json.dumps(document).encode()


def _docker_manifest(recipe: Recipe, config: str, layers: list[Written]) -> bytes:
    item = {
        "Config": config,
        "RepoTags": [recipe.reference],
        "Layers": [layer.name for layer in layers],
    }
    return json.dumps([item]).encode()
