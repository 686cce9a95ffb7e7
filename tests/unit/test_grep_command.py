"""`layertui grep`: lines that match, where they are, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from layertui.cli import run
from tests import archives
from tests.builders import directory, file, hardlink, layer, symlink, whiteout

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[bytes]
LAYERS = [
    layer(
        directory("etc"), file("etc/a.conf", b"user=root\nPassword=1\n"), file("etc/b", b"none"),
        file("srv/key", b"password=2"), file("bin", b"\0password"), symlink("conf", "etc/a.conf"),
        file("srv/more", b"password\n" * 700),
    ),
    layer(whiteout("srv/key"), file("etc/b", b"password=3"), hardlink("etc/c", "etc/a.conf")),
]  # fmt: skip


@pytest.fixture(params=["plain", "gzip"])
def image(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    plain = request.param == "plain"
    members = archives.docker_save(LAYERS) if plain else archives.oci(LAYERS)
    return str(archives.write_tarball(members, tmp_path / "image.tar"))


def printed(capsys: Output, *arguments: str, code: int = 0) -> list[str]:
    assert run(["grep", *arguments]) == code
    return capsys.readouterr().out.decode().splitlines()


def test_lines_are_told_with_path_and_number(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "Pass|none|=3", image) == [
        "/etc/a.conf:2:Password=1", "/etc/c:2:Password=1", "/etc/b:1:password=3",
    ]  # fmt: skip


def test_nothing_found_ends_in_1_and_what_cannot_be_looked_for_in_2(
    image: str, capfdbinary: Output
) -> None:
    assert printed(capfdbinary, "no such line", image, code=1) == []
    assert printed(capfdbinary, "(", image, code=2) == []
    assert printed(capfdbinary, "(a+)+b", image, code=2) == []
    assert printed(capfdbinary, "a", "./no-such-image.tar", code=2) == []


def test_a_text_is_taken_as_it_is(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "-F", "d=3", image) == ["/etc/b:1:password=3"]
    assert printed(capfdbinary, "-F", "d.3", image, code=1) == []
    assert printed(capfdbinary, "-FE", "d", image, code=2) == []


def test_words_are_found_and_what_is_not_understood_is_refused(
    image: str, capfdbinary: Output
) -> None:
    assert printed(capfdbinary, r"\<user\>", image) == [
        "/etc/a.conf:1:user=root",
        "/etc/c:1:user=root",
    ]
    assert run(["grep", r"\`none", image]) == 2
    assert b"\\` is not understood" in capfdbinary.readouterr().err


def test_case_matters_unless_asked_otherwise(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "PASSWORD=", image, code=1) == []
    assert len(printed(capfdbinary, "-i", "PASSWORD=", image)) == 3


def test_files_or_counts_alone_are_told(image: str, capfdbinary: Output) -> None:
    assert sorted(printed(capfdbinary, "-il", "password", image)) == [
        "/etc/a.conf", "/etc/b", "/etc/c", "/srv/more",
    ]  # fmt: skip
    assert printed(capfdbinary, "-c", "password", image) == ["/srv/more:700", "/etc/b:1"]


def test_lines_of_a_file_are_bounded_where_asked_for(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "-m2", "password$", image) == [
        "/srv/more:1:password", "/srv/more:2:password",
    ]  # fmt: skip


def test_the_filesystem_after_a_layer_and_what_a_layer_ships_are_searched(
    image: str, capfdbinary: Output
) -> None:
    assert printed(capfdbinary, "--layer=0", "=[23]", image) == ["/srv/key:1:password=2"]
    assert printed(capfdbinary, "--changes", "-i", "password=", image) == ["/etc/b:1:password=3"]
    assert printed(capfdbinary, "--layer=5", "x", image, code=2) == []


def test_all_layers_are_searched_with_what_is_gone(image: str, capfdbinary: Output) -> None:
    found = printed(capfdbinary, "--all-layers", "=|none", image)
    assert sorted(found) == [
        "0:/etc/a.conf:1:user=root", "0:/etc/a.conf:2:Password=1", "0:/etc/b:1:none",
        "0:/srv/key:1:password=2", "1:/etc/b:1:password=3", "1:/etc/c:1:user=root",
        "1:/etc/c:2:Password=1",
    ]  # fmt: skip


@pytest.mark.parametrize("other", ["--layer=0", "--changes"])
def test_all_layers_go_with_no_layer(image: str, other: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "--all-layers", other, "x", image, code=2) == []


def test_paths_bound_what_is_searched(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "-l", "d", image, "/srv") == ["/srv/more"]
    assert printed(capfdbinary, "-l", "d", image, "**/*.conf", "srv/more") == [
        "/etc/a.conf", "/srv/more",
    ]  # fmt: skip
    assert printed(capfdbinary, "-l", "d", image, "conf") == ["/etc/a.conf"]
    assert printed(capfdbinary, "-l", "--all-layers", "d", image, "/srv/key") == ["0:/srv/key"]
    assert printed(capfdbinary, "-l", "--all-layers", "2", image, "/s*/k*") == ["0:/srv/key"]


def test_a_path_that_is_not_there_is_told_and_ends_in_2(image: str, capfdbinary: Output) -> None:
    assert run(["grep", "-l", "d", image, "/srv/key", "/srv/more"]) == 2
    out, err = capfdbinary.readouterr()
    assert (out, err) == (b"/srv/more\n", b"layertui: /srv/key: not there\n")


def test_binary_files_are_searched_where_asked_for(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "-l", "password", image, "/bin", code=1) == []
    assert printed(capfdbinary, "-al", "password", image, "/bin") == ["/bin"]


def test_nothing_is_printed_where_the_exit_code_is_enough(image: str, capfdbinary: Output) -> None:
    assert printed(capfdbinary, "-q", "password", image) == []
    assert printed(capfdbinary, "-q", "no such line", image, code=1) == []


def test_json_tells_lines_with_their_places(image: str, capfdbinary: Output) -> None:
    found = printed(capfdbinary, "--json", "--all-layers", "sw.rd=[12]", image)
    assert json.loads(found[-1]) == {
        "path": "/srv/key", "layer": 0, "removedBy": 1, "line": 1, "offset": 3, "length": 7,
        "text": "password=2",
    }  # fmt: skip
    shown = printed(capfdbinary, "--json", "=3", image)
    assert json.loads(shown[0])["layer"] == 1
    assert json.loads(shown[0])["removedBy"] is None


def test_json_tells_files_and_counts(image: str, capfdbinary: Output) -> None:
    more = {"path": "/srv/more", "layer": 0, "removedBy": None}
    assert json.loads(printed(capfdbinary, "--json", "-l", "password$", image)[0]) == more
    (counted,) = printed(capfdbinary, "--json", "-c", "password$", image)
    assert json.loads(counted) == {**more, "lines": 700}


def hostile(tmp_path: Path) -> str:
    members = archives.docker_save([layer(file(b"n\x1b:\xff", b"a \x1b[31m\xff b\n"))])
    return str(archives.write_tarball(members, tmp_path / "hostile.tar"))


def test_names_and_lines_are_written_as_they_are(tmp_path: Path, capfdbinary: Output) -> None:
    path = hostile(tmp_path)
    assert run(["grep", "b$", path]) == 0
    assert capfdbinary.readouterr().out == b"/n\x1b:\xff:1:a \x1b[31m\xff b\n"
    assert run(["grep", "-Z", "b$", path]) == 0
    assert capfdbinary.readouterr().out == b"/n\x1b:\xff\x001:a \x1b[31m\xff b\n"
    assert run(["grep", "-lZ", "b$", path]) == 0
    assert capfdbinary.readouterr().out == b"/n\x1b:\xff\0"


def test_a_terminal_is_not_steered_by_names_and_lines(tmp_path: Path) -> None:
    path = hostile(tmp_path)
    parent, child = pty.openpty()
    try:
        command = [sys.executable, "-m", "layertui", "grep", "b$", path]
        subprocess.run(command, stdout=child, stderr=subprocess.DEVNULL, check=True)
        assert os.read(parent, 1000) == b"/n\\x1b:\\xff:1:a \\x1b[31m\\xff b\r\n"
    finally:
        os.close(parent)
        os.close(child)


def test_a_layer_that_is_cut_off_ends_in_2_after_what_was_found(
    tmp_path: Path, capfdbinary: Output
) -> None:
    cut = layer(file("b", b"x" * 5000))[:2000]
    tars = [layer(file("a", b"found")), cut]
    path = str(archives.write_tarball(archives.docker_save(tars), tmp_path / "image.tar"))
    assert run(["grep", "found", path]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b"/a:1:found\n"
    assert b"layertui: layer 1 ends within a file\n" in err
    assert b"layer 1: layer 1" not in err
