"""The built-in sample image, made when it is asked for: the same bytes every time and everywhere.

    steps -> entries -> layers, one in memory at a time -> a docker-archive

Names, times and contents are fixed, and nothing is compressed, since two builds of zlib need not
compress alike.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from layertui.demo.entries import Entry, blocks
from layertui.demo.story import BUILD_TIME, STEPS, Step, step_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAG = "shop/api:2.4"
"""The name of the sample."""


def write_demo(path: Path) -> None:
    """Write the sample image as a docker-archive, replacing what is there.

    Raises:
        OSError: It cannot be written.
    """
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        layers = [_add_layer(archive, time, entries) for time, entries in _layers()]
        config = _json(_config(layers))
        name = f"{hashlib.sha256(config).hexdigest()}.json"
        names = [f"{digest}.tar" for digest in layers]
        manifest = [{"Config": name, "RepoTags": [TAG], "Layers": names}]
        _add_member(archive, name, config)
        _add_member(archive, "manifest.json", _json(manifest))


def _add_layer(archive: tarfile.TarFile, time: int, entries: list[Entry]) -> str:
    """Add a layer under its digest; return the digest in hexadecimal."""
    data = b"".join(blocks(entry, time) for entry in entries) + bytes(2 * tarfile.BLOCKSIZE)
    digest = hashlib.sha256(data).hexdigest()
    _add_member(archive, f"{digest}.tar", data)
    return digest


def _add_member(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    member.mtime = BUILD_TIME
    archive.addfile(member, io.BytesIO(data))


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _layers() -> Iterator[tuple[int, list[Entry]]]:
    """Yield the time and the entries of each layer, bottom to top."""
    for number, step in enumerate(STEPS):
        if step.entries is not None:
            yield step_time(number), step.entries()


def _config(layers: list[str]) -> dict[str, object]:
    return {
        "architecture": "amd64",
        "os": "linux",
        "created": _timestamp(step_time(len(STEPS) - 1)),
        "config": {
            "User": "shop",
            "ExposedPorts": {"8080/tcp": {}},
            "Env": ["PATH=/usr/local/bin:/usr/bin:/bin", "SHOP_ENV=production"],
            "Entrypoint": ["docker-entrypoint.sh"],
            "Cmd": ["bin/server", "--listen", ":8080"],
            "WorkingDir": "/srv/api",
            "Labels": {"org.opencontainers.image.title": "api"},
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in layers]},
        "history": [_history(number, step) for number, step in enumerate(STEPS)],
    }


def _history(number: int, step: Step) -> dict[str, object]:
    about: dict[str, object] = {
        "created": _timestamp(step_time(number)),
        "created_by": step.created_by,
    }
    if step.comment:
        about["comment"] = step.comment
    if step.entries is None:
        about["empty_layer"] = True
    return about


def _timestamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
