"""An image by its name in a registry: the documents, checked before they are believed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from layertui.blob import chunks
from layertui.errors import (
    DamagedImageError,
    ImageNotFoundError,
    LayertuiError,
    LimitExceededError,
    NotAnImageError,
    RegistryError,
    UnsupportedImageError,
    UsageError,
)
from layertui.limits import Limits
from tests import archives
from tests.registries import NAME, FakeClock, Registry, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.image import Image
    from tests.unit.conftest import OpenName

LAYERS = archives.sample_layers()
AMD64 = {"os": "linux", "architecture": "amd64"}
ARM64 = {"os": "linux", "architecture": "arm64"}


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as running:
        yield running


def multi(**changes: Any) -> archives.Members:
    """Return an image for two platforms, with an attestation."""
    amd64 = archives.manifested(LAYERS, platform=AMD64)
    arm64 = archives.manifested(
        LAYERS[:1], about=archives.config(LAYERS[:1], architecture="arm64"), platform=ARM64
    )
    attestation = archives.descriptor(
        b"{}", archives.OCI_MANIFEST, platform={"os": "unknown", "architecture": "unknown"}
    )
    listed = [attestation, arm64.descriptor, amd64.descriptor]
    members = amd64.members | arm64.members | archives.layout(*listed)
    return members | changes


def contents(image: Image) -> list[bytes]:
    found = []
    for layer in image.layers:
        assert layer.delivery is not None
        found.append(b"".join(chunks(layer.delivery.open(lambda: False))))
    return found


def test_an_image_comes_with_documents_and_layers(registry: Registry, open_name: OpenName) -> None:
    name = registry.put(archives.oci(LAYERS))
    image = open_name(name).image()
    assert image.tags == (name,)
    assert image.source == "registry"
    assert not image.incomplete
    assert image.notices == ()
    assert [document.kind for document in image.documents] == ["manifest", "config"]
    assert archives.digest(image.documents[0].read()) == image.manifest_digest
    assert archives.digest(image.documents[1].read()) == image.image_id
    assert contents(image) == [archives.packed(layer) for layer in LAYERS]


def test_no_layer_is_asked_for_before_it_is_read(registry: Registry, open_name: OpenName) -> None:
    image = open_name(registry.put(archives.oci(LAYERS))).image()
    asked = registry.paths("/blobs/")
    assert len(asked) == 1
    delivery = image.layers[1].delivery
    assert delivery is not None
    delivery.open(lambda: False)
    assert registry.paths("/blobs/") == asked


def test_a_layer_that_is_listed_twice_is_fetched_once(
    registry: Registry, open_name: OpenName
) -> None:
    image = open_name(registry.put(archives.oci([LAYERS[0], LAYERS[0]]))).image()
    assert len(set(contents(image))) == 1
    assert contents(image) == contents(image)
    digest = image.layers[0].digest
    assert len(registry.paths(f"/blobs/{digest}")) == 1


def test_an_image_goes_by_its_digest(registry: Registry, open_name: OpenName) -> None:
    name = registry.put(archives.oci(LAYERS))
    digest = open_name(name).image().manifest_digest
    image = open_name(f"{registry.host}/{NAME}:ignored@{digest}").image()
    assert image.manifest_digest == digest
    assert len(image.layers) == 3


@pytest.mark.parametrize(("platform", "layers"), [("linux/amd64", 3), ("linux/arm64", 1)])
def test_of_several_platforms_only_the_chosen_one_is_fetched(
    registry: Registry, open_name: OpenName, platform: str, layers: int
) -> None:
    source = open_name(registry.put(multi()))
    image = source.image(platform=platform)
    assert len(image.layers) == layers
    assert [document.kind for document in image.documents] == ["index", "manifest", "config"]
    assert len(registry.paths("/manifests/")) == 2
    (offering,) = source.offerings()
    assert [each.platform for each in offering.platforms] == ["linux/arm64", "linux/amd64"]
    assert [bool(each.short_id) for each in offering.platforms].count(True) == 1
    assert len(registry.paths("/manifests/")) == 2


def test_other_platforms_are_fetched_when_they_are_asked_for(
    registry: Registry, open_name: OpenName
) -> None:
    source = open_name(registry.put(multi()))
    first, second = source.image(position=0), source.image(position=1)
    assert (str(first.platform), str(second.platform)) == ("linux/arm64", "linux/amd64")
    assert (first.position, second.position) == (0, 1)
    assert source.listing == (f"0  {registry.host}/{NAME}:2.4",)


def test_a_platform_that_is_not_there_is_told(registry: Registry, open_name: OpenName) -> None:
    source = open_name(registry.put(multi()))
    with pytest.raises(ImageNotFoundError, match="no image for linux/s390x") as caught:
        source.image(platform="linux/s390x")
    assert "linux/arm64, linux/amd64" in caught.value.hint


def test_a_platform_that_only_the_config_tells_is_found(
    registry: Registry, open_name: OpenName
) -> None:
    arm64 = archives.manifested(LAYERS[:1], about=archives.config([], architecture="arm64"))
    amd64 = archives.manifested(LAYERS)
    members = arm64.members | amd64.members | archives.layout(arm64.descriptor, amd64.descriptor)
    source = open_name(registry.put(members))
    assert source.image(platform="linux/amd64").position == 1


def test_an_index_in_an_index_is_followed(registry: Registry, open_name: OpenName) -> None:
    amd64 = archives.manifested(LAYERS, platform=AMD64)
    blob, nested = archives.nested_index(amd64.descriptor)
    other = archives.descriptor(b"{}", "application/vnd.example")
    name = registry.put(amd64.members | blob | archives.layout(nested, other))
    image = open_name(name).image()
    assert [document.kind for document in image.documents] == [
        "index",
        "index",
        "manifest",
        "config",
    ]


def test_a_foreign_layer_is_a_row_and_nobody_is_asked_for_it(
    registry: Registry, open_name: OpenName
) -> None:
    with Registry() as elsewhere:
        foreign = f"{archives.DOCKER}image.rootfs.foreign.diff.tar.gzip"
        manifest = archives.manifest_of(archives.manifested(LAYERS[:1], layer_type=foreign))
        manifest["layers"][0]["urls"] = [f"{elsewhere.url}/layer"]
        registry.put(archives.oci(LAYERS[:1]))
        data = archives.dump(manifest)
        registry.put_manifest(data, "foreign")
        image = open_name(f"{registry.host}/{NAME}:foreign").image()
        assert [layer.unreadable for layer in image.layers] == ["foreign"]
        assert image.layers[0].delivery is None
        assert elsewhere.seen == []


@pytest.mark.parametrize("kind", ["+encrypted", "", ".erofs"])
def test_what_cannot_be_read_is_not_delivered(
    registry: Registry, open_name: OpenName, kind: str
) -> None:
    types = {
        "+encrypted": f"{archives.OCI_LAYER}+gzip+encrypted",
        "": "application/vnd.example.thing",
        ".erofs": "application/vnd.erofs.layer.v1",
    }
    image = open_name(registry.put(archives.oci(LAYERS[:1], layer_type=types[kind]))).image()
    (layer,) = image.layers
    assert layer.delivery is None
    assert layer.unreadable in ("encrypted", f"unsupported: {types[kind]}")
    assert image.incomplete


def test_docker_media_types_are_read(registry: Registry, open_name: OpenName) -> None:
    members = archives.manifested(
        LAYERS, layer_type=f"{archives.DOCKER_LAYER}.gzip", config_type=archives.DOCKER_CONFIG
    )
    manifest = archives.manifest_of(members)
    manifest["mediaType"] = archives.DOCKER_MANIFEST
    registry.put(members.members | archives.layout(members.descriptor))
    registry.put_manifest(archives.dump(manifest), "docker")
    assert contents(open_name(f"{registry.host}/{NAME}:docker").image())


ARTIFACT = {
    "schemaVersion": 2,
    "mediaType": archives.OCI_MANIFEST,
    "config": archives.descriptor(b"{}", "application/vnd.cncf.helm.config.v1+json"),
    "layers": [],
}
SCHEMA1 = {"schemaVersion": 1, "name": "a", "tag": "b", "fsLayers": [], "history": []}
AMBIGUOUS = {**ARTIFACT, "manifests": []}


@pytest.mark.parametrize(
    ("document", "media_type", "error", "told"),
    [
        (ARTIFACT, "", NotAnImageError, "a Helm chart"),
        (SCHEMA1, f"{archives.DOCKER}distribution.manifest.v1+prettyjws", UnsupportedImageError,
         "schema 1"),
        (SCHEMA1, "application/json", UnsupportedImageError, "schema 1"),
        (AMBIGUOUS, "", DamagedImageError, "ambiguous"),
        ({"manifests": []}, "", NotAnImageError, "lists nothing"),
        ({"manifests": []}, archives.OCI_MANIFEST, DamagedImageError, "served as"),
        (ARTIFACT, archives.OCI_INDEX, DamagedImageError, "served as"),
        (ARTIFACT, archives.DOCKER_MANIFEST, DamagedImageError, "served as"),
        ({"a": 1}, "", DamagedImageError, "neither an image manifest nor an index"),
    ],
)  # fmt: skip
def test_what_is_no_image_is_named(
    registry: Registry,
    open_name: OpenName,
    document: archives.Json,
    media_type: str,
    error: type[LayertuiError],
    told: str,
) -> None:
    registry.put_manifest(archives.dump(document), "odd", media_type=media_type)
    with pytest.raises(error, match=told):
        open_name(f"{registry.host}/{NAME}:odd").image()


def test_a_manifest_may_be_served_as_anything_general(
    registry: Registry, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    registry.always(
        "/manifests/", lambda usual: replace(usual, headers={"Content-Type": "text/plain; a=b"})
    )
    assert len(open_name(name).image().layers) == 3


@pytest.mark.parametrize(
    ("code", "told"),
    [("NAME_UNKNOWN", "has no repository shop/api"), ("MANIFEST_UNKNOWN", "has no tag 2.4")],
)
def test_what_is_not_there_is_named(
    registry: Registry, open_name: OpenName, code: str, told: str
) -> None:
    body = archives.dump({"errors": [{"code": code, "message": "m"}]})
    registry.always("/manifests/", Reply(status=404, body=body))
    with pytest.raises(ImageNotFoundError, match=told):
        open_name(f"{registry.host}/{NAME}:2.4")


def test_a_digest_that_is_not_that_of_the_manifest_is_refused(
    registry: Registry, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    digest = open_name(name).image().manifest_digest
    registry.always("/manifests/", lambda usual: replace(usual, body=usual.body + b" "))
    with pytest.raises(DamagedImageError, match="does not have the digest"):
        open_name(f"{registry.host}/{NAME}@{digest}")


def test_the_digest_that_the_registry_tells_for_a_tag_is_checked(
    registry: Registry, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    told = {"Docker-Content-Digest": archives.digest(b"other")}
    registry.always("/manifests/", lambda usual: replace(usual, headers={**usual.headers, **told}))
    with pytest.raises(DamagedImageError, match="does not have the digest"):
        open_name(name)


@pytest.mark.parametrize("part", ["manifests", "blobs"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data[:-1] + b" ", "does not have the digest"),
        (lambda data: data + b" ", "bytes, it is listed with"),
    ],
)
def test_a_document_behind_an_index_has_digest_and_size_as_listed(
    registry: Registry, open_name: OpenName, part: str, change: Any, told: str
) -> None:
    source = open_name(registry.put(multi()))
    registry.always(f"/{part}/", lambda usual: replace(usual, body=change(usual.body)))
    with pytest.raises(DamagedImageError, match=told):
        source.image()


@pytest.mark.parametrize("length", [-1, None, 10 * 2**30])
def test_a_document_that_is_too_large_is_not_read(
    registry: Registry, open_name: OpenName, length: int | None
) -> None:
    body = b" " * 100 if length and length > 0 else b" " * 5000
    registry.always("/manifests/", Reply(body=body, length=length))
    with pytest.raises(LimitExceededError, match=r"more than the 4\.0 KiB|more than the"):
        open_name(f"{registry.host}/{NAME}:1", limits=Limits(manifest_size=4096))


def test_a_document_that_is_cut_off_is_asked_for_again(
    registry: Registry, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    kind, data = registry.manifests[f"{NAME}/manifests/2.4"]
    registry.once("/manifests/", Reply(body=data, headers={"Content-Type": kind}, cut=50))
    assert len(open_name(name).image().layers) == 3
    assert len(registry.paths("/manifests/")) == 2


def test_a_document_that_is_always_cut_off_ends_in_an_error(
    registry: Registry, open_name: OpenName
) -> None:
    name = registry.put(archives.oci(LAYERS))
    registry.always("/manifests/", lambda usual: replace(usual, cut=50))
    with pytest.raises(RegistryError, match=r"the connection to .* broke"):
        open_name(name)
    assert len(registry.paths("/manifests/")) < 10


@pytest.mark.parametrize("status", [408, 429, 499, 500, 502, 503, 504, 522])
def test_a_registry_that_is_busy_is_asked_again(
    registry: Registry, open_name: OpenName, status: int
) -> None:
    name, clock = registry.put(archives.oci(LAYERS)), FakeClock()
    registry.once("/manifests/", *[Reply(status=status, body=b"busy")] * 2)
    assert len(open_name(name, clock=clock).image().layers) == 3
    assert clock.waited == 1 + 3


@pytest.mark.parametrize("text", ["7", "Thu, 01 Jan 1970 00:00:00 GMT", "soon", "-1", "9" * 40])
def test_a_registry_may_say_when_to_come_back(
    registry: Registry, open_name: OpenName, text: str
) -> None:
    name, clock = registry.put(archives.oci(LAYERS)), FakeClock()
    registry.once("/manifests/", Reply(status=429, headers={"Retry-After": text}))
    open_name(name, clock=clock).image()
    assert clock.waited == (7 if text == "7" else 1)


def test_a_rate_limit_tells_when_to_try_again(registry: Registry, open_name: OpenName) -> None:
    clock = FakeClock()
    registry.always("/manifests/", Reply(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(RegistryError, match="429") as caught:
        open_name(f"{registry.host}/{NAME}:1", clock=clock)
    assert "Try again in 60 minutes. A login may raise the limit." in caught.value.hint
    assert clock.waited == 0


def test_a_registry_that_stays_busy_is_given_up(registry: Registry, open_name: OpenName) -> None:
    clock = FakeClock()
    body = archives.dump({"errors": [{"code": "UNAVAILABLE", "message": "later\033[31m"}]})
    registry.always("/manifests/", Reply(status=503, body=body))
    with pytest.raises(RegistryError, match=r"answered 503 .*UNAVAILABLE: later\\x1b"):
        open_name(f"{registry.host}/{NAME}:1", clock=clock)
    assert clock.waited == 1 + 3 + 9
    assert len(registry.paths("/manifests/")) == 4


def test_the_body_of_an_error_is_not_read_without_end(
    registry: Registry, open_name: OpenName
) -> None:
    registry.always("/manifests/", Reply(status=418, body=b"x" * 10_000_000))
    with pytest.raises(RegistryError) as caught:
        open_name(f"{registry.host}/{NAME}:1")
    assert len(caught.value.message) < 500


def test_a_registry_that_sends_a_page_of_html_is_quoted_by_its_status_only(
    registry: Registry, open_name: OpenName
) -> None:
    registry.always("/v2/", Reply(status=404, body=b"<html>not a registry</html>"))
    with pytest.raises(RegistryError, match="answered 404 when asked for its version") as caught:
        open_name(f"{registry.host}/{NAME}:1")
    assert "html" not in caught.value.message


def test_a_name_that_is_none_is_refused_before_anything_is_asked(
    registry: Registry, open_name: OpenName
) -> None:
    with pytest.raises(UsageError, match="not the name of an image"):
        open_name(f"{registry.host}/Shop/api")
    assert registry.seen == []


def test_the_base_is_opened_from_its_registry_too(registry: Registry, open_name: OpenName) -> None:
    name = registry.put(archives.oci(LAYERS))
    base = registry.put(archives.oci(LAYERS[:2]), tag="base")
    image = open_name(name).image(base=f"registry:{base}")
    assert [layer.base for layer in image.layers] == [True, True, False]
