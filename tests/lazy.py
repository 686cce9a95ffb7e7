"""Layers that carry a list of their files, as eStargz has it: one gzip member after another."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from tests import builders
from tests.archives import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

STARGZ = "containerd.io/snapshot/stargz/toc.digest"


def estargz(files: Mapping[str, bytes]) -> tuple[bytes, bytes, dict[str, str]]:
    """Return a layer as stored, uncompressed, and the annotations of its descriptor."""
    entries = [
        {"name": name, "type": "reg", "size": len(data), "mode": 0o644, "digest": digest(data)}
        for name, data in files.items()
    ]
    table = json.dumps({"version": 1, "entries": entries}).encode()
    parts = [builders.file(name, data) for name, data in files.items()]
    parts += [builders.file(".no.prefetch.landmark", b"\x0f")]
    last = builders.file("stargz.index.json", table) + builders.END
    stored = b"".join(gzip.compress(part, mtime=0) for part in parts)
    footer = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff\x1a\x00SG\x16\x00%016xSTARGZ" % len(stored)
    footer += b"\x01\x00\x00\xff\xff" + bytes(8)
    stored += gzip.compress(last, mtime=0) + footer
    return stored, b"".join(parts) + last, {STARGZ: digest(table)}
