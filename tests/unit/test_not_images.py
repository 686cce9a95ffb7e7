"""What is no container image is refused in one line that says what it is."""

from __future__ import annotations

import gzip
import socket
import struct
from typing import TYPE_CHECKING

import pytest

from layertui.errors import (
    DamagedImageError,
    ImageError,
    ImageNotFoundError,
    NotAnImageError,
    UnsupportedImageError,
)
from layertui.sources import open_image
from tests import archives, builders
from tests.archives import Members, write_directory

if TYPE_CHECKING:
    from pathlib import Path


def refusal(path: Path | str) -> ImageError:
    with pytest.raises(ImageError) as caught:
        open_image(str(path))
    assert caught.value.message.isprintable()
    assert caught.value.hint.isprintable()
    return caught.value


PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)
SIF = bytes(32) + b"SIF_MAGIC\0" + bytes(2000)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"x" * 511, "is not a tar archive"),
        (bytes(511), "is not a tar archive"),
        (b"x" * 5000, "is not a tar archive"),
        (PNG, "a PNG picture"),
        (b"PK\x03\x04" + bytes(600), "a ZIP archive"),
        (b"\x7fELF" + bytes(600), "a program"),
        (b' {"schemaVersion": 2}', "a JSON document"),
        (b"<!DOCTYPE html>" + b" " * 600, "a markup document"),
        (builders.END, "holds nothing"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (gzip.compress(PNG, mtime=0), "a PNG picture"),
        (gzip.compress(b"text " * 500, mtime=0), "is not a tar archive"),
    ],
)
def test_a_file_that_is_no_tarball_is_named(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    error = refusal(path)

    assert isinstance(error, NotAnImageError)
    assert words in error.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SIF, "Singularity"),
        (b"hsqs" + bytes(5000), "squashfs"),
        (bytes(1024) + b"\xe2\xe1\xf5\xe0" + bytes(5000), "EROFS"),
    ],
)
def test_an_image_of_another_kind_is_unsupported(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    error = refusal(path)

    assert isinstance(error, UnsupportedImageError)
    assert words in error.message


def members_of(*names: str) -> Members:
    return dict.fromkeys(names, b"content")


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (members_of("bin/sh", "etc/passwd", "usr/bin/env", "var/log/x"), "docker export"),
        (members_of("shop/Chart.yaml", "shop/values.yaml"), "a Helm chart"),
        (members_of("a", "b/c", "b/d"), "found a, b;"),
        (members_of(*"abcdef"), "found a, b, c, d, ...;"),
        (members_of("\x1b[31mred"), "found \\x1b[31mred;"),
        (archives.layout(), "an index that lists nothing"),
    ],
)
def test_a_tarball_without_an_image_says_what_was_found(
    members: Members, words: str, tmp_path: Path
) -> None:
    error = refusal(archives.write_tarball(members, tmp_path / "x.tar"))

    assert isinstance(error, NotAnImageError)
    assert words in error.message


def test_a_filesystem_is_told_how_to_become_an_image(tmp_path: Path) -> None:
    members = members_of("bin/sh", "etc/passwd", "usr/bin/env")

    assert "docker save" in refusal(archives.write_tarball(members, tmp_path / "x.tar")).hint


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({}, "holds nothing"),
        (members_of("bin/sh", "etc/passwd", "usr/bin/env"), "docker export"),
        (members_of("readme"), "expected manifest.json, index.json or repositories"),
        (archives.layout(), "an index that lists nothing"),
    ],
)
def test_a_directory_without_an_image_says_what_was_found(
    members: Members, words: str, tmp_path: Path
) -> None:
    error = refusal(write_directory(members, tmp_path))

    assert isinstance(error, NotAnImageError)
    assert words in error.message


@pytest.mark.parametrize("text", ["{}", "null", "3", "{", '{"manifests":3}'])
def test_a_directory_with_a_wrong_manifest_is_damaged(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)

    assert isinstance(refusal(tmp_path), DamagedImageError)


def test_an_index_that_is_a_manifest_is_damaged(tmp_path: Path) -> None:
    image = archives.manifested([])
    manifest = image.members[f"blobs/sha256/{image.descriptor['digest'][7:]}"]
    assert isinstance(manifest, bytes)
    (tmp_path / "index.json").write_bytes(manifest)

    assert "expected an index" in refusal(tmp_path).message


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    assert isinstance(refusal(tmp_path / "nothing.tar"), ImageNotFoundError)


def test_a_symlink_to_nothing_is_not_found(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nothing")

    assert isinstance(refusal(link), ImageNotFoundError)


def test_a_device_is_not_read() -> None:
    assert isinstance(refusal("/dev/zero"), NotAnImageError)


def test_a_socket_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")

        assert isinstance(refusal("./socket"), NotAnImageError)


def test_a_file_that_may_not_be_read_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "secret.tar"
    path.write_bytes(b"x")
    monkeypatch.setattr("layertui.sources.stored.os.open", refuse)

    assert "permission denied" in refusal(path).message


def test_a_compressed_archive_within_compressed_archives_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "image"
    data = archives.tarball(archives.docker_save([]))
    path.write_bytes(gzip.compress(gzip.compress(gzip.compress(data))))

    assert "more than 2 times" in refusal(path).message


def test_an_outer_archive_cut_off_says_so(tmp_path: Path) -> None:
    path = tmp_path / "image.tar.gz"
    data = archives.tarball(archives.docker_save(archives.sample_layers(3)))
    path.write_bytes(gzip.compress(data)[:-200])

    assert "cut off" in refusal(path).message


def test_a_header_that_promises_more_than_there_is_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    size = struct.pack(">BxxxQ", 0x80, 2**63 - 1)
    block = bytearray(builders.header(b"manifest.json"))
    block[124:136] = size
    path.write_bytes(builders.with_checksum(bytes(block)))

    refusal(path)
