"""A registry in this process, on 127.0.0.1: questions are kept, answers can be bent."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

from layertui.sources.registry.waiting import Clock
from tests.archives import OCI_INDEX, OCI_MANIFEST, Members, digest

if TYPE_CHECKING:
    import ssl

NAME = "shop/api"
TAG = "2.4"


class Request(NamedTuple):
    """What was asked for."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def authorization(self) -> str | None:
        return self.headers.get("authorization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered.

    Attributes:
        status: The status code.
        body: The body.
        headers: Beside its length.
        length: What its length is said to be; None leaves that out, -1 tells the truth.
        cut: After how many bytes of the body the connection is closed, or None.
        stall: What is waited for before the rest of the body, or None.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = -1
    cut: int | None = None
    stall: threading.Event | None = None


Rule = Callable[[Request], Reply | None]


class Server:
    """Answers requests until the block ends."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Request] = []
        self.rules: list[Rule] = []
        self._tls = tls
        self._server = _HttpServer(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Any:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, request: Request) -> Reply:
        """Return the answer of the first rule that has one, else the usual one."""
        self.seen.append(request)
        for rule in list(self.rules):
            answer = rule(request)
            if answer is not None:
                return answer
        return self.usual(request)

    def usual(self, request: Request) -> Reply:
        return Reply(status=404)

    def paths(self, part: str = "") -> list[str]:
        """Return what was asked for that has something in its path."""
        return [request.path for request in self.seen if part in request.path]

    def once(self, part: str, *replies: Reply) -> None:
        """Answer the next requests for a path that has a part by these."""
        left = list(replies)
        self.rules.append(lambda request: left.pop(0) if left and part in request.path else None)

    def always(self, part: str, change: Callable[[Reply], Reply] | Reply) -> None:
        """Bend the usual answer to requests for a path that has a part."""

        def rule(request: Request) -> Reply | None:
            if part not in request.path:
                return None
            return change if isinstance(change, Reply) else change(self.usual(request))

        self.rules.append(rule)


class Registry(Server):
    """Serves manifests and blobs, to everybody or behind a login."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.blobs: dict[str, bytes] = {}
        self.challenge = ""
        self.accepted: set[str] = set()

    def put(self, members: Members, *, tag: str = TAG, name: str = NAME) -> str:
        """Keep the image of an OCI layout under a name; return the name in full."""
        for path, data in members.items():
            if path.startswith("blobs/") and isinstance(data, bytes):
                self.blobs[f"{name}/blobs/{digest(data)}"] = data
                self.put_manifest(data, digest(data), name=name)
        index = members["index.json"]
        assert isinstance(index, bytes)
        listed = json.loads(index)["manifests"]
        if len(listed) == 1:
            index = self.blobs[f"{name}/blobs/{listed[0]['digest']}"]
        self.put_manifest(index, tag, name=name)
        return f"{self.host}/{name}:{tag}"

    def put_manifest(
        self, data: bytes, reference: str, *, media_type: str = "", name: str = NAME
    ) -> None:
        """Keep a document as a manifest, where it can be one."""
        if not data.startswith(b"{"):
            return
        document = json.loads(data)
        usual = OCI_INDEX if "manifests" in document else OCI_MANIFEST
        kind = media_type or document.get("mediaType") or usual
        self.manifests[f"{name}/manifests/{reference}"] = (kind, data)

    def ask_for(self, challenge: str, *accepted: str) -> None:
        """Let in only who sends one of these secrets; others get a challenge."""
        self.challenge, self.accepted = challenge, set(accepted)

    def usual(self, request: Request) -> Reply:
        if self.challenge and request.authorization not in self.accepted:
            return Reply(status=401, headers={"WWW-Authenticate": self.challenge}, body=b"no")
        path = request.path.removeprefix("/v2/")
        if not path:
            return Reply(body=b"{}")
        if path in self.manifests:
            kind, data = self.manifests[path]
            return Reply(body=data, headers={"Content-Type": kind})
        if path in self.blobs:
            return _ranged(self.blobs[path], request.headers.get("range", ""))
        code = "MANIFEST_UNKNOWN" if "/manifests/" in path else "BLOB_UNKNOWN"
        return Reply(status=404, body=json.dumps({"errors": [{"code": code}]}).encode())


class TokenServer(Server):
    """Gives tokens out, one after another: `token-1`, `token-2`."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.key = "token"
        self.given = 0
        self.more: dict[str, Any] = {}

    def usual(self, request: Request) -> Reply:
        self.given += 1
        answer = {self.key: f"token-{self.given}", **self.more}
        return Reply(body=json.dumps(answer).encode())

    def challenge(self, **more: str) -> str:
        """Return what a registry says that wants these tokens."""
        values = {"realm": f"{self.url}/token", "service": "shop", **more}
        return "Bearer " + ",".join(f'{key}="{value}"' for key, value in values.items())

    def query(self, number: int = -1) -> dict[str, list[str]]:
        """Return what a request for a token asked for."""
        return parse_qs(urlsplit(self.seen[number].path).query)


class FakeClock:
    """Time that passes when somebody sleeps, and by a step whenever it is looked at."""

    def __init__(self, step: float = 0.0) -> None:
        self.time = 0.0
        self.slept: list[float] = []
        self.step = step

    def clock(self) -> Clock:
        return Clock(now=self._now, sleep=self._sleep)

    @property
    def waited(self) -> float:
        return round(sum(self.slept), 3)

    def _now(self) -> float:
        self.time += self.step
        return self.time

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def basic(user: str, password: str) -> str:
    """Return the header that a user and a password make."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def _ranged(data: bytes, wanted: str) -> Reply:
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if found is None:
        return Reply(body=data)
    start = int(found.group(1))
    end = min(int(found.group(2) or len(data) - 1), len(data) - 1)
    if start >= len(data):
        return Reply(status=416)
    headers = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
    return Reply(status=206, body=data[start : end + 1], headers=headers)


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: Server

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients go away in the middle, and some speak another protocol."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        if self.rfile.peek(1)[:1] == b"\x16":  # type: ignore[attr-defined]
            self.close_connection = True  # TLS is spoken to a server that does not
            return
        super().handle_one_request()

    def do_GET(self) -> None:
        server = cast("_HttpServer", self.server).owner
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        self._send(server.reply(request))

    do_POST = do_GET  # noqa: N815

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            for each in value.split("\n"):
                self.send_header(name, each)
        if reply.length is not None:
            length = len(reply.body) if reply.length < 0 else reply.length
            self.send_header("Content-Length", str(length))
        if reply.length is None or reply.cut is not None or reply.length >= 0:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(reply.body[: reply.cut])
        self.wfile.flush()
        if reply.stall is not None:
            reply.stall.wait(30)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
