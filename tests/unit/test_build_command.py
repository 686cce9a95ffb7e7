"""`layertui build`: what the engine is asked for, and what is opened then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from layertui.cli import run
from layertui.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

ENGINE = """#!/bin/sh
printf '%s\\n' "$@" > "{folder}/{name}.arguments"
echo building on stdout
while [ $# -gt 0 ]; do
    case "$1" in
        --iidfile) {write} ;;
    esac
    shift
done
exit {code}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of the PATH, but for the shell."""
    monkeypatch.setenv("PATH", f"{tmp_path}")
    return tmp_path


@pytest.fixture
def explored(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The options of every image that is opened."""
    opened: list[dict[str, Any]] = []

    def explore(options: dict[str, Any], _settings: object) -> ExitCode:
        opened.append(options)
        return ExitCode.FINE

    monkeypatch.setattr("layertui.cli.build.explore_image", explore)
    return opened


def install(folder: Path, name: str, *, code: int = 0, write: str = "echo sha256:1d > $2") -> None:
    program = folder / name
    program.write_text(ENGINE.format(folder=folder, name=name, code=code, write=write))
    program.chmod(0o755)


def asked(folder: Path, name: str) -> list[str]:
    """Return the arguments that an engine was given, without the file for the id."""
    words = (folder / f"{name}.arguments").read_text().split()
    place = words.index("--iidfile")
    return words[:place] + words[place + 2 :]


def test_the_arguments_go_to_the_build_and_its_image_is_opened(
    folder: Path, explored: list[dict[str, Any]]
) -> None:
    install(folder, "docker")
    assert run(["build", "-t", "shop/api", "--no-cache", "--platform=linux/arm64", "."]) == 0
    assert asked(folder, "docker") == [
        *("build", "-t", "shop/api", "--no-cache", "--platform=linux/arm64", ".")
    ]
    assert explored[0]["image"] == "docker:sha256:1d"
    assert explored[0]["label"] == "shop/api"
    assert explored[0]["platform"] == ""


def test_options_before_the_command_are_those_of_layertui(
    folder: Path, explored: list[dict[str, Any]]
) -> None:
    install(folder, "docker")
    run(["--metrics", "dive", "build", "-t", "api", "--ci", "."])
    assert explored[0]["metrics"] == "dive"
    assert explored[0]["ci"] is True
    assert asked(folder, "docker") == ["build", "-t", "api", "."]


def test_without_docker_podman_builds(folder: Path, explored: list[dict[str, Any]]) -> None:
    install(folder, "podman")
    run(["build", "."])
    assert explored[0]["image"] == "podman:sha256:1d"
    assert explored[0]["label"] == "sha256:1d"


def test_podman_builds_where_it_is_asked_to(folder: Path, explored: list[dict[str, Any]]) -> None:
    install(folder, "docker")
    install(folder, "podman")
    run(["--source", "podman", "build", "."])
    assert explored[0]["image"] == "podman:sha256:1d"


def test_the_file_for_the_id_that_the_user_names_is_used(
    folder: Path, explored: list[dict[str, Any]]
) -> None:
    install(folder, "docker")
    run(["build", "--iidfile", f"{folder}/mine", "."])
    assert (folder / "mine").read_text() == "sha256:1d\n"
    assert explored[0]["image"] == "docker:sha256:1d"


def test_what_the_build_prints_goes_to_stderr(
    folder: Path, explored: list[dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    install(folder, "docker")
    run(["build", "."])
    assert explored
    output = capfd.readouterr()
    assert (output.out, output.err) == ("", "building on stdout\n")


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ({"code": 7}, "docker build ended with 7; there is nothing to look at"),
        ({"write": ":"}, "docker build has left no image in the engine"),
        ({"write": ": > $2"}, "docker build has left no image in the engine"),
    ],
)
def test_a_build_without_an_image_ends_in_2(
    folder: Path,
    explored: list[dict[str, Any]],
    capfd: pytest.CaptureFixture[str],
    engine: dict[str, Any],
    told: str,
) -> None:
    install(folder, "docker", **engine)
    assert run(["build", "."]) == ExitCode.NO_ANSWER
    assert told in capfd.readouterr().err
    assert not explored


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build", "."], "neither docker nor podman is installed"),
        (["--source", "podman", "build", "."], "podman is not installed"),
    ],
)
def test_without_an_engine_nothing_is_built(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert not list(folder.iterdir())
    assert run(arguments) == ExitCode.NO_ANSWER
    assert told in capfd.readouterr().err
