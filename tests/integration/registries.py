"""Debian's registry on loopback, as it is and behind a login."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import time
from base64 import b64decode, b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.integration.engines import daemon
from tests.integration.tools import require, run
from tests.registries import Reply, Request, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "me", "geheim"
HTPASSWD = "me:$2b$05$Bo4g/jGu7tJRmIv6WCcfk.TBRhMtq3PQmU2i84pEeOItbaiEwljTi"
"""The password, hashed by bcrypt: no other hash is accepted."""

_SERVICE, _ISSUER = "test registry", "test issuer"


@contextlib.contextmanager
def docker_registry(folder: Path, storage: Path, **auth: Any) -> Iterator[str]:
    """Run a registry until the block ends; give its host and port.

    Args:
        folder: For its settings and its log.
        storage: Where the images are, which registries may share.
        auth: Its setting of that name.
    """
    require("docker-registry")
    folder.mkdir(parents=True, exist_ok=True)
    host = f"127.0.0.1:{_free_port()}"
    settings = {
        "version": "0.1",
        "storage": {"filesystem": {"rootdirectory": str(storage)}},
        "http": {"addr": host},
        **({"auth": auth} if auth else {}),
    }
    (folder / "config.yml").write_text(json.dumps(settings))
    command = ["docker-registry", "serve", str(folder / "config.yml")]
    with daemon(command, folder / "log", lambda: _answers(host)):
        yield host


def basic_auth(folder: Path) -> dict[str, Any]:
    """Return the setting that lets in who has the password."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "htpasswd").write_text(f"{HTPASSWD}\n")
    return {"htpasswd": {"realm": "test, realm", "path": str(folder / "htpasswd")}}


class TokenServer(Server):
    """Signs tokens that a registry believes; a login is needed for all but public/."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        require("openssl")
        folder.mkdir(parents=True, exist_ok=True)
        self._key, self._bundle = folder / "token.key", folder / "token.crt"
        self.life = 300
        run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=tokens", "-keyout", self._key, "-out", self._bundle,
        )  # fmt: skip

    @property
    def auth(self) -> dict[str, Any]:
        """The setting of a registry that believes the tokens."""
        return {
            "token": {
                "realm": f"{self.url}/token",
                "service": _SERVICE,
                "issuer": _ISSUER,
                "rootcertbundle": str(self._bundle),
            }
        }

    def usual(self, request: Request) -> Reply:
        wanted = parse_qs(urlsplit(request.path).query)
        known = _login(request) == f"{USER}:{PASSWORD}"
        granted = [
            {"type": kind, "name": name, "actions": ["pull"]}
            for kind, name in map(_resource, wanted.get("scope", []))
            if known or name.startswith("public/")
        ]
        return Reply(body=json.dumps({"token": self._signed(granted), "expires_in": 300}).encode())

    def _signed(self, access: list[dict[str, Any]]) -> str:
        now = int(time.time())
        claims = {
            "iss": _ISSUER, "sub": "", "aud": _SERVICE, "jti": str(time.time_ns()),
            "iat": now, "nbf": now - 10, "exp": now + self.life, "access": access,
        }  # fmt: skip
        certificate = "".join(self._bundle.read_text().splitlines()[1:-1])
        header = {"typ": "JWT", "alg": "RS256", "x5c": [certificate]}
        text = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self._key],
            input=text.encode(),
            capture_output=True,
            check=True,
        )
        return f"{text}.{_encoded(signature.stdout)}"


class Passing(Server):
    """Passes requests on to a registry, and bends what it answers."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host

    def usual(self, request: Request) -> Reply:
        connection = http.client.HTTPConnection(self._host, timeout=60)
        with contextlib.closing(connection):
            headers = {**request.headers, "connection": "close"}
            connection.request(request.method, request.path, request.body or None, headers)
            answer = connection.getresponse()
            body = answer.read()
            kept = {
                name: value
                for name, value in answer.getheaders()
                if name.lower() not in ("content-length", "connection", "transfer-encoding")
            }
            return Reply(status=answer.status, body=body, headers=kept)


def log_in(home: Path, host: str) -> None:
    """Write what `docker login` would."""
    folder = home / ".docker"
    folder.mkdir(parents=True, exist_ok=True)
    entry = {"auth": b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
    (folder / "config.json").write_text(json.dumps({"auths": {host: entry}}))


def _resource(scope: str) -> tuple[str, str]:
    """Return what a scope is about: `repository:shop/api:pull`."""
    kind, _, rest = scope.partition(":")
    return kind, rest.rpartition(":")[0]


def _login(request: Request) -> str:
    scheme, _, encoded = (request.authorization or "").partition(" ")
    return b64decode(encoded).decode() if scheme == "Basic" else ""


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(host: str) -> bool:
    connection = http.client.HTTPConnection(host, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/v2/")
            return connection.getresponse().status in (200, 401)
        except OSError:
            return False
