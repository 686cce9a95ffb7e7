"""The list of files that an eStargz or zstd:chunked layer carries."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tarfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from layertui.errors import DamagedImageError, LimitExceededError
from layertui.layers.contents_table import find_table, listed_index
from layertui.limits import Limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from layertui.layers.index import LayerIndex

STARGZ = "containerd.io/snapshot/stargz/toc.digest"
CHUNKED = "io.github.containers.zstd-chunked."
SHA = {text: "sha256:" + hashlib.sha256(text.encode()).hexdigest() for text in ("one", "two")}

ENTRIES: list[dict[str, Any]] = [
    {"name": "etc/", "type": "dir", "mode": 0o755, "modtime": "2024-05-06T07:08:09Z"},
    {"name": "etc/a", "type": "reg", "size": 3, "mode": 0o4644, "uid": 7, "gid": 8,
     "modtime": "1970-01-01T00:00:01Z", "digest": SHA["one"], "xattrs": {"user.x": "AP8="}},
    {"name": "etc/a", "type": "chunk", "offset": 9},
    {"name": "etc/b", "type": "hardlink", "linkName": "etc/a"},
    {"name": "etc/c", "type": "symlink", "linkName": "../a", "mode": 0o777},
    {"name": "dev/n", "type": "char", "devMajor": 1, "devMinor": 3},
    {"name": "old/.wh.gone", "type": "reg"},
    {"name": "old/.wh..wh..opq", "type": "reg"},
]  # fmt: skip


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def table_of(entries: list[dict[str, Any]]) -> bytes:
    return json.dumps({"version": 1, "entries": entries}).encode()


def stargz(table: bytes, name: str = "stargz.index.json") -> bytes:
    """Return a layer: something before, the table as a gzip member of its own, the footer."""
    archive = BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(table)
        tar.addfile(member, BytesIO(table))
    before = gzip.compress(b"files")
    footer = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff\x1a\x00SG\x16\x00%016xSTARGZ" % len(before)
    footer += b"\x01\x00\x00\xff\xff" + bytes(8)
    return before + gzip.compress(archive.getvalue()) + footer


def chunked(table: bytes, prefix: str = CHUNKED) -> tuple[bytes, dict[str, str]]:
    packed = zstd.compress(table)
    annotations = {
        f"{prefix}manifest-position": f"6:{len(packed)}:{len(table)}:1",
        f"{prefix}manifest-checksum": digest(packed),
    }
    return b"before" + packed + b"behind", annotations


def listed(layer: bytes, annotations: dict[str, str], limits: Limits | None = None) -> LayerIndex:
    def read(offset: int, length: int) -> bytes:
        return layer[offset : offset + length]

    place = find_table(annotations, len(layer), read)
    assert place is not None
    return listed_index(place, read, number=0, limits=limits or Limits())


def of_stargz(entries: list[dict[str, Any]]) -> LayerIndex:
    table = table_of(entries)
    return listed(stargz(table), {STARGZ: digest(table)})


def of_chunked(entries: list[dict[str, Any]]) -> LayerIndex:
    return listed(*chunked(table_of(entries)))


@pytest.mark.parametrize("index_of", [of_stargz, of_chunked])
def test_a_table_lists_the_files_as_the_layer_would(index_of: Any) -> None:
    index = index_of(ENTRIES)
    keys = [b"dev\0n", b"etc", b"etc\0a", b"etc\0b", b"etc\0c"]
    assert index.keys == keys
    row = keys.index(b"etc\0a")
    assert index.sizes[row] == 3
    assert index.mtimes[row] == 1_000_000_000
    owner = index.attribute_table[index.attributes[row]]
    assert (owner.mode, owner.uid, owner.gid) == (0o4644, 7, 8)
    assert owner.xattrs == ((b"user.x", b"\0\xff"),)
    assert index.links == {3: b"etc/a", 4: b"../a"}
    assert index.devices == {0: (1, 3)}
    assert index.whiteouts == (b"old/gone",)
    assert index.opaques == (b"old",)
    assert index.implied == (b"dev",)
    assert index.complete


def test_the_older_annotations_of_zstd_chunked_are_known() -> None:
    assert len(listed(*chunked(table_of(ENTRIES), "io.containers.zstd-chunked."))) == 5


def test_contents_are_told_apart_by_their_digests() -> None:
    def file(name: str, content: str) -> dict[str, Any]:
        return {"name": name, "type": "reg", "size": 3, "digest": SHA[content]}

    index = of_stargz([file("a", "one"), file("b", "one"), file("c", "two")])
    assert index.same_content(0, index, 1)
    assert not index.same_content(0, index, 2)


def test_a_layer_without_a_table_has_none() -> None:
    layer = stargz(table_of([]))

    def place(layer: bytes, annotations: dict[str, str]) -> object:
        return find_table(annotations, len(layer), lambda at, size: layer[at : at + size])

    assert place(layer, {}) is None
    assert place(layer, {STARGZ: "nonsense"}) is None
    assert place(layer[:-1], {STARGZ: SHA["one"]}) is None
    assert place(b"short", {STARGZ: SHA["one"]}) is None
    whole, annotations = chunked(table_of([]))
    assert place(whole[:9], annotations) is None
    position = f"{CHUNKED}manifest-position"
    assert place(whole, {**annotations, position: "1:2:3"}) is None
    assert place(whole, {**annotations, position: "6:5:5:2"}) is None


@pytest.mark.parametrize(
    "layer",
    [
        stargz(table_of([{"name": "other", "type": "reg"}])),
        stargz(table_of([]), name="another.json"),
    ],
)
def test_a_table_with_another_digest_is_not_believed(layer: bytes) -> None:
    with pytest.raises(DamagedImageError, match="list of files"):
        listed(layer, {STARGZ: digest(table_of([]))})


@pytest.mark.parametrize(
    "table",
    [b"", b"[", b"[]", b'{"version": 1, "entries": [{"name": 3}]}', b"[" * 100_000, b"\xff"],
    ids=["empty", "cut", "list", "wrong type", "deep", "not text"],
)
def test_what_is_no_table_is_named(table: bytes) -> None:
    with pytest.raises(DamagedImageError, match="list of files"):
        listed(stargz(table), {STARGZ: digest(table)})


def test_odd_values_are_bounded() -> None:
    index = of_stargz(
        [
            {"name": "../a\0b", "type": "reg", "size": -5, "uid": -1,
             "modtime": "9999-01-01T00:00:00Z", "digest": "sha256:..",
             "xattrs": {"user.x": "not base64!"}},
            {"name": "s", "type": "reg", "size": 2**63 - 1, "gid": 2**63, "modtime": "yesterday"},
            {"name": "x", "type": "sock"},
        ]
    )  # fmt: skip
    assert index.keys == [b"ab", b"s"]
    assert list(index.sizes) == [0, 2**62]


def test_a_table_has_its_bounds() -> None:
    table = table_of(ENTRIES)
    small = replace(Limits(), contents_table_size=10)
    with pytest.raises(LimitExceededError):
        listed(stargz(table), {STARGZ: digest(table)}, small)
    few = replace(Limits(), layer_entries=2)
    assert not listed(stargz(table), {STARGZ: digest(table)}, few).complete
