from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from layertui.errors import CancelledError
from layertui.sources.saved import saved_images
from tests import archives

if TYPE_CHECKING:
    from pathlib import Path

TARBALL = archives.tarball(archives.docker_save(archives.sample_layers(1)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tarballs_and_layouts_are_listed_the_newest_first(folder: Path) -> None:
    for number, name in enumerate(("a.tar", "b.tar.gz", "c.tgz", "d.TAR", "e.tar.zst")):
        data = gzip.compress(TARBALL) if "gz" in name else TARBALL
        (folder / name).write_bytes(b"\x28\xb5\x2f\xfd" if "zst" in name else data)
        os.utime(folder / name, (number, number))
    archives.write_directory(archives.oci(archives.sample_layers(1)), folder / "layout")
    os.utime(folder / "layout", (9, 9))
    listed = saved_images()

    assert [image.name for image in listed] == [
        "layout", "e.tar.zst", "d.TAR", "c.tgz", "b.tar.gz", "a.tar"
    ]  # fmt: skip
    assert [image.argument for image in listed[::5]] == ["./layout", "./a.tar"]
    assert (listed[-1].size, listed[-1].created) == (len(TARBALL), 0)
    assert {image.keeper for image in listed} == {"this folder"}


def test_what_is_no_image_is_left_out(folder: Path) -> None:
    (folder / "picture.tar").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(600))
    (folder / "empty.tar").touch()
    (folder / "image.txt").write_bytes(TARBALL)
    (folder / "folder.tar").mkdir()
    (folder / "gone.tar").symlink_to("nowhere.tar")
    os.mkfifo(folder / "pipe.tar")
    assert saved_images() == ()


def test_a_folder_that_cannot_be_read_holds_nothing(folder: Path) -> None:
    assert saved_images(str(folder / "gone")) == ()


def test_looking_through_a_folder_can_be_stopped(folder: Path) -> None:
    (folder / "a.tar").write_bytes(TARBALL)
    with pytest.raises(CancelledError):
        saved_images(cancelled=lambda: True)
