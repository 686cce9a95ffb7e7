"""The layers of an opened image: what can be read, and what made each of them."""

from __future__ import annotations

import gzip
import socket
from typing import TYPE_CHECKING, Any

import pytest

from layertui.errors import DamagedImageError, LimitExceededError
from layertui.layers.compression import Decompression
from layertui.limits import Limits
from tests import archives, builders
from tests.archives import DOCKER_LAYER, OCI_LAYER, Json, Members, digest, sample_layers

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.image import Image
    from tests.unit.conftest import OpenMembers

LAYERS = sample_layers(3)
FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"


def image_of(layer_type: str, pack: Callable[[bytes], bytes] = archives.packed) -> Members:
    """Return an OCI archive whose layers have a media type."""
    image = archives.manifested(LAYERS, layer_type=layer_type, pack=pack)
    return image.members | archives.layout(image.descriptor)


def without_layers(members: Members, *numbers: int) -> Members:
    """Return an archive without some of its packed layers."""
    gone = {archives.blob_name(archives.packed(LAYERS[number])) for number in numbers}
    return {name: data for name, data in members.items() if name not in gone}


def codes(image: Image) -> list[str]:
    return [notice.code for notice in image.notices]


def steps(image: Image) -> list[str | None]:
    return [layer.history.created_by if layer.history else None for layer in image.layers]


def with_history(*items: Json | None) -> Members:
    return archives.docker_save(LAYERS, about=archives.config(LAYERS, history=list(items)))


def test_a_missing_layer_leaves_the_others_readable(open_members: OpenMembers) -> None:
    image = open_members(without_layers(archives.oci(LAYERS), 1))

    assert [layer.unreadable for layer in image.layers] == ["", "missing", ""]
    assert [layer.blob is None for layer in image.layers] == [False, True, False]
    assert image.layers[1].stored_size == len(archives.packed(LAYERS[1]))
    assert image.incomplete
    assert [(notice.code, notice.layer) for notice in image.notices] == [("layer-missing", 1)]


def test_a_foreign_layer_is_never_fetched(
    open_members: OpenMembers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    image = archives.manifested(LAYERS, layer_type=FOREIGN)
    name = f"blobs/sha256/{image.descriptor['digest'][7:]}"
    manifest = image.members[name]
    assert isinstance(manifest, bytes)
    urls = b'{"urls":["http://127.0.0.1:1/layer"],"digest"'
    changed = manifest.replace(b'{"digest"', urls)
    descriptor = archives.descriptor(changed, archives.OCI_MANIFEST)
    members = image.members | {archives.blob_name(changed): changed}

    opened = open_members(without_layers(members, 0) | archives.layout(descriptor))

    assert [layer.unreadable for layer in opened.layers] == ["foreign", "", ""]
    assert "layer-foreign" in codes(opened)
    assert opened.incomplete


def test_encrypted_layers_keep_history_and_config(open_members: OpenMembers) -> None:
    image = open_members(image_of(f"{OCI_LAYER}+gzip+encrypted"))

    assert [layer.unreadable for layer in image.layers] == ["encrypted"] * 3
    assert [layer.blob for layer in image.layers] == [None] * 3
    assert all(layer.history for layer in image.layers)
    assert image.incomplete


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.erofs.layer.v1",
        "application/vnd.oci.image.layer.nydus.blob.v1",
        "application/vnd.example.squashfs",
    ],
)
def test_layers_that_are_filesystem_images_are_unsupported(
    media_type: str, open_members: OpenMembers
) -> None:
    image = open_members(image_of(media_type))

    assert [layer.unreadable for layer in image.layers] == [f"unsupported: {media_type}"] * 3
    assert codes(image) == ["layer-unsupported"] * 3


def test_layers_of_an_unknown_type_are_read_if_they_look_like_layers(
    open_members: OpenMembers,
) -> None:
    image = open_members(image_of("application/octet-stream"))

    assert [layer.unreadable for layer in image.layers] == [""] * 3


def test_layers_of_an_unknown_type_and_look_are_unsupported(open_members: OpenMembers) -> None:
    image = open_members(image_of("application/vnd.example", pack=lambda data: b"?" + data))

    assert [layer.unreadable for layer in image.layers] == [
        "unsupported: application/vnd.example"
    ] * 3


@pytest.mark.parametrize(
    ("media_type", "pack", "noted"),
    [
        (f"{OCI_LAYER}+gzip", archives.packed, False),
        (f"{OCI_LAYER}+gzip", bytes, True),
        (OCI_LAYER, bytes, False),
        (OCI_LAYER, archives.packed, True),
        (f"{OCI_LAYER}+zstd", archives.packed, True),
        (DOCKER_LAYER, archives.packed, False),
        (f"{DOCKER_LAYER}.gzip", archives.packed, False),
        (f"{DOCKER_LAYER}.gzip", bytes, True),
    ],
)
def test_bytes_count_and_media_types_that_disagree_are_noted(
    media_type: str, pack: Callable[[bytes], bytes], noted: bool, open_members: OpenMembers
) -> None:
    image = open_members(image_of(media_type, pack))

    found = [b"".join(Decompression(layer.blob)) for layer in image.layers if layer.blob]
    assert found == LAYERS
    assert ("media-type-mismatch" in codes(image)) is noted
    assert not image.incomplete


EMPTY = [b"", builders.END, bytes(10_240)]


@pytest.mark.parametrize("layer", EMPTY, ids=["no bytes", "two zero blocks", "twenty"])
@pytest.mark.parametrize("pack", [bytes, archives.packed])
def test_an_empty_layer_is_a_layer(
    layer: bytes, pack: Callable[[bytes], bytes], open_members: OpenMembers
) -> None:
    image = archives.manifested([layer], pack=pack)
    opened = open_members(image.members | archives.layout(image.descriptor))

    assert [each.unreadable for each in opened.layers] == [""]
    assert not opened.incomplete


def test_a_manifest_of_both_families_opens_with_a_note(open_members: OpenMembers) -> None:
    image = archives.manifested(LAYERS, config_type=archives.DOCKER_CONFIG)
    opened = open_members(image.members | archives.layout(image.descriptor))

    assert codes(opened) == ["mixed-media-types"]
    assert not opened.incomplete


def test_a_config_of_the_type_of_early_registries_is_one(open_members: OpenMembers) -> None:
    image = archives.manifested(LAYERS, config_type="application/octet-stream")

    assert len(open_members(image.members | archives.layout(image.descriptor)).layers) == 3


def test_a_blob_of_another_size_makes_the_image_incomplete(open_members: OpenMembers) -> None:
    members = archives.oci(LAYERS)
    members[archives.blob_name(archives.packed(LAYERS[2]))] = archives.packed(LAYERS[2]) + b"x"

    image = open_members(members)

    assert [(notice.code, notice.layer) for notice in image.notices] == [("size-mismatch", 2)]
    assert image.incomplete


@pytest.mark.parametrize("shape", [archives.docker_save, archives.oci, archives.kaniko])
def test_a_config_with_another_digest_makes_the_image_incomplete(
    shape: Callable[..., Members], open_members: OpenMembers
) -> None:
    about = archives.config(LAYERS)
    changed = about.replace(b'"sh"', b'"ls"')
    members = shape(LAYERS)
    members |= {name: changed for name, data in members.items() if data == about}

    image = open_members(members)

    assert codes(image) == ["digest-mismatch"]
    assert image.incomplete
    assert image.image_id == digest(changed)


def test_history_that_is_shorter_leaves_the_upper_layers_without(
    open_members: OpenMembers,
) -> None:
    image = open_members(with_history({"created_by": "one"}))

    assert steps(image) == ["one", None, None]
    assert codes(image) == ["history-mismatch"]


def test_history_that_is_longer_is_cut(open_members: OpenMembers) -> None:
    image = open_members(with_history(*({"created_by": str(n)} for n in range(5))))

    assert steps(image) == ["0", "1", "2"]
    assert codes(image) == ["history-mismatch"]


def test_history_whose_steps_all_made_nothing_leaves_layers_without(
    open_members: OpenMembers,
) -> None:
    image = open_members(with_history({"empty_layer": True}, {"empty_layer": True}))

    assert steps(image) == [None] * 3
    assert codes(image) == ["history-mismatch"]


def test_null_items_of_the_history_are_no_steps(open_members: OpenMembers) -> None:
    image = open_members(with_history(None, *({"created_by": str(n)} for n in range(3))))

    assert steps(image) == ["0", "1", "2"]
    assert codes(image) == []


@pytest.mark.parametrize("history", [None, [], ...])
def test_an_image_without_history_opens_without_warnings(
    history: Any, open_members: OpenMembers
) -> None:
    about = archives.config(LAYERS, history=history)

    image = open_members(archives.docker_save(LAYERS, about=about))

    assert steps(image) == [None] * 3
    assert codes(image) == []


@pytest.mark.parametrize("count", [0, 1, 5])
def test_diff_ids_of_another_number_are_a_warning(count: int, open_members: OpenMembers) -> None:
    diff_ids = [digest(layer) for layer in (LAYERS * 2)[:count]]
    rootfs = {"type": "layers", "diff_ids": diff_ids}
    image = open_members(archives.docker_save(LAYERS, about=archives.config(LAYERS, rootfs=rootfs)))

    assert [layer.diff_id for layer in image.layers] == (diff_ids + [None] * 3)[:3]
    assert [layer.chain_id is None for layer in image.layers] == [
        layer.diff_id is None for layer in image.layers
    ]
    assert codes(image) == ["diff-ids-mismatch"]
    assert not image.incomplete


@pytest.mark.parametrize("rootfs", [None, {}, {"type": "strange", "diff_ids": None}])
def test_a_config_without_diff_ids_is_a_warning(rootfs: Any, open_members: OpenMembers) -> None:
    image = open_members(archives.docker_save(LAYERS, about=archives.config(LAYERS, rootfs=rootfs)))

    assert [layer.diff_id for layer in image.layers] == [None] * 3
    assert codes(image) == ["diff-ids-mismatch"]


def disagreeing(order: list[int], listed: list[int]) -> Members:
    """Return a hybrid archive whose two documents list layers in different orders."""
    about = archives.config(LAYERS)
    image = archives.manifested([LAYERS[n] for n in order], about=about, pack=bytes)
    names = [archives.blob_name(LAYERS[n]) for n in listed]
    layers: Members = {archives.blob_name(layer): layer for layer in LAYERS}
    return (
        image.members
        | layers
        | archives.layout(image.descriptor)
        | archives.docker_manifest(archives.item(image.config, names))
    )


@pytest.mark.parametrize(
    ("order", "listed"), [([2, 1, 0], [0, 1, 2]), ([0, 1, 2], [2, 1, 0]), ([0, 1, 2], [0, 1])]
)
def test_where_documents_disagree_the_order_of_the_config_counts(
    order: list[int], listed: list[int], open_members: OpenMembers
) -> None:
    image = open_members(disagreeing(order, listed))

    assert [layer.digest for layer in image.layers] == list(map(digest, LAYERS))
    assert "layers-disagree" in codes(image)


def test_where_neither_order_is_that_of_the_config_the_archive_counts(
    open_members: OpenMembers,
) -> None:
    image = open_members(disagreeing([2, 1, 0], [1, 0, 2]))

    assert [layer.digest for layer in image.layers] == [digest(LAYERS[n]) for n in (1, 0, 2)]
    assert "layers-disagree" in codes(image)


def test_stray_configs_in_a_hybrid_archive_are_not_images(open_members: OpenMembers) -> None:
    image = open_members(archives.hybrid(LAYERS))

    assert image.image_id == digest(archives.config(LAYERS))


def test_a_config_that_is_missing_is_an_error(open_members: OpenMembers) -> None:
    members = archives.docker_save(LAYERS)
    del members[f"{archives.hex_digest(archives.config(LAYERS))}.json"]

    with pytest.raises(DamagedImageError, match=r"the config .* is not in"):
        open_members(members)


def test_more_layers_than_the_limit_are_refused(open_members: OpenMembers) -> None:
    with pytest.raises(LimitExceededError, match="3 layers, more than 2"):
        open_members(archives.oci(LAYERS), limits=Limits(layers=2))


@pytest.mark.parametrize(
    ("limit", "members"),
    [
        ({"archive_manifest_size": 10}, archives.docker_save(LAYERS)),
        ({"manifest_size": 10}, archives.oci(LAYERS)),
        ({"config_size": 10}, archives.docker_save(LAYERS)),
        ({"archive_manifest_size": 10}, archives.v1(LAYERS)),
    ],
)
def test_a_document_larger_than_its_limit_is_refused(
    limit: dict[str, int], members: Members, open_members: OpenMembers
) -> None:
    with pytest.raises(LimitExceededError, match="more than the 10 B"):
        open_members(members, limits=Limits(**limit))


def test_a_document_of_a_hundred_megabytes_is_refused_unread(open_members: OpenMembers) -> None:
    with pytest.raises(LimitExceededError, match=r"manifest\.json has 105 MB"):
        open_members({"manifest.json": bytes(105_000_000)})


@pytest.mark.parametrize("text", ["null", "[]", "{}", '"x"', "[[]]", "[" * 5000, "[NaN]", ""])
def test_an_archive_manifest_that_is_none_is_an_error(text: str, open_members: OpenMembers) -> None:
    with pytest.raises(DamagedImageError, match=r"manifest\.json: "):
        open_members({"manifest.json": text.encode()})


def test_a_gzip_layer_with_trailing_zeros_is_readable(open_members: OpenMembers) -> None:
    image = open_members(
        image_of(f"{OCI_LAYER}+gzip", pack=lambda data: gzip.compress(data, mtime=0) + bytes(512))
    )

    blob = image.layers[0].blob
    assert blob is not None
    assert b"".join(Decompression(blob)) == LAYERS[0]
