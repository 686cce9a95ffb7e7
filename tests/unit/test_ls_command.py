"""`layertui ls`: paths a line, long lines, JSON, globs, and what a layer changed."""

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
from tests.builders import device, directory, file, hardlink, layer, symlink, whiteout

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[bytes]
MAY = 1_715_000_000
LAYERS = [
    layer(
        directory("usr/bin"), file("usr/bin/sh", b"#!" * 500, mode=0o4755, mtime=MAY),
        symlink("bin", "usr/bin"), directory("etc"), file("etc/passwd", b"root", uid=1, gid=42),
        file("etc/shadow", b"x", mode=0o600), file("etc/ssl/a.pem", b"a"), device("dev/null", 1, 3),
    ),
    layer(
        file("etc/passwd", b"root!"), whiteout("etc/ssl"), file("new", b"n"),
        hardlink("usr/bin/ash", "usr/bin/sh"), symlink("gone", "lost/file"),
    ),
]  # fmt: skip


@pytest.fixture
def image(tmp_path: Path) -> str:
    return str(archives.write_tarball(archives.docker_save(LAYERS), tmp_path / "image.tar"))


def listed(capsys: Output, *arguments: str, code: int = 0) -> list[str]:
    assert run(["ls", *arguments]) == code
    return capsys.readouterr().out.decode().splitlines()


def test_what_is_in_the_root_is_listed_by_absolute_paths(image: str, capfdbinary: Output) -> None:
    assert listed(capfdbinary, image) == ["/bin", "/dev", "/etc", "/gone", "/new", "/usr"]


def test_directories_list_what_is_in_them_and_files_themselves(
    image: str, capfdbinary: Output
) -> None:
    assert listed(capfdbinary, image, "etc", "/new") == ["/etc/passwd", "/etc/shadow", "/new"]


def test_links_to_directories_are_followed_inside_the_image(
    image: str, capfdbinary: Output
) -> None:
    assert listed(capfdbinary, image, "/bin") == ["/usr/bin/ash", "/usr/bin/sh"]
    assert listed(capfdbinary, image, "/bin/sh") == ["/usr/bin/sh"]
    assert listed(capfdbinary, "-d", image, "/bin", "/etc") == ["/bin", "/etc"]


def test_the_long_form_tells_mode_owner_size_time_and_link(image: str, capfdbinary: Output) -> None:
    lines = listed(capfdbinary, "-ld", image, "/usr/bin/sh", "/bin", "/usr/bin/ash", "/dev/null")
    assert lines == [
        "-rwsr-xr-x  0:0                1000  2024-05-06T12:53:20Z  /usr/bin/sh",
        "lrwxrwxrwx  0:0                   0  1970-01-01T00:00:00Z  /bin -> usr/bin",
        "-rwsr-xr-x  0:0                1000  2024-05-06T12:53:20Z  /usr/bin/ash => /usr/bin/sh",
        "crw-------  0:0                 1,3  1970-01-01T00:00:00Z  /dev/null",
    ]


def test_sizes_can_be_told_with_units_and_of_directories_with_all_in_them(
    image: str, capfdbinary: Output
) -> None:
    line = listed(capfdbinary, "-lHd", image, "/usr")
    assert line == ["drwxr-xr-x  0:0          1.0 kB  -                     /usr"]


def test_sizes_with_units_are_told_without_the_rest_too(image: str, capfdbinary: Output) -> None:
    assert listed(capfdbinary, "-H", image, "/usr/bin/sh", "/bin/", "/dev") == [
        "  1.0 kB  /usr/bin/sh", "  1.0 kB  /usr/bin/ash", "  1.0 kB  /usr/bin/sh",
        "     1,3  /dev/null",
    ]  # fmt: skip


def test_json_is_not_to_be_ended_by_a_nul(image: str, capfdbinary: Output) -> None:
    assert run(["ls", "-0j", image]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert b"-j and -0" in err


def test_a_hard_link_has_the_type_of_what_it_leads_to(tmp_path: Path, capfdbinary: Output) -> None:
    entries = (symlink("l", "x"), device("d", 1, 3), file("f", mode=0o644))
    links = (hardlink("hl", "l"), hardlink("hd", "d"), hardlink("hf", "f"))
    members = archives.docker_save([layer(*entries, *links)])
    path = str(archives.write_tarball(members, tmp_path / "image.tar"))
    lines = listed(capfdbinary, "-ld", path, "hl", "hd", "hf")
    assert [(line[0], line[line.index("/") :]) for line in lines] == [
        ("l", "/hl => /l"), ("c", "/hd => /d"), ("-", "/hf => /f"),
    ]  # fmt: skip


def test_all_below_a_directory_or_some_levels_are_listed(image: str, capfdbinary: Output) -> None:
    every = listed(capfdbinary, "-R", image)
    assert "/usr/bin/sh" in every
    assert listed(capfdbinary, "--depth", "2", image, "/") == [
        path for path in every if path.count("/") <= 2
    ]
    assert listed(capfdbinary, "--depth", "0", image, "etc") == ["/etc"]


def test_the_filesystem_is_listed_as_it_is_after_a_layer(image: str, capfdbinary: Output) -> None:
    assert listed(capfdbinary, "--layer", "0", image) == ["/bin", "/dev", "/etc", "/usr"]
    assert listed(capfdbinary, "--layer", "0", image, "/etc/ssl") == ["/etc/ssl/a.pem"]


@pytest.mark.parametrize("number", ["2", "-1"])
def test_a_layer_that_is_not_there_ends_in_2(image: str, number: str, capfdbinary: Output) -> None:
    assert listed(capfdbinary, f"--layer={number}", image, code=2) == []


def test_a_glob_lists_what_matches_itself(image: str, capfdbinary: Output) -> None:
    assert listed(capfdbinary, image, "/etc/s*") == ["/etc/shadow"]
    assert listed(capfdbinary, image, "**/*sh") == ["/usr/bin/ash", "/usr/bin/sh"]
    assert listed(capfdbinary, image, "u*") == ["/usr"]
    assert listed(capfdbinary, "-R", image, "u*") == [
        "/usr", "/usr/bin", "/usr/bin/ash", "/usr/bin/sh",
    ]  # fmt: skip


def test_a_name_with_wild_characters_is_found_as_it_is(tmp_path: Path, capfdbinary: Output) -> None:
    members = archives.docker_save([layer(file("[", b""), file("a*"), file("ab"))])
    path = str(archives.write_tarball(members, tmp_path / "image.tar"))
    assert listed(capfdbinary, path, "[") == ["/["]
    assert listed(capfdbinary, path, "a*") == ["/a*"]


def test_a_path_that_is_not_there_is_told_and_ends_in_1(image: str, capfdbinary: Output) -> None:
    assert run(["ls", image, "/new", "/lost", "x*", "/gone/", "/etc/passwd/x"]) == 1
    out, err = capfdbinary.readouterr()
    assert out == b"/new\n"
    assert err.decode().splitlines() == [
        "layertui: /lost: not there",
        "layertui: x*: nothing matches",
        "layertui: /gone/: leads to /lost/file, which is not there",
        "layertui: /etc/passwd/x: /etc/passwd is no directory",
    ]


def test_an_image_that_is_not_there_ends_in_2(capfdbinary: Output) -> None:
    assert listed(capfdbinary, "./no-such-image.tar", code=2) == []


def test_json_has_the_fields_of_the_report(image: str, capfdbinary: Output) -> None:
    lines = listed(capfdbinary, "-R", "--json", image)
    assert run(["--json", "-", image]) == 0
    report = json.loads(capfdbinary.readouterr().out)
    told = sorted(map(json.loads, lines), key=lambda item: str(item["path"]))
    assert told == report["filesystem"]


def test_changes_of_a_layer_are_listed_with_marks(image: str, capfdbinary: Output) -> None:
    assert listed(capfdbinary, "--changes", image) == [
        "~ /etc/passwd", "- /etc/ssl", "+ /gone", "+ /new", "+ /usr/bin/ash",
    ]  # fmt: skip
    assert listed(capfdbinary, "--changes", image, "/etc") == ["~ /etc/passwd", "- /etc/ssl"]
    long = listed(capfdbinary, "-l", "--changes", image, "/etc")
    assert long[1].startswith("- drwxr-xr-x")


def test_changes_as_json_are_the_entries_of_the_report(image: str, capfdbinary: Output) -> None:
    lines = listed(capfdbinary, "--json", "--changes", "--layer", "1", image)
    assert run(["--json", "-", image]) == 0
    entries = json.loads(capfdbinary.readouterr().out)["layers"][1]["entries"]
    assert sorted(map(json.loads, lines), key=lambda item: str(item["path"])) == [
        entry for entry in entries if entry["change"] != "unmodified"
    ]


def hostile(tmp_path: Path) -> str:
    members = archives.docker_save([layer(file(b"a\x1b[31m\nb\xff", b""), file("c"))])
    return str(archives.write_tarball(members, tmp_path / "hostile.tar"))


def test_names_are_written_as_they_are_and_ended_by_nul_where_asked_for(
    tmp_path: Path, capfdbinary: Output
) -> None:
    assert run(["ls", "-0", hostile(tmp_path)]) == 0
    assert capfdbinary.readouterr().out == b"/a\x1b[31m\nb\xff\0/c\0"


def test_a_terminal_is_not_steered_by_names(tmp_path: Path) -> None:
    path = hostile(tmp_path)
    parent, child = pty.openpty()
    try:
        command = [sys.executable, "-m", "layertui", "ls", path]
        subprocess.run(command, stdout=child, stderr=subprocess.DEVNULL, check=True)
        assert os.read(parent, 1000) == b"/a\\x1b[31m\\nb\\xff\r\n/c\r\n"
    finally:
        os.close(parent)
        os.close(child)


def test_a_reader_that_goes_away_is_no_trouble(tmp_path: Path) -> None:
    members = archives.docker_save([layer(*(file(f"{n:0200d}") for n in range(2000)))])
    path = archives.write_tarball(members, tmp_path / "many.tar")
    command = f"{sys.executable} -m layertui ls {path}; echo $? >&2"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        ["/bin/sh", "-c", command], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert done.stderr == b"0\n"


def test_what_is_missing_of_the_image_is_told_and_nothing_else(
    tmp_path: Path, capfdbinary: Output
) -> None:
    odd = layer(file("a"), file("a"), whiteout("never-there"))
    cut = layer(file("b", b"1" * 5000))[:2000]
    path = str(archives.write_tarball(archives.docker_save([odd, cut]), tmp_path / "damaged.tar"))
    assert run(["ls", path]) == 2
    out, err = capfdbinary.readouterr()
    assert out.startswith(b"/a\n")
    told = err.decode().splitlines()
    assert len(told) == 2
    assert told[0].startswith("layertui: layer 1: ")
    assert told[1] == "layertui: the image is not whole, so this may not be all"
    assert run(["ls", "--layer", "0", path]) == 0
