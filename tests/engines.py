"""An engine in this process, on a socket: it counts what it is asked and can be made to fail."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from layertui.sources.engine import finding
from layertui.sources.engine.endpoints import Endpoint, Surroundings
from tests.archives import Json, digest

if TYPE_CHECKING:
    import pytest

NAME = "shop/api:2.4"
CREATED = "2024-05-06T07:08:09.123456789Z"

Body = Callable[[], Iterable[bytes]]
"""Gives the chunks of an answer; where it raises `HangupError`, the connection is closed."""


class HangupError(Exception):
    """The engine goes away in the middle of an answer."""


@dataclass(kw_only=True)
class FakeEngine:
    """What a fake engine answers.

    Attributes:
        path: Of its socket.
        api: The version of its API.
        images: What it tells of images, by the names they are asked for by.
        histories: By the id of the image, newest step first.
        exports: By the id of the image.
        containers: What it tells of containers, by name.
        changes: What containers have changed, by id.
        files: All files of containers, by id.
        asked: What it was asked: the path without the version, and the parameters.
    """

    path: Path
    api: str = "1.41"
    images: dict[str, Json] = field(default_factory=dict)
    histories: dict[str, list[Json]] = field(default_factory=dict)
    exports: dict[str, Body] = field(default_factory=dict)
    containers: dict[str, Json] = field(default_factory=dict)
    changes: dict[str, list[Json] | None] = field(default_factory=dict)
    files: dict[str, Body] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(engine="docker", host=f"unix://{self.path}")

    def count(self, ending: str) -> int:
        """Return how often a path with an ending was asked for."""
        return sum(path.endswith(ending) for path, _ in self.asked)

    def keep(
        self,
        layers: list[bytes],
        archive: bytes | Body,
        *,
        name: str = NAME,
        steps: list[Json] | None = None,
        **more: Any,
    ) -> str:
        """Keep an image; return its id."""
        identity = digest(f"config of {name}".encode())
        about = {
            "Id": identity,
            "RepoTags": [name],
            "RepoDigests": None,
            "Created": CREATED,
            "Os": "linux",
            "Architecture": "amd64",
            "Config": {"Env": ["A=1"], "Cmd": ["sh"], "Entrypoint": None, "Labels": None},
            "RootFS": {"Type": "layers", "Layers": [digest(layer) for layer in layers]},
            **more,
        }
        self.images |= {name: about, identity: about}
        default = [step(f"RUN {number}", 9) for number in reversed(range(len(layers)))]
        self.histories[identity] = default if steps is None else steps
        self.exports[identity] = archive if callable(archive) else in_chunks(archive)
        return identity

    def answer(self, path: str, params: dict[str, str]) -> Any:
        """Return JSON, a body, or None for what is not there."""
        kind, _, rest = path.removeprefix("/").partition("/")
        if path == "/version":
            return {"ApiVersion": self.api}
        if path == "/images/json":
            unique = {each["Id"]: each for each in self.images.values()}
            return [listed(each) for each in unique.values()]
        name, _, verb = rest.rpartition("/")
        if kind == "images":
            found = self.images.get(name)
            tables: dict[str, dict[str, Any]] = {"history": self.histories, "get": self.exports}
            return found if verb == "json" else tables.get(verb, {}).get(name)
        told = self.containers.get(name)
        tables = {"changes": self.changes, "export": self.files}
        return told if verb == "json" else tables.get(verb, {}).get(name)


def listed(about: Json) -> Json:
    """Return an image as the list of images tells of it."""
    return {
        "Id": about["Id"],
        "RepoTags": about["RepoTags"],
        "Created": 1_714_979_289,
        "Size": 1_000,
        "SharedSize": 10,
    }


def step(created_by: str, size: int = 0, **more: Any) -> Json:
    """Return one step of a history."""
    return {"Created": 1_714_979_289, "CreatedBy": created_by, "Comment": "", "Size": size, **more}


def in_chunks(data: bytes, size: int = 32 << 10) -> Body:
    """Return a body that is sent piece by piece."""
    return lambda: (data[at : at + size] for at in range(0, len(data), size))


def without_engines(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let engines be looked for below a folder only, with an empty environment."""
    around = Surroundings(environment={}, home=root / "home", user=os.getuid(), root=root)
    monkeypatch.setattr(finding, "here", lambda: around)
    return root


@contextlib.contextmanager
def fake_engine(path: Path | None = None) -> Iterator[FakeEngine]:
    """Run a fake engine on a socket until the block ends."""
    with contextlib.ExitStack() as until_the_end:
        if path is None:  # of a socket's path there may be 108 bytes
            folder = until_the_end.enter_context(
                tempfile.TemporaryDirectory(prefix="lt-", dir=os.environ.get("TMPDIR") or "/tmp")
            )
            path = Path(folder) / "docker.sock"
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = FakeEngine(path=path)
        server = _Server(str(path), _handler(engine))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield engine
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are what is tested."""


def _handler(engine: FakeEngine) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def address_string(self) -> str:
            return "client"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            path = parts.path.removeprefix(f"/v{engine.api}")
            params = {name: values[0] for name, values in parse_qs(parts.query).items()}
            engine.asked.append((path, params))
            found = engine.answer(path, params)
            if callable(found):
                self.send_chunks(found())
            elif found is None and not path.endswith("/changes"):
                self.send(404, {"message": f"No such image: {path}"})
            else:
                self.send(200, found)

        def send(self, status: int, value: Any) -> None:
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def send_chunks(self, chunks: Iterable[bytes]) -> None:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for chunk in chunks:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
                self.wfile.write(b"0\r\n\r\n")
            except HangupError:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

    return Handler
