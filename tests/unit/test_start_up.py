from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import archives
from tests.builders import file, layer

if TYPE_CHECKING:
    from pathlib import Path

PROBE = """
import sys
from layertui.cli import run
run(sys.argv[1:])
print(sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def modules_after(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True
    )
    return set(eval(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [["--ci"], ["--json", "-"], [], ["--verify"]])
def test_headless_commands_load_no_toolkit_and_no_engine(
    tmp_path: Path, arguments: list[str]
) -> None:
    members = archives.docker_save([layer(file("a", b"1"))])
    path = archives.write_tarball(members, tmp_path / "image.tar")
    loaded = modules_after(*arguments, str(path))
    assert loaded.isdisjoint({"textual", "rich", "docker", "requests", "urllib3", "tomlkit"})


@pytest.mark.parametrize(
    "arguments",
    [
        ["ls", "-lR", "IMAGE"],
        ["tree", "-s", "IMAGE"],
        ["cat", "IMAGE", "a"],
        ["grep", "1", "IMAGE"],
        ["history", "IMAGE", "a"],
        ["diff", "IMAGE", "a"],
        ["ghosts", "IMAGE"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_commands_over_files_load_no_toolkit_and_no_engine(
    tmp_path: Path, arguments: list[str]
) -> None:
    members = archives.docker_save([layer(file("a", b"1"))])
    path = archives.write_tarball(members, tmp_path / "image.tar")
    loaded = modules_after(*(str(path) if each == "IMAGE" else each for each in arguments))
    assert loaded.isdisjoint({"textual", "rich", "docker", "requests", "urllib3", "tomlkit"})


def test_looking_at_an_image_again_loads_no_more(tmp_path: Path) -> None:
    path = archives.write_tarball(archives.oci([layer(file("a", b"1"))]), tmp_path / "image.tar")
    first, again = modules_after("--ci", str(path)), modules_after("--ci", str(path))
    assert again <= first
    assert "msgspec" in again


def test_the_cache_is_shown_without_a_reader() -> None:
    loaded = modules_after("cache")
    assert loaded.isdisjoint({"textual", "rich", "docker", "msgspec", "xxhash", "isal", "yaml"})


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_what_needs_no_image_loads_no_reader(argument: str) -> None:
    loaded = modules_after(argument)
    assert loaded.isdisjoint({"textual", "rich", "docker", "msgspec", "xxhash", "isal", "yaml"})
    assert loaded.isdisjoint({"tomllib", "tomlkit", "platformdirs"})


@pytest.mark.parametrize(
    "arguments", [["config", "--help"], ["demo", "--help"], ["cache", "--help"]]
)
def test_the_help_of_a_command_loads_no_toolkit(arguments: list[str]) -> None:
    assert modules_after(*arguments).isdisjoint({"textual", "rich", "msgspec", "yaml", "tomlkit"})


def test_the_settings_are_printed_without_a_reader() -> None:
    assert modules_after("config").isdisjoint({"tomlkit", "docker", "yaml"})


def test_a_screen_without_keys_of_ones_own_looks_for_no_bindings() -> None:
    probe = """
import sys
from layertui.ui.app import ExplorerApp
from layertui.ui.request import OpenRequest
ExplorerApp(OpenRequest(image="none.tar"))
print(*(name for name in sys.modules if name.startswith("layertui.ui.settings.k")))
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_an_interrupt_while_it_starts_is_no_traceback() -> None:
    probe = """
import builtins
from layertui.__main__ import main
usual = builtins.__import__
def interrupted(name, *rest):
    if name == "layertui.cli":
        raise KeyboardInterrupt
    return usual(name, *rest)
builtins.__import__ = interrupted
main()
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")
