"""Images and containers straight from a Docker engine and from Podman."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from layertui.sources.engine import images_in
from layertui.sources.engine.endpoints import Surroundings
from tests.integration.engines import INTERVAL
from tests.integration.tools import require, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.integration.engines import Docker
    from tests.integration.sample import Saved

TIMEOUT = 60
SCRIPT = """
echo new > /srv/new && mkdir /srv/dir && echo x > /srv/dir/x && ln /srv/dir/x /srv/dir/y
echo two >> /srv/app/config/settings
chmod 600 /srv/app/config/keep
rm -rf /srv/app/logs /srv/app/pipe
ln -s nowhere /srv/link
"""
Json = dict[str, Any]


class Place(NamedTuple):
    """Where layertui finds an engine.

    Attributes:
        transport: `docker` or `podman`.
        environment: In which it is found.
    """

    transport: str
    environment: Mapping[str, str]


PLACES = ("docker", "podman-command", "podman-service")


@pytest.fixture(scope="session")
def places(classic: Saved) -> Iterator[dict[str, Place]]:
    """Every way to an engine that has the sample."""
    require("podman")
    classic.locator("podman docker-archive")
    nowhere = {"DOCKER_HOST": "unix:///nowhere.sock"}
    with classic.podman.service() as host:
        yield {
            "docker": Place("docker", {"DOCKER_HOST": classic.engine.host}),
            "podman-command": Place("podman", nowhere | classic.podman.environment),
            "podman-service": Place("podman", nowhere | {"CONTAINER_HOST": host}),
        }


@pytest.fixture(scope="session")
def expected(classic: Saved) -> Json:
    """The report of the archive that `docker save` writes."""
    return report(classic.locator("docker save"), {})


@pytest.fixture(scope="session")
def containers(classic: Saved, places: dict[str, Place]) -> str:
    """The name of a container that has run in every engine."""
    for engine in (classic.engine, classic.podman):
        engine.start("layertui-writer", classic.tag, SCRIPT)
    return "layertui-writer"


def report(argument: str, environment: Mapping[str, str], *options: str) -> Json:
    """Return the JSON report on an image, read anew."""
    command = [sys.executable, "-m", "layertui", "--no-cache", *options, "--json", "-", argument]
    found: Json = json.loads(run(*command, env=environment))
    return found


def comparable(report: Json) -> Json:
    """Return a report without what names the source, and what only an archive can tell.

    An engine does not tell the stored size of a layer, Docker no fractions of a second; a layer
    that it has exported is verified.
    """
    for step in [*report["layers"], *report["history"]]:
        step["created"] = step["created"][:19]
    for each in (report["image"], *report["layers"]):
        del each["compressedSize"]
    for layer in report["layers"]:
        assert layer.pop("verified") is not False
    for name in ("reference", "source"):
        del report["image"][name]
    return report


@pytest.mark.parametrize("place", PLACES)
def test_an_image_is_the_same_as_its_archive(
    place: str, places: dict[str, Place], classic: Saved, expected: Json
) -> None:
    transport, environment = places[place]
    found = report(f"{transport}:{classic.tag}", environment)

    assert found["image"]["source"] == transport
    assert {layer["verified"] for layer in found["layers"]} == {True}
    assert comparable(found) == comparable(json.loads(json.dumps(expected)))


def test_a_bare_name_is_found_in_an_engine(places: dict[str, Place], classic: Saved) -> None:
    for place in ("docker", "podman-command"):
        transport, environment = places[place]
        assert report(classic.tag, environment)["image"]["source"] == transport


@pytest.mark.parametrize("place", PLACES)
def test_what_a_container_wrote_is_its_topmost_layer(
    place: str, places: dict[str, Place], containers: str, expected: Json
) -> None:
    transport, environment = places[place]
    found = report(f"{transport}:{containers}", environment)
    assert len(found["layers"]) == len(expected["layers"]) + 1
    top = found["layers"][-1]
    changes = {each["path"]: each for each in top["entries"]}

    assert top["createdBy"] == f"container {containers}"
    assert top["complete"]
    names: dict[str, set[str]] = {}
    for path, entry in changes.items():
        names.setdefault(entry["change"], set()).add(path)
    assert names["added"] >= {"/srv/new", "/srv/dir", "/srv/dir/x", "/srv/dir/y", "/srv/link"}
    assert names["removed"] == {"/srv/app/logs", "/srv/app/pipe"}
    assert {"/srv/app/config/keep", "/srv/app/config/settings"} <= names["modified"]
    assert changes["/srv/app/config/keep"]["mode"] == "0600"
    assert changes["/srv/app/config/keep"]["differs"] == ["mode"]
    assert changes["/srv/dir/y"]["type"] == "hardlink"


def test_looking_at_a_container_leaves_it_as_it_is(
    engine: Docker, places: dict[str, Place], containers: str
) -> None:
    before = engine.run("inspect", containers)
    report(f"container:{containers}", places["docker"].environment)
    assert engine.run("inspect", containers) == before


@pytest.mark.parametrize("place", PLACES)
def test_an_image_that_is_not_there_is_told_by_its_engine(
    place: str, places: dict[str, Place]
) -> None:
    transport, environment = places[place]
    done = subprocess.run(
        [sys.executable, "-m", "layertui", "--ci", f"{transport}:layertui/nothing:1"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "has no image `layertui/nothing:1`" in done.stderr
    assert f"{transport} pull layertui/nothing:1" in done.stderr


@pytest.mark.parametrize("place", PLACES)
def test_images_are_listed(
    place: str, places: dict[str, Place], classic: Saved, expected: Json
) -> None:
    transport, environment = places[place]
    around = Surroundings(environment=environment, home=Path("/nowhere"), user=os.geteuid())
    listed = {image.name: image for image in images_in(transport, around=around)}
    image = listed[classic.tag]

    assert image.argument == f"{transport}:{classic.tag}"
    assert image.layers == len(expected["layers"])
    assert image.platform == expected["image"]["platform"]
    assert image.size
    assert image.created


@pytest.mark.parametrize("place", PLACES)
def test_a_kill_in_the_middle_of_an_export_leaves_nothing(
    place: str, places: dict[str, Place], classic: Saved, tmp_path: Path
) -> None:
    transport, environment = places[place]
    folder = tmp_path / "tmp"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "layertui", "--no-cache", "--ci", f"{transport}:{classic.tag}"],
        env={**os.environ, **environment, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_spool(process.pid, folder)
    finally:
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    wait_until_empty(folder)
    assert report(f"{transport}:{classic.tag}", environment)["image"]["source"] == transport


def wait_for_spool(process: int, folder: Path) -> None:
    """Wait until a process has written to a temporary file."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            for file in Path(f"/proc/{process}/fd").iterdir():
                if str(folder) in str(file.readlink()) and file.stat().st_size:
                    return
    pytest.fail("nothing was exported")


def wait_until_empty(folder: Path) -> None:
    """Wait until nothing is left: a podman that lost its reader ends a moment later."""
    end = time.monotonic() + TIMEOUT
    while (left := list(folder.iterdir())) and time.monotonic() < end:
        time.sleep(INTERVAL)
    assert left == []
