"""A Docker engine and a Podman store of our own, gone when the tests end."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.integration.tools import ToolError, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_TIMEOUT = 60
STOP_TIMEOUT = 30
CLIENT_PATH = os.pathsep.join(["/usr/bin", os.environ.get("PATH", "")])
"""Debian's client first: it is the one that fits the daemon, its way to BuildKit included."""

INTERVAL = 0.1
"""Seconds between two looks at whether a daemon answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Docker:
    """A running Docker engine and the client that talks to it.

    Attributes:
        host: As in `DOCKER_HOST`.
        client: The program.
    """

    host: str
    client: str

    def run(self, *arguments: object, buildkit: bool = False) -> str:
        """Run the client and return what it wrote to stdout."""
        environment = {"DOCKER_BUILDKIT": "1" if buildkit else "0"}
        return run(self.client, "--host", self.host, *arguments, env=environment).strip()

    def build(self, context: Path, tag: str, *, buildkit: bool = False) -> None:
        """Build an image without network."""
        self.run("build", "--network=none", "--tag", tag, context, buildkit=buildkit)

    def start(self, name: str, image: str, script: str) -> None:
        """Run a shell script in a new container, to its end, as root and without network."""
        alone = ("--network=none", "--user=0:0")
        self.run("run", *alone, f"--name={name}", image, "sh", "-c", script)

    def export(self, image: str, target: Path) -> None:
        """Write the root filesystem of a container of an image, never started, to a tarball."""
        container = self.run("create", image, "command")
        self.run("export", "--output", target, container)
        self.run("rm", container)


@dataclass(frozen=True, slots=True, kw_only=True)
class Podman:
    """A Podman store of its own.

    Attributes:
        folder: Where it is; podman takes a path of 50 bytes at most.
    """

    folder: Path

    def run(self, *arguments: object) -> str:
        """Run podman on the store and return what it wrote to stdout."""
        store = ("--root", self.folder / "root", "--runroot", self.folder / "run")
        return run("podman", *store, "--cgroup-manager=cgroupfs", *arguments).strip()

    def start(self, name: str, image: str, script: str) -> None:
        """Run a shell script in a new container, to its end, as root and without network."""
        limits = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024")
        alone = ("--network=none", "--user=0:0", *limits)
        self.run("run", *alone, f"--name={name}", image, "sh", "-c", script)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the podman command works on the store."""
        program = self.folder / "bin" / "podman"
        program.parent.mkdir(exist_ok=True)
        store = f"--root {self.folder}/root --runroot {self.folder}/run"
        found = shutil.which("podman")
        program.write_text(f'#!/bin/sh\nexec {found} {store} --cgroup-manager=cgroupfs "$@"\n')
        program.chmod(0o755)
        return {"PATH": os.pathsep.join([str(program.parent), os.environ.get("PATH", "")])}

    @contextlib.contextmanager
    def service(self) -> Iterator[str]:
        """Run the service on the store until the block ends; give its `CONTAINER_HOST`."""
        path = self.folder / "podman.sock"
        store = ["--root", f"{self.folder}/root", "--runroot", f"{self.folder}/run"]
        service = ["system", "service", "--time=0", f"unix://{path}"]
        command = ["podman", *store, "--cgroup-manager=cgroupfs", *service]
        with daemon(command, self.folder / "service.log", path.is_socket):
            yield f"unix://{path}"

    def build(self, context: Path, tag: str) -> None:
        """Build an image, each step a layer made in a chroot: no network is set up.

        The limits are below those of any machine: podman's own may not be raised to everywhere.
        """
        chroot = ("--isolation=chroot", "--network=host", "--cap-add=MKNOD")
        limits = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024")
        self.run("build", "--layers", *chroot, *limits, "--format=oci", "--tag", tag, context)


@contextlib.contextmanager
def podman_store() -> Iterator[Podman]:
    """Give an empty Podman store until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="layertui-podman-"))
    try:
        yield Podman(folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def docker_engine() -> Iterator[Docker]:
    """Run a Docker engine without networks until the block ends.

    Its folder is directly in the temporary folder: the path of a socket has 108 bytes at most.

    Raises:
        ToolError: It does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="layertui-docker-"))
    host = f"unix://{folder}/docker.sock"
    command = [
        "dockerd", "--host", host, "--iptables=false", "--bridge=none",
        f"--data-root={folder}/data", f"--exec-root={folder}/exec", f"--pidfile={folder}/pid",
    ]  # fmt: skip
    engine = Docker(host=host, client=shutil.which("docker", path=CLIENT_PATH) or "docker")
    try:
        with daemon(command, folder / "log", lambda: bool(engine.run("version"))):
            yield engine
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def daemon(command: list[str], log: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """Run a daemon until the block ends; the block starts once it is ready."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_until_ready(process, log, ready)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(
    process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]
) -> None:
    for _ in range(int(START_TIMEOUT / INTERVAL)):
        with contextlib.suppress(ToolError):
            if ready():
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(INTERVAL)
            break
    raise ToolError(f"{process.args!r} does not start:\n{log.read_text()[-2000:]}")
