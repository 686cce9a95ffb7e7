"""Nothing of a hostile image comes to be outside the folder it is taken out to.

What the process does to files is watched by an audit hook, and what is around the folder is
looked at before and after.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import archives
from tests.builders import (
    device,
    directory,
    fifo,
    file,
    hardlink,
    layer,
    opaque,
    symlink,
    whiteout,
)

WATCHED = """
import json, os, stat, sys
top = sys.argv[1]
outside, writes = [], []
CHANGES = {"os.mkdir": 2, "os.remove": 1, "os.rmdir": 1, "os.symlink": 2, "os.chmod": 2,
           "os.utime": 3, "os.chown": 3}
PAIRS = {"os.link", "os.rename"}

def place(path, dir_fd):
    if isinstance(path, int):
        return os.readlink(f"/proc/self/fd/{path}")
    base = os.readlink(f"/proc/self/fd/{dir_fd}") if dir_fd != -1 else os.getcwd()
    path = os.fsdecode(path)
    return os.path.join(os.path.realpath(os.path.join(base, os.path.dirname(path))),
                        os.path.basename(path))

def check(event, *places):
    writes.append(event)
    for each in places:
        if not each.startswith(top + "/"):
            outside.append([event, each])

def hook(event, arguments):
    if event == "open" and not isinstance(arguments[0], int):
        path, _, flags = arguments
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
            writes.append(event)
            alone = b"/" not in os.fsencode(path) and flags & os.O_EXCL and flags & os.O_NOFOLLOW
            if not alone:
                outside.append([event, os.fsdecode(path)])
    elif event in CHANGES:
        path = arguments[1] if event == "os.symlink" else arguments[0]
        check(event, place(path, arguments[CHANGES[event]]))
    elif event in PAIRS:
        source, target, source_fd, target_fd = arguments
        check(event, place(source, source_fd), place(target, target_fd))
    elif event in ("os.mknod", "os.mkfifo", "shutil.copyfile", "subprocess.Popen", "os.exec"):
        outside.append([event, repr(arguments)])

real_open = os.open
def watched_open(path, flags, mode=0o777, *, dir_fd=None):
    if dir_fd is not None and flags & os.O_CREAT:
        check("open", place(path, dir_fd))
    return real_open(path, flags, mode, dir_fd=dir_fd)
os.open = watched_open

from layertui.cli import run
from layertui.cli.extract import command
import layertui.contents.destination, layertui.contents.extracting, layertui.contents.unpacking
sys.addaudithook(hook)
code = run(["extract", "--no-cache", *sys.argv[2:]])
print(json.dumps({"code": code, "outside": outside, "writes": len(writes)}))
"""

LONG = "n" * 255

HOSTILE = [
    layer(
        directory("."),
        file("/absolute", b"1"),
        file("../../up", b"1"),
        file("a/../../../up-within", b"1"),
        symlink("self", "."),
        symlink("parent", ".."),
        symlink("outside", "../outside"),
        symlink("root", "/"),
        symlink("top", "/"),
        symlink("chain-1", "chain-2"),
        symlink("chain-2", "deep/chain-3"),
        directory("deep"),
        symlink("deep/chain-3", "../../outside"),
        symlink("here", "."),
        symlink("sly", "here/../outside"),
        symlink("deep/in", ".."),
        symlink("slier", "deep/in/../outside"),
        symlink("circle", "circle"),
        symlink("inside", "deep"),
        file("outside/planted", b"1"),
        file("parent/planted", b"1"),
        file("root/planted", b"1"),
        file("self/planted", b"1"),
        hardlink("hard", "outside"),
        hardlink("hard-up", "../../outside/secret"),
        hardlink("hard-absolute", "/outside/secret"),
        hardlink("hard-secret", "outside/secret"),
        file("hard", b"written through a link"),
        device("null", 1, 3),
        device("disk", 8, 0, kind=b"4"),
        fifo("pipe"),
        file("setuid", b"1", mode=0o6755),
        directory("setgid", mode=0o2777),
        directory("sticky", mode=0o1777),
        file("Fold", b"1"),
        file("fold", b"2"),
        file(LONG + "n", b"1"),
        file("dir/" * 40 + LONG, b"deep"),
        file("control\x1b[2J\n", b"1"),
        file(b"bytes\xff", b"1"),
    ),
    layer(
        symlink("turns", "../outside"),
        symlink("turns-back", "../outside"),
        directory("deep/real"),
        symlink("deep/real/.wh.odd", "x"),
    ),
    layer(
        directory("turns"),
        file("turns/file", b"1"),
        file("turns-back/file", b"1"),
        symlink("deep/real", "../../outside"),
        file("deep/real/file", b"1"),
        whiteout("../outside"),
        whiteout("circle"),
        opaque("../../outside"),
    ),
]


@pytest.fixture
def image(tmp_path: Path) -> str:
    return str(archives.write_tarball(archives.docker_save(HOSTILE), tmp_path / "image.tar"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder around the one that files are taken out to, with something worth reaching."""
    for place in (tmp_path, tmp_path / "within"):
        (place / "outside").mkdir(parents=True)
        (place / "outside" / "secret").write_text("secret")
    (tmp_path / "within" / "dest").mkdir()
    return tmp_path / "within" / "dest"


def surroundings(top: Path, but: Path) -> dict[str, tuple[int, ...]]:
    """Return what is around a folder, with all that would change if it were touched."""
    found: dict[str, tuple[int, ...]] = {}
    for parent, folders, files in os.walk(top):
        folders[:] = [name for name in folders if Path(parent, name) != but]
        for path in (Path(parent), *(Path(parent, name) for name in files)):
            status = path.lstat()
            found[str(path)] = (
                status.st_mode,
                status.st_nlink,
                status.st_size,
                status.st_mtime_ns,
                status.st_ctime_ns,
            )
    return found


def watched(folder: Path, *arguments: str, writes: bool = True) -> dict[str, Any]:
    """Run the command with its steps watched; nothing outside the folder may be touched."""
    before = surroundings(folder.parent.parent, folder)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder.parent,
    )
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["outside"] == []
    assert bool(told["writes"]) is writes
    assert surroundings(folder.parent.parent, folder) == before
    assert leading_out(folder) == []
    return told


def leading_out(folder: Path) -> list[str]:
    """Return links below a folder that lead out of it, and whatever else should not be there."""
    wrong = []
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            status = path.lstat()
            link = path.is_symlink()
            if link and (path.readlink().is_absolute() or not _inside(path, folder)):
                wrong.append(str(path))
            if not (link or path.is_dir() or path.is_file()) or (
                status.st_mode & 0o6000 and not link
            ):
                wrong.append(str(path))
            if "secret" in name:
                wrong.append(str(path))
    return wrong


def _inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return True


@pytest.mark.parametrize("options", [[], ["--layer=0"], ["--layer=1"], ["--only-layer=0"],
                                     ["--only-layer=1"], ["--only-layer=2"]])  # fmt: skip
def test_all_of_a_hostile_image_stays_in_the_folder(
    image: str, folder: Path, options: list[str]
) -> None:
    watched(folder, *options, image, "/", str(folder / "new"))
    assert (folder / "new").is_dir()


def test_hostile_layers_over_one_another_stay_in_the_folder(image: str, folder: Path) -> None:
    for _ in range(2):
        for number in (2, 1, 0):
            options = ["--force", f"--only-layer={number}"]
            watched(folder, *options, image, "/", str(folder))


@pytest.mark.parametrize("path", ["/deep", "/self", "/hard", "/setuid", "/dir", "/setgid"])
def test_parts_of_a_hostile_image_stay_in_the_folder(image: str, folder: Path, path: str) -> None:
    watched(folder, "--no-follow", "--layer=0", image, path, str(folder))


def test_nothing_is_written_of_a_link_that_is_wanted_itself(image: str, folder: Path) -> None:
    told = watched(folder, "--no-follow", "--force", image, "/slier", str(folder), writes=False)
    assert told["code"] == 2
    assert list(folder.iterdir()) == []


def test_what_is_taken_out_of_a_hostile_image_is_all_that_is_harmless(
    image: str, folder: Path
) -> None:
    watched(folder, "--layer=0", image, "/", str(folder / "new"))
    there = {each.name for each in (folder / "new").iterdir()}
    assert {"Fold", "fold", "setuid", "setgid", "sticky", "self", "inside", "deep"} <= there
    assert not {"top", "null", "disk", "pipe", "sly", "slier", "chain-1"} & there
    assert (folder / "new" / "setuid").stat().st_mode & 0o7777 == 0o755
    assert (folder / "new" / "setgid").stat().st_mode & 0o7777 == 0o777
    assert (folder / "new" / "sticky").stat().st_mode & 0o7777 == 0o1777
