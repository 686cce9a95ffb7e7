"""Images in directories: OCI image layouts and skopeo's `dir:`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from layertui.errors import DamagedImageError, LimitExceededError, NotAnImageError
from layertui.layers.compression import Decompression
from layertui.sources import open_image
from tests import archives
from tests.archives import Members, digest, sample_layers, write_directory, write_tarball

if TYPE_CHECKING:
    from pathlib import Path

    from layertui.image import Image

LAYERS = sample_layers(3)


def contents(image: Image) -> list[bytes]:
    return [b"".join(Decompression(layer.blob)) for layer in image.layers if layer.blob]


def opened(members: Members, path: Path) -> Image:
    return open_image(str(write_directory(members, path)))


def test_layout_archive_and_dir_give_the_same_image(tmp_path: Path) -> None:
    layout = opened(archives.oci(LAYERS), tmp_path / "layout")
    archive = open_image(str(write_tarball(archives.oci(LAYERS), tmp_path / "image.tar")))
    transport = opened(archives.directory_transport(LAYERS), tmp_path / "dir")

    assert (layout.source, archive.source, transport.source) == ("oci", "oci-archive", "dir")
    for image in (layout, archive, transport):
        assert contents(image) == LAYERS
        assert image.image_id == digest(archives.config(LAYERS))
        assert image.config == layout.config
        assert [layer.digest for layer in image.layers] == [layer.digest for layer in layout.layers]
        assert not image.incomplete
        image.close()


def test_a_dir_has_the_digest_of_its_manifest(tmp_path: Path) -> None:
    members = archives.directory_transport(LAYERS)
    manifest = members["manifest.json"]
    assert isinstance(manifest, bytes)

    image = opened(members, tmp_path)

    assert image.manifest_digest == digest(manifest)
    image.close()


def test_a_schema_1_image_opens_with_its_base_first(tmp_path: Path) -> None:
    image = opened(archives.schema1(LAYERS), tmp_path)

    assert contents(image) == LAYERS
    assert [layer.history.instruction for layer in image.layers if layer.history] == [
        f"COPY file:{number} in /" for number in range(3)
    ]
    assert len(image.config.steps) == 6
    assert (image.image_id, str(image.platform)) == (None, "linux/amd64")
    assert not image.incomplete
    image.close()


def test_a_schema_1_manifest_with_too_little_history_is_refused(tmp_path: Path) -> None:
    members = archives.schema1(LAYERS)
    members["manifest.json"] = archives.dump(
        {"fsLayers": [{"blobSum": digest(LAYERS[0])}], "history": []}
    )

    with pytest.raises(DamagedImageError, match="schema 1"):
        opened(members, tmp_path)


def test_a_dir_may_hold_a_list_of_platforms(tmp_path: Path) -> None:
    image = archives.manifested(LAYERS, platform={"os": "linux", "architecture": "amd64"})
    name = image.descriptor["digest"].partition(":")[2]
    members: Members = {
        key.rpartition("/")[2] + (".manifest.json" if key.endswith(name) else ""): data
        for key, data in image.members.items()
    }
    members["version"] = b"Directory Transport Version: 1.1\n"
    members["manifest.json"] = archives.dump({"manifests": [image.descriptor]})

    found = opened(members, tmp_path)

    assert contents(found) == LAYERS
    assert found.manifest_digest == image.descriptor["digest"]
    found.close()


def test_layers_of_an_old_dir_end_in_tar(tmp_path: Path) -> None:
    members = archives.directory_transport(LAYERS)
    for layer in LAYERS:
        name = archives.hex_digest(archives.packed(layer))
        members[f"{name}.tar"] = members.pop(name)

    image = opened(members, tmp_path)

    assert contents(image) == LAYERS
    image.close()


def test_blobs_of_another_algorithm_are_found(tmp_path: Path) -> None:
    image = archives.manifested(LAYERS[:1])
    layer = archives.packed(LAYERS[0])
    encoded = "ab" * 64
    manifest = archives.dump(
        {
            "config": archives.descriptor(archives.config(LAYERS[:1]), archives.OCI_CONFIG),
            "layers": [{"digest": f"sha512:{encoded}", "size": len(layer)}],
        }
    )
    members = image.members | {
        archives.blob_name(manifest): manifest,
        f"blobs/sha512/{encoded}": layer,
        **archives.layout(archives.descriptor(manifest, archives.OCI_MANIFEST)),
    }

    found = opened(members, tmp_path)

    assert contents(found) == LAYERS[:1]
    found.close()


def test_an_unpacked_docker_archive_opens(tmp_path: Path) -> None:
    image = opened(archives.docker_save([*LAYERS, LAYERS[0]]), tmp_path)

    assert contents(image) == [*LAYERS, LAYERS[0]]
    image.close()


def test_blobs_may_be_symlinks_as_build_tools_make_them(tmp_path: Path) -> None:
    layout = write_directory(archives.oci(LAYERS), tmp_path / "layout")
    for blob in (layout / "blobs" / "sha256").iterdir():
        blob.rename(tmp_path / blob.name)
        blob.symlink_to(tmp_path / blob.name)

    image = open_image(str(layout))

    assert contents(image) == LAYERS
    image.close()


def test_a_blob_that_is_a_pipe_is_missing(tmp_path: Path) -> None:
    layout = write_directory(archives.oci(LAYERS), tmp_path)
    blob = layout / archives.blob_name(archives.packed(LAYERS[1]))
    blob.unlink()
    os.mkfifo(blob)

    image = open_image(str(layout))

    assert [layer.unreadable for layer in image.layers] == ["", "missing", ""]
    image.close()


def test_a_blob_that_may_not_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = write_directory(archives.oci(LAYERS), tmp_path)
    blob, open_any = layout / archives.blob_name(archives.packed(LAYERS[1])), os.open

    def open_others(path: Path, flags: int) -> int:
        if path == blob:
            raise PermissionError(13, "Permission denied")
        return open_any(path, flags)

    monkeypatch.setattr("layertui.sources.directory.os.open", open_others)
    with pytest.raises(DamagedImageError, match="permission denied"):
        open_image(str(layout))


def test_more_layers_than_open_files_is_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(24, "Too many open files")

    write_directory(archives.oci(LAYERS), tmp_path)
    monkeypatch.setattr("layertui.sources.directory.os.open", refuse)

    with pytest.raises(LimitExceededError, match="too many open files"):
        open_image(str(tmp_path))


@pytest.mark.parametrize("transport", ["oci", "dir"])
def test_a_directory_of_the_other_transport_is_refused(transport: str, tmp_path: Path) -> None:
    members = archives.directory_transport(LAYERS) if transport == "oci" else {"a": b""}
    write_directory(members, tmp_path)

    with pytest.raises(NotAnImageError):
        open_image(f"{transport}:{tmp_path}")


def test_closing_an_image_closes_its_files(tmp_path: Path) -> None:
    image = opened(archives.oci(LAYERS), tmp_path)
    blobs = [layer.blob for layer in image.layers if layer.blob]
    image.close()
    image.close()

    for blob in blobs:
        with pytest.raises(DamagedImageError, match="descriptor"):
            blob.read_at(0, 1)
