from __future__ import annotations

import hashlib
import json
import os
import socket
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from layertui.errors import EngineError
from layertui.sources.engine.endpoints import (
    TLS,
    Endpoint,
    Surroundings,
    docker_endpoints,
    podman_endpoints,
)
from layertui.sources.engine.ssh import ssh_command

if TYPE_CHECKING:
    from collections.abc import Iterator


class World:
    """A root folder with sockets and settings in it."""

    def __init__(self, root: Path, until_the_end: ExitStack) -> None:
        self.root = root
        self.home = root / "home/me"
        self.home.mkdir(parents=True)
        self._until_the_end = until_the_end

    def around(self, user: int | None = None, **environment: str) -> Surroundings:
        return Surroundings(
            environment=environment,
            home=self.home,
            user=os.getuid() if user is None else user,
            root=self.root,
        )

    def socket(self, path: Path) -> str:
        path.parent.mkdir(parents=True, exist_ok=True)
        listener = self._until_the_end.enter_context(socket.socket(socket.AF_UNIX))
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            listener.bind(f"/proc/self/fd/{folder}/{path.name}")
        finally:
            os.close(folder)
        return f"unix://{path}"

    def write(self, path: str, value: object) -> None:
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value) if not isinstance(value, str) else value)

    def context(self, name: str, host: str, **more: object) -> str:
        """Write a context; return its id."""
        identity = hashlib.sha256(name.encode()).hexdigest()
        about = {"Name": name, "Endpoints": {"docker": {"Host": host, **more}}}
        self.write(f".docker/contexts/meta/{identity}/meta.json", about)
        return identity


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as until_the_end:
        yield World(tmp_path, until_the_end)


def hosts(endpoints: tuple[Endpoint, ...]) -> list[str]:
    return [endpoint.host for endpoint in endpoints]


def test_docker_host_goes_before_all_else(world: World) -> None:
    world.socket(world.root / "var/run/docker.sock")
    world.context("work", "tcp://work:2375")
    around = world.around(DOCKER_HOST="tcp://there:2375", DOCKER_CONTEXT="work")

    assert docker_endpoints(around) == (
        Endpoint(engine="docker", host="tcp://there:2375", origin="DOCKER_HOST"),
    )


def test_the_context_of_the_environment_goes_before_the_current_one(world: World) -> None:
    world.context("work", "tcp://work:2375")
    world.context("home", "ssh://me@home")
    world.write(".docker/config.json", {"currentContext": "home"})

    assert hosts(docker_endpoints(world.around(DOCKER_CONTEXT="work"))) == ["tcp://work:2375"]
    assert hosts(docker_endpoints(world.around())) == ["ssh://me@home"]


def test_the_default_context_is_the_usual_sockets(world: World) -> None:
    there = world.socket(world.root / "var/run/docker.sock")
    world.write(".docker/config.json", {"currentContext": "gone"})

    assert hosts(docker_endpoints(world.around(DOCKER_CONTEXT="default"))) == [there]


def test_a_context_that_is_not_there_is_named(world: World) -> None:
    with pytest.raises(EngineError, match=r"context `w\\x1bork` is not there"):
        docker_endpoints(world.around(DOCKER_CONTEXT="w\x1bork"))


def test_docker_config_says_where_contexts_are(world: World) -> None:
    world.context("work", "tcp://work:2375")
    (world.home / ".docker").rename(world.home / "elsewhere")
    around = world.around(DOCKER_CONTEXT="work", DOCKER_CONFIG=str(world.home / "elsewhere"))

    assert hosts(docker_endpoints(around)) == ["tcp://work:2375"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"currentContext": 1}', "[" * 100_000])
def test_a_damaged_config_is_none(world: World, text: str) -> None:
    world.write(".docker/config.json", text)
    assert docker_endpoints(world.around()) == ()


def test_usual_sockets_are_tried_in_order(world: World) -> None:
    places = [
        world.root / "var/run/docker.sock",
        world.root / "run/user/7/docker.sock",
        world.home / ".docker/run/docker.sock",
        world.home / ".docker/desktop/docker.sock",
        world.home / ".colima/default/docker.sock",
        world.home / ".rd/docker.sock",
        world.home / ".orbstack/run/docker.sock",
        world.home / ".lima/vm/sock/docker.sock",
    ]
    made = [world.socket(place) for place in reversed(places)]
    around = world.around(XDG_RUNTIME_DIR=str(world.root / "run/user/7"))

    assert hosts(docker_endpoints(around)) == made[::-1]


@pytest.mark.parametrize(("owner", "expected"), [(0, 1), (7, 1), (8, 0)])
def test_a_socket_that_another_user_put_there_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, owner: int, expected: int
) -> None:
    world.socket(world.root / "run/docker.sock")
    stat = Path.stat

    def owned(path: Path) -> SimpleNamespace:
        found = stat(path)
        return SimpleNamespace(
            st_mode=found.st_mode, st_uid=owner, st_dev=found.st_dev, st_ino=found.st_ino
        )

    monkeypatch.setattr(Path, "stat", owned)
    assert len(docker_endpoints(world.around(user=7))) == expected


def test_a_file_and_a_link_to_the_same_socket_are_not_tried(world: World) -> None:
    there = world.socket(world.root / "run/docker.sock")
    (world.root / "var").mkdir()
    (world.root / "var/run").symlink_to("../run")
    (world.home / ".rd").mkdir()
    (world.home / ".rd/docker.sock").touch()

    found = hosts(docker_endpoints(world.around()))
    assert found == [there.replace("/run/", "/var/run/")]


def test_certificates_are_where_docker_has_them(world: World) -> None:
    for name in ("ca", "cert", "key"):
        world.write(f"certs/{name}.pem", "x")
    folder = world.home / "certs"
    around = world.around(
        DOCKER_HOST="tcp://x:2376", DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(folder)
    )
    files = {name: str(folder / f"{name}.pem") for name in ("ca", "cert", "key")}

    assert docker_endpoints(around)[0].tls == TLS(verify=True, **files)
    around = world.around(DOCKER_HOST="tcp://x:2376", DOCKER_TLS="1")
    assert docker_endpoints(around)[0].tls == TLS(verify=False)
    around = world.around(DOCKER_HOST="tcp://x:2376", DOCKER_TLS_VERIFY="")
    assert docker_endpoints(around)[0].tls is None


@pytest.mark.parametrize("skip", [True, False])
def test_a_context_brings_its_certificates(world: World, skip: bool) -> None:
    identity = world.context("work", "tcp://work:2376", SkipTLSVerify=skip)
    world.write(f".docker/contexts/tls/{identity}/docker/ca.pem", "x")
    endpoint = docker_endpoints(world.around(DOCKER_CONTEXT="work"))[0]

    ca = world.home / f".docker/contexts/tls/{identity}/docker/ca.pem"
    assert endpoint.tls == TLS(verify=not skip, ca=str(ca))
    assert endpoint.origin == "the context `work`"


def test_podman_is_looked_for_at_container_host_alone(world: World) -> None:
    world.socket(world.root / "run/podman/podman.sock")
    around = world.around(CONTAINER_HOST="unix:///p.sock", CONTAINER_SSHKEY="/key")
    assert podman_endpoints(around) == (
        Endpoint(engine="podman", host="unix:///p.sock", origin="CONTAINER_HOST", identity="/key"),
    )


def test_podman_is_looked_for_at_the_users_then_at_the_systems_then_by_connection(
    world: World,
) -> None:
    system = world.socket(world.root / "run/podman/podman.sock")
    own = world.socket(world.root / "run/user/7/podman/podman.sock")
    uri = "ssh://core@127.0.0.1:50000/run/podman.sock"
    connections = {"Default": "vm", "Connections": {"vm": {"URI": uri, "Identity": "/key"}}}
    world.write(".config/containers/podman-connections.json", {"Connection": connections})
    around = world.around(XDG_RUNTIME_DIR=str(world.root / "run/user/7"))

    assert hosts(podman_endpoints(around)) == [own, system, uri]
    assert podman_endpoints(around)[-1].identity == "/key"


@pytest.mark.parametrize(
    "value", ["[]", {"Connection": 1}, {"Connection": {"Default": "x", "Connections": {"y": 1}}}]
)
def test_a_damaged_connections_file_is_none(world: World, value: object) -> None:
    world.write(".config/containers/podman-connections.json", value)
    assert podman_endpoints(world.around()) == ()


@pytest.mark.parametrize(
    ("host", "ending"),
    [
        ("ssh://box", ["--", "box", "docker", "system", "dial-stdio"]),
        (
            "ssh://me@box:22",
            ["-l", "me", "-p", "22", "--", "box", "docker", "system", "dial-stdio"],
        ),
        (
            "ssh://box/run/d.sock",
            ["--", "box", "docker", "--host", "unix:///run/d.sock", "system", "dial-stdio"],
        ),
    ],
)
def test_ssh_is_told_where_to_go(host: str, ending: list[str]) -> None:
    command = ssh_command(host)
    assert command[-len(ending) :] == ending
    assert "BatchMode=yes" in command


@pytest.mark.parametrize("host", ["ssh://", "ssh://me:secret@box", "ssh://box:x", "ssh://[x"])
def test_what_is_no_machine_is_refused(host: str) -> None:
    with pytest.raises(EngineError, match="no machine to reach by ssh"):
        ssh_command(host)
