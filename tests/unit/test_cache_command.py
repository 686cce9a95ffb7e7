"""`layertui cache`, the settings of the cache, and looking at an image for the second time."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from layertui.cli import run
from layertui.config import load_settings
from layertui.config.cache import CacheSettings, own_cache_folder
from layertui.errors import ConfigError
from tests import archives
from tests.builders import file, layer

if TYPE_CHECKING:
    from layertui.ui.request import OpenRequest

Output = pytest.CaptureFixture[str]
FIRST, SECOND = [layer(file("a", b"1" * 500)), layer(file("b", b"2"))], [layer(file("c"))]


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    """Images whose layers are compressed, so that they are known by their digests."""
    return [
        archives.write_tarball(archives.oci(tars), tmp_path / f"{number}.tar")
        for number, tars in enumerate((FIRST, SECOND))
    ]


def output(capsys: Output, *arguments: str, code: int = 0) -> str:
    assert run(arguments) == code
    return capsys.readouterr().out


def shown(capsys: Output, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(output(capsys, "cache", "--json", *arguments))
    return found


def test_the_folder_is_shown_and_not_made(cache_folder: Path, capsys: Output) -> None:
    assert output(capsys, "cache") == (
        f"Folder:  {cache_folder}\nLayers:  0\nSize:    0 B of 2.1 GB\nIn use:  yes\n"
    )
    assert output(capsys, "cache", "path") == f"{cache_folder}\n"
    assert output(capsys, "cache", "clear") == "Forgot 0 layers, 0 B.\n"
    assert not cache_folder.exists()


def test_what_was_read_is_remembered_shown_and_forgotten(
    images: list[Path], capsys: Output, cache_folder: Path
) -> None:
    for image in images:
        assert run(["--ci", str(image)]) == 0
    size = sum(path.stat().st_size for path in cache_folder.iterdir())
    capsys.readouterr()
    assert shown(capsys) == {
        "folder": str(cache_folder),
        "on": True,
        "reason": None,
        "layers": 3,
        "size": size,
        "capacity": 2 << 30,
    }
    newest = max(cache_folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    kept = newest.stat().st_size
    assert output(capsys, "cache", "prune") == "Forgot 0 layers, 0 B.\n"
    pruned = output(capsys, "cache", "prune", "--size", f"{kept} B")
    assert pruned == f"Forgot 2 layers, {size - kept} B.\n"
    assert list(cache_folder.iterdir()) == [newest]
    assert output(capsys, "cache", "clear") == f"Forgot 1 layer, {kept} B.\n"
    assert list(cache_folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [["--ci"], ["--json", "-"], ["--verify", "--json", "-"], []])
def test_the_second_look_tells_what_the_first_did(
    images: list[Path], capsys: Output, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = output(capsys, *arguments, "--no-cache", str(images[0]))
    first = output(capsys, *arguments, str(images[0]))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a layer is read")

    monkeypatch.setattr("layertui.layers.reader.index_layer", refuse)
    assert output(capsys, *arguments, str(images[0])) == first == without


def test_without_the_cache_nothing_is_kept_and_nothing_is_used(
    images: list[Path], capsys: Output, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["--ci", "--no-cache", str(images[0])]) == 0
    monkeypatch.setenv("LAYERTUI_CACHE_ENABLED", "no")
    assert run(["--ci", str(images[0])]) == 0
    assert not cache_folder.exists()
    capsys.readouterr()
    variable = "the environment variable LAYERTUI_CACHE_ENABLED says so"
    assert shown(capsys)["reason"] == variable
    assert f"In use:  no, {variable}\n" in output(capsys, "cache")
    assert shown(capsys, "--no-cache")["reason"] == "the option --no-cache says so"


def test_a_folder_that_is_not_to_be_trusted_is_told_and_left_alone(
    images: list[Path], capsys: Output, cache_folder: Path
) -> None:
    cache_folder.mkdir()
    cache_folder.chmod(0o777)
    assert run(["--ci", str(images[0])]) == 0
    assert list(cache_folder.iterdir()) == []
    capsys.readouterr()
    assert shown(capsys)["reason"] == f"{cache_folder} can be written to by others"
    for action in ("prune", "clear"):
        assert run(["cache", action]) == 2
        assert "can be written to by others. The setting is" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["3x", "", "-1"])
def test_a_size_that_is_none_is_refused(capsys: Output, size: str) -> None:
    assert run(["cache", "prune", f"--size={size}"]) == 2
    assert "is not a size. Write a number with a unit, such as 500MB" in capsys.readouterr().err


def test_the_screen_gets_the_cache_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[OpenRequest] = []

    def started(request: OpenRequest) -> int:
        requests.append(request)
        return 0

    monkeypatch.delenv("LAYERTUI_CACHE_FOLDER")
    monkeypatch.setattr("layertui.ui.run", started)
    monkeypatch.setattr("layertui.cli.explore._has_screen", lambda: True)
    path = tmp_path / "mine.toml"
    path.write_text(f'[cache]\nsize = "3 MB"\nfolder = "{tmp_path}/mine"\n')
    assert run(["--config", str(path), "image.tar"]) == 0
    assert run(["--config", str(path), "--no-cache", "image.tar"]) == 0
    with_cache, without = requests
    assert without.cache is None
    assert with_cache.cache is not None
    assert (with_cache.cache.folder, with_cache.cache.capacity) == (tmp_path / "mine", 3_000_000)


def test_the_usual_folder_is_below_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert CacheSettings().path == own_cache_folder()
    assert own_cache_folder().parts[-2:] == ("layertui", "layers")
    monkeypatch.setenv("HOME", "/home/of/user")
    assert CacheSettings(folder="~/mine").path == Path("/home/of/user/mine")
    assert CacheSettings(folder="~nobody-of-that-name/mine").path.name == "mine"


@pytest.mark.parametrize(
    ("written", "size"),
    [('"2 GiB"', 2 << 30), ('"1.5 MB"', 1_500_000), ("12345", 12345), ('"0"', 0)],
)
def test_a_size_is_written_with_a_unit_or_without(tmp_path: Path, written: str, size: int) -> None:
    path = tmp_path / "c.toml"
    path.write_text(f"[cache]\nsize = {written}\n")
    assert load_settings(path, {}).cache.size == size
    path.write_text("")
    environment = {"LAYERTUI_CACHE_SIZE": written.strip('"')}
    assert load_settings(path, environment).cache.size == size


@pytest.mark.parametrize("written", ['"2 XB"', "-1", "true", "1.5", "[]"])
def test_a_size_that_is_none_is_no_setting(tmp_path: Path, written: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(f"[cache]\nsize = {written}\n")
    with pytest.raises(ConfigError, match=r"cache\.size is") as caught:
        load_settings(path, {})
    assert caught.value.hint == "It is a number of bytes with a unit, such as 500 MB."


@pytest.mark.parametrize("size", [0, 1, 1000, 1024, 3 << 30, 5 << 40, (1 << 30) + 1])
def test_a_size_is_printed_as_it_can_be_set(
    tmp_path: Path, capsys: Output, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYERTUI_CACHE_SIZE", str(size))
    path = tmp_path / "c.toml"
    path.write_text(output(capsys, "config"))
    assert load_settings(path, {}).cache.size == size


def test_the_printed_settings_tell_which_folder_is_the_usual_one(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAYERTUI_CACHE_FOLDER")
    assert f"# default: {own_cache_folder()}\n" in output(capsys, "config")
    assert os.environ.get("LAYERTUI_CACHE_FOLDER") is None
