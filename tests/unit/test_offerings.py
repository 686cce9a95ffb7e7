"""What can be opened of a source, told without reading layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError
from layertui.sources import Source, open_source
from layertui.sources.offering import OfferedPlatform
from tests import archives
from tests.archives import Members, hex_digest, sample_layers, write_directory, write_tarball
from tests.several import platforms, two_images

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


LAYERS = sample_layers(2)
OpenSource = Callable[[Members], Source]


@pytest.fixture
def source_of(tmp_path: Path) -> Iterator[OpenSource]:
    """Open members as a tarball to choose from."""
    sources: list[Source] = []

    def opened(members: Members) -> Source:
        sources.append(open_source(str(write_tarball(members, tmp_path / "image.tar"))))
        return sources[-1]

    yield opened
    for source in sources:
        source.close()


def test_the_images_of_an_archive_are_told_by_name_and_id(source_of: OpenSource) -> None:
    first, second = source_of(two_images()).offerings()
    assert (first.number, first.names) == (0, ("shop/api:2.4",))
    assert (second.number, second.names) == (1, ())
    short = hex_digest(archives.config(sample_layers(2)[:1]))[:12]
    assert second.platforms == (OfferedPlatform("linux/amd64", short, present=True),)


def test_the_platforms_of_an_image_are_told_in_order(source_of: OpenSource) -> None:
    (only,) = source_of(platforms("linux/arm64/v8", "linux/amd64", "windows/amd64")).offerings()
    assert [each.platform for each in only.platforms] == [
        "linux/arm64/v8", "linux/amd64", "windows/amd64",
    ]  # fmt: skip


def test_platforms_that_no_index_tells_come_from_the_configs(source_of: OpenSource) -> None:
    (only,) = source_of(platforms("linux/arm64/v8", "linux/amd64", untold=True)).offerings()
    assert [each.platform for each in only.platforms] == ["linux/arm64/v8", "linux/amd64"]


def test_platforms_that_are_only_listed_are_told_apart(source_of: OpenSource) -> None:
    members = archives.containerd(LAYERS)
    (only,) = source_of(members).offerings()
    assert [each.platform for each in only.platforms] == ["linux/amd64"]
    assert only.absent == ("linux/arm64",)


def test_a_platform_of_which_nothing_is_there_is_not_present(source_of: OpenSource) -> None:
    members = platforms("linux/arm64/v8", "linux/amd64")
    config = archives.config(sample_layers(1), os="linux", architecture="arm64", variant="v8")
    del members[f"blobs/sha256/{hex_digest(config)}"]
    (only,) = source_of(members).offerings()
    assert [each.present for each in only.platforms] == [False, True]


def test_a_v1_archive_offers_its_images(source_of: OpenSource) -> None:
    (only,) = source_of(archives.v1(LAYERS)).offerings()
    assert only.names == (archives.TAG,)
    assert only.platforms == (OfferedPlatform("linux/amd64", "", present=True),)


def test_a_schema_1_image_is_offered(tmp_path: Path) -> None:
    source = open_source(str(write_directory(archives.schema1(LAYERS), tmp_path / "image")))
    (only,) = source.offerings()
    assert only.platforms == (OfferedPlatform("linux/amd64", "", present=True),)
    source.close()


def test_an_unreadable_manifest_is_told(source_of: OpenSource) -> None:
    members = platforms("linux/arm64", "linux/amd64")
    config = archives.config(sample_layers(1), os="linux", architecture="arm64")
    manifest = archives.manifested(
        sample_layers(1), about=config, platform={"os": "linux", "architecture": "arm64"}
    )
    name = f"blobs/sha256/{manifest.descriptor['digest'].partition(':')[2]}"
    members[name] = b"{"
    (only,) = source_of(members).offerings()
    assert len(only.problems) == 1
    assert [each.platform for each in only.platforms] == ["linux/amd64"]


def test_each_platform_opens_by_its_position(source_of: OpenSource) -> None:
    source = source_of(platforms("linux/arm64", "linux/amd64", "windows/amd64"))
    for position, offered in enumerate(source.offerings()[0].platforms):
        image = source.image(choice="0", position=position)
        assert str(image.platform) == offered.platform
        assert (image.number, image.position) == (0, position)


def test_the_image_tells_its_number(source_of: OpenSource) -> None:
    assert source_of(two_images()).image(choice="1").number == 1


def test_the_work_stops_when_it_is_asked_to(source_of: OpenSource) -> None:
    with pytest.raises(CancelledError):
        source_of(two_images()).offerings(lambda: True)
