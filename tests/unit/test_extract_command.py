"""`layertui extract`: to folders, to tar streams, and what is said of what is left out."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest

from layertui.cli import run
from layertui.contents.destination import Folder
from tests import archives
from tests.builders import (
    device,
    directory,
    fifo,
    file,
    hardlink,
    layer,
    padded,
    symlink,
    whiteout,
)
from tests.taking_out import names, seen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Output = pytest.CaptureFixture[bytes]

REAL_SIZE = "GNU.sparse.realsize"
SPARSE = {"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0", REAL_SIZE: b"5000"}
LONG = "long/" + "n" * 200
LAYERS = [
    layer(
        directory("d", mode=0o750, uid=7, gid=8, mtime=100),
        file("d/a", b"first\n", uid=1_000, mtime=200),
        file("d/gone", b"gone\n"),
        symlink("d/link", "a", mtime=300),
        symlink("to-d", "d"),
        symlink("absolute", "/d/a"),
        symlink("bad", "../x"),
        hardlink("same", "d/a"),
        device("null", 1, 3),
        fifo("pipe"),
        file("su", b"su", mode=0o4755),
        file(LONG, b"long"),
        file("big-uid", b"1", uid=3_000_000, pax={"mtime": b"5.25"}),
        file("able", b"1", pax={"SCHILY.xattr.user.a": b"v\n1"}),
        file("holes", padded(b"1\n4000\n3\n") + b"end", pax=SPARSE),
        file(b"raw\xff", b"1"),
    ),
    layer(file("d/a", b"other\n"), whiteout("d/gone"), directory("new"), file("new/b", b"b")),
]


@pytest.fixture(params=["plain", "gzip"])
def image(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    plain = request.param == "plain"
    members = archives.docker_save(LAYERS) if plain else archives.oci(LAYERS)
    return str(archives.write_tarball(members, tmp_path / "image.tar"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command runs in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def extracted(capfd: Output, *arguments: str, code: int = 0) -> list[str]:
    """Run the command; return what it says, without what it says of every run."""
    assert run(["extract", *arguments]) == code
    output = capfd.readouterr()
    assert output.out == b""
    lines = output.err.decode().splitlines()
    assert all(line.startswith("layertui: ") for line in lines)
    return [line.removeprefix("layertui: ") for line in lines]


def streamed(capfd: Output, *arguments: str, code: int = 0) -> bytes:
    assert run(["extract", *arguments]) == code
    return capfd.readouterr().out


def members(data: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {member.name: member for member in archive}


def test_a_file_goes_to_a_new_path_or_into_a_folder(
    image: str, here: Path, capfdbinary: Output
) -> None:
    assert extracted(capfdbinary, image, "/d/a", "new") == []
    assert extracted(capfdbinary, image, "d/a", ".") == []
    assert extracted(capfdbinary, image, "/d/link", ".") == []
    assert {name: each.content for name, each in seen(here).items()} == {
        "new": b"other\n",
        "a": b"other\n",
        "link": b"other\n",
    }


def test_a_directory_goes_with_all_that_is_in_it(
    image: str, here: Path, capfdbinary: Output
) -> None:
    assert extracted(capfdbinary, image, "/d", "x") == []
    assert names(here) == ["x", "x/a", "x/link"]
    assert extracted(capfdbinary, image, "/to-d/", "y") == []
    assert names(here / "y") == ["a", "link"]


def test_a_deleted_file_is_had_from_the_layer_before(
    image: str, here: Path, capfdbinary: Output
) -> None:
    assert extracted(capfdbinary, image, "/d/gone", "x", code=1) == ["/d/gone: not there"]
    assert extracted(capfdbinary, "--layer=0", image, "/d/gone", "x") == []
    assert (here / "x").read_bytes() == b"gone\n"


def test_a_layer_itself_is_only_what_it_has(image: str, here: Path, capfdbinary: Output) -> None:
    assert extracted(capfdbinary, "--only-layer=1", image, "/", "x") == []
    assert names(here / "x") == ["d", "d/a", "new", "new/b"]
    told = extracted(capfdbinary, "--only-layer=1", image, "/su", "y", code=1)
    assert told == ["/su: layer 1 itself has nothing there"]


def test_what_is_left_out_is_told_and_is_no_failure(
    image: str, here: Path, capfdbinary: Output
) -> None:
    assert extracted(capfdbinary, image, "/", "x") == [
        "/su: written without setuid",
        "/able: written without extended attributes",
        "/absolute: left out, an absolute link",
        "/bad: left out, a link that leads out of the folder",
        "/null: left out, a device",
        "/pipe: left out, a named pipe",
        "4 of 19 paths left out",
    ]
    assert not (here / "x" / "absolute").is_symlink()
    assert (here / "x" / "holes").read_bytes() == bytes(4_000) + b"end" + bytes(997)


def test_what_cannot_be_written_at_all_is_a_failure(
    image: str, here: Path, capfdbinary: Output
) -> None:
    told = extracted(capfdbinary, image, "/null", "x", code=2)
    assert told == ["/null: left out, a device", "1 of 1 paths left out"]
    told = extracted(capfdbinary, "-P", image, "/absolute", "x", code=2)
    assert told[0] == "/absolute: left out, an absolute link"
    told = extracted(capfdbinary, "-P", image, "/d/link", "x", code=2)
    assert told[0] == "/d/link: left out, a link that would lead nowhere where it is put"
    told = extracted(capfdbinary, "-P", image, "/bad", "x", code=2)
    assert told[0] == "/bad: left out, a link that leads out of the folder"
    assert names(here) == []


@pytest.mark.parametrize("path", ["/d/a", "/d"])
def test_a_place_where_nothing_can_be_made_is_told_by_its_own_name(
    image: str,
    here: Path,
    capfdbinary: Output,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    (here / "odd").mkdir()
    monkeypatch.setattr(Folder, "_parent", refuse)
    told = extracted(capfdbinary, image, path, "odd/new", code=2)
    assert told == ["odd/new: nothing can be made there"]


def test_what_is_there_is_written_over_only_by_force(
    image: str, here: Path, capfdbinary: Output
) -> None:
    (here / "x").write_text("mine")
    told = extracted(capfdbinary, image, "/d/a", "x", code=2)
    assert told[0].startswith("x is there already.")
    assert (here / "x").read_text() == "mine"
    assert extracted(capfdbinary, "--force", image, "/d/a", "x") == []
    assert (here / "x").read_bytes() == b"other\n"


@pytest.mark.parametrize("options", [[], ["--force"], ["--tar"], ["--tar", "--force"]])
@pytest.mark.parametrize("path", ["/d/a", "/d"])
def test_what_is_neither_a_file_nor_a_link_is_never_replaced(
    image: str, here: Path, capfdbinary: Output, options: list[str], path: str
) -> None:
    os.mkfifo(here / "pipe")
    (here / "to-pipe").symlink_to("pipe")
    told = extracted(capfdbinary, *options, image, path, "pipe", code=2)
    assert told == ["pipe is a named pipe, and is never replaced"]
    told = extracted(capfdbinary, *options, image, path, "to-pipe", code=2)
    assert told == ["to-pipe leads to a named pipe, and is never replaced"]
    assert (here / "pipe").is_fifo()
    assert (here / "to-pipe").is_symlink()
    assert names(here) == ["pipe", "to-pipe"]


@pytest.mark.parametrize("options", [[], ["--force"], ["--tar"], ["--tar", "--force"]])
@pytest.mark.parametrize("path", ["/d/a", "/d"])
def test_a_link_to_a_folder_is_never_replaced(
    image: str, here: Path, capfdbinary: Output, options: list[str], path: str
) -> None:
    (here / "v3").mkdir()
    (here / "current").symlink_to("v3")
    told = extracted(capfdbinary, *options, image, path, "current", code=2)
    assert told == ["current is a link to a folder. current/ means that folder."]
    assert (here / "current").is_symlink()
    assert names(here) == ["current", "v3"]


def test_a_link_to_a_file_or_to_nothing_is_replaced_by_force(
    image: str, here: Path, capfdbinary: Output
) -> None:
    (here / "mine").write_text("mine")
    (here / "to-mine").symlink_to("mine")
    (here / "to-nothing").symlink_to("nothing")
    for name in ("to-mine", "to-nothing"):
        told = extracted(capfdbinary, image, "/d/a", name, code=2)
        assert told[0].startswith(f"{name} is there already.")
        assert extracted(capfdbinary, "-f", image, "/d/a", name) == []
        assert (here / name).read_bytes() == b"other\n"
        assert not (here / name).is_symlink()
    assert (here / "mine").read_text() == "mine"


def test_a_pipe_in_a_folder_that_is_added_to_stays(
    image: str, here: Path, capfdbinary: Output
) -> None:
    (here / "d").mkdir()
    os.mkfifo(here / "d" / "a")
    told = extracted(capfdbinary, "-f", image, "/d", ".", code=2)
    assert told[0] == "/d/a: left out, a named pipe of that name is there"
    assert (here / "d" / "a").is_fifo()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layer=7", "IMAGE", "/d", "x"], "--layer 7: there is no such layer"),
        (["--only-layer=7", "IMAGE", "/d", "x"], "--only-layer 7: there is no such layer"),
        (["--layer=0", "--only-layer=0", "IMAGE", "/d", "x"], "exclude each other"),
        (["IMAGE", "/d"], "Missing argument 'DEST'"),
        (["IMAGE", "/*", "x"], "more than one path"),
        (["IMAGE", "/d", ""], "not the name of a new"),
    ],
)
def test_wrong_usage_is_told(
    image: str, here: Path, capfdbinary: Output, arguments: list[str], message: str
) -> None:
    assert run(["extract", *(image if each == "IMAGE" else each for each in arguments)]) == 2
    assert message in capfdbinary.readouterr().err.decode()
    assert names(here) == []


def test_a_stream_has_all_of_it_owners_devices_and_links_too(
    image: str, capfdbinary: Output
) -> None:
    found = members(streamed(capfdbinary, image, "/", "-"))
    assert found["absolute"].linkname == "/d/a"
    assert found["null"].ischr()
    assert (found["null"].devmajor, found["null"].devminor) == (1, 3)
    assert found["pipe"].isfifo()
    assert found["su"].mode == 0o4755
    assert (found["d"].uid, found["d"].gid, found["d"].mode) == (7, 8, 0o750)
    assert found["big-uid"].uid == 3_000_000
    assert found["big-uid"].mtime == 5.25
    assert found["able"].pax_headers["SCHILY.xattr.user.a"] == "v\n1"
    assert LONG in found
    assert "raw\udcff" in found
    assert found["d/a"].mtime == 0
    assert found["holes"].size == 5_000


def test_a_stream_has_the_contents(image: str, capfdbinary: Output) -> None:
    data = streamed(capfdbinary, image, "/", "-", "--layer=0")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for name, content in [
            ("d/a", b"first\n"),
            ("same", b"first\n"),
            (LONG, b"long"),
            ("holes", bytes(4_000) + b"end" + bytes(997)),
        ]:
            stream = archive.extractfile(name)
            assert stream is not None
            assert stream.read() == content


PETABYTE = layer(
    file("before", b"1"),
    file("holes", padded(b"1\n4000\n3\n") + b"end", pax={**SPARSE, REAL_SIZE: b"%d" % (1 << 50)}),
    hardlink("same", "holes"),
    file("behind", b"2"),
)


@pytest.mark.parametrize("pack", [bytes, archives.packed])
def test_a_stream_has_no_file_that_holes_make_larger_than_the_limit(
    tmp_path: Path, capfdbinary: Output, pack: Callable[[bytes], bytes]
) -> None:
    files = archives.oci([PETABYTE], pack=pack)
    image = str(archives.write_tarball(files, tmp_path / "image.tar"))
    assert run(["extract", image, "/", "-"]) == 2
    output = capfdbinary.readouterr()
    assert list(members(output.out)) == ["before", "behind"]
    reason = b"1.1 PB with its holes, of which 515 B are stored; the limit is spool_size"
    assert b"/holes: left out, " + reason in output.err
    assert b"/same: left out, " + reason in output.err
    assert run(["extract", image, "/holes", "-"]) == 2
    output = capfdbinary.readouterr()
    assert output.out == b""
    assert b"/holes: " + reason in output.err


def test_what_the_limit_allows_and_what_has_no_holes_is_in_a_stream(
    image: str, capfdbinary: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYERTUI_LIMITS_SPOOL_SIZE", "4999")
    found = members(streamed(capfdbinary, image, "/", "-", code=2))
    assert "holes" not in found
    assert "d/a" in found
    monkeypatch.setenv("LAYERTUI_LIMITS_SPOOL_SIZE", "5000")
    assert "holes" in members(streamed(capfdbinary, image, "/", "-"))


def test_a_stream_is_the_same_in_every_run(image: str, capfdbinary: Output) -> None:
    first = streamed(capfdbinary, image, "/", "-")
    assert first == streamed(capfdbinary, image, "/", "-")
    assert len(first) % 512 == 0
    assert first.endswith(bytes(1_024))


def test_a_stream_of_a_part_has_its_name(image: str, capfdbinary: Output) -> None:
    assert list(members(streamed(capfdbinary, image, "/d", "-"))) == ["d", "d/a", "d/link"]
    assert list(members(streamed(capfdbinary, image, "/d/a", "-"))) == ["a"]
    assert "." not in members(streamed(capfdbinary, image, "/", "-"))


def test_a_stream_can_be_a_file(image: str, here: Path, capfdbinary: Output) -> None:
    assert extracted(capfdbinary, "--tar", image, "/d", "d.tar") == []
    assert list(members((here / "d.tar").read_bytes())) == ["d", "d/a", "d/link"]
    told = extracted(capfdbinary, "--tar", image, "/d", "d.tar", code=2)
    assert told[0].startswith("d.tar is there already")
    assert extracted(capfdbinary, "--tar", "--force", image, "/d/a", "d.tar") == []
    assert names(here) == ["d.tar"]


def test_a_stream_goes_to_stdout_without_a_place(image: str, capfdbinary: Output) -> None:
    assert list(members(streamed(capfdbinary, "--tar", image, "/d/a"))) == ["a"]


def test_tar_unpacks_a_stream_to_what_is_extracted(
    image: str, here: Path, capfdbinary: Output
) -> None:
    data = streamed(capfdbinary, image, "/d", "-")
    subprocess.run(["tar", "-xpf", "-"], input=data, check=True, cwd=here)
    extracted(capfdbinary, image, "/d", "again")
    assert seen(here / "d") == seen(here / "again")


def test_a_layer_that_is_cut_off_gives_what_it_has_and_exit_2(
    tmp_path: Path, here: Path, capfdbinary: Output
) -> None:
    whole = layer(file("a", b"a"), file("b", os.urandom(9_000)))
    files = archives.docker_save([whole[:3_000]], about=archives.config([whole[:3_000]]))
    image = str(archives.write_tarball(files, tmp_path / "cut.tar"))
    told = extracted(capfdbinary, image, "/", "x", code=2)
    assert any("not whole" in line for line in told)
    assert names(here / "x") in (["a"], ["a", "b"])
    if (here / "x" / "b").exists():
        pytest.fail("a file that is not whole was left")


def test_no_terminal_toolkit_is_loaded(image: str, here: Path) -> None:
    code = (
        "import sys; from layertui.cli import run; code = run(sys.argv[1:]);"
        "print(sorted(set(sys.modules) & {'textual', 'rich', 'docker', 'requests'})); exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "extract", image, "/d", "x"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
