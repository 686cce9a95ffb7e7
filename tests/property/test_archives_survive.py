"""Whatever is done to an archive, it opens or is refused by an error of this program."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from layertui.blob import BytesBlob
from layertui.display import printable
from layertui.errors import LayertuiError
from layertui.layers.compression import Decompression
from layertui.layers.verify import verify_layer
from layertui.limits import MIB, Limits
from layertui.oci.config import parse_config
from layertui.oci.digest import Digest
from layertui.oci.instruction import instruction
from layertui.oci.manifest import parse_archive_manifest, parse_manifest
from layertui.oci.timestamps import nanoseconds
from layertui.sources import open_image
from layertui.sources.container import normalised
from tests import archives
from tests.archives import dump, sample_layers, tarball, write_directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.image import Image
from contextlib import contextmanager

LAYERS = sample_layers(2)
SHAPES = [
    tarball(shape(LAYERS))
    for shape in (
        archives.v1,
        archives.docker_save,
        archives.hybrid,
        archives.containerd,
        archives.kaniko,
        archives.oci,
    )
]
COMPRESSED = [archives.packed(data) for data in SHAPES[:2]]
BOUNDS = Limits(layer_size=64 * MIB, spool_size=64 * MIB)

relaxed = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def refusals_are_printable() -> Iterator[None]:
    """Let errors of this program pass, and no others."""
    try:
        yield
    except LayertuiError as refusal:
        words = refusal.message + refusal.hint
        if printable(words) != words:
            raise AssertionError(words) from refusal


def survives(data: bytes) -> None:
    """Open an archive and read all of it, or see it refused in printable words."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        opened(file.name)


def opened(path: str) -> None:
    with refusals_are_printable():
        read(open_image(path, limits=BOUNDS))


def read(image: Image) -> None:
    for layer in image.layers:
        assert layer.history is None or isinstance(layer.history.instruction, str)
        verify_layer(layer, limits=BOUNDS)
    assert all(printable(notice.message) == notice.message for notice in image.notices)
    image.close()


@st.composite
def flipped(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """Return an archive with some bytes changed."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 8))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@st.composite
def cut(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """Return an archive without its end, or without a part in its middle."""
    data = draw(st.sampled_from(originals))
    start = draw(st.integers(0, len(data)))
    return data[:start] + data[draw(st.integers(start, len(data))) :]


@relaxed
@given(flipped(SHAPES))
def test_an_archive_with_changed_bytes_opens_or_is_refused(data: bytes) -> None:
    survives(data)


@relaxed
@given(cut(SHAPES))
def test_an_archive_with_a_part_cut_out_opens_or_is_refused(data: bytes) -> None:
    survives(data)


@relaxed
@given(flipped(COMPRESSED) | cut(COMPRESSED))
def test_a_damaged_compressed_archive_opens_or_is_refused(data: bytes) -> None:
    survives(data)


@relaxed
@given(st.binary(max_size=3000))
@example(b"\x1f\x8b\x08")
@example(b"\x28\xb5\x2f\xfd")
@example(b"\xfd7zXZ\x00")
@example(b"\x50\x2a\x4d\x18\xff\xff\xff\xff")
def test_any_bytes_are_refused(data: bytes) -> None:
    survives(data)


KEYS = st.sampled_from(
    [
        "Config", "RepoTags", "Layers", "manifests", "layers", "config", "digest", "mediaType",
        "size", "platform", "os", "architecture", "annotations", "rootfs", "diff_ids", "history",
        "created", "created_by", "empty_layer", "fsLayers", "blobSum", "v1Compatibility", "urls",
        "Env", "Cmd", "Labels",
    ]
) | st.text(max_size=5)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


@relaxed
@given(JSON)
def test_any_json_is_a_document_or_is_refused(value: object) -> None:
    data = dump(value)
    for parser in (parse_manifest, parse_archive_manifest, parse_config):
        with refusals_are_printable():
            parser(data, what="document")


@relaxed
@given(JSON, st.sampled_from(["manifest.json", "index.json", "repositories"]))
def test_any_json_in_a_directory_opens_or_is_refused(value: object, name: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        members = archives.docker_save(LAYERS) | {name: dump(value)}
        opened(str(write_directory(members, Path(directory))))


@relaxed
@given(st.binary(max_size=300))
def test_any_bytes_are_json_or_are_refused(data: bytes) -> None:
    with refusals_are_printable():
        parse_config(data, what="config")


@relaxed
@given(st.text(max_size=100))
def test_any_text_may_stand_in_a_config(text: str) -> None:
    instruction(text, text)
    nanoseconds(text)
    with refusals_are_printable():
        assert Digest(text) == text


@relaxed
@given(st.text(max_size=60))
def test_a_name_never_leads_out_of_its_container(text: str) -> None:
    name = normalised(text)

    assert not name.startswith("/")
    assert ".." not in name.split("/")
    assert normalised(name) == name


@relaxed
@given(st.binary(max_size=5000), st.sampled_from(["gzip", "zstd", "xz", "bzip2"]))
def test_any_bytes_behind_a_magic_number_decompress_or_are_refused(data: bytes, kind: str) -> None:
    magic = {
        "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
        "zstd": b"\x28\xb5\x2f\xfd",
        "xz": b"\xfd7zXZ\x00",
        "bzip2": b"BZh91AY&SY",
    }[kind]
    with refusals_are_printable():
        for chunk in Decompression(BytesBlob(magic + data), limits=BOUNDS):
            assert 0 < len(chunk) <= MIB
