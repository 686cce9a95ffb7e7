"""`layertui history`, `diff` and `ghosts`: lines, JSON, exit codes, hostile names."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from layertui.cli import run
from tests import archives
from tests.builders import file, hardlink, layer, opaque, symlink, whiteout
from tests.ui.images import step

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[bytes]
OLD = b"".join(b"line %d\n" % number for number in range(20))
NEW = OLD.replace(b"line 9\n", b"line nine\nand more\n")
LAYERS = [
    layer(
        file("etc/conf", OLD, mode=0o644, mtime=5), file("usr/bin/sh", b"\0sh" * 50, mtime=5),
        symlink("bin", "usr/bin"), file("var/a\nb", b"gone", mtime=5), file("only", b"1", mtime=5),
    ),
    layer(file("etc/conf", NEW, mode=0o600, mtime=5), hardlink("ash", "usr/bin/sh")),
    layer(opaque("var"), file("usr/bin/sh", b"\0sh" * 50 + b"x", mtime=5), whiteout("etc")),
    layer(file("etc/conf", NEW, mode=0o600, mtime=5), file("twice", b"1"), file("twice", b"22")),
]  # fmt: skip


@pytest.fixture
def image(tmp_path: Path) -> str:
    steps = [step(f"RUN /bin/sh -c step {number} \x1b[31m # buildkit") for number in range(4)]
    about = archives.config(LAYERS, history=steps)
    members = archives.docker_save(LAYERS, about=about)
    return str(archives.write_tarball(members, tmp_path / "image.tar"))


def told(capsys: Output, *arguments: str, code: int = 0) -> list[str]:
    assert run([*arguments]) == code
    return capsys.readouterr().out.decode().splitlines()


def items(capsys: Output, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told(capsys, *arguments, "--json", code=code)]


def test_a_history_has_a_line_for_each_layer_with_size_and_instruction(
    image: str, capfdbinary: Output
) -> None:
    assert told(capfdbinary, "history", image, "/etc/conf") == [
        f"0  added                   {len(OLD)}  RUN step 0 \\x1b[31m",
        f"1  changed: content, mode  {len(NEW)}  RUN step 1 \\x1b[31m",
        "2  removed with /etc         -  RUN step 2 \\x1b[31m",
        f"3  brought back            {len(NEW)}  RUN step 3 \\x1b[31m",
    ]


def test_a_history_tells_what_a_link_leads_to_and_what_hid_a_path(
    image: str, capfdbinary: Output
) -> None:
    (line,) = told(capfdbinary, "history", image, "ash")
    assert line.startswith("1  added => /usr/bin/sh  150  ")
    assert "removed: /var is emptied" in told(capfdbinary, "history", image, "var/a\nb")[1]
    assert [line[:42].strip() for line in told(capfdbinary, "history", image, "twice")] == [
        "3  written, then again by the same layer", "3  added",
    ]  # fmt: skip


def test_a_history_as_json_has_the_fields_of_the_report(image: str, capfdbinary: Output) -> None:
    found = items(capfdbinary, "history", image, "etc/conf")
    assert [item["change"] for item in found] == ["added", "modified", "removed", "added"]
    assert [item["broughtBack"] for item in found] == [False, False, False, True]
    assert found[1]["differs"] == ["content", "mode"]
    assert (found[1]["path"], found[1]["mode"], found[1]["layer"]) == ("/etc/conf", "0600", 1)
    assert found[2]["removedBy"] == {"means": "whiteout", "path": "/etc", "marker": "/.wh.etc"}
    assert "size" not in found[2]
    assert found[0]["instruction"] == "RUN step 0 \x1b[31m"


def test_a_path_that_no_layer_has_ends_in_1_for_history_and_in_2_for_diff(
    image: str, capfdbinary: Output
) -> None:
    assert run(["history", image, "/none\x1b"]) == 1
    assert run(["diff", image, "/none\x1b"]) == 2
    captured = capfdbinary.readouterr()
    assert captured.out == b""
    assert captured.err.decode().splitlines()[0] == "layertui: /none\\x1b: no layer has it"


def test_a_path_over_links_is_told_to_be_another(image: str, capfdbinary: Output) -> None:
    assert run(["history", image, "/bin/sh"]) == 0
    captured = capfdbinary.readouterr()
    assert captured.err == b"layertui: /bin/sh is /usr/bin/sh\n"
    assert len(captured.out.splitlines()) == 2


def test_a_diff_between_layers_is_a_unified_diff(image: str, capfdbinary: Output) -> None:
    lines = told(capfdbinary, "diff", "--from", "0", "--to", "1", image, "/etc/conf", code=1)
    assert lines == [
        f"size: {len(OLD)} B -> {len(NEW)} B", "mode: 0644 rw-r--r-- -> 0600 rw-------",
        "--- /etc/conf\tlayer 0", "+++ /etc/conf\tlayer 1", "@@ -7,7 +7,8 @@",
        " line 6", " line 7", " line 8", "-line 9", "+line nine", "+and more",
        " line 10", " line 11", " line 12",
    ]  # fmt: skip


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
def test_a_diff_is_what_patch_takes(image: str, capfdbinary: Output, tmp_path: Path) -> None:
    assert run(["diff", "--to", "1", "-U1", image, "/etc/conf"]) == 1
    (tmp_path / "conf").write_bytes(OLD)
    patch = capfdbinary.readouterr().out
    subprocess.run(["patch", "-s", str(tmp_path / "conf")], input=patch, check=True)
    assert (tmp_path / "conf").read_bytes() == NEW


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("etc/conf",), 0),
        (("--from", "0", "etc/conf"), 1),
        (("--from", "2", "etc/conf"), 1),
        (("--from", "0", "--to", "0", "etc/conf"), 0),
        (("--from", "2", "--to", "2", "etc/conf"), 0),
        (("only",), 1),
        (("ash",), 1),
        (("--from", "0", "--to", "1", "usr/bin/sh"), 0),
        (("--from", "9", "etc/conf"), 2),
        (("--to", "-1", "etc/conf"), 2),
    ],
)
def test_the_exit_code_tells_whether_versions_differ(
    image: str, arguments: tuple[str, ...], code: int, capfdbinary: Output
) -> None:
    assert run(["diff", "-q", *arguments[:-1], image, arguments[-1]]) == code
    assert capfdbinary.readouterr().out == b""


def test_contents_alone_are_compared_where_that_is_asked_for(
    tmp_path: Path, capfdbinary: Output
) -> None:
    layers = [layer(file("a", b"1", mode=0o600)), layer(file("a", b"1", mode=0o644))]
    path = archives.write_tarball(archives.docker_save(layers), tmp_path / "image.tar")
    assert told(capfdbinary, "diff", str(path), "a", code=1)
    assert told(capfdbinary, "diff", "-c", str(path), "a", code=0) == []


def test_of_what_was_removed_the_content_is_against_nothing(
    image: str, capfdbinary: Output
) -> None:
    lines = told(capfdbinary, "diff", image, "var/a\nb", code=1)
    assert lines[-5:] == [
        "--- /var/a\\nb\tlayer 0", "+++ /dev/null", "@@ -1 +0,0 @@", "-gone",
        "\\ No newline at end of file",
    ]  # fmt: skip


def test_binary_contents_tell_sizes_and_the_first_difference(
    image: str, capfdbinary: Output
) -> None:
    lines = told(capfdbinary, "diff", image, "usr/bin/sh", code=1)
    assert lines == [
        "size: 150 B -> 151 B",
        "Binary contents differ: 150 and 151 bytes, first at offset 150 (0x96)",
        "-00000090  00 73 68 00 73 68                                .sh.sh",
        "+00000090  00 73 68 00 73 68 78                             .sh.shx",
    ]
    (item,) = items(capfdbinary, "diff", image, "usr/bin/sh", code=1)
    assert item["content"] == {"kind": "binary", "sizes": [150, 151], "firstDifference": 150}
    assert item["differs"] == ["content", "size"]


def test_a_binary_content_against_nothing_tells_its_size(
    tmp_path: Path, capfdbinary: Output
) -> None:
    layers = [layer(file("a", b"\0" * 9)), layer(whiteout("a"))]
    path = archives.write_tarball(archives.docker_save(layers), tmp_path / "image.tar")
    lines = told(capfdbinary, "diff", str(path), "a", code=1)
    assert lines[-1] == "Only after layer 0 is there a content: 9 bytes"


def test_a_diff_as_json_has_both_sides_and_the_lines(image: str, capfdbinary: Output) -> None:
    (item,) = items(capfdbinary, "diff", "--to", "1", "-U0", image, "etc/conf", code=1)
    assert (item["same"], item["differs"]) == (False, ["content", "size", "mode"])
    assert (item["from"]["layer"], item["from"]["mode"]) == (0, "0644")
    assert item["content"] == {
        "kind": "text", "removedLines": 1, "addedLines": 2, "rough": False,
        "hunks": [{"heading": "@@ -10 +10,2 @@",
                   "lines": ["-line 9\n", "+line nine\n", "+and more\n"]}],
    }  # fmt: skip


def test_ghosts_are_listed_by_bytes_with_both_layers(image: str, capfdbinary: Output) -> None:
    assert told(capfdbinary, "ghosts", image) == [
        f"{len(NEW):>12}  removed    1 -> 2      /etc/conf",
        f"{len(OLD):>12}  rewritten  0 -> 1      /etc/conf",
        "           4  removed    0 -> 2      /var/a",
        "b",
        "           1  rewritten  3 -> 3      /twice",
    ]


def test_ghosts_are_narrowed_and_told_otherwise(image: str, capfdbinary: Output) -> None:
    assert told(capfdbinary, "ghosts", "-p", "-n", "1", image) == ["/etc/conf"]
    assert told(capfdbinary, "ghosts", "-p", "--layer", "3", image) == ["/twice"]
    assert run(["ghosts", "--removed", "-0", image]) == 0
    assert capfdbinary.readouterr().out == b"/etc/conf\0/var/a\nb\0"
    found = items(capfdbinary, "ghosts", "--removed", image)
    assert found[0] == {
        "path": "/etc/conf", "size": len(NEW), "cause": "removed", "layer": 1, "supersededBy": 2,
    }  # fmt: skip
    assert run(["ghosts", "--layer", "9", image]) == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("history", "IMAGE", "t\x1b"), b"1  removed   -  COPY file:1 in /"),
        (("diff", "--to", "0", "IMAGE", "t\x1b"), b"+\x1b[31m\tred\xff".replace(b"\x1b", b"\\x1b")
            .replace(b"\xff", b"\\xff")),
        (("ghosts", "IMAGE"), b"/t\\x1b"),
    ],
)  # fmt: skip
def test_no_byte_of_an_image_steers_a_terminal(
    tmp_path: Path, arguments: tuple[str, ...], expected: bytes
) -> None:
    layers = [
        layer(file("t\x1b", b"\x1b[31m\tred\xff"), file("l"), whiteout("m\x1b")),
        layer(whiteout("t\x1b")),
    ]
    path = archives.write_tarball(archives.docker_save(layers), tmp_path / "image.tar")
    parent, child = pty.openpty()
    try:
        names = [str(path) if each == "IMAGE" else each for each in arguments]
        command = [sys.executable, "-m", "layertui", *names]
        subprocess.run(command, stdout=child, stderr=subprocess.DEVNULL, check=False)
        told = os.read(parent, 4000)
    finally:
        os.close(parent)
        os.close(child)
    assert b"\x1b" not in told
    assert expected in told


def test_a_diff_says_where_it_gave_up_looking_for_the_fewest_changes(
    tmp_path: Path, capfdbinary: Output
) -> None:
    layers = [layer(file("a", b"a\nb\n" * 4_000)), layer(file("a", b"b\na\nb\n" * 4_000))]
    path = archives.write_tarball(archives.docker_save(layers), tmp_path / "image.tar")
    assert run(["diff", "-q", str(path), "a"]) == 1
    assert b"/a: compared roughly" in capfdbinary.readouterr().err


@pytest.fixture
def damaged(tmp_path: Path) -> str:
    """An image of three layers, the second of which is cut off."""
    cut = layer(file("b", b"1" * 5000))[:2000]
    layers = [layer(file("a", b"1\n", mtime=5)), cut, layer(file("a", b"2\n", mtime=5))]
    return str(archives.write_tarball(archives.docker_save(layers), tmp_path / "damaged.tar"))


@pytest.mark.parametrize("command", ["history", "diff"])
def test_of_an_image_that_is_not_whole_a_path_may_be_where_it_is_not_seen(
    damaged: str, command: str, capfdbinary: Output
) -> None:
    assert run([command, damaged, "/none"]) == 2
    told = capfdbinary.readouterr().err.decode().splitlines()
    assert told[0] == "layertui: /none: no layer has it"
    assert told[-1] == "layertui: the image is not whole, so this may not be all"


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [((), 2, True), (("--from", "0"), 2, True), (("--from", "0", "--to", "0"), 0, False)],
)
def test_a_layer_that_is_missing_below_a_version_is_told_before_the_diff(
    damaged: str, options: tuple[str, ...], code: int, *, told: bool
) -> None:
    command = [sys.executable, "-m", "layertui", "diff", *options, damaged, "a"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == code
    assert any("may not be all" in line for line in lines) == told
    if told:
        assert lines[0].startswith("layertui: layer 1: ")
        assert lines[1] == "layertui: the image is not whole, so this may not be all"
        assert lines[-2:] == ["-1", "+2"]


def test_a_version_below_a_layer_that_is_missing_may_not_be_the_last(
    tmp_path: Path, capfdbinary: Output
) -> None:
    layers = [layer(file("a", b"1")), layer(file("a", b"2")), layer(file("b", b"3" * 5000))[:2000]]
    path = str(archives.write_tarball(archives.docker_save(layers), tmp_path / "damaged.tar"))
    assert run(["diff", path, "a"]) == 2
    assert b"may not be all" in capfdbinary.readouterr().err
    assert run(["diff", "--to", "1", path, "a"]) == 1
    assert capfdbinary.readouterr().err == b""


@pytest.mark.parametrize(("command", "code"), [("history", 1), ("diff", 2)])
def test_of_the_root_it_is_told_that_it_has_no_versions(
    image: str, command: str, code: int, capfdbinary: Output
) -> None:
    for path in ("/", ""):
        assert run([command, image, path]) == code
        expected = b"layertui: /: is the root of the image, which has no versions\n"
        assert capfdbinary.readouterr() == (b"", expected)
