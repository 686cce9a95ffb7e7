"""Which of several images, and for which platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.errors import (
    AmbiguousImageError,
    DamagedImageError,
    ImageNotFoundError,
    LayertuiError,
    LimitExceededError,
    NotAnImageError,
    UsageError,
)
from layertui.limits import Limits
from layertui.oci.digest import Digest
from layertui.oci.platform import Platform
from layertui.sources import open_source
from tests import archives
from tests.archives import Members, digest, sample_layers, write_tarball
from tests.several import API, BASE, platforms, two_images

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.conftest import OpenMembers


def test_without_a_choice_the_images_are_listed(open_members: OpenMembers) -> None:
    short = archives.hex_digest(archives.config(BASE))[:12]

    with pytest.raises(AmbiguousImageError) as caught:
        open_members(two_images())

    assert caught.value.choices == ("0  shop/api:2.4", f"1  <none> {short}")
    assert "holds 2 images" in caught.value.message


@pytest.mark.parametrize(
    ("choice", "layers"),
    [
        ("0", 2),
        ("1", 1),
        ("@1", 1),
        ("shop/api:2.4", 2),
        ("docker.io/shop/api:2.4", 2),
        (digest(archives.config(BASE)), 1),
        (archives.hex_digest(archives.config(BASE))[:12], 1),
    ],
)
def test_a_choice_is_a_number_or_a_name_or_an_id(
    choice: str, layers: int, open_members: OpenMembers
) -> None:
    assert len(open_members(two_images(), choice=choice).layers) == layers


@pytest.mark.parametrize("choice", ["2", "-1", "shop/api:3", "sha256:00", "9" * 5000, "\x1b[31m"])
def test_a_choice_that_is_not_there_tells_what_is(choice: str, open_members: OpenMembers) -> None:
    with pytest.raises(ImageNotFoundError) as caught:
        open_members(two_images(), choice=choice)

    assert "0  shop/api:2.4" in caught.value.hint
    assert caught.value.message.isprintable()


def test_a_name_behind_the_path_is_a_choice(tmp_path: Path) -> None:
    path = write_tarball(two_images(), tmp_path / "two.tar")
    source = open_source(f"docker-archive:{path}:shop/api:2.4")

    assert len(source.image().layers) == 2
    assert source.listing[0] == "0  shop/api:2.4"
    source.close()


def test_images_of_one_archive_may_share_names_of_an_index(open_members: OpenMembers) -> None:
    one, two = archives.manifested(API), archives.manifested(BASE)
    members = one.members | two.members
    members |= archives.layout(
        one.descriptor | {"annotations": archives.named("shop/api:2.4")},
        one.descriptor | {"annotations": archives.named("shop/api:latest")},
        two.descriptor | {"annotations": archives.named("base:1")},
    )

    with pytest.raises(AmbiguousImageError) as caught:
        open_members(members)

    assert caught.value.choices == ("0  shop/api:2.4, shop/api:latest", "1  base:1")
    assert open_members(members, choice="latest").tags[1] == "shop/api:latest"


def test_one_image_with_two_names_in_an_index_is_read_once(tmp_path: Path) -> None:
    tags = ("shop/api:2.4", "shop/api:latest")
    path = write_tarball(archives.hybrid(API, tags=tags), tmp_path / "image.tar")
    source = open_source(str(path))

    assert [len(offering.platforms) for offering in source.offerings()] == [1]
    source.close()


def test_the_names_of_manifest_json_go_before_those_of_the_index(
    open_members: OpenMembers,
) -> None:
    image = archives.manifested(API)
    full = image.descriptor | {"annotations": archives.named("docker.io/shop/api:2.4")}
    item = archives.item(image.config, image.layers, ["shop/api:2.4"])
    members = image.members | archives.layout(full) | archives.docker_manifest(item)

    assert open_members(members).tags == ("shop/api:2.4",)
    assert open_members(members, choice="docker.io/shop/api:2.4").layers


def test_an_image_is_in_both_documents_where_its_config_is_the_same(
    open_members: OpenMembers,
) -> None:
    image = archives.manifested(API)
    item = archives.item("config.json", image.layers, ["shop/api:2.4"])
    members = image.members | {"config.json": archives.config(API)}
    members |= archives.layout(image.descriptor) | archives.docker_manifest(item)

    assert open_members(members).manifest_digest == image.descriptor["digest"]


def test_an_image_that_only_the_index_lists_is_no_docker_archive(tmp_path: Path) -> None:
    other = archives.manifested(BASE)
    image = archives.manifested(API)
    item = archives.item(image.config, image.layers)
    members = image.members | other.members | archives.docker_manifest(item)
    members |= archives.layout(other.descriptor, image.descriptor)
    path = write_tarball(members, tmp_path / "image.tar")

    for text, count in ((str(path), 2), (f"docker-archive:{path}", 1), (f"oci-archive:{path}", 2)):
        source = open_source(text)
        assert len(source.listing) == count
        source.close()


def test_a_docker_archive_of_too_many_images_is_refused(open_members: OpenMembers) -> None:
    items = [archives.item("c.json", []) for _ in range(20)]

    with pytest.raises(LimitExceededError, match="lists 20 images, more than 10"):
        open_members(archives.docker_manifest(*items), limits=Limits(index_descriptors=10))


def test_text_of_an_image_is_printable_in_a_choice(open_members: OpenMembers) -> None:
    members = two_images() | archives.docker_manifest(
        archives.item("a", [], ["\x1b[31mred"]), archives.item("b", [], ["[bold]"])
    )

    with pytest.raises(AmbiguousImageError) as caught:
        open_members(members)
    assert caught.value.choices == ("0  \\x1b[31mred", "1  [bold]")


def test_the_platform_that_was_asked_for_opens(open_members: OpenMembers) -> None:
    members = platforms("linux/amd64", "linux/arm64/v8", "linux/arm/v7")

    image = open_members(members, platform="linux/arm64")

    assert str(image.platform) == "linux/arm64/v8"
    assert image.tags == ("api:1",)


def test_of_two_images_for_a_platform_the_first_opens(open_members: OpenMembers) -> None:
    members = platforms("linux/amd64", "linux/amd64", "linux/arm64")

    image = open_members(members, platform="linux/amd64")

    assert image.layers[0].diff_id == digest(sample_layers(1)[0])


def test_of_two_images_for_a_platform_one_that_is_there_opens(open_members: OpenMembers) -> None:
    members = platforms("linux/amd64", "linux/amd64", "linux/arm64")
    about = archives.config(sample_layers(1), os="linux", architecture="amd64")
    del members[archives.blob_name(about)]

    image = open_members(members, platform="linux/amd64")

    assert image.layers[0].diff_id == digest(sample_layers(2)[1])


def test_an_image_is_chosen_by_the_platform_that_the_index_tells(
    open_members: OpenMembers,
) -> None:
    told = [{"os": "linux", "architecture": name} for name in ("s390x", "riscv64")]
    images = [
        archives.manifested(layers, platform=platform)
        for layers, platform in zip((API, BASE), told, strict=True)
    ]
    members = images[0].members | images[1].members
    members |= archives.layout(*(image.descriptor for image in images))

    opened = open_members(members, platform="linux/riscv64")

    assert len(opened.layers) == 1
    assert [notice.code for notice in opened.notices] == ["platform-mismatch"]


def test_without_a_platform_that_of_the_host_opens(
    open_members: OpenMembers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Platform, "host", lambda: Platform(os="linux", architecture="aarch64"))

    image = open_members(platforms("linux/amd64", "linux/arm64"))

    assert str(image.platform) == "linux/arm64"


def test_a_platform_that_only_the_config_tells_is_found(open_members: OpenMembers) -> None:
    members = platforms("linux/amd64", "linux/s390x", untold=True)

    assert str(open_members(members, platform="linux/s390x").platform) == "linux/s390x"


def test_for_a_strange_host_the_first_platform_that_is_there_opens(
    open_members: OpenMembers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Platform, "host", lambda: Platform(os="plan9", architecture="mips"))
    members = platforms("linux/amd64", "linux/arm64")
    about = archives.config(sample_layers(1)[-1:], os="linux", architecture="amd64")
    del members[archives.blob_name(about)]

    assert str(open_members(members).platform) == "linux/arm64"


@pytest.mark.parametrize("members", [platforms("linux/amd64", "linux/arm64"), archives.oci(API)])
def test_a_platform_that_is_not_there_tells_what_is(
    members: Members, open_members: OpenMembers
) -> None:
    with pytest.raises(ImageNotFoundError, match="no image for linux/riscv64") as caught:
        open_members(members, platform="linux/riscv64")
    assert "linux/amd64" in caught.value.hint


def test_a_platform_that_is_not_written_as_one_is_wrong_usage(open_members: OpenMembers) -> None:
    with pytest.raises(UsageError):
        open_members(archives.oci(API), platform="amd64")


def test_platforms_that_are_only_listed_are_named(open_members: OpenMembers) -> None:
    image = open_members(archives.containerd(API))

    assert str(image.platform) == "linux/amd64"
    assert [notice.code for notice in image.notices] == ["platform-not-in-archive"]
    assert "linux/arm64" in image.notices[0].message
    assert not image.incomplete


def test_a_platform_that_is_only_listed_cannot_be_opened(open_members: OpenMembers) -> None:
    with pytest.raises(ImageNotFoundError) as caught:
        open_members(archives.containerd(API), platform="linux/arm64")

    assert caught.value.hint == "It holds linux/amd64; listed, but not in it: linux/arm64."


def test_an_attestation_is_no_platform(open_members: OpenMembers) -> None:
    with pytest.raises(ImageNotFoundError) as caught:
        open_members(archives.containerd(API), platform="unknown/unknown")

    assert "unknown" not in caught.value.hint


def test_a_descriptor_that_tells_another_platform_is_a_warning(open_members: OpenMembers) -> None:
    told = {"os": "linux", "architecture": "arm64"}
    image = archives.manifested(API, platform=told)
    opened = open_members(image.members | archives.layout(image.descriptor))

    assert str(opened.platform) == "linux/amd64"
    assert [notice.code for notice in opened.notices] == ["platform-mismatch"]


def test_platforms_at_the_top_of_an_index_are_one_image(open_members: OpenMembers) -> None:
    members: Members = {}
    descriptors = []
    for architecture in ("amd64", "arm64"):
        platform = {"os": "linux", "architecture": architecture}
        about = archives.config(API, **platform)
        image = archives.manifested(API, about=about, platform=platform)
        members |= image.members
        descriptors.append(image.descriptor)

    opened = open_members(members | archives.layout(*descriptors), platform="linux/arm64")

    assert str(opened.platform) == "linux/arm64"


def test_an_index_may_lie_in_indexes(open_members: OpenMembers) -> None:
    image = archives.manifested(API)
    members, descriptor = dict(image.members), image.descriptor
    for _ in range(6):
        blob, descriptor = archives.nested_index(descriptor)
        members |= blob

    assert len(open_members(members | archives.layout(descriptor)).layers) == 2


def test_an_index_nested_too_deeply_is_refused(open_members: OpenMembers) -> None:
    members: Members = {}
    descriptor = archives.manifested(API).descriptor
    for _ in range(9):
        blob, descriptor = archives.nested_index(descriptor)
        members |= blob

    with pytest.raises(LimitExceededError, match="nested too deeply"):
        open_members(members | archives.layout(descriptor))


def test_an_index_that_leads_to_itself_does_not_hang(open_members: OpenMembers) -> None:
    image = archives.manifested(API)
    encoded = "ab" * 32
    itself = {"mediaType": archives.OCI_INDEX, "digest": f"sha256:{encoded}", "size": 1}
    index = archives.dump({"manifests": [itself, image.descriptor]})
    members = image.members | {f"blobs/sha256/{encoded}": index} | archives.layout(itself)

    assert len(open_members(members).layers) == 2


def test_an_index_of_too_many_manifests_is_refused(open_members: OpenMembers) -> None:
    descriptors = [
        archives.descriptor(b"%d" % number, archives.OCI_MANIFEST) for number in range(20)
    ]

    with pytest.raises(LimitExceededError, match="too many manifests"):
        open_members(archives.layout(*descriptors), limits=Limits(index_descriptors=10))


def test_an_image_that_is_only_listed_is_an_error(open_members: OpenMembers) -> None:
    image = archives.manifested(API)

    with pytest.raises(DamagedImageError, match="is not in"):
        open_members(archives.layout(image.descriptor))


def test_a_damaged_manifest_of_another_platform_is_a_warning(open_members: OpenMembers) -> None:
    members = platforms("linux/amd64", "linux/arm64")
    image = open_members(members, platform="linux/arm64")
    assert image.manifest_digest is not None
    members[f"blobs/sha256/{image.manifest_digest.encoded}"] = b"{"

    other = open_members(members, platform="linux/amd64")

    assert [notice.code for notice in other.notices] == ["manifest-unreadable"]
    with pytest.raises(LayertuiError):
        open_members(members, platform="linux/arm64")


def test_a_manifest_with_another_digest_makes_the_image_incomplete(
    open_members: OpenMembers,
) -> None:
    image = archives.manifested(API)
    name = f"blobs/sha256/{image.descriptor['digest'][7:]}"
    changed = image.members[name]
    assert isinstance(changed, bytes)
    members = image.members | {name: changed[:-1] + b" }"} | archives.layout(image.descriptor)

    opened = open_members(members)

    assert [notice.code for notice in opened.notices] == ["digest-mismatch", "size-mismatch"]
    assert opened.incomplete
    assert opened.manifest_digest == Digest.of(changed[:-1] + b" }")


@pytest.mark.parametrize(
    ("media_type", "artifact", "words"),
    [
        ("application/vnd.cncf.helm.config.v1+json", "", "a Helm chart"),
        ("application/vnd.buildkit.cacheconfig.v0", "", "a BuildKit cache"),
        ("application/vnd.oci.empty.v1+json", "application/vnd.example.sbom", "vnd.example.sbom"),
        ("application/vnd.oci.empty.v1+json", "", "application/vnd.oci.image.layer.v1.tar+gzip"),
    ],
)
def test_an_artifact_is_named(
    media_type: str, artifact: str, words: str, open_members: OpenMembers
) -> None:
    image = archives.manifested(API, config_type=media_type)
    name = f"blobs/sha256/{image.descriptor['digest'][7:]}"
    manifest = image.members[name]
    assert isinstance(manifest, bytes)
    changed = manifest.replace(b'{"config"', b'{"artifactType":"%s","config"' % artifact.encode())
    descriptor = archives.descriptor(changed, archives.OCI_MANIFEST)
    members = {archives.blob_name(changed): changed} | archives.layout(descriptor)

    with pytest.raises(NotAnImageError, match="not a container image") as caught:
        open_members(members)
    assert words in caught.value.message


def test_a_signature_with_the_config_of_an_image_is_none(open_members: OpenMembers) -> None:
    kind = "application/vnd.dev.cosign.simplesigning.v1+json"
    image = archives.manifested(API, layer_type=kind)

    with pytest.raises(NotAnImageError, match="a cosign signature"):
        open_members(image.members | archives.layout(image.descriptor))


def test_attestations_alone_are_no_image(open_members: OpenMembers) -> None:
    platform = {"os": "unknown", "architecture": "unknown"}
    image = archives.manifested(API, platform=platform)

    with pytest.raises(NotAnImageError, match="build attestations"):
        open_members(image.members | archives.layout(image.descriptor))


def test_content_of_an_unknown_type_beside_an_image_is_ignored(open_members: OpenMembers) -> None:
    image = archives.manifested(API)
    other = archives.descriptor(b"other", "application/vnd.example+json")

    assert open_members(image.members | archives.layout(other, image.descriptor)).notices == ()
