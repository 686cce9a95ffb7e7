"""Which layers are the base: a number, a reference, an annotation, else layer 0."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layertui.errors import ImageError, UsageError
from layertui.sources import open_image
from tests import archives
from tests.archives import Json, Members, sample_layers, write_tarball

if TYPE_CHECKING:
    from layertui.image import Image
    from tests.unit.conftest import OpenMembers

API = sample_layers(4)
BASE = API[:2]
NAME = "org.opencontainers.image.base.name"
DIGEST = "org.opencontainers.image.base.digest"


def base_layers(image: Image) -> int:
    marked = [layer.base for layer in image.layers]
    count = sum(marked)
    assert marked == [True] * count + [False] * (len(marked) - count)
    return count


def beside(annotations: Json, base: list[bytes] = BASE) -> Members:
    """Return an OCI archive of an image with annotations and of another one."""
    below = archives.manifested(base)
    image = archives.manifested(API, annotations=annotations)
    return (
        below.members
        | image.members
        | archives.layout(
            image.descriptor | {"annotations": archives.named("shop/api:1")},
            below.descriptor | {"annotations": archives.named("base:1")},
        )
    )


def test_layer_0_is_the_base_where_nothing_tells(open_members: OpenMembers) -> None:
    assert base_layers(open_members(archives.docker_save(API))) == 1


def test_an_image_without_layers_has_no_base(open_members: OpenMembers) -> None:
    assert base_layers(open_members(archives.docker_save([]))) == 0


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_the_base_is_a_number_of_layers(count: int, open_members: OpenMembers) -> None:
    assert base_layers(open_members(archives.docker_save(API), base=str(count))) == count


@pytest.mark.parametrize("count", ["5", "9" * 5000])
def test_a_base_of_more_layers_than_there_are_is_wrong(
    count: str, open_members: OpenMembers
) -> None:
    with pytest.raises(UsageError, match="only 4 layers"):
        open_members(archives.docker_save(API), base=count)


def test_the_base_is_another_archive(tmp_path: Path, open_members: OpenMembers) -> None:
    base = write_tarball(archives.oci(BASE), tmp_path / "base.tar")

    assert base_layers(open_members(archives.docker_save(API), base=str(base))) == 2


def test_the_base_is_an_image_of_the_same_archive(open_members: OpenMembers) -> None:
    assert base_layers(open_members(beside({}), choice="0", base="base:1")) == 2


def test_an_image_that_is_not_below_is_no_base(tmp_path: Path, open_members: OpenMembers) -> None:
    base = write_tarball(archives.oci(API[1:2]), tmp_path / "base.tar")

    with pytest.raises(UsageError, match="does not stand on"):
        open_members(archives.docker_save(API), base=str(base))


def test_images_without_diff_ids_are_no_bases(tmp_path: Path, open_members: OpenMembers) -> None:
    base = write_tarball(archives.v1(BASE), tmp_path / "base.tar")

    with pytest.raises(UsageError, match="does not stand on"):
        open_members(archives.v1(API), base=str(base))


def test_a_base_that_is_not_there_is_an_error(open_members: OpenMembers) -> None:
    with pytest.raises(ImageError):
        open_members(archives.docker_save(API), base="./gone.tar")


def test_the_annotation_names_the_base(open_members: OpenMembers) -> None:
    assert base_layers(open_members(beside({NAME: "docker.io/library/base:1"}), choice="0")) == 2


def test_the_annotation_gives_the_digest_of_the_base(open_members: OpenMembers) -> None:
    manifest = archives.manifested(BASE).descriptor["digest"]

    assert base_layers(open_members(beside({DIGEST: manifest}), choice="0")) == 2


def test_a_base_that_is_named_and_not_there_is_ignored(open_members: OpenMembers) -> None:
    image = open_members(beside({NAME: "registry.example/other:1"}), choice="0")

    assert base_layers(image) == 1
    assert image.notices == ()


def test_a_base_that_is_named_and_not_below_is_a_warning(open_members: OpenMembers) -> None:
    image = open_members(beside({NAME: "base:1"}, API[2:3]), choice="0")

    assert base_layers(image) == 1
    assert [notice.code for notice in image.notices] == ["base-mismatch"]


def test_an_image_that_names_itself_as_its_base_has_layer_0(open_members: OpenMembers) -> None:
    assert base_layers(open_members(beside({NAME: "shop/api:1"}), choice="0")) == 1


def test_the_base_of_a_user_goes_before_the_annotation(open_members: OpenMembers) -> None:
    assert base_layers(open_members(beside({NAME: "base:1"}), choice="0", base="3")) == 3


def test_the_other_archive_is_closed(tmp_path: Path) -> None:
    base = write_tarball(archives.oci(BASE), tmp_path / "base.tar")
    path = write_tarball(archives.docker_save(API), tmp_path / "image.tar")
    image = open_image(str(path), base=str(base))

    opened = {str(each.resolve()) for each in Path("/proc/self/fd").iterdir() if each.exists()}
    assert str(path.resolve()) in opened
    assert str(base.resolve()) not in opened
    image.close()
