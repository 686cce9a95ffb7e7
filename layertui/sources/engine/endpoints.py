"""Where engines may listen, in the order that the docker and podman commands look.

Values only: folders and environments are given, nothing is connected to.

Sources: docker/cli cli/command/cli.go (resolveContextName), cli/context/store/doc.go;
containers.conf(5), podman-system-service(1).
"""

from __future__ import annotations

import hashlib
import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layertui.display import printable
from layertui.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DOCKER = "docker"
PODMAN = "podman"
LABELS = {DOCKER: "Docker", PODMAN: "Podman"}
"""What the engines are called in messages."""

_DEFAULT_CONTEXT = "default"
_DOCKER_SOCKET = "run/docker.sock"
_DOCKER_SOCKET_OF_OLD = "var/run/docker.sock"
_SOCKETS_AT_HOME = (
    ".docker/run/docker.sock",
    ".docker/desktop/docker.sock",
    ".colima/default/docker.sock",
    ".rd/docker.sock",
    ".orbstack/run/docker.sock",
    ".lima/*/sock/docker.sock",
)
_PODMAN_SOCKET = "podman/podman.sock"
_CONNECTIONS = "containers/podman-connections.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What decides where engines are looked for.

    Attributes:
        environment: The environment variables.
        home: The home folder of the user.
        user: The number of the user.
        root: The root of the filesystem.
    """

    environment: Mapping[str, str]
    home: Path
    user: int
    root: Path = Path("/")

    def value(self, name: str) -> str:
        """Return an environment variable, empty where it is not set."""
        return self.environment.get(name, "")

    @property
    def runtime_folder(self) -> Path:
        """Where the sockets of the user's own daemons are."""
        named = self.value("XDG_RUNTIME_DIR")
        return Path(named) if named else self.root / "run/user" / str(self.user)

    @property
    def docker_folder(self) -> Path:
        """Where the docker command keeps its configuration."""
        named = self.value("DOCKER_CONFIG")
        return Path(named) if named else self.home / ".docker"


@dataclass(frozen=True, slots=True, kw_only=True)
class TLS:
    """How a connection is secured.

    Attributes:
        verify: Whether the engine has to show a certificate.
        ca: The file of the authority that signs it, or empty for those of the system.
        cert: The file of our own certificate, or empty.
        key: The file of its key, or empty.
    """

    verify: bool
    ca: str = ""
    cert: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A place where an engine may listen.

    Attributes:
        engine: `docker` or `podman`.
        host: `unix:///run/docker.sock`, `tcp://host:2376`, `ssh://user@host`; raw.
        origin: What names it, printable: `DOCKER_HOST`, `the context "work"`, or empty for a
            usual place.
        tls: How it is secured, or None.
        identity: The file of the key for ssh, or empty.
    """

    engine: str
    host: str
    origin: str = ""
    tls: TLS | None = None
    identity: str = ""

    @property
    def label(self) -> str:
        """What to call the engine in messages, printable."""
        return f"{LABELS[self.engine]} at {printable(self.host, 200)}"


def docker_endpoints(around: Surroundings) -> tuple[Endpoint, ...]:
    """Return where to look for Docker: the one place that the user named, else the usual ones.

    Of the usual ones, only sockets that are there and belong to the user or to root.

    Raises:
        EngineError: The context that the user named is not there.
    """
    host = around.value("DOCKER_HOST")
    if host:
        return (
            Endpoint(engine=DOCKER, host=host, origin="DOCKER_HOST", tls=_environment_tls(around)),
        )
    context = around.value("DOCKER_CONTEXT") or _current_context(around)
    if context and context != _DEFAULT_CONTEXT:
        return (_of_context(context, around),)
    return tuple(
        Endpoint(engine=DOCKER, host=f"unix://{path}") for path in _present(_docker(around), around)
    )


def podman_endpoints(around: Surroundings) -> tuple[Endpoint, ...]:
    """Return where to look for Podman's service; without a service, its command needs none."""
    host = around.value("CONTAINER_HOST")
    if host:
        identity = around.value("CONTAINER_SSHKEY")
        return (Endpoint(engine=PODMAN, host=host, origin="CONTAINER_HOST", identity=identity),)
    sockets = (around.runtime_folder / _PODMAN_SOCKET, around.root / "run" / _PODMAN_SOCKET)
    found = [Endpoint(engine=PODMAN, host=f"unix://{path}") for path in _present(sockets, around)]
    connection = _podman_connection(around)
    return (*found, connection) if connection else tuple(found)


def _docker(around: Surroundings) -> Iterator[Path]:
    yield around.root / _DOCKER_SOCKET_OF_OLD
    yield around.root / _DOCKER_SOCKET
    yield around.runtime_folder / "docker.sock"
    for pattern in _SOCKETS_AT_HOME:
        yield from sorted(around.home.glob(pattern))


def _present(paths: Iterable[Path], around: Surroundings) -> Iterator[Path]:
    """Yield the sockets that are there, each once, and that no other user has put there."""
    seen = set()
    for path in paths:
        try:
            status = path.stat()
        except (OSError, ValueError):
            continue
        own = stat.S_ISSOCK(status.st_mode) and status.st_uid in (around.user, 0)
        identity = (status.st_dev, status.st_ino)
        if own and identity not in seen:
            seen.add(identity)
            yield path


def _environment_tls(around: Surroundings) -> TLS | None:
    verify = bool(around.value("DOCKER_TLS_VERIFY"))
    if not (verify or around.value("DOCKER_TLS")):
        return None
    named = around.value("DOCKER_CERT_PATH")
    return _tls(Path(named) if named else around.docker_folder, verify=verify)


def _tls(folder: Path, *, verify: bool) -> TLS:
    paths = {name: folder / f"{name}.pem" for name in ("ca", "cert", "key")}
    files = {name: str(path) if path.is_file() else "" for name, path in paths.items()}
    return TLS(verify=verify, **files)


def _current_context(around: Surroundings) -> str:
    name = _members(around.docker_folder / "config.json").get("currentContext", "")
    return name if isinstance(name, str) else ""


def _of_context(name: str, around: Surroundings) -> Endpoint:
    shown = printable(name, 80)
    identity = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    contexts = around.docker_folder / "contexts"
    endpoint = _members(contexts / "meta" / identity / "meta.json")
    for key in ("Endpoints", DOCKER):
        value = endpoint.get(key)
        endpoint = value if isinstance(value, dict) else {}
    host = endpoint.get("Host")
    if not isinstance(host, str) or not host:
        raise EngineError(
            f"the Docker context `{shown}` is not there, or names no engine",
            hint="`docker context ls` lists them; DOCKER_CONTEXT=default takes the usual engine.",
        )
    folder = contexts / "tls" / identity / DOCKER
    verify = endpoint.get("SkipTLSVerify") is not True
    secured = folder.is_dir() or host.startswith("https://")
    tls = _tls(folder, verify=verify) if secured else None
    return Endpoint(engine=DOCKER, host=host, origin=f"the context `{shown}`", tls=tls)


def _podman_connection(around: Surroundings) -> Endpoint | None:
    """Return the connection that the podman command would take by itself, or None."""
    named = around.value("PODMAN_CONNECTIONS_CONF")
    config = around.value("XDG_CONFIG_HOME")
    folder = Path(config) if config else around.home / ".config"
    connection = _members(Path(named) if named else folder / _CONNECTIONS).get("Connection")
    if not isinstance(connection, dict):
        return None
    name, known = connection.get("Default"), connection.get("Connections")
    chosen = known.get(name) if isinstance(known, dict) and isinstance(name, str) else None
    host = chosen.get("URI") if isinstance(chosen, dict) else None
    if chosen is None or not isinstance(host, str) or not host:
        return None
    key = chosen.get("Identity", "")
    return Endpoint(
        engine=PODMAN,
        host=host,
        origin=f"the connection `{printable(str(name), 80)}`",
        identity=key if isinstance(key, str) else "",
    )


def _members(path: Path) -> dict[str, Any]:
    """Return the members of a JSON object in a file; none where it is no such file."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
