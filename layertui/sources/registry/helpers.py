"""Credential helpers: programs that keep passwords (docker-credential-helpers, "Development").

docker-credential-NAME get, the server on stdin -> {"Username": ..., "Secret": ...} on stdout
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from layertui.display import printable
from layertui.errors import CancelledError, LayertuiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layertui.blob import Cancelled

TIMEOUT = 30.0
"""Seconds that a helper may take; it may ask the user to unlock something."""

_PROGRAM = "docker-credential-"
_NAME = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_INTERVAL = 0.1
_NOT_FOUND = "credentials not found"


class HelperError(LayertuiError):
    """A helper did not do its work."""

    title = "Credential helper"


class Secret(msgspec.Struct, rename="pascal", frozen=True):
    """What a helper keeps for a server."""

    username: str = ""
    secret: str = ""


def ask_helper(
    name: str, server: str, cancelled: Cancelled, *, now: Callable[[], float] = monotonic
) -> Secret | None:
    """Return what a helper keeps for a server, or None where it keeps nothing.

    Raises:
        HelperError: There is no such helper, or it failed or took too long.
        CancelledError: `cancelled` said so.
    """
    if not _NAME.fullmatch(name):
        raise HelperError(f"`{printable(name, 80)}` cannot be the name of a credential helper")
    program = f"{_PROGRAM}{name}"
    try:
        process = subprocess.Popen(
            [program, "get"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise HelperError(f"{program} cannot be run: {reason}") from None
    try:
        said, complaint = _conversation(process, server, cancelled, now() + TIMEOUT, now)
    finally:
        _end(process)
    if process.returncode:
        _check_found_nothing(program, process.returncode, said + complaint)
        return None
    return _secret(program, said)


def _conversation(
    process: subprocess.Popen[bytes],
    server: str,
    cancelled: Cancelled,
    deadline: float,
    now: Callable[[], float],
) -> tuple[bytes, bytes]:
    question: bytes | None = server.encode()
    while True:
        try:
            return process.communicate(question, timeout=_INTERVAL)
        except subprocess.TimeoutExpired:
            question = None
        if cancelled():
            raise CancelledError("the reading was stopped")
        if now() > deadline:
            program = process.args[0] if isinstance(process.args, list) else ""
            raise HelperError(f"{program} does not answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a helper that still runs, with all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _check_found_nothing(program: str, code: int, said: bytes) -> None:
    """Accept a failure that only says that there is nothing."""
    text = said.decode("utf-8", "replace").strip()
    if _NOT_FOUND not in text.lower():
        first = printable(text.partition("\n")[0], 200)
        raise HelperError(f"{program} failed with exit code {code}: {first or 'it said nothing'}")


def _secret(program: str, said: bytes) -> Secret:
    try:
        return msgspec.json.decode(said, type=Secret)
    except msgspec.DecodeError:
        raise HelperError(f"{program} did not answer with credentials") from None
