"""Bytes that an engine sends, which another thread can stop at any moment."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
from typing import IO, TYPE_CHECKING, Any, Self

from layertui.blob import CHUNK_SIZE
from layertui.errors import CancelledError, EngineError
from layertui.sources.engine.connection import connected, on_new_connections, request
from layertui.sources.engine.failures import broken_off, failure_of, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docker import APIClient
    from requests import Response

    from layertui.sources.engine.endpoints import Endpoint

_GRACE = 2
"""Seconds that a command has to end by itself."""

_CLEANING = 120
"""The same where it cleans up after itself: podman sees that nobody reads once it has copied a
layer to a temporary file, and leaves that behind where it is told to end."""

_WORDS_KEPT = 4096


class ResponseStream:
    """The body of an answer, asked for with the first bytes, on a connection of its own.

    Args:
        endpoint: Where the engine listens.
        version: Of its API.
        path: What is asked for.
        names: Put into the path.
        params: Of the question.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        version: str,
        path: str,
        *names: str,
        params: Mapping[str, str] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._version = version
        self._question = (path, *names)
        self._params = params
        self._client: APIClient | None = None
        self._response: Response | None = None
        self._arriving: Iterator[bytes] | None = None
        self._connections: list[Any] = []
        self._lock = threading.Lock()
        self._closed = False

    def __iter__(self) -> Self:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next bytes.

        Raises:
            StopIteration: That was all.
            LayertuiError: The engine refuses, or the connection broke.
        """
        from docker.errors import DockerException
        from requests.exceptions import RequestException
        from urllib3.exceptions import HTTPError

        try:
            data = next(self._pieces(), b"")
        except HTTPError as error:
            self._stop_if_closed()
            raise broken_off(self._endpoint.label, said(str(error.args[-1]))) from None
        except (DockerException, RequestException, OSError, ValueError) as error:
            self._stop_if_closed()
            raise failure_of(error, self._endpoint) from None
        if not data:
            self._stop_if_closed()
            raise StopIteration
        return data

    def close(self) -> None:
        """End the connection; who waits for bytes is told so."""
        with self._lock:
            self._closed = True
            connections, self._connections = self._connections, []
        for connection in connections:
            _shut(connection)
        if self._response is not None:
            self._response.close()
        if self._client is not None:
            self._client.close()

    def _pieces(self) -> Iterator[bytes]:
        """Return what gives the body piece by piece as it comes; ask for it if need be."""
        self._stop_if_closed()
        if self._arriving is None:
            self._client = connected(self._endpoint, version=self._version)
            on_new_connections(self._client, self._watch)
            self._response = request(
                self._client, *self._question, params=self._params, stream=True
            )
            self._arriving = self._response.raw.stream(CHUNK_SIZE, decode_content=False)
        return self._arriving

    def _stop_if_closed(self) -> None:
        if self._closed:
            raise CancelledError("the export was stopped")

    def _watch(self, connection: Any) -> None:
        """Remember a connection: before the answer nothing else has it."""
        with self._lock:
            self._connections.append(connection)
        self._stop_if_closed()


def _shut(connection: Any) -> None:
    """Wake whoever reads from a connection: closing alone would not."""
    found = getattr(connection, "sock", None)
    if found is not None:
        with contextlib.suppress(OSError):
            found.shutdown(socket.SHUT_RDWR)


class CommandStream:
    """What a command writes, started with the first bytes.

    Args:
        command: The program and its arguments.
        who: Whose command it is, printable.
        option: What makes it write to a file, put before `--`; empty for one that
            writes to stdout. A command that cleans up after itself does so when a file takes no
            more, but is killed by a closed stdout.
    """

    def __init__(self, command: Sequence[str], who: str, *, option: str = "") -> None:
        self._command = list(command)
        self._who = who
        self._option = option
        self._process: subprocess.Popen[bytes] | None = None
        self._output = -1
        self._errors: IO[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False

    def __iter__(self) -> Self:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next bytes.

        Raises:
            StopIteration: That was all.
            LayertuiError: The command failed.
        """
        process = self._started()
        data = os.read(self._output, CHUNK_SIZE)
        if self._closed:
            raise CancelledError("the export was stopped")
        if data:
            return data
        if code := process.wait():
            raise EngineError(f"{self._who} says: {self._words(code)}")
        raise StopIteration

    def close(self) -> None:
        """End the command; from the thread that reads, release its output too."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is None:
            return
        if self._reader is threading.current_thread():
            self._release()
        grace = _CLEANING if self._option else _GRACE
        threading.Thread(target=_end, args=(process, grace), daemon=True).start()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise CancelledError("the export was stopped")
            if self._process is None:
                self._reader = threading.current_thread()
                self._errors = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
                self._output, end = os.pipe()
                try:
                    self._process = self._start(end, self._errors.fileno())
                finally:
                    os.close(end)
            return self._process

    def _start(self, end: int, errors: int) -> subprocess.Popen[bytes]:
        command = self._command
        if not self._option:
            return started(command, self._who, stdout=end, stderr=errors)
        where = [self._option, f"/dev/fd/{end}"]
        split = command.index("--")
        command = [*command[:split], *where, *command[split:]]
        return started(command, self._who, stdout=errors, stderr=errors, pass_fds=(end,))

    def _release(self) -> None:
        if self._errors is not None and not self._errors.closed:
            self._errors.close()
            os.close(self._output)

    def _words(self, code: int) -> str:
        """Return the last thing that the command said."""
        assert self._errors is not None
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _WORDS_KEPT))
        return last_words(self._errors.read(), code)


def started(command: Sequence[str], who: str, **where: Any) -> subprocess.Popen[bytes]:
    """Start a command that asks nothing; `where` are the outputs, as `Popen` takes them.

    Raises:
        EngineError: It cannot be started.
    """
    try:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **where)
    except OSError as error:
        raise EngineError(f"{who} cannot be started: {said(error.strerror or '')}") from None


def last_words(output: bytes, code: int) -> str:
    """Return the last line that a command wrote, printable; without one, how it ended."""
    lines = [
        line for line in output.decode("utf-8", "surrogateescape").splitlines() if line.strip()
    ]
    return said(lines[-1].removeprefix("Error: ")) if lines else f"exit {code}"


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    """Wait for a command that nobody reads from any more; end it if it does not."""
    for sign in (None, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            if sign is not None and process.poll() is None:
                os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace if sign is None else _GRACE)
            return
