"""`layertui cat`: files as they are, in the order asked for."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from layertui.cli import cat, run
from tests import archives
from tests.builders import device, directory, fifo, file, hardlink, layer, symlink, whiteout

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[bytes]
BINARY = bytes(range(256)) * 9_000
LAYERS = [
    layer(
        directory("d"), file("d/a", b"first\n"), file("d/b", b"second\n"), file("big", BINARY),
        symlink("l", "d/a"), symlink("out", "../../d/b"), symlink("circle", "circle"),
        hardlink("h", "d/a"), device("null", 1, 3), fifo("pipe"), file("empty"),
        hardlink("hl", "l"),
    ),
    layer(file("d/a", b"other\n"), whiteout("d/b")),
]  # fmt: skip


@pytest.fixture(params=["plain", "gzip"])
def image(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    plain = request.param == "plain"
    members = archives.docker_save(LAYERS) if plain else archives.oci(LAYERS)
    return str(archives.write_tarball(members, tmp_path / "image.tar"))


def printed(capsys: Output, *arguments: str, code: int = 0) -> bytes:
    assert run(["cat", *arguments]) == code
    return capsys.readouterr().out


def test_files_are_printed_byte_for_byte(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, image, "/big") == BINARY
    assert printed(capfdbinary, image, "empty") == b""


def test_files_are_printed_in_the_order_asked_for(image: str, capfdbinary: Output) -> None:
    paths = ["big", "d/a", "h", "/d/a", "big", "empty", "d/a"]
    expected = BINARY + b"other\nfirst\nother\n" + BINARY + b"other\n"
    assert printed(capfdbinary, image, *paths) == expected


def test_files_are_those_of_the_layer_asked_for(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "--layer=0", image, "d/a", "d/b") == b"first\nsecond\n"
    assert printed(capfdbinary, image, "d/b", code=1) == b""


def test_links_are_followed_inside_the_image(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "--layer=0", image, "l", "out", "hl") == b"first\nsecond\nfirst\n"


def test_links_are_refused_where_that_is_asked_for(image: str, capfdbinary: Output) -> None:
    assert run(["cat", "-P", image, "l", "d/a"]) == 2
    assert capfdbinary.readouterr() == (b"other\n", b"layertui: l: is a link to d/a\n")


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("/d", 2, "/d: is a directory"),
        ("/", 2, "/: is a directory"),
        ("", 2, "/: is a directory"),
        ("/h/", 1, "/h/: /h is no directory"),
        ("/h/x/y", 1, "/h/x/y: /h is no directory"),
        ("l/x", 1, "l/x: /d/a is no directory"),
        ("null", 2, "null: is a device"),
        ("pipe", 2, "pipe: is a named pipe"),
        ("lost", 1, "lost: not there"),
        ("out", 1, "out: leads to /d/b, which is not there"),
        ("circle", 1, "circle: too many links, there is no end to them"),
        ("d/*x", 1, "d/*x: nothing matches"),
    ],
)
def test_what_is_no_file_is_told_and_the_others_are_printed(
    image: str, path: str, code: int, message: str, capfdbinary: Output
) -> None:
    assert run(["cat", image, path, "h"]) == code
    assert capfdbinary.readouterr() == (b"first\n", f"layertui: {message}\n".encode())


def test_a_glob_prints_the_files_that_match(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "--layer=0", image, "/d*", "/d/*") == b"first\nsecond\n"


def test_many_small_files_are_printed_whatever_their_order(
    tmp_path: Path, capfdbinary: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cat, "_BATCH", 5_000)
    monkeypatch.setattr(cat, "_SMALL", 900)
    chance = random.Random(1)
    data = {f"f{number}": chance.randbytes(chance.randrange(1000)) for number in range(200)}
    tars = [layer(*(file(name, data[name]) for name in list(data)[part::2])) for part in (0, 1)]
    path = str(archives.write_tarball(archives.oci(tars), tmp_path / "image.tar"))
    names = chance.choices(list(data), k=300)
    assert printed(capfdbinary, path, *names) == b"".join(map(data.__getitem__, names))


def test_a_file_of_a_layer_that_is_cut_off_ends_in_2(tmp_path: Path, capfdbinary: Output) -> None:
    cut = layer(file("a", b"1"), file("b", b"2" * 5000))[:3000]
    path = str(archives.write_tarball(archives.docker_save([cut]), tmp_path / "image.tar"))
    assert printed(capfdbinary, path, "a", code=2) == b"1"
