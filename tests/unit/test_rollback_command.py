"""`layertui rollback`: an image as it was at one of its layers."""

from __future__ import annotations

import bz2
import io
import json
import lzma
import os
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from layertui.cli import run
from layertui.contents.destination import ExtractionError
from layertui.contents.new_file import new_file
from layertui.sources import open_image
from tests import archives
from tests.taking_out import names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.archives import Members

Output = pytest.CaptureFixture[bytes]
LAYERS = archives.sample_layers(4)

SHAPES: dict[str, Callable[[], Members]] = {
    "docker save": lambda: archives.docker_save(LAYERS),
    "docker save 25": lambda: archives.hybrid(LAYERS),
    "containerd": lambda: archives.containerd(LAYERS),
    "podman save": lambda: archives.podman_save(LAYERS),
    "kaniko": lambda: archives.kaniko(LAYERS),
    "nix": lambda: archives.nix(LAYERS),
    "oci": lambda: archives.oci(LAYERS),
    "xz": lambda: archives.oci(LAYERS, pack=lzma.compress),
    "bzip2": lambda: archives.oci(LAYERS, pack=bz2.compress),
    "v1": lambda: archives.v1(LAYERS),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command runs in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def written(members: Members, folder: Path) -> str:
    return str(archives.write_tarball(members, folder.parent / "image.tar"))


def documents(path: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]:
    """Return the item of `manifest.json`, the config, and all files by name."""
    with tarfile.open(path) as archive:
        found = {}
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None:
                found[member.name] = stream.read()
    (item,) = json.loads(found["manifest.json"])
    return item, json.loads(found[item["Config"]]), found


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("number", range(4))
def test_an_image_of_every_shape_is_rolled_back_to_every_layer(
    here: Path, shape: str, number: int
) -> None:
    image = written(SHAPES[shape](), here)
    assert run(["rollback", image, "--to", str(number), "out.tar"]) == 0
    opened = open_image("out.tar")
    assert not opened.notices
    assert not opened.incomplete
    assert [layer.diff_id for layer in opened.layers] == [
        archives.digest(data) for data in LAYERS[: number + 1]
    ]
    assert len([step for step in opened.config.steps if not step.empty_layer]) == number + 1
    opened.close()
    assert names(here) == ["out.tar"]


def test_the_digests_of_all_blobs_are_right(here: Path) -> None:
    image = written(archives.oci(LAYERS), here)
    assert run(["rollback", image, "--to", "2", "out.tar"]) == 0
    item, config, files = documents(here / "out.tar")
    blobs = {name: data for name, data in files.items() if name.startswith("blobs/")}
    assert {f"blobs/sha256/{archives.hex_digest(data)}" for data in blobs.values()} == set(blobs)
    assert config["rootfs"]["diff_ids"] == [archives.digest(data) for data in LAYERS[:3]]
    assert item["Layers"] == [archives.blob_name(archives.packed(data)) for data in LAYERS[:3]]
    (manifest,) = json.loads(files["index.json"])["manifests"]
    described = json.loads(files[f"blobs/{manifest['digest'].replace(':', '/')}"])
    for each in (described["config"], *described["layers"]):
        data = files[f"blobs/{each['digest'].replace(':', '/')}"]
        assert (archives.digest(data), len(data)) == (each["digest"], each["size"])


def test_the_history_ends_with_the_step_that_made_the_layer(here: Path) -> None:
    image = written(archives.docker_save(LAYERS), here)
    assert run(["rollback", image, "--to", "1", "out.tar"]) == 0
    _, config, _ = documents(here / "out.tar")
    steps = [step["created_by"] for step in config["history"]]
    assert steps == [
        "/bin/sh -c #(nop) COPY file:0 in / ",
        "ENV N=0",
        "/bin/sh -c #(nop) COPY file:1 in / ",
    ]
    assert config["config"] == {"Env": ["PATH=/bin"], "Cmd": ["sh"]}


def test_the_topmost_layer_gives_the_image_itself(here: Path) -> None:
    about = archives.config(LAYERS, **{"moby.unknown": {"kept": 1}})
    image = written(archives.docker_save(LAYERS, about=about), here)
    assert run(["rollback", image, "--to", "3", "out.tar"]) == 0
    item, _, files = documents(here / "out.tar")
    assert files[item["Config"]] == about


def test_what_a_config_has_beside_is_kept(here: Path) -> None:
    about = archives.config(LAYERS, **{"moby.unknown": {"kept": 1}, "RootFS": {"odd": 1}})
    image = written(archives.docker_save(LAYERS, about=about), here)
    assert run(["rollback", image, "--to", "1", "out.tar"]) in (0, 2)
    if (here / "out.tar").exists():
        _, config, _ = documents(here / "out.tar")
        assert config["moby.unknown"] == {"kept": 1}
        assert "RootFS" not in config


@pytest.mark.parametrize(
    ("given", "name"),
    [("shop/api:before", "shop/api:before"), ("alpine", "alpine:latest"),
     ("example.org:5000/a:b", "example.org:5000/a:b")],
)  # fmt: skip
def test_a_name_is_given_by_which_it_is_loaded(here: Path, given: str, name: str) -> None:
    image = written(archives.docker_save(LAYERS), here)
    assert run(["rollback", image, "--to", "1", "--tag", given, "out.tar"]) == 0
    item, _, _ = documents(here / "out.tar")
    assert item["RepoTags"] == [name]
    opened = open_image("out.tar")
    assert opened.tags == (name,)
    opened.close()


def test_without_a_name_it_has_none(here: Path) -> None:
    image = written(archives.docker_save(LAYERS), here)
    assert run(["rollback", image, "--to", "1", "out.tar"]) == 0
    item, _, _ = documents(here / "out.tar")
    assert item["RepoTags"] is None


def test_a_layer_that_repeats_is_there_once(here: Path) -> None:
    image = written(archives.docker_save([LAYERS[0], LAYERS[0], LAYERS[1]]), here)
    assert run(["rollback", image, "--to", "2", "out.tar"]) == 0
    item, _, files = documents(here / "out.tar")
    assert item["Layers"][0] == item["Layers"][1]
    with tarfile.open(here / "out.tar") as archive:
        assert archive.getnames().count(item["Layers"][0]) == 1
    assert len([name for name in files if name.startswith("blobs/")]) == 2 + 2


def test_stdout_gets_the_same_archive(here: Path, capfdbinary: Output) -> None:
    image = written(archives.oci(LAYERS, pack=lzma.compress), here)
    assert run(["rollback", image, "--to", "2", "out.tar"]) == 0
    capfdbinary.readouterr()
    assert run(["rollback", image, "--to", "2", "-"]) == 0
    data = capfdbinary.readouterr().out
    assert data == (here / "out.tar").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert "oci-layout" in archive.getnames()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "4"], "--to 4: there is no such layer; the image has layers 0 to 3"),
        (["--to", "-1"], "--to -1: there is no such layer"),
        (["--to", "1", "--tag", "No Name"], "is not the name of an image"),
        (["--to", "1", "--tag", f"a@{archives.digest(b'')}"], "only a tag"),
        ([], "Missing option '--to'"),
    ],
)
def test_wrong_usage_is_told_and_nothing_written(
    here: Path, capfdbinary: Output, arguments: list[str], message: str
) -> None:
    image = written(archives.docker_save(LAYERS), here)
    assert run(["rollback", image, *arguments, "out.tar"]) == 2
    assert message in capfdbinary.readouterr().err.decode()
    assert names(here) == []


def test_a_file_that_is_there_is_replaced_only_by_force(here: Path, capfdbinary: Output) -> None:
    (here / "out.tar").write_text("mine")
    image = written(archives.docker_save(LAYERS), here)
    assert run(["rollback", image, "--to", "1", "out.tar"]) == 2
    assert b"out.tar is there already" in capfdbinary.readouterr().err
    assert (here / "out.tar").read_text() == "mine"
    assert run(["rollback", image, "--to", "1", "--force", "out.tar"]) == 0
    assert names(here) == ["out.tar"]
    assert documents(here / "out.tar")[0]["Layers"]


@pytest.mark.parametrize("options", [[], ["--force"]])
def test_neither_a_pipe_nor_a_link_to_a_folder_is_ever_replaced(
    here: Path, capfdbinary: Output, options: list[str]
) -> None:
    os.mkfifo(here / "pipe")
    (here / "v3").mkdir()
    (here / "current").symlink_to("v3")
    image = written(archives.docker_save(LAYERS), here)
    assert run(["rollback", image, "--to", "1", *options, "pipe"]) == 2
    assert b"pipe is a named pipe" in capfdbinary.readouterr().err
    assert run(["rollback", image, "--to", "1", *options, "current"]) == 2
    assert b"current is a link to a folder" in capfdbinary.readouterr().err
    assert (here / "pipe").is_fifo()
    assert (here / "current").is_symlink()
    assert names(here) == ["current", "pipe", "v3"]


def test_what_is_put_in_the_way_meanwhile_is_not_replaced_either(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with pytest.raises(ExtractionError), new_file(os.fsencode(path), overwrite=True):
        os.mkfifo(path)
    assert path.is_fifo()
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("pack", [archives.packed, bytes, lzma.compress])
def test_a_layer_that_is_not_what_the_config_says_is_refused(
    here: Path, capfdbinary: Output, pack: Callable[[bytes], bytes]
) -> None:
    about = archives.config([LAYERS[0], LAYERS[2]])
    media_type = archives.OCI_LAYER if pack is bytes else f"{archives.OCI_LAYER}+gzip"
    files = archives.oci(LAYERS[:2], pack=pack, about=about, layer_type=media_type)
    image = written(files, here)
    assert run(["rollback", image, "--to", "1", "out.tar"]) == 2
    assert b"layer 1" in capfdbinary.readouterr().err
    assert names(here) == []
    assert run(["rollback", image, "--to", "0", "out.tar"]) == 0


def test_an_image_that_is_not_whole_is_refused_up_to_the_layer_that_is_not(
    here: Path, capfdbinary: Output
) -> None:
    files = archives.oci(LAYERS)
    del files[archives.blob_name(archives.packed(LAYERS[2]))]
    image = written(files, here)
    assert run(["rollback", image, "--to", "3", "out.tar"]) == 2
    assert b"not whole up to layer 3" in capfdbinary.readouterr().err
    assert names(here) == []
    assert run(["rollback", image, "--to", "1", "out.tar"]) == 0


def test_a_layer_that_is_cut_off_is_refused(here: Path, capfdbinary: Output) -> None:
    files = archives.oci(LAYERS)
    name = archives.blob_name(archives.packed(LAYERS[1]))
    blob = files[name]
    assert isinstance(blob, bytes)
    files[name] = blob[:-20]
    image = written(files, here)
    assert run(["rollback", image, "--to", "2", "out.tar"]) == 2
    assert names(here) == []
