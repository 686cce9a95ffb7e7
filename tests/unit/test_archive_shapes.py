"""Every shape that a tool saves an image in as one file."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from layertui.errors import DamagedImageError
from layertui.layers.compression import Decompression
from layertui.sources import open_image
from tests import archives
from tests.archives import TAG, Members, digest, sample_layers, tarball

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.image import Image
    from tests.unit.conftest import OpenMembers

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LAYERS = sample_layers(3)
STEPS = [f"COPY file:{number} in /" for number in range(3)]

Shape = Callable[..., Members]
SHAPES: dict[str, Shape] = {
    "docker before 1.10": archives.v1,
    "docker 1.10 to 24": archives.docker_save,
    "docker 25 and later": archives.hybrid,
    "docker with containerd": archives.containerd,
    "podman and skopeo": archives.podman_save,
    "kaniko and crane": archives.kaniko,
    "nix": archives.nix,
    "oci-archive": archives.oci,
}
every_shape = pytest.mark.parametrize(
    "shape", [pytest.param(shape, id=name) for name, shape in SHAPES.items()]
)


def contents(image: Image) -> list[bytes]:
    return [b"".join(Decompression(layer.blob)) for layer in image.layers if layer.blob]


@every_shape
def test_the_layers_come_bottom_to_top(shape: Shape, open_members: OpenMembers) -> None:
    image = open_members(shape(LAYERS))

    assert contents(image) == LAYERS
    assert [layer.index for layer in image.layers] == [0, 1, 2]
    assert [layer.base for layer in image.layers] == [True, False, False]


@every_shape
def test_a_good_archive_is_complete_and_without_warnings(
    shape: Shape, open_members: OpenMembers
) -> None:
    image = open_members(shape(LAYERS))

    assert not image.incomplete
    assert {notice.code for notice in image.notices} <= {"platform-not-in-archive"}


@every_shape
def test_an_archive_tells_platform_and_names(shape: Shape, open_members: OpenMembers) -> None:
    image = open_members(shape(LAYERS))

    assert str(image.platform) == "linux/amd64"
    assert image.tags == (("2.4",) if shape is archives.oci else (TAG,))


@every_shape
def test_each_layer_has_the_step_that_made_it(shape: Shape, open_members: OpenMembers) -> None:
    image = open_members(shape(LAYERS))
    steps = [layer.history.instruction for layer in image.layers if layer.history]

    expected = [f"store paths: ['/nix/store/{n}']" for n in range(3)]
    assert steps == (expected if shape is archives.nix else STEPS)


@every_shape
def test_members_may_carry_a_prefix(
    shape: Shape, tmp_path: Path, open_members: OpenMembers
) -> None:
    for prefix in ("./", "/"):
        path = tmp_path / "prefixed.tar"
        path.write_bytes(tarball(shape(LAYERS), prefix=prefix))
        image = open_image(str(path))

        assert contents(image) == LAYERS
        image.close()


@every_shape
def test_members_may_come_in_any_order(shape: Shape, open_members: OpenMembers) -> None:
    backwards = dict(reversed(shape(LAYERS).items()))

    assert contents(open_members(backwards)) == LAYERS


@every_shape
def test_an_archive_without_its_end_blocks_is_read(shape: Shape, tmp_path: Path) -> None:
    path = tmp_path / "endless.tar"
    path.write_bytes(tarball(shape(LAYERS), end=b""))
    image = open_image(str(path))

    assert contents(image) == LAYERS
    image.close()


@pytest.mark.parametrize("shape", [shape for shape in SHAPES.values() if shape is not archives.v1])
def test_an_image_may_have_no_layers(shape: Shape, open_members: OpenMembers) -> None:
    image = open_members(shape([]))

    assert image.layers == ()
    assert not image.incomplete


def test_layers_that_are_null_are_none(open_members: OpenMembers) -> None:
    members = archives.docker_save([])
    item = archives.item(next(iter(members)), [])
    members |= archives.docker_manifest(item | {"Layers": None})

    assert open_members(members).layers == ()


MODERN = [shape for shape in SHAPES.values() if shape is not archives.v1]


@pytest.mark.parametrize("shape", MODERN)
def test_config_and_layers_have_their_ids(shape: Shape, open_members: OpenMembers) -> None:
    image = open_members(shape(LAYERS))
    config = archives.nix(LAYERS) if shape is archives.nix else {}
    expected = next((name for name in config if name.endswith(".json")), "")[:-5]

    assert image.image_id == (f"sha256:{expected}" if expected else digest(archives.config(LAYERS)))
    assert [layer.diff_id for layer in image.layers] == list(map(digest, LAYERS))


def test_chain_ids_are_those_of_the_specification(open_members: OpenMembers) -> None:
    image = open_members(archives.docker_save(LAYERS))
    first = digest(LAYERS[0])
    second = digest(f"{first} {digest(LAYERS[1])}".encode())
    third = digest(f"{second} {digest(LAYERS[2])}".encode())

    assert [layer.chain_id for layer in image.layers] == [first, second, third]


@pytest.mark.parametrize("shape", [archives.hybrid, archives.containerd, archives.oci])
def test_only_a_manifest_gives_layers_digests_and_types(
    shape: Shape, open_members: OpenMembers
) -> None:
    image = open_members(shape(LAYERS))

    assert image.manifest_digest is not None
    assert all(layer.digest and layer.media_type and layer.stored_size for layer in image.layers)


@pytest.mark.parametrize("shape", [archives.v1, archives.docker_save, archives.podman_save])
def test_without_a_manifest_there_is_no_digest(shape: Shape, open_members: OpenMembers) -> None:
    image = open_members(shape(LAYERS))

    assert image.manifest_digest is None
    assert [layer.digest for layer in image.layers] == [None] * 3


@pytest.mark.parametrize(
    ("shape", "source"),
    [
        (archives.v1, "docker-archive"),
        (archives.docker_save, "docker-archive"),
        (archives.hybrid, "docker-archive"),
        (archives.containerd, "docker-archive"),
        (archives.oci, "oci-archive"),
    ],
)
def test_an_image_tells_its_transport(shape: Shape, source: str, open_members: OpenMembers) -> None:
    assert open_members(shape(LAYERS)).source == source


def test_a_hybrid_archive_without_tags_opens(open_members: OpenMembers) -> None:
    image = open_members(archives.hybrid(LAYERS, tags=None))

    assert image.tags == ()
    assert contents(image) == LAYERS


def test_a_hybrid_archive_with_two_tags_is_one_image(open_members: OpenMembers) -> None:
    tags = ("shop/api:2.4", "shop/api:latest")

    assert open_members(archives.hybrid(LAYERS, tags=tags)).tags == tags


def test_the_same_layer_twice_is_two_layers(open_members: OpenMembers) -> None:
    twice = [LAYERS[0], LAYERS[1], LAYERS[0]]
    for shape in (archives.docker_save, archives.podman_save, archives.hybrid, archives.kaniko):
        image = open_members(shape(twice))

        assert contents(image) == twice


def test_repositories_may_be_missing_from_the_oldest_archives(open_members: OpenMembers) -> None:
    image = open_members(archives.v1(LAYERS, tags=()))

    assert image.tags == ()
    assert contents(image) == LAYERS
    assert image.image_id is None


def test_a_circle_of_parents_is_an_error(open_members: OpenMembers) -> None:
    members = archives.v1(LAYERS[:2])
    first, second = (name[:-5] for name in members if name.endswith("/json"))
    members[f"{first}/json"] = archives.dump({"id": first, "parent": second})

    with pytest.raises(DamagedImageError, match="circle"):
        open_members(members)


def test_a_parent_that_is_not_there_is_an_error(open_members: OpenMembers) -> None:
    members = archives.v1(LAYERS[:2])
    del members[next(name for name in members if name.endswith("/json"))]

    with pytest.raises(DamagedImageError, match="is not in"):
        open_members(members)


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        bz2.compress,
        lzma.compress,
        zstd.compress,
        lambda data: b"\x50\x2a\x4d\x18" + struct.pack("<I", 3) + b"abc" + zstd.compress(data),
        lambda data: gzip.compress(zstd.compress(data)),
    ],
    ids=["gzip", "bzip2", "xz", "zstd", "zstd behind a skippable frame", "twice"],
)
def test_the_whole_archive_may_be_compressed(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "image.tar.any"
    path.write_bytes(pack(tarball(archives.docker_save(LAYERS))))
    image = open_image(str(path))

    assert contents(image) == LAYERS
    assert not image.incomplete
    image.close()
