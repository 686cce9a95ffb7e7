"""The documents that an image was put together from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from layertui.sources import open_image
from tests import archives
from tests.archives import dump, sample_layers, write_directory

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.image import Image
    from tests.archives import Members
    from tests.unit.conftest import OpenMembers

LAYERS = sample_layers(2)


def kinds(image: Image) -> list[str]:
    return [document.kind for document in image.documents]


def opened(members: Members, path: Path) -> Image:
    return open_image(str(write_directory(members, path / "image")))


def test_a_docker_archive_has_its_manifest_and_a_config(open_members: OpenMembers) -> None:
    members = archives.docker_save(LAYERS)
    image = open_members(members)
    assert kinds(image) == ["archive manifest", "config"]
    assert image.documents[0].name == "manifest.json"
    assert image.documents[0].read() == members["manifest.json"]
    assert image.documents[1].read() == archives.config(LAYERS)
    assert image.documents[1].digest == image.image_id


def test_an_archive_in_both_shapes_has_the_documents_of_both(open_members: OpenMembers) -> None:
    image = open_members(archives.hybrid(LAYERS))
    assert kinds(image) == ["archive manifest", "index", "manifest", "config"]


def test_every_index_on_the_way_to_an_image_is_there(open_members: OpenMembers) -> None:
    members = archives.containerd(LAYERS)
    del members["manifest.json"]
    image = open_members(members)
    assert kinds(image) == ["index", "index", "manifest", "config"]
    outer, inner, manifest, _ = image.documents
    assert outer.name == "index.json"
    assert json.loads(outer.read())["manifests"][0]["digest"] == inner.digest
    assert inner.media_type == archives.OCI_INDEX
    assert manifest.digest == image.manifest_digest
    assert manifest.media_type == archives.OCI_MANIFEST


def test_the_manifests_of_other_platforms_are_not_among_them(open_members: OpenMembers) -> None:
    images = [
        archives.manifested(
            LAYERS,
            about=archives.config(LAYERS, architecture=architecture),
            platform={"os": "linux", "architecture": architecture},
        )
        for architecture in ("amd64", "arm64")
    ]
    members: Members = {}
    for each in images:
        members |= each.members
    members |= archives.layout(*(each.descriptor for each in images))
    image = open_members(members, platform="linux/arm64")
    assert kinds(image) == ["index", "manifest", "config"]
    assert image.documents[1].digest == images[1].descriptor["digest"]
    assert image.position == 1


def test_a_directory_has_its_manifest_and_a_config(tmp_path: Path) -> None:
    image = opened(archives.directory_transport(LAYERS), tmp_path)
    assert kinds(image) == ["manifest", "config"]
    assert image.documents[0].media_type == archives.DOCKER_MANIFEST
    image.close()


def test_a_schema_1_manifest_is_the_only_document(tmp_path: Path) -> None:
    image = opened(archives.schema1(LAYERS), tmp_path)
    assert kinds(image) == ["manifest"]
    assert b"fsLayers" in image.documents[0].read()
    image.close()


def test_a_v1_archive_has_its_names_and_a_config_for_each_layer(open_members: OpenMembers) -> None:
    image = open_members(archives.v1(LAYERS))
    assert kinds(image) == ["repositories", "layer config", "layer config"]
    top = json.loads(image.documents[-1].read())
    assert top["parent"] == json.loads(image.documents[1].read())["id"]


def test_a_v1_archive_without_names_has_no_document_for_them(open_members: OpenMembers) -> None:
    assert kinds(open_members(archives.v1(LAYERS, tags=()))) == ["layer config", "layer config"]


def test_documents_stand_as_they_are_in_the_archive(open_members: OpenMembers) -> None:
    about = b" \n" + archives.config(LAYERS).replace(b'"created"', b'"unknown":1e5,"created"', 1)
    image = open_members(archives.docker_save(LAYERS, about=about))
    assert image.documents[-1].read() == about


def test_the_annotations_of_a_manifest_are_told(open_members: OpenMembers) -> None:
    members = archives.oci(LAYERS, annotations={"org.opencontainers.image.title": "Shop"})
    assert open_members(members).annotations["org.opencontainers.image.title"] == "Shop"


def test_what_the_config_says_of_health_and_shell_may_be_of_any_type(
    open_members: OpenMembers,
) -> None:
    odd = {"Healthcheck": [1, {"a": 2}], "OnBuild": "RUN x", "Shell": {"not": "a list"}}
    about = archives.config(LAYERS, config=odd)
    settings = open_members(archives.docker_save(LAYERS, about=about)).config.config
    assert settings.healthcheck == [1, {"a": 2}]
    assert settings.on_build == "RUN x"
    assert settings.shell == {"not": "a list"}


def test_the_base_is_named_as_the_annotation_names_it(open_members: OpenMembers) -> None:
    base = archives.manifested(LAYERS[:1])
    annotations = {"org.opencontainers.image.base.name": "debian:12"}
    image = archives.manifested(LAYERS, annotations=annotations)
    descriptors = [
        image.descriptor | {"annotations": archives.named("shop/api:2.4")},
        base.descriptor | {"annotations": archives.named("debian:12")},
    ]
    members = base.members | image.members | archives.layout(*descriptors)
    opened_image = open_members(members, choice="0")
    assert opened_image.base_image is not None
    assert opened_image.base_image.name == "debian:12"
    assert opened_image.base_image.steps == 2


def test_a_base_that_is_only_counted_has_no_name(open_members: OpenMembers) -> None:
    assert open_members(archives.docker_save(LAYERS), base="1").base_image is None


def test_a_config_named_by_nothing_tells_its_digest(open_members: OpenMembers) -> None:
    about = archives.config(LAYERS)
    members = archives.docker_save(LAYERS)
    name = f"{archives.hex_digest(about)}.json"
    members["config.json"] = members.pop(name)
    listing = json.loads(members["manifest.json"])  # type: ignore[arg-type]
    listing[0]["Config"] = "config.json"
    members["manifest.json"] = dump(listing)
    document = open_members(members).documents[-1]
    assert (document.name, document.digest) == ("config.json", archives.digest(about))
