"""The indexes that are kept in a folder."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layertui.blob import BytesBlob
from layertui.layers import cache_files
from layertui.layers.cache import IndexCache
from layertui.layers.indexing import index_layer
from layertui.limits import Limits
from tests import layers
from tests.builders import file, layer

if TYPE_CHECKING:
    from layertui.layers.index import LayerIndex

DIGEST, DIFF_ID = (f"sha256:{letter * 64}" for letter in "ab")
LOCAL = "file:1-2-3"
ROOMY = 1 << 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "user" / "layers"


def cache_in(folder: Path, *, capacity: int = ROOMY, limits: Limits | None = None) -> IndexCache:
    return IndexCache(folder, capacity=capacity, limits=limits or Limits())


@pytest.fixture
def cache(folder: Path) -> IndexCache:
    return cache_in(folder)


def index(name: str = "f", content: bytes = b"x") -> LayerIndex:
    return layers.index(file(name, content))


def known(cache: IndexCache, key: str = DIGEST) -> list[bytes] | None:
    found = cache.get([key], with_digests=False)
    return None if found is None else layers.paths(found)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def test_an_index_is_known_by_each_of_its_keys(cache: IndexCache, folder: Path) -> None:
    of = index()
    cache.put([DIGEST, DIFF_ID, LOCAL], of)
    for key in (DIGEST, DIFF_ID, LOCAL):
        assert cache_in(folder).get(["sha256:00", key], with_digests=False) == of
    assert cache.get(["file:1-2-4", "sha256:cc"], with_digests=False) is None
    assert cache.problem == ""


def test_keys_of_one_index_share_one_file(cache: IndexCache, folder: Path) -> None:
    cache.put([DIGEST, DIFF_ID, LOCAL, LOCAL], index())
    assert len({path.stat().st_ino for path in files(folder)}) == 1
    [entry] = cache.entries()
    assert sorted(entry.names) == [path.name for path in files(folder)]
    assert len(entry.names) == 3
    assert entry.size == files(folder)[0].stat().st_size


def test_where_files_have_one_name_only_each_key_has_a_copy(
    cache: IndexCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    cache.put([DIGEST, DIFF_ID], index())
    assert len({path.stat().st_ino for path in files(folder)}) == 2
    assert known(cache) == known(cache, DIFF_ID) == [b"f"]


def test_the_later_index_of_a_key_counts(cache: IndexCache) -> None:
    cache.put([DIGEST, LOCAL], index("old"))
    cache.put([DIGEST], index("new"))
    assert (known(cache), known(cache, LOCAL)) == ([b"new"], [b"old"])


def test_a_blob_is_not_kept(cache: IndexCache) -> None:
    cache.put([DIGEST], index())
    found = cache.get([DIGEST], with_digests=False)
    assert found is not None
    assert found.blob is None


def test_an_index_without_digests_serves_only_where_the_blob_is(cache: IndexCache) -> None:
    plain = layer(file("f", b"x"))
    cache.put([DIGEST], index_layer(BytesBlob(plain)))
    assert cache.get([DIGEST], with_digests=True) is None
    assert known(cache) == [b"f"]
    cache.put([DIGEST], index_layer(BytesBlob(layer(file("empty")))))
    assert cache.get([DIGEST], with_digests=True) is not None


def test_an_index_that_is_not_complete_is_not_kept(cache: IndexCache, folder: Path) -> None:
    cache.put([DIGEST], replace(index(), complete=False))
    cache.put([], index())
    assert files(folder) == []


@pytest.mark.parametrize("where", [0, 9, 12, 40, -1])
def test_a_damaged_file_is_removed_and_not_there(
    cache: IndexCache, folder: Path, where: int
) -> None:
    cache.put([DIGEST], index())
    [path] = files(folder)
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)
    assert known(cache) is None
    assert files(folder) == []
    assert cache.problem == ""


def test_no_byte_of_a_file_can_change_or_be_missing(cache: IndexCache, folder: Path) -> None:
    cache.put([DIGEST], index())
    [path] = files(folder)
    data = path.read_bytes()
    for place in range(len(data)):
        flipped = data[:place] + bytes((data[place] ^ 0xFF,)) + data[place + 1 :]
        for wrong in (flipped, data[:place]):
            path.write_bytes(wrong)
            assert known(cache) is None
            assert not path.exists()
    path.write_bytes(data)
    assert known(cache) == [b"f"]


@pytest.mark.parametrize(
    "spoil", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/passwd")]
)
def test_what_is_no_file_is_not_there(cache: IndexCache, folder: Path, spoil: object) -> None:
    cache.put([DIGEST], index())
    [path] = files(folder)
    path.unlink()
    spoil(path)  # type: ignore[operator]
    assert known(cache) is None


def test_a_file_under_the_name_of_another_is_not_believed(cache: IndexCache, folder: Path) -> None:
    cache.put([DIGEST], index())
    [path] = files(folder)
    path.rename(path.with_name(path.name.replace("a" * 64, "b" * 64)))
    assert known(cache, DIFF_ID) is None
    assert files(folder) == []


def test_a_file_of_another_format_is_not_used(
    cache: IndexCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put([DIGEST], index())
    monkeypatch.setattr("layertui.layers.serial.FORMAT", 99)
    assert known(cache_in(folder)) is None
    monkeypatch.undo()
    monkeypatch.setattr("layertui.layers.cache.__version__", "99")
    assert known(cache_in(folder)) is None
    monkeypatch.undo()
    assert known(cache_in(folder)) == [b"f"]


def test_an_index_that_was_made_under_other_limits_is_not_used(folder: Path) -> None:
    cache_in(folder).put([DIGEST], layers.index(file("a/b/f")))
    shaping = {
        "layer_size", "layer_entries", "special_header_size", "special_header_chain",
        "special_headers_size", "path_size", "path_depth", "zstd_window", "gzip_ratio",
        "zstd_ratio",
    }  # fmt: skip
    for name in (field.name for field in fields(Limits)):
        limits = replace(Limits(), **{name: getattr(Limits(), name) - 1})
        assert (known(cache_in(folder, limits=limits)) is None) == (name in shaping), name
    assert known(cache_in(folder, limits=replace(Limits(), implied_size=3))) is None
    assert known(cache_in(folder, limits=replace(Limits(), implied_size=4))) == [b"a/b/f"]


def test_what_is_used_longest_ago_goes_first(folder: Path) -> None:
    cache = cache_in(folder)
    keys = [f"sha256:{number:064x}" for number in range(4)]
    for number, key in enumerate(keys):
        cache.put([key, f"file:{number}"], index(f"f{number}"))
    for seconds, path in enumerate(sorted(folder.glob("sha256-*"))):
        os.utime(path, (1000 + seconds, 1000 + seconds))
    assert known(cache, keys[0]) is not None
    size = cache.entries()[0].size
    cache.prune(2 * size + 9)
    assert [known(cache, key) is not None for key in keys] == [True, False, False, True]
    assert [known(cache, f"file:{n}") is not None for n in range(4)] == [True, False, False, True]


def test_the_capacity_is_kept(folder: Path) -> None:
    indexes = [index(f"f{number}", os.urandom(9)) for number in range(40)]
    whole = cache_in(folder)
    whole.put([DIGEST], indexes[0])
    size = whole.entries()[0].size
    whole.clear()
    cache = cache_in(folder, capacity=10 * size)
    for number, each in enumerate(indexes):
        cache.put([f"sha256:{number:064x}"], each)
        assert sum(entry.size for entry in cache.entries()) <= 11 * size
        assert known(cache, f"sha256:{number:064x}") is not None
    assert len(cache.entries()) >= 8


def test_an_index_larger_than_the_capacity_is_not_kept(folder: Path) -> None:
    cache = cache_in(folder, capacity=10)
    cache.put([DIGEST], index())
    assert cache.entries() == ()
    assert cache.problem == ""


def test_what_killed_writers_left_is_swept_an_hour_later(cache: IndexCache, folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    hour_ago = time.time() - 3601
    names = [f".{n:032x}.tmp" for n in range(2)] + ["notes.txt", ".keep.tmp"]
    for name in names:
        (folder / name).touch()
    for name in (names[0], *names[2:]):
        os.utime(folder / name, (hour_ago, hour_ago))
    cache.put([DIGEST], index())
    left = {path.name for path in files(folder) if path.suffix != ".layer"}
    assert left == {*names[1:]}
    cache.clear()
    assert {path.name for path in files(folder)} == {*names[2:]}


def test_the_folder_and_its_files_are_private(cache: IndexCache, folder: Path) -> None:
    mask = os.umask(0)
    try:
        cache.put([DIGEST, DIFF_ID], index())
    finally:
        os.umask(mask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(folder)} == {0o600}


def test_a_folder_that_others_can_read_is_closed_to_them(cache: IndexCache, folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    assert known(cache) is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770])
def test_a_folder_that_others_can_write_to_is_not_used(folder: Path, mode: int) -> None:
    cache_in(folder).put([DIGEST], index())
    folder.chmod(mode)
    cache = cache_in(folder)
    cache.put([DIFF_ID], index())
    assert (known(cache), cache.entries(), len(files(folder))) == (None, (), 1)
    assert cache.problem == f"{folder} can be written to by others"


def test_a_folder_of_another_user_is_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache_in(folder).put([DIGEST], index())
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    cache = cache_in(folder)
    cache.put([DIFF_ID], index())
    cache.clear()
    assert (known(cache), len(files(folder))) == (None, 1)
    assert cache.problem == f"{folder} belongs to another user"


def test_a_folder_that_is_a_symbolic_link_is_not_used(folder: Path, tmp_path: Path) -> None:
    real = tmp_path / "real"
    cache_in(real).put([DIGEST], index())
    folder.parent.mkdir()
    folder.symlink_to(real)
    cache = cache_in(folder)
    cache.put([DIFF_ID], index())
    assert (known(cache), len(files(real))) == (None, 1)
    assert cache.problem == f"{folder}: it is a symbolic link"


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "user").touch()
    cache = cache_in(tmp_path / "user" / "layers")
    for _ in range(2):
        cache.put([DIGEST], index())
        assert known(cache) is None
        cache.prune(0)
        cache.clear()
    assert cache.problem.endswith(": Not a directory")
    assert cache_in(Path("no\0folder")).entries() == ()


def test_a_full_disk_is_no_error_and_leaves_nothing(
    cache: IndexCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put([DIGEST], index())
    before = files(folder)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    cache.put([DIFF_ID, LOCAL], index())
    assert files(folder) == before
    assert cache.problem == f"{folder}: No space left on device"
    monkeypatch.undo()
    cache.put([DIFF_ID], index())
    assert known(cache, DIFF_ID) is None
    assert known(cache) == [b"f"]


def test_a_folder_that_is_cleared_while_somebody_writes_is_no_error(
    cache: IndexCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.replace

    def cleared(*names: str, **folders: int) -> None:
        cache.clear()
        rename(*names, **folders)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "replace", cleared)
    cache.put([DIGEST], index())
    monkeypatch.undo()
    assert known(cache) is None
    cache.put([DIGEST], index())
    assert (known(cache), cache.problem) == ([b"f"], "")


def test_a_folder_is_looked_at_without_being_made(cache: IndexCache, folder: Path) -> None:
    assert (known(cache), cache.entries(), cache.problem) == (None, (), "")
    cache.prune(0)
    cache.clear()
    cache.check()
    assert cache.problem == ""
    assert not folder.parent.exists()


def test_a_folder_that_cannot_be_written_to_is_told(
    cache: IndexCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    cache.check()
    assert cache.problem == f"{folder} cannot be made"
    cache = cache_in(folder)
    cache.put([DIGEST], index())
    cache.check()
    assert cache.problem == f"{folder} cannot be written to"


def test_a_file_larger_than_any_of_ours_is_not_read(
    cache: IndexCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put([DIGEST], index())
    monkeypatch.setattr(cache_files, "_LARGEST", 10)
    assert known(cache) is None
    assert files(folder) == []
