"""Images in every shape that tools save them in, from the bytes of uncompressed layers.

A shape is a dict of member names to bytes or links, so that a test can take members away, change
them and add some; `tarball` and `write_directory` make an archive or a directory of it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tests import builders

if TYPE_CHECKING:
    from pathlib import Path

OCI = "application/vnd.oci.image."
OCI_INDEX = f"{OCI}index.v1+json"
OCI_MANIFEST = f"{OCI}manifest.v1+json"
OCI_CONFIG = f"{OCI}config.v1+json"
OCI_LAYER = f"{OCI}layer.v1.tar"
DOCKER = "application/vnd.docker."
DOCKER_LIST = f"{DOCKER}distribution.manifest.list.v2+json"
DOCKER_MANIFEST = f"{DOCKER}distribution.manifest.v2+json"
DOCKER_CONFIG = f"{DOCKER}container.image.v1+json"
DOCKER_LAYER = f"{DOCKER}image.rootfs.diff.tar"

TAG = "shop/api:2.4"
CREATED = "2024-05-06T07:08:09.123456789Z"

Json = dict[str, Any]
Pack = Callable[[bytes], bytes]


class Link(NamedTuple):
    """A member that leads to another one."""

    target: str
    hard: bool = False


Members = dict[str, "bytes | Link"]


def hex_digest(data: bytes) -> str:
    """Return the sha256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest(data: bytes) -> str:
    """Return the sha256 as a digest."""
    return f"sha256:{hex_digest(data)}"


def dump(value: object) -> bytes:
    """Return JSON that is the same in every run."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def packed(data: bytes) -> bytes:
    """Return gzip that is the same in every run."""
    return gzip.compress(data, mtime=0)


def sample_layers(count: int = 3) -> list[bytes]:
    """Return layers that each add a file and, but for the first, remove the one before."""
    return [
        builders.layer(
            builders.file(f"file-{number}", b"content %d" % number),
            *([builders.whiteout(f"file-{number - 1}")] if number else []),
        )
        for number in range(count)
    ]


def history(count: int) -> list[Json]:
    """Return one step for each layer, with a step between them that made none."""
    steps: list[Json] = []
    for number in range(count):
        step = f"/bin/sh -c #(nop) COPY file:{number} in / "
        steps.append({"created": CREATED, "created_by": step})
        steps.append({"created": CREATED, "created_by": f"ENV N={number}", "empty_layer": True})
    return steps


def config(layers: Sequence[bytes], **changes: Any) -> bytes:
    """Return an image config; a change with the value `...` takes a key away."""
    value: Json = {
        "architecture": "amd64",
        "os": "linux",
        "created": CREATED,
        "config": {"Env": ["PATH=/bin"], "Cmd": ["sh"]},
        "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]},
        "history": history(len(layers)),
        **changes,
    }
    return dump({key: item for key, item in value.items() if item is not ...})


def tarball(
    members: Mapping[str, bytes | Link], *, prefix: str = "", end: bytes = builders.END
) -> bytes:
    """Return a tarball of members in the order they are given."""
    return b"".join(member(f"{prefix}{name}", data) for name, data in members.items()) + end


def member(name: str, data: bytes | Link) -> bytes:
    """Return one member of a tarball."""
    if isinstance(data, bytes):
        return builders.file(name, data)
    return (builders.hardlink if data.hard else builders.symlink)(name, data.target)


def write_directory(members: Mapping[str, bytes | Link], path: Path) -> Path:
    """Write members as files; return the directory."""
    for name, data in members.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, Link):
            target.symlink_to(data.target)
        else:
            target.write_bytes(data)
    return path


def write_tarball(members: Mapping[str, bytes | Link], path: Path) -> Path:
    """Write members as a tarball; return its path."""
    path.write_bytes(tarball(members))
    return path


def descriptor(data: bytes, media_type: str, **more: Any) -> Json:
    """Return what describes a blob."""
    return {"mediaType": media_type, "digest": digest(data), "size": len(data), **more}


def blob_name(data: bytes) -> str:
    """Return the name of a blob in an OCI image layout."""
    return f"blobs/sha256/{hex_digest(data)}"


def docker_manifest(*items: Json) -> Members:
    """Return the `manifest.json` of a docker-archive."""
    return {"manifest.json": dump(list(items))}


def item(config_name: str, layers: Sequence[str], tags: Sequence[str] | None = (TAG,)) -> Json:
    """Return one image of a `manifest.json`."""
    return {"Config": config_name, "RepoTags": tags and list(tags), "Layers": list(layers)}


def v1(layers: Sequence[bytes], *, tags: Sequence[str] = (TAG,)) -> Members:
    """Return `docker save` before Docker 1.10: a chain of layers and `repositories`."""
    members: Members = {}
    parent = ""
    for number, layer in enumerate(layers):
        identity = hex_digest(b"v1 %d " % number + layer)
        about: Json = {
            "id": identity,
            "created": CREATED,
            "container_config": {"Cmd": ["/bin/sh", "-c", f"#(nop) COPY file:{number} in / "]},
            "config": {"Cmd": ["sh"]},
            "architecture": "amd64",
            "os": "linux",
        }
        members[f"{identity}/VERSION"] = b"1.0"
        members[f"{identity}/json"] = dump(about | ({"parent": parent} if parent else {}))
        members[f"{identity}/layer.tar"] = layer
        parent = identity
    names: dict[str, dict[str, str]] = {}
    for tag in tags:
        name, _, version = tag.rpartition(":")
        names.setdefault(name, {})[version] = parent
    return members | {"repositories": dump(names)} if tags else members


def docker_save(
    layers: Sequence[bytes], *, tags: Sequence[str] | None = (TAG,), about: bytes | None = None
) -> Members:
    """Return `docker save` of Docker 1.10 to 24; a layer that repeats is a symlink."""
    about = config(layers) if about is None else about
    members: Members = {}
    names: list[str] = []
    first: dict[bytes, str] = {}
    for number, layer in enumerate(layers):
        name = f"{hex_digest(b'%d' % number + layer)}/layer.tar"
        members[name] = Link(f"../{first[layer]}") if layer in first else layer
        first.setdefault(layer, name)
        names.append(name)
    name = f"{hex_digest(about)}.json"
    return members | {name: about} | docker_manifest(item(name, names, tags))


def podman_save(layers: Sequence[bytes], *, tags: Sequence[str] = (TAG,)) -> Members:
    """Return `podman save` and skopeo's docker-archive: layers by DiffID, `manifest.json` last."""
    about = config(layers)
    members: Members = {f"{hex_digest(layer)}.tar": layer for layer in layers}
    for number, layer in enumerate(layers):
        directory = hex_digest(b"%d" % number + layer)
        members[f"{directory}/VERSION"] = b"1.0"
        members[f"{directory}/layer.tar"] = Link(f"../{hex_digest(layer)}.tar")
        members[f"{directory}/json"] = b"{}"
    name = f"{hex_digest(about)}.json"
    names = [f"{hex_digest(layer)}.tar" for layer in layers]
    return members | {name: about} | docker_manifest(item(name, names, tags))


def kaniko(layers: Sequence[bytes], *, tags: Sequence[str] = (TAG,)) -> Members:
    """Return a tarball of go-containerregistry: `sha256:<hex>` and `<hex>.tar.gz`."""
    about = config(layers)
    blobs = [packed(layer) for layer in layers]
    members: Members = {digest(about): about}
    members |= {f"{hex_digest(blob)}.tar.gz": blob for blob in blobs}
    names = [f"{hex_digest(blob)}.tar.gz" for blob in blobs]
    return members | docker_manifest(item(digest(about), names, tags))


def nix(layers: Sequence[bytes], *, tags: Sequence[str] = (TAG,)) -> Members:
    """Return what Nix streams: no `created_by`, and the store paths in the comment."""
    steps = [
        {"created": "1970-01-01T00:00:01+00:00", "comment": f"store paths: ['/nix/store/{number}']"}
        for number in range(len(layers))
    ]
    about = config(layers, created="1970-01-01T00:00:01+00:00", history=steps)
    names = [f"{hex_digest(layer)}/layer.tar" for layer in layers]
    members: Members = dict(zip(names, layers, strict=True))
    name = f"{hex_digest(about)}.json"
    return members | {name: about} | docker_manifest(item(name, names, tags))


class Manifested(NamedTuple):
    """An image as blobs.

    Attributes:
        members: Its blobs in an OCI image layout.
        descriptor: What describes its manifest.
        config: The name of its config.
        layers: The names of its layers.
    """

    members: Members
    descriptor: Json
    config: str
    layers: list[str]


def manifested(
    layers: Sequence[bytes],
    *,
    pack: Pack = packed,
    about: bytes | None = None,
    layer_type: str = f"{OCI_LAYER}+gzip",
    config_type: str = OCI_CONFIG,
    annotations: Json | None = None,
    **more: Any,
) -> Manifested:
    """Return an image as blobs; `more` goes into the descriptor of its manifest."""
    about = config(layers) if about is None else about
    blobs = [pack(layer) for layer in layers]
    manifest = dump(
        {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": descriptor(about, config_type),
            "layers": [descriptor(blob, layer_type) for blob in blobs],
            **({"annotations": annotations} if annotations else {}),
        }
    )
    members: Members = {blob_name(data): data for data in (*blobs, about, manifest)}
    return Manifested(
        members,
        descriptor(manifest, OCI_MANIFEST, **more),
        blob_name(about),
        [blob_name(blob) for blob in blobs],
    )


def layout(*descriptors: Json, **members: Any) -> Members:
    """Return the files at the top of an OCI image layout."""
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(descriptors)}
    return {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": dump(index), **members}


def named(tag: str) -> Json:
    """Return the annotations that name an image in an index."""
    short = tag.rpartition(":")[2]
    return {"io.containerd.image.name": tag, "org.opencontainers.image.ref.name": short}


def oci(layers: Sequence[bytes], *, tag: str = "2.4", **how: Any) -> Members:
    """Return an OCI image layout, as skopeo and `podman save --format oci-archive` write it."""
    image = manifested(layers, **how)
    annotations = {"annotations": {"org.opencontainers.image.ref.name": tag}} if tag else {}
    return image.members | layout(image.descriptor | annotations)


def nested_index(*descriptors: Json, **more: Any) -> tuple[Members, Json]:
    """Return the blob of an index, and what describes it."""
    data = dump({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(descriptors)})
    return {blob_name(data): data}, descriptor(data, OCI_INDEX, **more)


def hybrid(layers: Sequence[bytes], *, tags: Sequence[str] | None = (TAG,)) -> Members:
    """Return `docker save` of Docker 25 and later: plain layers, with stray V1 configs."""
    image = manifested(layers, pack=bytes, layer_type=OCI_LAYER)
    stray = dump({"id": "0" * 64, "architecture": "amd64", "os": "linux", "config": {}})
    descriptors = [image.descriptor | {"annotations": named(tag)} for tag in tags or ()]
    return (
        image.members
        | {blob_name(stray): stray}
        | layout(*(descriptors or [image.descriptor]))
        | docker_manifest(item(image.config, image.layers, tags))
    )


def containerd(layers: Sequence[bytes], *, tags: Sequence[str] = (TAG,)) -> Members:
    """Return `docker save` with containerd's store: amd64 there, arm64 and the rest only listed."""
    image = manifested(layers, platform={"os": "linux", "architecture": "amd64"})
    absent = descriptor(b"arm64", OCI_MANIFEST, platform={"os": "linux", "architecture": "arm64"})
    attestation = descriptor(
        b"attestation",
        OCI_MANIFEST,
        platform={"os": "unknown", "architecture": "unknown"},
        annotations={"vnd.docker.reference.type": "attestation-manifest"},
    )
    blob, index = nested_index(absent, image.descriptor, attestation)
    members = (
        image.members
        | blob
        | layout(*(index | {"annotations": named(tag)} for tag in tags))
        | docker_manifest(item(image.config, image.layers, tags))
    )
    return dict(sorted(members.items()))


def directory_transport(layers: Sequence[bytes], *, pack: Pack = packed) -> Members:
    """Return skopeo's `dir:`: blobs by their bare digest beside a manifest."""
    about = config(layers)
    blobs = [pack(layer) for layer in layers]
    manifest: Json = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST,
        "config": descriptor(about, DOCKER_CONFIG),
        "layers": [descriptor(blob, f"{DOCKER_LAYER}.gzip") for blob in blobs],
    }
    members: Members = {hex_digest(data): data for data in (*blobs, about)}
    version = {"version": b"Directory Transport Version: 1.1\n"}
    return members | version | {"manifest.json": dump(manifest)}


def schema1(layers: Sequence[bytes]) -> Members:
    """Return `dir:` with a schema 1 manifest: top first, a filler layer for each empty step."""
    filler = packed(builders.END)
    blobs = [packed(layer) for layer in layers]
    entries: list[tuple[bytes, Json]] = []
    for number, blob in enumerate(blobs):
        command = ["/bin/sh", "-c", f"#(nop) COPY file:{number} in / "]
        entries.append((blob, {"container_config": {"Cmd": command}, "created": CREATED}))
        empty = {"container_config": {"Cmd": [f"ENV N={number}"]}, "throwaway": True}
        entries.append((filler, empty))
    entries[-1][1].update({"os": "linux", "architecture": "amd64", "config": {"Cmd": ["sh"]}})
    entries.reverse()
    manifest = {
        "schemaVersion": 1,
        "name": "shop/api",
        "tag": "2.4",
        "architecture": "amd64",
        "fsLayers": [{"blobSum": digest(blob)} for blob, _ in entries],
        "history": [{"v1Compatibility": dump(about).decode()} for _, about in entries],
    }
    members: Members = {hex_digest(blob): blob for blob in (*blobs, filler)}
    version = {"version": b"Directory Transport Version: 1.1\n"}
    return members | version | {"manifest.json": dump(manifest)}


def manifest_of(image: Manifested) -> Json:
    """Return the manifest of an image, to be changed."""
    data = image.members[f"blobs/{image.descriptor['digest'].replace(':', '/')}"]
    assert isinstance(data, bytes)
    document: Json = json.loads(data)
    return document
