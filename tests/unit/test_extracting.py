"""Taking files out of an image into a folder."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from layertui.contents import destination as safe
from layertui.contents.destination import ExtractionError, Folder, NotWrittenError
from layertui.contents.extracting import Progress, extract
from layertui.contents.places import place_of
from layertui.contents.planning import LoneCopy, planned
from layertui.contents.unpacking import FolderSink
from layertui.errors import CancelledError, UsageError
from tests.builders import (
    BLOCK,
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
from tests.taking_out import names, reasons, seen, stack, take_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECOND = 1_000_000_000

LAYERS = [
    layer(
        directory("etc", mode=0o750, mtime=100),
        file("etc/passwd", b"root\n", mode=0o600, mtime=200),
        file("etc/gone", b"gone"),
        symlink("etc/link", "passwd", mtime=300),
        hardlink("same", "etc/passwd"),
        directory("usr/lib", mode=0o555, mtime=400),
        file("usr/lib/a", b"a" * 3_000),
    ),
    layer(file("etc/passwd", b"changed\n", mode=0o640), whiteout("etc/gone"), file("new/b", b"b")),
]


def test_all_of_an_image_is_as_it_is_after_its_last_layer(tmp_path: Path) -> None:
    outcome = take_out(LAYERS, tmp_path / "new")
    assert names(tmp_path / "new") == [
        "etc", "etc/link", "etc/passwd", "new", "new/b", "same", "usr", "usr/lib", "usr/lib/a",
    ]  # fmt: skip
    there = seen(tmp_path / "new")
    assert there["etc/passwd"].content == b"changed\n"
    assert there["same"].content == b"root\n"
    assert there["etc/link"].content == b"passwd"
    assert outcome.is_complete
    assert outcome.count == 10
    assert outcome.size == 5 + 8 + 1 + 3_000


def test_an_earlier_layer_still_has_what_is_deleted_later(tmp_path: Path) -> None:
    take_out(LAYERS, tmp_path / "new", layer=0)
    there = seen(tmp_path / "new")
    assert there["etc/gone"].content == b"gone"
    assert there["etc/passwd"].content == b"root\n"
    assert "new" not in there


def test_a_layer_itself_has_only_what_it_writes(tmp_path: Path) -> None:
    take_out(LAYERS, tmp_path / "new", layer=1, only=True)
    assert names(tmp_path / "new") == ["etc", "etc/passwd", "new", "new/b"]
    assert seen(tmp_path / "new")["etc"].mode == 0o755


def test_permissions_and_times_are_kept(tmp_path: Path) -> None:
    take_out(LAYERS, tmp_path / "new", layer=0)
    for name, mode, seconds in [
        ("etc", 0o750, 100),
        ("etc/passwd", 0o600, 200),
        ("usr/lib", 0o555, 400),
    ]:
        status = (tmp_path / "new" / name).lstat()
        assert (stat.S_IMODE(status.st_mode), status.st_mtime_ns) == (mode, seconds * SECOND)
    assert (tmp_path / "new" / "etc" / "link").lstat().st_mtime_ns == 300 * SECOND


def test_fractions_of_a_second_are_kept(tmp_path: Path) -> None:
    entry = file("f", b"1", pax={"mtime": b"1700000000.123456789"})
    take_out([layer(entry)], tmp_path / "new")
    assert (tmp_path / "new" / "f").stat().st_mtime_ns == 1_700_000_000_123_456_789


def test_hard_links_are_hard_links(tmp_path: Path) -> None:
    take_out(LAYERS, tmp_path / "new", layer=0)
    assert (tmp_path / "new" / "same").samefile(tmp_path / "new" / "etc" / "passwd")


def test_hard_links_are_copies_where_the_system_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    outcome = take_out(LAYERS, tmp_path / "new", layer=0)
    there = seen(tmp_path / "new")
    assert there["same"] == there["etc/passwd"]
    assert not (tmp_path / "new" / "same").samefile(tmp_path / "new" / "etc" / "passwd")
    assert outcome.is_complete


def test_hard_link_to_what_is_not_taken_out_is_a_file(tmp_path: Path) -> None:
    take_out(LAYERS, tmp_path / "new", b"/same", layer=0)
    assert (tmp_path / "new").read_bytes() == b"root\n"


def test_a_hole_stays_a_hole(tmp_path: Path) -> None:
    size = 64 << 20
    pax = {"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0", "GNU.sparse.realsize": b"%d" % size}
    stored = padded(b"1\n%d\n3\n" % (32 << 20)) + b"end"
    take_out([layer(file("f", stored, pax=pax))], tmp_path / "new")
    status = (tmp_path / "new" / "f").stat()
    assert status.st_size == size
    assert status.st_blocks * BLOCK < 1 << 20
    content = (tmp_path / "new" / "f").read_bytes()
    assert content[32 << 20 :].startswith(b"end\0")
    assert not content[: 32 << 20].strip(b"\0")


def test_devices_pipes_and_special_bits_are_not_written(tmp_path: Path) -> None:
    entries = [
        device("null", 1, 3),
        device("disk", 8, 0, kind=b"4"),
        fifo("pipe"),
        file("su", b"1", mode=0o4755),
        directory("group", mode=0o2775),
        directory("tmp", mode=0o1777),
        file("able", b"1", pax={"SCHILY.xattr.security.capability": b"\1"}),
    ]
    outcome = take_out([layer(*entries)], tmp_path / "new")
    assert reasons(outcome) == {"/null": "a device", "/disk": "a device", "/pipe": "a named pipe"}
    assert {os.fsdecode(each.path): each.lacks for each in outcome.altered} == {
        "/su": "setuid",
        "/group": "setgid",
        "/able": "capabilities",
    }
    there = seen(tmp_path / "new")
    assert [there[name].mode for name in ("su", "group", "tmp")] == [0o755, 0o775, 0o1777]
    assert os.listxattr(tmp_path / "new" / "able") == []
    assert outcome.is_complete


def test_a_folder_that_is_there_receives_it_under_its_own_name(tmp_path: Path) -> None:
    take_out(LAYERS, tmp_path, b"/etc/passwd")
    take_out(LAYERS, tmp_path, b"/usr")
    take_out(LAYERS, tmp_path)
    take_out(LAYERS, tmp_path, layer=1, only=True)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "layer-1",
        "passwd",
        "rootfs",
        "usr",
    ]


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "etc").mkdir()
    (tmp_path / "link").symlink_to("etc")
    for dest, path in [
        ("mine", b"/etc/passwd"),
        ("mine", b"/etc"),
        ("", b"/etc"),
        ("link", b"/etc"),
    ]:
        with pytest.raises(ExtractionError, match=r"there already|link to a folder"):
            take_out(LAYERS, tmp_path / dest, path)
    assert names(tmp_path) == ["etc", "link", "mine"]


def test_a_link_to_a_folder_is_that_folder_only_with_a_slash_behind_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    place = safe.destination(os.fsencode(tmp_path / "link") + b"/", b"own", is_directory=True)
    assert place.path == os.fsencode(tmp_path / "link" / "own")


@pytest.mark.parametrize("dest", ["", "missing/..", "missing/.", "missing/../.."])
def test_a_place_without_a_name_is_refused(dest: str, tmp_path: Path) -> None:
    with pytest.raises((UsageError, ExtractionError)):
        safe.destination(os.fsencode(dest), b"own", is_directory=True)


def test_a_place_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="no such file"):
        take_out(LAYERS, tmp_path / "missing" / "new")
    with pytest.raises(ExtractionError, match="no such folder"):
        safe.destination(os.fsencode(tmp_path) + b"/missing/", b"own", is_directory=False)


def test_overwriting_replaces_files_and_links_and_keeps_the_rest(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("outside")
    new = tmp_path / "rootfs"
    (new / "etc").mkdir(parents=True)
    (new / "etc" / "passwd").symlink_to("../../outside")
    (new / "etc" / "other").write_text("other")
    (new / "usr").symlink_to("..")
    (new / "new").write_text("a file where a folder goes")
    outcome = take_out(LAYERS, tmp_path, overwrite=True)
    assert outcome.is_complete
    assert outside.read_text() == "outside"
    there = seen(new)
    assert there["etc/passwd"].content == b"changed\n"
    assert there["etc/other"].content == b"other"
    assert there["usr/lib/a"].content == b"a" * 3_000
    assert there["new/b"].content == b"b"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["outside", "rootfs"]


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "rootfs" / "etc" / "passwd").mkdir(parents=True)
    outcome = take_out(LAYERS, tmp_path, overwrite=True)
    assert reasons(outcome) == {"/etc/passwd": "a folder of that name is there"}
    assert not outcome.is_complete


def test_names_that_are_the_same_there_are_told_and_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold_names(monkeypatch)
    entries = [
        file("Readme", b"1"),
        file("README", b"2"),
        directory("Doc"),
        directory("doc"),
        file("doc/inside", b"3"),
        symlink("readme", "Doc"),
    ]
    for overwrite in (False, True):
        outcome = take_out([layer(*entries)], tmp_path, overwrite=overwrite)
        same = "its name and that of another are the same there"
        assert reasons(outcome)["/doc"] == same
        assert list(reasons(outcome).values()).count(same) == 3
        assert reasons(outcome)["/doc/inside"] == "the folder it belongs in is not there"
        assert not outcome.is_complete
        assert names(tmp_path / "rootfs") == ["doc", "readme"]
        assert (tmp_path / "rootfs" / "readme").read_bytes() == b"1"


def fold_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the file system take upper case for lower case."""
    calls = ("open", "mkdir", "stat", "symlink", "replace")

    def folding(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            inside = any(name.endswith("dir_fd") for name in options)
            return real(
                *(
                    each.lower() if inside and isinstance(each, bytes) else each
                    for each in arguments
                ),
                **options,
            )

        return call

    for name in calls:
        monkeypatch.setattr(os, name, folding(getattr(os, name)))


def test_names_that_no_file_can_have_are_told(tmp_path: Path) -> None:
    outcome = take_out([layer(file("n" * 256, b"1"), file("ok", b"1"))], tmp_path / "new")
    assert list(reasons(outcome).values()) == ["file name too long"]
    assert names(tmp_path / "new") == ["ok"]
    assert not outcome.is_complete


def test_a_folder_that_cannot_be_made_takes_what_is_in_it_along(tmp_path: Path) -> None:
    name = "n" * 256
    outcome = take_out([layer(file(f"{name}/a", b"1"), symlink(f"{name}/l", "a"))], tmp_path / "n")
    assert list(reasons(outcome)) == [f"/{name}", f"/{name}/a", f"/{name}/l"]
    assert names(tmp_path / "n") == []


def test_paths_longer_than_a_system_call_takes_are_written(tmp_path: Path) -> None:
    deep = "/".join(["d" * 200] * 30)
    outcome = take_out([layer(file(f"{deep}/f", b"1"))], tmp_path / "new")
    assert outcome.is_complete
    with Folder(os.fsencode(tmp_path)) as folder, pytest.raises(NotWrittenError):
        folder.make_directory(b"new/" + os.fsencode(deep))


def test_a_full_disk_ends_it_with_what_is_there_told_and_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.pwrite

    def full(descriptor: int, data: bytes, offset: int) -> int:
        if bytes(data).startswith(b"aaa"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(ExtractionError, match="no space left") as error:
        take_out(LAYERS, tmp_path / "new", layer=0)
    assert error.value.hint.startswith(f"7 paths are written in {tmp_path}/new")
    assert names(tmp_path / "new") == ["etc", "etc/gone", "etc/passwd", "same", "usr", "usr/lib"]
    assert (tmp_path / "new" / "etc").stat().st_mode & 0o777 == 0o750


def test_stopping_leaves_what_is_finished_and_no_half_file(tmp_path: Path) -> None:
    big = [layer(file("a", b"a"), file("b", b"b" * (3 << 20)), file("c", b"c"))]
    stopped = False

    def stop(progress: object) -> None:
        nonlocal stopped
        stopped = getattr(progress, "size", 0) > 1 << 20

    with pytest.raises(CancelledError) as error:
        take_out(big, tmp_path / "new", progress=stop, cancelled=lambda: stopped)
    assert names(tmp_path / "new") == ["a"]
    assert "stay there" in error.value.hint


def test_a_layer_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    whole = layer(file("a", b"a"), file("b", b"b" * 2_000))
    take_out([whole[: BLOCK * 4]], tmp_path / "new")
    assert "a" in names(tmp_path / "new")
    assert not (tmp_path / "new" / "b").exists()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with Folder(os.fsencode(tmp_path)) as opened:
        yield opened


def test_a_link_that_another_program_puts_in_the_way_is_not_followed(
    folder: Folder, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder.make_directory(b"top")
    folder.make_directory(b"top/d")
    (tmp_path / "top" / "d").rmdir()
    (tmp_path / "top" / "d").symlink_to("../outside")
    with pytest.raises(NotWrittenError), folder.new_file(b"top/d/f"):
        pass
    with pytest.raises(NotWrittenError):
        folder.make_directory(b"top/d/e")
    with pytest.raises(NotWrittenError):
        folder.symlink(b"x", b"top/d/l")
    with pytest.raises(NotWrittenError):
        folder.settle(b"top/d", 0o777, 0)
    assert names(outside) == []


def test_a_file_that_another_program_puts_in_the_way_is_not_written_to(
    folder: Folder, tmp_path: Path
) -> None:
    (tmp_path / "victim").write_text("victim")
    (tmp_path / "f").symlink_to("victim")
    with pytest.raises(NotWrittenError, match="something of that name"), folder.new_file(b"f"):
        pass
    assert (tmp_path / "victim").read_text() == "victim"


def test_a_hard_link_to_what_another_program_put_there_is_taken_back(
    folder: Folder, tmp_path: Path
) -> None:
    with folder.new_file(b"first"):
        pass
    (tmp_path / "foreign").write_text("foreign")
    (tmp_path / "first").unlink()
    (tmp_path / "first").hardlink_to(tmp_path / "foreign")
    with pytest.raises(NotWrittenError, match="another program"):
        folder.link(b"first", b"second")
    assert not (tmp_path / "second").exists()


@pytest.mark.parametrize("name", [b"..", b".", b"", b"a/../b", b"a\0b", b"../x"])
def test_steps_that_do_not_go_down_are_refused(folder: Folder, name: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotWrittenError):
        folder.make_directory(name)
    assert names(tmp_path) == []


def test_a_folder_is_closed_to_others_until_it_is_settled(folder: Folder, tmp_path: Path) -> None:
    folder.make_directory(b"d")
    assert (tmp_path / "d").stat().st_mode & 0o777 == 0o700
    folder.settle(b"d", 0o755, None)
    assert (tmp_path / "d").stat().st_mode & 0o777 == 0o755


def test_a_replaced_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("old")
    with Folder(os.fsencode(tmp_path), overwrite=True) as folder:
        with pytest.raises(ZeroDivisionError), folder.new_file(b"f"):
            raise ZeroDivisionError
        assert names(tmp_path) == ["f"]
        assert (tmp_path / "f").read_text() == "old"
        with folder.new_file(b"f") as descriptor:
            safe.write_at(descriptor, b"new", 0)
    assert (tmp_path / "f").read_text() == "new"


def test_one_version_of_a_file_is_taken_out_whatever_has_its_path(tmp_path: Path) -> None:
    filesystem, contents = stack(LAYERS)
    node = filesystem.table.find(b"/etc/gone")
    assert node is not None
    version = filesystem.version(node, 0)
    place = place_of(filesystem, version)
    assert place is not None
    source = LoneCopy(filesystem.entry(node, version), place)
    target = safe.destination(os.fsencode(tmp_path), source.own_name, is_directory=False)
    with safe.opened(target) as folder:
        outcome = extract(planned(source), contents, FolderSink(folder, target, source.link_text))
    assert (outcome.count, outcome.size) == (1, 4)
    assert (tmp_path / "gone").read_bytes() == b"gone"


@pytest.mark.parametrize("moment", range(1, 9))
def test_folders_that_become_links_while_files_are_written_are_not_followed(
    tmp_path: Path, moment: int
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o700)
    (outside / "passwd").write_text("outside")
    before = (seen(outside), outside.stat().st_mtime_ns, outside.stat().st_mode)

    def swap(progress: Progress) -> None:
        if progress.files != moment or (tmp_path / "taken").exists():
            return
        (tmp_path / "taken").mkdir()
        for folder in [each for each in (tmp_path / "new").iterdir() if each.is_dir()]:
            folder.rename(tmp_path / "taken" / folder.name)
            folder.symlink_to(outside)

    outcome = take_out(LAYERS, tmp_path / "new", layer=0, progress=swap)
    assert (seen(outside), outside.stat().st_mtime_ns, outside.stat().st_mode) == before
    assert outcome.count + len(outcome.left_out) == 9
